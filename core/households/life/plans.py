"""The household plan (一户一计划): its goals and period; each new plan follows the last."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, _
from core.households.life.colleagues import acting_person, refuse_to_come, require_text
from core.households.life.models import Plan
from core.households.life.touch import open_file, touch


def make_plan(
    ctx: Context,
    household_id: uuid.UUID,
    goals: str,
    starts_on: dt.date,
    ends_on: dt.date,
    *,
    made_on: dt.date | None = None,
    after: int | None = None,
) -> Plan:
    """Make a household's plan; the one before stays readable under its number.

    `after` is the number of the newest plan the maker has seen, 0 for none: ConflictError where
    somebody made another one meanwhile. InvalidError without goals or for a turned-round period.
    """
    household = open_file(ctx, household_id, "plan.keep")
    newest = _newest(ctx, household.id)
    if after is not None and after != newest:
        raise ConflictError(
            _("Someone else made a plan for this household meanwhile."),
            remedy=_("Look at it, and change that one."),
        )
    if ends_on < starts_on:
        raise InvalidError(_("A plan cannot end before it begins."), field="ends_on")
    made_on = made_on or ctx.today
    refuse_to_come(ctx, made_on, "made_on")
    plan = Plan(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, number=newest + 1,
        goals=require_text(goals, "goals"), starts_on=starts_on, ends_on=ends_on,
        made_on=made_on, made_by=acting_person(ctx), made_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(plan)
    touch(ctx, household)
    audit.record(ctx, "household.planned", household, after={
        "number": plan.number, "goals": plan.goals, "first_day": starts_on.isoformat(),
        "last_day": ends_on.isoformat(),
    })  # fmt: skip
    return plan


def _newest(ctx: Context, household_id: uuid.UUID) -> int:
    found = ctx.session.scalar(
        select(func.max(Plan.number)).where(
            Plan.tenant_id == ctx.tenant_id, Plan.household_id == household_id
        )
    )
    return int(found or 0)
