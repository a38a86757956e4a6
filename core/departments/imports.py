"""Rows of departments put into the shared ledger, thousands at once, each of them once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from core import audit
from core.access import prefixes
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.departments.people import Found, Registry
from core.departments.workbook import FILE_NUMBER, ID_NUMBER, PERMISSION, Told, read_ledger
from core.errors import InvalidError, _
from core.households.bulk import insert_many, write_ahead
from core.households.rows import ID_KIND
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.pii import INDEX_BYTES, mask_id, mask_name

DIGEST = "department_aid_row"
SOURCE = "ledger"
NAME_PLACE, ID_PLACE = "department_aid.name_cipher", "department_aid.id_cipher"
KNOWN = """
select row_digest
from (select substring(%(digests)b from place for %(size)s) as row_digest
  from generate_series(1, length(%(digests)b), %(size)s) place) wanted
join department_aid using (row_digest)
where tenant_id = %(tenant)s
"""
UNKNOWN_FILE = FaultKind(
    "file_unknown",
    _("Row %(row)s: there is no file %(value)s."),
    _("Correct the file number, or write the ID number instead: then the row is kept."),
)
OTHER_FILE = FaultKind(
    "other_file",
    _("Row %(row)s: the person of this ID number does not belong to the file %(value)s."),
    _("Correct one of the two, or leave the file number out."),
)
OUTSIDE = FaultKind(
    "outside",
    _("Row %(row)s: the file lies outside the unions you record for."),
    _("Leave the row to a colleague who has them."),
)
TWICE = FaultKind(
    "row_twice",
    _("Row %(row)s says the same as row %(first)s."),
    _("Delete one of the two; if both were given, tell them apart in the note."),
)


@dataclass(frozen=True)
class AidPlan:
    """Rows beside what is in the ledger; lists are as long as `told`, the good rows.

    `found` is empty where the person is in no file: the row is kept, and the person with it.
    """

    rows: int
    told: tuple[Told, ...]
    faults: tuple[Fault, ...]
    indexes: tuple[bytes, ...]
    found: tuple[Found | None, ...]
    digests: tuple[bytes, ...]
    known: frozenset[bytes]

    @property
    def fresh(self) -> list[int]:
        """The places of rows that are not in yet."""
        return [place for place, digest in enumerate(self.digests) if digest not in self.known]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new, in already, and on people who are in no file."""
        fresh = self.fresh
        return {
            "rows": self.rows, "good": len(self.told), "added": len(fresh),
            "unchanged": len(self.told) - len(fresh),
            "unknown": sum(self.found[place] is None for place in fresh),
        }  # fmt: skip

    def put_in(
        self, ctx: Context, file_id: uuid.UUID | None, progress: Callable[[int, int], None]
    ) -> dict[str, int]:
        """Write the rows that are not in yet, all in this transaction; return what was done."""
        fresh = self.fresh
        progress(0, len(self.told))
        if fresh:
            write_ahead(_writes(ctx, self, file_id, fresh))
        return {"amount": sum(self.told[place].amount for place in fresh)}


def find_ledger(name: str) -> None:
    """Raise InvalidError where a workbook of aid is said to be anything but the ledger."""
    if name != SOURCE:
        raise InvalidError(
            _("There is no kind of list “%(name)s”."), remedy=_("Choose one of: %(known)s."),
            field="source", name=name, known=SOURCE,
        )  # fmt: skip


def plan_file(ctx: Context, _source: str, data: bytes) -> AidPlan:
    """Read and check a workbook against the tenant's files, storing nothing."""
    ledger = read_ledger(ctx, data)
    return plan_rows(ctx, ledger.told, rows=ledger.rows, faults=ledger.faults)


def plan_rows(
    ctx: Context, told: Sequence[Told], *, rows: int | None = None, faults: Sequence[Fault] = ()
) -> AidPlan:
    """Look up whom rows are about and which are in already, storing nothing.

    The rows are in order in themselves, as `read_ledger` returns them.
    """
    indexes = [_index(ctx, one.id_number) for one in told]
    registry = Registry.of(ctx, (one.file_number for one in told), filter(None, indexes))
    digests = [_digest(ctx, one) for one in told]
    wrong = _find_faults(ctx, told, indexes, registry, digests)
    good = [place for place in range(len(told)) if place not in wrong]
    kept = [digests[place] for place in good]
    return AidPlan(
        rows=len(told) if rows is None else rows,
        told=tuple(told[place] for place in good),
        faults=(*faults, *wrong.values()),
        indexes=tuple(indexes[place] for place in good),
        found=tuple(_about(registry, told[place], indexes[place]) for place in good),
        digests=tuple(kept),
        known=_find_known(ctx, kept),
    )


