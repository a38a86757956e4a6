"""Suspending a file, taking it up again, and letting a household return to its old file."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select, update

from core.admissions.ending import end_admission
from core.context import Context
from core.errors import InvalidError, StaleError, UnavailableError, _
from core.households.judgements import judge_household
from core.households.life.closing import close_file
from core.households.life.colleagues import refuse_to_come, require_text
from core.households.life.exits import withdraw_proposal
from core.households.life.states import check_step, has_ended, move
from core.households.lookup import find_household
from core.households.models import Household, Member
from core.households.stored import read_record
from core.households.twins import one_file_each
from core.households.writing import numbers_of
from core.policies import NotInForceError


def suspend_file(
    ctx: Context, household_id: uuid.UUID, on: dt.date, reason: str, version: int
) -> Household:
    """Suspend a file from a day on, with a reason: it stays, and gets no new aid."""
    household = _open(ctx, household_id, on, version)
    move(ctx, household, "suspended", "suspended", on, require_text(reason, "reason"))
    return household


def resume_file(
    ctx: Context, household_id: uuid.UUID, on: dt.date, reason: str, version: int
) -> Household:
    """Take a suspended file up again from a day on, with a reason."""
    household = _open(ctx, household_id, on, version)
    move(ctx, household, "resumed", "active", on, require_text(reason, "reason"))
    return household


def return_file(
    ctx: Context, household_id: uuid.UUID, on: dt.date, reason: str, version: int
) -> Household:
    """Let a household that fell back return to its own file, with all its history, and judge it.

    ConflictError naming the other file where one of its people stands in one by now. A file
    verified too long ago comes back overdue: it gets aid once it is verified. One that was closed
    is to be admitted anew where its region admits by a route.
    """
    household = _open(ctx, household_id, on, version)
    check_step(household, "returned")
    reason = require_text(reason, "reason")
    numbers = numbers_of(read_record(ctx, household))
    with one_file_each(ctx, numbers, household.id):
        ctx.session.execute(
            update(Member)
            .where(
                Member.tenant_id == ctx.tenant_id,
                Member.household_id == household.id,
                ~Member.departed,
            )
            .values(active=True)
        )
        if has_ended(ctx, household):
            end_admission(ctx, household)
        household.exit_way = household.phase_out_until = None
        move(ctx, household, "returned", "active", on, reason)
    withdraw_proposal(ctx, household)
    _judge(ctx, household)
    return household


def end_phase_outs(ctx: Context) -> list[uuid.UUID]:
    """Close the files whose phase-out is over, as the calendar says; return which.

    Repeated, it does nothing more: the tick of the clock may come as often as it likes.
    """
    query = select(Household).where(
        Household.tenant_id == ctx.tenant_id,
        Household.state == "phase_out",
        Household.phase_out_until < ctx.today,
    )
    over = list(ctx.session.scalars(query.with_for_update(skip_locked=True)))
    for household in over:
        last = household.phase_out_until or ctx.today
        household.phase_out_until = None
        move(ctx, household, "phase_out_ended", "exited", last + dt.timedelta(days=1), "")
        close_file(ctx, household)
    return [household.id for household in over]


def _open(ctx: Context, household_id: uuid.UUID, on: dt.date, version: int) -> Household:
    household = find_household(ctx, household_id, "state.change", lock=True)
    if household.version != version:
        raise StaleError
    refuse_to_come(ctx, on, "on")
    if household.state_since and on < household.state_since:
        raise InvalidError(
            _("The file came into its present state only on %(day)s."),
            remedy=_("Choose that day or a later one."),
            field="on",
            day=household.state_since.isoformat(),
        )
    return household


def _judge(ctx: Context, household: Household) -> None:
    try:
        with ctx.session.begin_nested():
            judge_household(ctx, household.id)
    except (UnavailableError, NotInForceError, InvalidError):
        # The return stands all the same; until somebody completes the file it counts as unjudged.
        household.category = household.judged_on = None
        ctx.session.flush()
