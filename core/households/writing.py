"""Writing one household: a new file, or what has changed of a stored one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from core import audit
from core.applications.models import Application
from core.context import Context
from core.db import new_id
from core.departments.models import DepartmentAid
from core.households.marks import describe, differ
from core.households.models import Household, Member, Statement
from core.households.records import HouseholdRecord
from core.households.rows import STATEMENT_VALUES, Columns, Families, Sealer
from core.households.twins import one_file_each
from core.tenancy import Unit


def add_household(ctx: Context, record: HouseholdRecord, unit: Unit, as_of: dt.date) -> Household:
    """Write a new file with its members and statement; ConflictError for a second file."""
    sealer, families, household_id = Sealer.of(ctx), Families.of([record]), new_id()
    household = Household(
        tenant_id=ctx.tenant_id, id=household_id, unit_id=unit.id, filed_by=ctx.actor.person_id,
        created_at=ctx.now, changed_at=ctx.now, record_digest=sealer.digests(families)[0],
        **_row(sealer.households(families.households, [household_id])),
    )  # fmt: skip
    ids = [new_id() for _ in range(1 + len(record.members))]
    people = sealer.people(families, ids, sealer.indexes(families))
    with one_file_each(ctx, numbers_of(record)):
        ctx.session.add(household)
        ctx.session.flush()
        for place, member_id in enumerate(ids):
            ctx.session.add(_member(household, member_id, people, place))
        ctx.session.add(_statement(ctx, household, record, as_of))
    audit.record(ctx, "household.filed", household, after=describe(ctx.vault, record))
    return household


def rewrite_household(
    ctx: Context,
    household: Household,
    before: HouseholdRecord,
    after: HouseholdRecord,
    unit: Unit,
    as_of: dt.date,
    reason: str = "",
) -> bool:
    """Write what differs between two records of a file; return whether anything did."""
    sealer, families = Sealer.of(ctx), Families.of([after])
    was, now = differ(describe(ctx.vault, before), describe(ctx.vault, after))
    household.record_digest = sealer.digests(families)[0]
    if not now:
        return False
    for name, value in _row(sealer.households(families.households, [household.id])).items():
        setattr(household, name, value)
    if "contact_person" in now:
        household.contact_id = None
    household.unit_id, household.changed_at = unit.id, ctx.now
    household.version += 1
    with one_file_each(ctx, numbers_of(after), household.id):
        _rewrite_people(ctx, household, sealer, families)
    if any(name in now for name in STATEMENT_VALUES):
        put_statement(ctx, household, after, as_of)
    audit.record(ctx, "household.changed", household, before=was, after=now, reason=reason)
    return True


def put_statement(
    ctx: Context, household: Household, record: HouseholdRecord, as_of: dt.date
) -> Statement:
    """Write what the household declared as of a day, in place of what it declared as of it."""
    query = select(Statement).where(
        Statement.tenant_id == ctx.tenant_id,
        Statement.household_id == household.id,
        Statement.as_of == as_of,
    )
    statement = ctx.session.scalars(query).one_or_none()
    if statement is None:
        statement = _statement(ctx, household, record, as_of)
        ctx.session.add(statement)
    for name in STATEMENT_VALUES:
        setattr(statement, name, getattr(record, name))
    statement.declared_by, statement.declared_at = ctx.actor.person_id, ctx.now
    ctx.session.flush()
    return statement


def numbers_of(record: HouseholdRecord) -> list[str]:
    """Return the ID numbers of all people of a household."""
    return [record.id_number, *(member.id_number for member in record.members)]


def _rewrite_people(ctx: Context, household: Household, sealer: Sealer, families: Families) -> None:
    """Keep the rows of people who stay, by their ID number; applications point at them."""
    query = select(Member).where(
        Member.tenant_id == ctx.tenant_id, Member.household_id == household.id
    )
    stored = {member.id_index: member for member in ctx.session.scalars(query)}
    indexes = sealer.indexes(families)
    kept = [stored.pop(index, None) for index in indexes]
    ids = [member.id if member else new_id() for member in kept]
    people = sealer.people(families, ids, indexes)
    for gone in stored.values():
        _let_go(ctx, gone)
    for member in kept:
        if member and member.is_head:
            member.is_head = False
    ctx.session.flush()
    for place, (member_id, member) in enumerate(zip(ids, kept, strict=True)):
        if member is None:
            ctx.session.add(_member(household, member_id, people, place))
            continue
        for name, value in _row(people, place).items():
            if name != "household":
                setattr(member, name, value)
        member.active, member.departed = True, False


def _let_go(ctx: Context, member: Member) -> None:
    """Delete a person who left the household; keep him, departed, where aid names him."""
    if _is_named(ctx, member):
        member.active, member.departed, member.is_head = False, True, False
    else:
        ctx.session.delete(member)


def _is_named(ctx: Context, member: Member) -> bool:
    """Whether aid was asked for this person, or the shared ledger says that he got some."""
    return any(
        ctx.session.scalar(
            select(table.id)
            .where(table.tenant_id == ctx.tenant_id, table.member_id == member.id)
            .limit(1)
        )
        for table in (Application, DepartmentAid)
    )


def _member(household: Household, member_id: Any, people: Columns, place: int) -> Member:
    values = _row(people, place)
    del values["household"]
    return Member(
        tenant_id=household.tenant_id, id=member_id, household_id=household.id,
        active=True, departed=False, **values,
    )  # fmt: skip


def _statement(
    ctx: Context, household: Household, record: HouseholdRecord, as_of: dt.date
) -> Statement:
    return Statement(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, as_of=as_of,
        declared_by=ctx.actor.person_id, declared_at=ctx.now,
        **{name: getattr(record, name) for name in STATEMENT_VALUES},
    )  # fmt: skip


def _row(columns: Columns, place: int = 0) -> dict[str, Any]:
    return {name: column[place] for name, column in columns.items()}
