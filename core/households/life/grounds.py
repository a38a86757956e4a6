"""What an exit is judged by: the file's facts on a day, with the union aid of the window."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from core.context import Context
from core.decisions import Reviewed
from core.errors import ConflictError, _
from core.funds.models import Payment
from core.households.explanations import split_steps
from core.households.fact_columns import read_known_facts, readable_facts
from core.households.life.models import ExitReview
from core.households.life.states import add_months
from core.households.models import Household
from core.judging import review_exit
from core.overrides import read_overrides

WINDOW, PHASE_OUT, STEP = "window_months", "phase_out_months", "phase_out"
USUAL_WINDOW = 12
"""The 12 full months before the judging date, unless a rule has a figure of its own."""


def review(ctx: Context, household: Household, on: dt.date) -> Reviewed:
    """Judge by the region's exit rule which way out a household has reached on a day.

    Raises NotFoundError where the region has no such rule, NotDecidableError naming the facts
    that are missing, ConflictError where it never declared income and spending.
    """
    facts = {**_declared(ctx, household, on), "earlier_aid": union_aid(ctx, household, on)}
    place = ctx.pack.place(ctx.tenant.division_code)
    return review_exit(ctx.catalogue, ctx.pack, facts, on, read_overrides(ctx), place)


def union_aid(ctx: Context, household: Household, on: dt.date) -> int:
    """Return the aid in fen that was paid out to a household within the window before a day."""
    begin, end = _window(ctx, on)
    paid = ctx.session.scalar(
        select(func.sum(Payment.amount)).where(
            Payment.tenant_id == ctx.tenant_id,
            Payment.household_id == household.id,
            Payment.state == "paid",
            Payment.paid_on >= begin,
            Payment.paid_on < end,
        )
    )
    return int(paid or 0)


def phase_out_months(reviewed: Reviewed) -> int:
    """Return for how many months a household that leaves keeps its help: the rule's figure of
    this name. A rule that has a step `phase_out` says by it who is granted that."""
    granted = (step["value"] for step in reviewed.steps if step["name"] == STEP)
    return int(reviewed.figures.values.get(PHASE_OUT, 0)) if next(granted, True) else 0


def store_grounds(item: ExitReview, reviewed: Reviewed, form: bytes) -> None:
    """Write into an exit review what it rests on, so that it can be replayed."""
    item.programme, item.programme_version = reviewed.programme, reviewed.version
    item.parameters, item.form = reviewed.figures.sha256, form
    item.facts, item.reasons = reviewed.facts, reviewed.reasons
    item.explanation = split_steps(reviewed.steps)[1]


def _declared(ctx: Context, household: Household, on: dt.date) -> dict[str, Any]:
    rule = ctx.catalogue.exit(ctx.pack.exit) if ctx.pack.exit else None
    names = readable_facts(rule.facts) if rule else ()
    found = read_known_facts(ctx, household.id, on, names)
    if found is None:
        raise ConflictError(
            _("The file %(number)s declares no income and spending by %(day)s."),
            remedy=_("Add its statement of income and spending first."),
            number=household.file_number,
            day=on.isoformat(),
        )
    return found


def _window(ctx: Context, on: dt.date) -> tuple[dt.date, dt.date]:
    months = USUAL_WINDOW
    if ctx.pack.exit:
        place = ctx.pack.place(ctx.tenant.division_code)
        figures = ctx.pack.figures(ctx.pack.exit, on, read_overrides(ctx), place)
        months = int(figures.values.get(WINDOW, USUAL_WINDOW))
    end = on.replace(day=1)
    return add_months(end, -months), end
