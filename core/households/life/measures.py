"""Measures (一户一措施): referrals to the departments that lead the region's measure lines."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from core import audit
from core.applications.referral import follow_measure
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, StaleError, _
from core.households.life.colleagues import acting_person, require_text
from core.households.life.models import Measure
from core.households.life.touch import open_file, touch
from core.households.lookup import find_household

KEEP = "measure.keep"
OPEN = ("open", "accepted")
STEPS = {
    "accepted": ("open",),
    "done": OPEN,
    "refused": OPEN,
    "cancelled": OPEN,
}
"""Where a measure may go, and from which states."""
TOLD = ("done", "refused", "cancelled")
"""States that need words: what came of it, or why nothing did."""


@dataclass(frozen=True)
class Referral:
    """What a department is asked to do for a household, by when, and who sees to it."""

    line: str
    content: str
    due_on: dt.date
    responsible: str


def refer_measure(ctx: Context, household_id: uuid.UUID, referral: Referral) -> Measure:
    """Refer a household to the lead department of one of the region's measure lines.

    InvalidError for a line the region has not, a due day that is over, or an empty text.
    """
    household = open_file(ctx, household_id, KEEP)
    lead, cooperating = _departments(ctx, referral.line)
    _check_due(ctx, referral.due_on)
    measure = Measure(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, line=referral.line,
        department=lead, cooperating=cooperating,
        content=require_text(referral.content, "content"),
        responsible=require_text(referral.responsible, "responsible"), due_on=referral.due_on,
        state="open", outcome="", version=1, referred_on=ctx.today,
        referred_by=acting_person(ctx), changed_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(measure)
    touch(ctx, household)
    audit.record(ctx, "measure.referred", measure, after={
        "household_id": str(household.id), "line": measure.line, "department": lead,
        "content": measure.content, "due_on": measure.due_on.isoformat(),
        "responsible": measure.responsible,
    })  # fmt: skip
    return measure


def answer_measure(
    ctx: Context,
    measure_id: uuid.UUID,
    state: str,
    outcome: str,
    version: int,
    permission: str = KEEP,
) -> Measure:
    """Note what became of a measure: accepted, done, refused or cancelled.

    The union keeps measures; the department that leads one answers it by a permission of its own.

    InvalidError where an end is not explained, ConflictError where it came to its end already,
    StaleError where somebody noted something meanwhile.
    """
    measure = _lock(ctx, measure_id, version, permission)
    if state not in STEPS:
        raise InvalidError(_("“%(state)s” is no state of a measure."), field="state", state=state)
    if measure.state not in STEPS[state]:
        raise ConflictError(
            _("This measure has come to its end or is accepted already."),
            remedy=_("Look at it again; refer the household anew where more is to be done."),
        )
    outcome = require_text(outcome, "outcome") if state in TOLD else outcome.strip()
    before = measure.state
    measure.state, measure.outcome = state, outcome
    measure.closed_on = ctx.today if state in TOLD else None
    _keep(ctx, measure, permission)
    audit.record(ctx, "measure.answered", measure, before={"state": before},
                 after={"state": state}, reason=outcome)  # fmt: skip
    follow_measure(ctx, measure)
    return measure


def postpone_measure(
    ctx: Context, measure_id: uuid.UUID, due_on: dt.date, responsible: str, version: int
) -> Measure:
    """Give a running measure another due day, or somebody else who sees to it."""
    measure = _lock(ctx, measure_id, version)
    if measure.state not in OPEN:
        raise ConflictError(_("This measure has come to its end."))
    _check_due(ctx, due_on)
    before = {"due_on": measure.due_on.isoformat(), "responsible": measure.responsible}
    measure.due_on = due_on
    measure.responsible = require_text(responsible, "responsible")
    _keep(ctx, measure)
    after = {"due_on": due_on.isoformat(), "responsible": measure.responsible}
    audit.record(ctx, "measure.postponed", measure, before=before, after=after)
    return measure


def _departments(ctx: Context, line: str) -> tuple[str, list[str]]:
    """Return the names of the line's departments as the region's pack has them today."""
    try:
        found = ctx.pack.measure(line)
    except NotFoundError as error:
        raise InvalidError(error.message.text, field="line", **error.message.values) from error
    names = [ctx.pack.department(code).name.zh for code in (found.lead, *found.cooperating)]
    return names[0], names[1:]


def _check_due(ctx: Context, due_on: dt.date) -> None:
    if due_on < ctx.today:
        raise InvalidError(_("The day it is due is over already."), field="due_on")


def _lock(ctx: Context, measure_id: uuid.UUID, version: int, permission: str = KEEP) -> Measure:
    """Return a measure, its file locked before it as everywhere."""
    measure = ctx.session.get(Measure, (ctx.tenant_id, measure_id))
    if measure is None:
        raise NotFoundError
    find_household(ctx, measure.household_id, permission, lock=True)
    ctx.session.refresh(measure, with_for_update=True)
    if measure.version != version:
        raise StaleError
    return measure


def _keep(ctx: Context, measure: Measure, permission: str = KEEP) -> None:
    measure.version += 1
    measure.changed_at = ctx.now
    household = find_household(ctx, measure.household_id, permission)
    touch(ctx, household)