def _index(ctx: Context, id_number: str) -> bytes:
    return ctx.vault.blind_index(ID_KIND, id_number) if id_number else b""


def _digest(ctx: Context, one: Told) -> bytes:
    """Return the keyed hash of what a row says, wherever in whichever workbook it stands."""
    said = [one.file_number, one.id_number, one.department, one.measure, one.kind, one.category,
            one.on_date, one.amount, one.note]  # fmt: skip
    return ctx.vault.digest(DIGEST, orjson.dumps(said))


def _about(registry: Registry, one: Told, index: bytes) -> Found | None:
    return registry.members.get(index) if index else registry.files.get(one.file_number)


def _find_faults(
    ctx: Context,
    told: Sequence[Told],
    indexes: Sequence[bytes],
    registry: Registry,
    digests: Sequence[bytes],
) -> dict[int, Fault]:
    """Return by place what is wrong with rows beside each other and beside the registry."""
    own = {one.department for one in told}
    areas = {code: prefixes(ctx, PERMISSION, ctx.tenant_id, code) for code in own}
    first: dict[bytes, int] = {}
    wrong: dict[int, Fault] = {}
    for place, (one, index) in enumerate(zip(told, indexes, strict=True)):
        before = first.setdefault(digests[place], place)
        found = _about(registry, one, index)
        named = registry.files.get(one.file_number)
        if before != place:
            wrong[place] = _fault(TWICE, one, "", first=told[before].row)
        elif one.file_number and named is None:
            wrong[place] = _fault(UNKNOWN_FILE, one, FILE_NUMBER, value=one.file_number)
        elif named and (found is None or found.household_id != named.household_id):
            wrong[place] = _fault(OTHER_FILE, one, ID_NUMBER, value=one.file_number)
        elif found and not found.path.startswith(areas[one.department] or ("\0",)):
            wrong[place] = _fault(OUTSIDE, one, FILE_NUMBER if named else ID_NUMBER)
    return wrong


def _fault(kind: FaultKind, one: Told, column: str, **values: Any) -> Fault:
    return make_fault(kind, one.sheet, one.row, column, **values)


def _find_known(ctx: Context, digests: Sequence[bytes]) -> frozenset[bytes]:
    values = {"tenant": ctx.tenant_id, "digests": b"".join(digests), "size": INDEX_BYTES}
    return frozenset(bytes(digest) for (digest,) in ctx.session.fetch(KNOWN, values))


def _writes(
    ctx: Context, plan: AidPlan, file_id: uuid.UUID | None, places: Sequence[int]
) -> Iterator[Callable[[], object]]:
    """Prepare the entries, then their records while the server takes the entries in."""
    chosen = [plan.told[place] for place in places]
    found = [plan.found[place] for place in places]
    ids = [new_id() for _place in places]
    unfiled = [one if who is None else None for one, who in zip(chosen, found, strict=True)]
    names = [one.name if one else "" for one in unfiled]
    numbers = [one.id_number if one else "" for one in unfiled]
    columns: dict[str, Sequence[Any]] = {
        "id": ids,
        "household_id": [who.household_id if who else None for who in found],
        "member_id": [who.member_id if who else None for who in found],
        **{name: [getattr(one, name) for one in chosen] for name in (
            "department", "measure", "kind", "category", "on_date", "amount", "note", "row")},
        "row_digest": [plan.digests[place] for place in places],
        "name_cipher": ctx.vault.encrypt_many(ctx.tenant_id, NAME_PLACE, ids, names),
        "name_masked": list(map(mask_name, names)),
        "id_cipher": ctx.vault.encrypt_many(ctx.tenant_id, ID_PLACE, ids, numbers),
        "id_index": [
            plan.indexes[place] if one else None for place, one in zip(places, unfiled, strict=True)
        ],
        "id_masked": list(map(mask_id, numbers)),
    }  # fmt: skip
    constants = {
        "file_id": file_id, "recorded_by": ctx.actor.person_id, "recorded_at": ctx.now,
    }  # fmt: skip
    yield partial(insert_many, ctx, "department_aid", columns, constants)
    records = audit.write_out(ctx, _changes(ids, chosen, found))
    yield partial(audit.record_written, ctx, records)


def _changes(
    ids: Sequence[uuid.UUID], chosen: Sequence[Told], found: Sequence[Found | None]
) -> Iterator[Change]:
    for aid, one, who in zip(ids, chosen, found, strict=True):
        yield Change("aid.recorded", "department_aid", aid, after={
            "household_id": str(who.household_id) if who else None, "department": one.department,
            "measure": one.measure, "kind": one.kind, "category": one.category,
            "on": one.on_date.isoformat(), "amount": one.amount,
        })  # fmt: skip
