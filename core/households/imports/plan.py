"""What an import would do: which rows are new, changed, the same, and which may not go in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from core.access import prefixes
from core.context import Context
from core.errors import _
from core.federations import list_units
from core.households.imports.circumstances import Stated, compare_stated
from core.households.rows import Families, Sealer
from core.households.twins import Twin, find_closed, find_twins
from core.households.workbook.columns import HOUSEHOLD_SHEET, MEMBER_SHEET
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.households.workbook.reading import Workbook, read_workbook
from core.tenancy import Unit

PERMISSION = "household.import"
FILE_NUMBER, ID_NUMBER = "档案编号", "身份证号"

PERSON_ELSEWHERE = FaultKind(
    "person_elsewhere",
    _("Row %(row)s: this person already stands in the active file %(file)s of %(unit)s."),
    _("One person belongs to one file. Take the row out, or correct that file first."),
)
FILE_CLOSED = FaultKind(
    "file_closed",
    _("Row %(row)s: the file %(value)s is closed."),
    _("Let a household that comes back return to its file first, or take the row out."),
)
PERSON_EXITED = FaultKind(
    "person_exited",
    _("Row %(row)s: this household has the closed file %(file)s of %(unit)s."),
    _("Let the household return to that file first, or take the row out."),
)
FILE_ELSEWHERE = FaultKind(
    "file_elsewhere",
    _("Row %(row)s: the file number %(value)s belongs to a union that is not yours."),
    _("Give the household a file number of its own."),
)

KNOWN = """
select h.file_number, h.id, h.record_digest, h.state, h.judged_on, u.path
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.file_number = any(string_to_array(%(numbers)s, chr(10)))
"""
"""Thousands of file numbers are sent as one text: a cell's text never holds a line break."""


@dataclass(frozen=True)
class Known:
    """A file that stands already."""

    id: uuid.UUID
    digest: bytes | None
    state: str
    judged_on: dt.date | None
    unit_path: str


@dataclass(frozen=True)
class Plan:
    """A workbook beside what is stored. Places are positions among its good households.

    `indexes` are the blind indexes of all people, heads first.
    """

    workbook: Workbook
    families: Families
    faults: tuple[Fault, ...]
    units: dict[str, Unit]
    indexes: list[bytes]
    digests: list[bytes]
    known: dict[int, Known]
    stated: Stated = field(default_factory=Stated)
    bad: frozenset[int] = field(default_factory=frozenset)

    @property
    def added(self) -> list[int]:
        """Households that have no file yet."""
        return [i for i in range(len(self.families)) if i not in self.bad and i not in self.known]

    @property
    def changed(self) -> list[int]:
        """Households whose file says something else, or whose circumstances or months do."""
        stated = self.stated.places
        return [i for i, _known in self._standing() if i in stated or self.is_rewritten(i)]

    @property
    def unchanged(self) -> list[int]:
        """Households whose file says the same already."""
        changed = set(self.changed)
        return [i for i, _known in self._standing() if i not in changed]

    def is_rewritten(self, place: int) -> bool:
        """Return whether the record of a household that has a file is another one by now."""
        return self.known[place].digest != self.digests[place]

    @property
    def good(self) -> int:
        """How many households may go in."""
        return len(self.families) - len(self.bad)

    def _standing(self) -> Iterator[tuple[int, Known]]:
        return ((i, known) for i, known in self.known.items() if i not in self.bad)


def plan_import(ctx: Context, data: bytes, on: dt.date | None = None) -> Plan:
    """Read and check a file against the tenant's own files, storing nothing.

    What it states of circumstances is compared with what holds `on` a day, today by default.
    """
    units = {unit.full_name: unit for unit in list_units(ctx, PERMISSION)}
    return make_plan(ctx, read_workbook(data, today=ctx.today, units=units), units, on)


def make_plan(
    ctx: Context, workbook: Workbook, units: dict[str, Unit], on: dt.date | None = None
) -> Plan:
    """Check a workbook that was read against the tenant's own files, storing nothing."""
    families, sealer = Families(workbook.households, workbook.members), Sealer.of(ctx)
    if not workbook.good:
        return Plan(workbook, families, workbook.faults, units, [], [], {})
    indexes = sealer.indexes(families)
    with ThreadPoolExecutor(1) as meanwhile:
        digests = meanwhile.submit(sealer.digests, families)
        known, twins = _find_known(ctx, families), find_twins(ctx, indexes)
        closed = find_closed(ctx, indexes[: len(families)])
        filed = {place: one.id for place, one in known.items()}
        stated = compare_stated(ctx, workbook, filed, on or ctx.today)
    found = [
        *_misplaced(ctx, families, known),
        *_twins(families, twins, indexes),
        *_returning(families, closed, indexes, known),
    ]
    return Plan(
        workbook=workbook,
        families=families,
        faults=(*workbook.faults, *(fault for _place, fault in found)),
        units=units,
        indexes=indexes,
        digests=digests.result(),
        known=known,
        stated=stated.without(place for place, _fault in found),
        bad=frozenset(place for place, _fault in found),
    )


def _find_known(ctx: Context, families: Families) -> dict[int, Known]:
    numbers = families.households["file_number"]
    rows = ctx.session.fetch(KNOWN, {"tenant": ctx.tenant_id, "numbers": "\n".join(numbers)})
    stored = {number: Known(*rest) for number, *rest in rows}
    return {place: stored[number] for place, number in enumerate(numbers) if number in stored}


def _misplaced(
    ctx: Context, families: Families, known: dict[int, Known]
) -> Iterator[tuple[int, Fault]]:
    own = prefixes(ctx, PERMISSION, ctx.tenant_id)
    for place, file in known.items():
        kind = FILE_CLOSED if file.state == "exited" else FILE_ELSEWHERE
        if file.state != "exited" and file.unit_path.startswith(own):
            continue
        row, number = families.households["row"][place], families.households["file_number"][place]
        yield place, make_fault(kind, HOUSEHOLD_SHEET, row, FILE_NUMBER, value=number)


def _returning(
    families: Families,
    closed: dict[bytes, Twin],
    indexes: list[bytes],
    known: dict[int, Known],
) -> Iterator[tuple[int, Fault]]:
    """Yield a fault for each new file of a head who has a closed one: it would lose his history."""
    for place in range(len(families)):
        file = closed.get(indexes[place])
        if file is not None and place not in known:
            row = families.households["row"][place]
            yield (
                place,
                make_fault(
                    PERSON_EXITED, HOUSEHOLD_SHEET, row, ID_NUMBER, file=file.file_number,
                    unit=file.unit,
                ),
            )  # fmt: skip


def _twins(
    families: Families, twins: dict[bytes, Twin], indexes: list[bytes]
) -> Iterator[tuple[int, Fault]]:
    count = len(families)
    for i, index in enumerate(indexes):
        twin = twins.get(index)
        place = i if i < count else families.members["household"][i - count]
        if twin is None or twin.file_number == families.households["file_number"][place]:
            continue
        if i < count:
            sheet, row = HOUSEHOLD_SHEET, families.households["row"][i]
        else:
            sheet, row = MEMBER_SHEET, families.members["row"][i - count]
        yield (
            place,
            make_fault(
                PERSON_ELSEWHERE, sheet, row, ID_NUMBER, file=twin.file_number, unit=twin.unit
            ),
        )
