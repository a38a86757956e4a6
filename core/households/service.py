"""Filing a household and changing its file: one household, one file."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from core import audit, federations
from core.access import Subject, require
from core.context import Context
from core.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    StaleError,
    UnavailableError,
    _,
)
from core.households.checking import clean_record
from core.households.judgements import judge_household
from core.households.life.colleagues import find_colleague
from core.households.lookup import find_household
from core.households.models import Household, Statement
from core.households.records import HouseholdRecord
from core.households.rows import HOUSEHOLD_FIELDS, STATEMENT_VALUES
from core.households.stored import read_record
from core.households.twins import refuse_exited
from core.households.writing import add_household, put_statement, rewrite_household
from core.policies import NotInForceError
from core.tenancy import Unit

CHANGEABLE = frozenset(HOUSEHOLD_FIELDS) - {"file_number", "member_count", "verified_on"} | {
    "members"
}
"""What may be changed by hand; that a file was verified is recorded by two people instead."""


def file_household(
    ctx: Context, record: HouseholdRecord, *, as_of: dt.date | None = None
) -> Household:
    """File a household (建档立卡) and judge it; an empty file number is filled in.

    Its statement counts as of `as_of`, today if none is given. Raises InvalidError for the first
    thing that is wrong with the record, ConflictError naming the first file when one of its
    people stands in one already. Where policy or plugin cannot judge, it stays unjudged.
    """
    unit = _find_unit(ctx, record.unit, "household.file")
    if not record.file_number:
        record = replace(record, file_number=_next_number(ctx))
    record = clean_record(ctx, record)
    refuse_exited(ctx, record.id_number)
    household = add_household(ctx, record, unit, as_of or ctx.today)
    _judge(ctx, household)
    return household


def change_household(
    ctx: Context, household_id: uuid.UUID, changes: Mapping[str, Any], version: int
) -> Household:
    """Change fields of a file, `members` as a whole among them, and judge it again.

    Names and values are those of HouseholdRecord. Raises ConflictError where the file is not at
    `version` any more, is closed, or one of its people stands in another file.
    """
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise InvalidError(
            _("The field %(name)s cannot be changed."), field=unknown[0], name=unknown[0]
        )
    household = _open_for_change(ctx, household_id, version)
    before = read_record(ctx, household)
    after = replace(before, **changes)
    after = replace(after, member_count=1 + len(after.members))
    after = clean_record(ctx, after)
    unit = _find_unit(ctx, after.unit, "household.change")
    if rewrite_household(ctx, household, before, after, unit, ctx.today):
        _judge(ctx, household)
    return household


def set_contact(
    ctx: Context,
    household_id: uuid.UUID,
    contact_person: str,
    version: int,
    *,
    person_id: uuid.UUID | None = None,
) -> Household:
    """Name the contact person (联系人) of a file; empty takes the name away.

    `person_id` names one of the federation's people, in place of a name.
    """
    household = _open_for_change(ctx, household_id, version)
    colleague = find_colleague(ctx, person_id, "contact_id") if person_id else None
    before = household.contact_person
    household.contact_person = colleague.name if colleague else contact_person.strip()
    household.contact_id, household.changed_at = person_id, ctx.now
    household.version, household.record_digest = household.version + 1, None
    ctx.session.flush()
    audit.record(
        ctx, "household.contact_set", household,
        before={"contact_person": before}, after={"contact_person": household.contact_person},
    )  # fmt: skip
    return household


def declare_statement(
    ctx: Context, household_id: uuid.UUID, as_of: dt.date, amounts: Mapping[str, Any], version: int
) -> Statement:
    """Take down what a household declares for the 12 months before a day, and judge it again.

    `amounts` has every name of STATEMENT_VALUES, in fen; a statement as of the same day is
    replaced. InvalidError for a day in the future or an amount below zero.
    """
    household = _open_for_change(ctx, household_id, version)
    if as_of > ctx.today:
        raise InvalidError(_("A statement cannot be of a day to come."), field="as_of")
    if set(amounts) != set(STATEMENT_VALUES):
        raise InvalidError(_("A statement needs every amount."), field="amounts")
    before = read_record(ctx, household)
    after = clean_record(ctx, replace(before, **amounts))
    statement = put_statement(ctx, household, after, as_of)
    household.version, household.record_digest = household.version + 1, None
    household.changed_at = ctx.now
    ctx.session.flush()
    was = {name: getattr(before, name) for name in STATEMENT_VALUES}
    now = {name: getattr(after, name) for name in STATEMENT_VALUES}
    audit.record(
        ctx, "household.declared", household,
        before=was, after=now | {"as_of": as_of.isoformat()},
    )  # fmt: skip
    _judge(ctx, household)
    return statement


def _open_for_change(ctx: Context, household_id: uuid.UUID, version: int) -> Household:
    household = find_household(ctx, household_id, "household.change", lock=True)
    if household.version != version:
        raise StaleError
    if household.state == "exited":
        raise ConflictError(
            _("This file is closed."),
            remedy=_("Let the household return first."),
        )
    return household


def _find_unit(ctx: Context, full_name: str, permission: str) -> Unit:
    try:
        unit = federations.find_unit(ctx, full_name)
    except NotFoundError as error:
        raise InvalidError(
            _("There is no union “%(unit)s”."),
            remedy=_("Choose one of your own unions, written with its whole path."),
            field="unit",
            unit=full_name,
        ) from error
    require(ctx, permission, Subject(ctx.tenant_id, unit.path))
    return unit


def _next_number(ctx: Context) -> str:
    """Return the next number of the year; who asks at the same moment waits for this commit."""
    ctx.session.execute(select(func.pg_advisory_xact_lock(ctx.tenant_id.int % 2**63)))
    begin = f"{ctx.today.year}-"
    newest = ctx.session.scalar(
        select(func.max(Household.file_number)).where(
            Household.tenant_id == ctx.tenant_id,
            Household.file_number.regexp_match(f"^{begin}[0-9]{{6}}$"),
        )
    )
    return f"{begin}{int(newest.removeprefix(begin)) + 1 if newest else 1:06d}"


def _judge(ctx: Context, household: Household) -> None:
    try:
        with ctx.session.begin_nested():
            judge_household(ctx, household.id)
    except (UnavailableError, NotInForceError):
        # What is wrong shows on the page of programmes; the file itself must not be lost for it.
        household.category = household.judged_on = None
        ctx.session.flush()
