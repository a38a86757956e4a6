"""Lists of people that other departments send, matched with the registry by blind index.

Whoever is on a list and in no file, or only in one that has exited, becomes a proposal to the
township where the list says he lives, else to the county or the whole federation.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from bangfu_sdk import Text

from core.context import Context
from core.errors import InvalidError, _
from core.households.rows import ID_KIND
from core.households.workbook.faults import Fault
from core.pii import INDEX_BYTES
from core.verification.discovery.places import Places
from core.verification.discovery.proposing import Draft, propose
from core.verification.tables import Sheet, read_sheets

DIGEST = "discovery_row"
STANDING = """
select m.id_index, h.id, h.unit_id, h.file_number, h.state
from members m join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
where m.tenant_id = %(tenant)s and m.id_index = any(array(
  select substring(%(indexes)b from place for %(size)s)
  from generate_series(1, length(%(indexes)b), %(size)s) place))
order by h.state = 'exited' desc, h.id
"""


@dataclass(frozen=True)
class ListKind:
    """A kind of list: its stable code and what people call it."""

    name: str
    title: Text


LISTS: dict[str, ListKind] = {
    name: ListKind(name, Text(zh, en))
    for name, zh, en in (
        ("dibao", "民政低保名单", "dibao list of civil affairs"),
        ("low_income", "低收入家庭名单", "list of low-income families"),
        ("special_hardship", "特困人员名单", "list of persons in special hardship"),
        ("disabled", "残联持证残疾人名单", "disabled persons' federation list"),
        ("serious_illness", "医院大病患者名单", "hospitals' list of serious illness"),
        ("education_aid", "教育资助学生名单", "list of students in education aid"),
        ("unemployment", "失业登记名单", "list of the registered unemployed"),
        ("disaster", "受灾家庭名单", "list of families hit by disaster"),
        ("other", "其他部门名单", "list of another department"),
    )
}


@dataclass(frozen=True)
class Row:
    """One person of a list: where it stood, who it is, the whole row as it stands."""

    sheet: str
    row: int
    name: str
    id_number: str
    whole: dict[str, str]


@dataclass(frozen=True)
class Standing:
    """The file a person stands in, if any."""

    household_id: uuid.UUID
    unit_id: uuid.UUID
    file_number: str
    state: str


@dataclass(frozen=True)
class ListPlan:
    """A list beside the registry; `people` are its good rows, each person once."""

    kind: str
    rows: int
    people: tuple[Row, ...]
    faults: tuple[Fault, ...]
    drafts: tuple[Draft, ...]
    filed: int
    repeated: int

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, repeat a person, are in a file; how many people to propose."""
        return {
            "rows": self.rows, "good": len(self.people), "repeated": self.repeated,
            "filed": self.filed, "proposable": len(self.drafts),
        }  # fmt: skip

    def put_in(
        self, ctx: Context, file_id: uuid.UUID, progress: Callable[[int, int], None]
    ) -> dict[str, int]:
        """Propose everybody who is in no file in force and not proposed already."""
        progress(0, len(self.people))
        return {"proposed": propose(ctx, self.drafts, file_id)}


def find_list(name: str) -> ListKind:
    """Return a kind of list; InvalidError where there is none of this name."""
    if name not in LISTS:
        raise InvalidError(
            _("There is no kind of list “%(name)s”."), remedy=_("Choose one of: %(known)s."),
            field="source", name=name, known=", ".join(LISTS),
        )  # fmt: skip
    return LISTS[name]


def plan_list(ctx: Context, kind: str, data: bytes) -> ListPlan:
    """Read and check a list against the tenant's files, storing nothing."""
    sheets, faults = read_sheets(data)
    found: list[Row] = []
    for sheet in sheets:
        rows, wrong = _read(ctx, sheet)
        found += rows
        faults += wrong
    people = list({row.id_number: row for row in reversed(found)}.values())[::-1]
    indexes = ctx.vault.blind_indexes(ID_KIND, (row.id_number for row in people))
    standing = _find_standing(ctx, indexes)
    places = Places.of(ctx)
    drafts = [
        _draft(ctx, kind, row, index, standing.get(index), places)
        for row, index in zip(people, indexes, strict=True)
        if index not in standing or standing[index].state == "exited"
    ]
    return ListPlan(
        kind=kind, rows=sum(len(sheet.table.rows) for sheet in sheets), people=tuple(people),
        faults=tuple(faults), drafts=tuple(drafts), filed=len(people) - len(drafts),
        repeated=len(found) - len(people),
    )  # fmt: skip


def _read(ctx: Context, sheet: Sheet) -> tuple[list[Row], list[Fault]]:
    values, findings = sheet.clean((), ctx.today)
    bad = findings.bad()
    rows = [
        Row(sheet.table.sheet, sheet.table.rows[place], values["name"][place],
            values["id_number"][place], _rest(sheet, whole))
        for place, whole in enumerate(sheet.whole_rows())
        if place not in bad
    ]  # fmt: skip
    return rows, [findings.faults[place] for place in sorted(findings.faults)]


def _rest(sheet: Sheet, whole: dict[str, str]) -> dict[str, str]:
    """Return a row without name and ID number, which are kept by themselves."""
    own = (sheet.id_title, sheet.name_title)
    return {title: text for title, text in whole.items() if title not in own}


def _find_standing(ctx: Context, indexes: Sequence[bytes]) -> dict[bytes, Standing]:
    """Return the file each person stands in; one in force counts before one that has exited."""
    values = {"tenant": ctx.tenant_id, "indexes": b"".join(indexes), "size": INDEX_BYTES}
    return {bytes(index): Standing(*rest) for index, *rest in ctx.session.fetch(STANDING, values)}


def _draft(
    ctx: Context, kind: str, row: Row, index: bytes, standing: Standing | None, places: Places
) -> Draft:
    grounds: dict[str, Any] = {"list": kind, "row": row.row}
    if standing is not None:
        grounds["file_number"] = standing.file_number
    told = orjson.dumps([kind, row.id_number, row.whole], option=orjson.OPT_SORT_KEYS)
    return Draft(
        origin=kind,
        reason="returned" if standing else "unfiled",
        household_id=standing.household_id if standing else None,
        unit_id=standing.unit_id if standing else places.find(row.whole),
        name=row.name,
        id_number=row.id_number,
        id_index=index,
        details=row.whole,
        grounds=grounds,
        digest=ctx.vault.digest(DIGEST, told),
    )
