"""Stored files read back as the records they came from: for changes and for a whole export."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from core import audit
from core.access import require
from core.context import Context
from core.households.circumstances import STATED
from core.households.listing import Filters, narrow, write_source
from core.households.models import Household
from core.households.records import HouseholdRecord, MemberRecord
from core.households.rows import (
    CARD_PLACE,
    ID_PLACE,
    MEMBER_PLAIN,
    PHONE_PLACE,
    PLAIN,
    STATEMENT_VALUES,
)
from core.tenancy import Unit

BATCH = 1000
RECORDS = f"""
select h.id, u.full_name, h.phone_cipher, h.card_cipher,
  {", ".join(f"h.{name}" for name in PLAIN)},
  {", ".join(f"s.{name}" for name in STATEMENT_VALUES)}
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join lateral (
  select * from statements s where s.tenant_id = h.tenant_id and s.household_id = h.id
  order by s.as_of desc limit 1) s on true
where h.tenant_id = %(tenant)s and h.id = any(%(ids)s)
order by h.file_number
"""  # noqa: S608 (column names of this module alone)

MEMBERS = f"""
select household_id, id, is_head, id_cipher, {", ".join(MEMBER_PLAIN)}
from members
where tenant_id = %(tenant)s and household_id = any(%(ids)s) and not departed
order by household_id, position
"""  # noqa: S608

CIRCUMSTANCES = f"""
select distinct on (h.file_number) h.file_number, {", ".join(f"c.{name}" for name in STATED)}
from circumstances c join households h on h.tenant_id = c.tenant_id and h.id = c.household_id
where c.tenant_id = %(tenant)s and c.household_id = any(%(ids)s) and c.as_of <= %(today)s
order by h.file_number, c.as_of desc
"""  # noqa: S608

MONTHS = """
select h.file_number, i.month, i.income
from monthly_incomes i join households h on h.tenant_id = i.tenant_id and h.id = i.household_id
where i.tenant_id = %(tenant)s and i.household_id = any(%(ids)s)
order by h.file_number, i.month
"""


def records_of(ctx: Context, filters: Filters) -> Iterator[HouseholdRecord]:
    """Yield the files a list shows as whole records, ID, phone and card numbers in clear.

    Needs `household.export`, counts only files where the actor holds it, and is audited with
    their number before the first one is handed out.
    """
    require(ctx, "household.export")
    values = narrow(ctx, filters, "household.export")
    query = f"select h.id {write_source(values)} order by h.file_number"
    ids = [row[0] for row in ctx.session.fetch(query, values)]
    root = ctx.session.query(Unit).filter_by(tenant_id=ctx.tenant_id, parent_id=None).one()
    audit.record(ctx, "households.exported", root, after={"count": len(ids)})
    for start in range(0, len(ids), BATCH):
        yield from _read_whole(ctx, ids[start : start + BATCH])


def _read_whole(ctx: Context, ids: Sequence[uuid.UUID]) -> Iterator[HouseholdRecord]:
    """Yield records with their circumstances as they stand today and all months of income."""
    values = {"tenant": ctx.tenant_id, "ids": list(ids), "today": ctx.today}
    stated = {
        number: tuple(zip(STATED, said, strict=True))
        for number, *said in ctx.session.fetch(CIRCUMSTANCES, values)
    }
    months = {
        number: tuple((month, income) for _number, month, income in rows)
        for number, rows in itertools.groupby(
            ctx.session.fetch(MONTHS, values), key=lambda row: row[0]
        )
    }
    for record in read_records(ctx, ids):
        number = record.file_number
        yield replace(record, circumstances=stated.get(number, ()), months=months.get(number, ()))


def read_record(ctx: Context, household: Household) -> HouseholdRecord:
    """Return one file as a record; the caller has asked for access."""
    return next(read_records(ctx, [household.id]))


def read_records(ctx: Context, ids: Sequence[uuid.UUID]) -> Iterator[HouseholdRecord]:
    """Yield the records of these files, by file number."""
    values = {"tenant": ctx.tenant_id, "ids": list(ids)}
    members = _members(ctx, values)
    for row in ctx.session.fetch(RECORDS, values):
        yield _record(ctx, row, members[row[0]])


def _members(ctx: Context, values: dict[str, Any]) -> dict[uuid.UUID, list[MemberRecord]]:
    rows = ctx.session.fetch(MEMBERS, values)
    return {
        household: [_member(ctx, row) for row in group]
        for household, group in itertools.groupby(rows, key=lambda row: row[0])
    }


def _member(ctx: Context, row: tuple[Any, ...]) -> MemberRecord:
    _household, member_id, _is_head, sealed, *plain = row
    number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, member_id, bytes(sealed))
    return MemberRecord(**dict(zip(MEMBER_PLAIN, plain, strict=True)), id_number=number)


def _record(ctx: Context, row: tuple[Any, ...], people: list[MemberRecord]) -> HouseholdRecord:
    household_id, unit, phone, card, *values = row
    head, *members = people
    plain = dict(zip((*PLAIN, *STATEMENT_VALUES), values, strict=True))
    plain["further_causes"] = tuple(plain["further_causes"])
    return HouseholdRecord(
        **plain,
        name=head.name,
        sex=head.sex,
        id_number=head.id_number,
        health=head.health,
        unit=unit,
        phone=_open(ctx, PHONE_PLACE, household_id, phone),
        card=_open(ctx, CARD_PLACE, household_id, card),
        members=tuple(members),
    )


def _open(ctx: Context, place: str, row: uuid.UUID, sealed: bytes | None) -> str:
    return ctx.vault.decrypt(ctx.tenant_id, place, row, bytes(sealed)) if sealed else ""
