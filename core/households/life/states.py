"""The states of a file, and the only steps that lead from one to another.

Stored are active, suspended, phase_out, safety_net and exited. That a file is filed and not judged
yet or not admitted yet, or overdue for verification, or past the last day of its phase-out, follows
from the day: it is asked by `STANDING` and `OVERDUE` when somebody looks, and so can never be out
of date.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
import uuid
from collections.abc import Iterable

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, _
from core.households.life.models import FileEvent
from core.households.models import Household
from core.policies import Pack

STATES = ("active", "suspended", "phase_out", "safety_net", "exited")
STANDINGS = ("filed", "active", "overdue", "suspended", "phase_out", "safety_net", "exited")
DERIVED = ("filed", "overdue")
"""Standings that are no stored states."""

RECOVERY, SAFETY_NET = "recovery", "safety_net"
CLOSINGS = ("moved_away", "died", "not_eligible", "false_statement")
"""Why else a file is closed, without the exit rule."""

LEAVING = ("active", "suspended", "safety_net")
STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "suspended": (("active",), ("suspended",)),
    "resumed": (("suspended",), ("active",)),
    RECOVERY: (LEAVING, ("phase_out", "exited")),
    SAFETY_NET: (("active", "suspended"), ("safety_net",)),
    **dict.fromkeys(CLOSINGS, ((*LEAVING, "phase_out"), ("exited",))),
    "phase_out_ended": (("phase_out",), ("exited",)),
    "returned": (("phase_out", "safety_net", "exited"), ("active",)),
}
"""For each way a file goes: the states it may be in before, and those it may be in after."""
WAYS = tuple(STEPS)


def overdue_by(due_before: str) -> str:
    """Return the condition that a file `h` was last verified before a day, given as SQL."""
    return f"(h.state <> 'exited' and coalesce(h.verified_on, h.filed_on) < {due_before})"


def unadmitted_by(admitting: str) -> str:
    """Return the condition that a file `h` is judged into a category whose department did not admit
    it, given as SQL of a JSON object: by category the department that admits, empty where none
    does."""
    return f"(({admitting}::jsonb ->> h.category) <> coalesce(h.admitted_by, ''))"


def standing_by(due_before: str, admitting: str) -> str:
    """Return the SQL of how a file `h` stands today, one of STANDINGS, by the same day and JSON."""
    return f"""(case
  when h.state = 'phase_out' and h.phase_out_until < %(today)s then 'exited'
  when h.state = 'active' and {overdue_by(due_before)} then 'overdue'
  when h.state = 'active' and (h.category is null or {unadmitted_by(admitting)}) then 'filed'
  else h.state end)"""


OVERDUE = overdue_by("%(verification_due_before)s")
"""Whether a file `h` was verified too long ago, by the values of `bind_day`."""
STANDING = standing_by("%(verification_due_before)s", "%(admitting)s")
"""How a file `h` stands on a day, one of STANDINGS, by the values of `bind_day`."""
AWAITING_ADMISSION = f"(h.state = 'active' and {unadmitted_by('%(admitting)s')})"
"""Whether a file `h` waits for the department of its category to admit it, likewise."""


def bind_day(ctx: Context) -> dict[str, dt.date | bool | str]:
    """Return the values by which standings and gaps are asked today."""
    return {
        "today": ctx.today, "verification_due_before": verification_due_before(ctx),
        "measured": bool(ctx.pack.measures), "admitting": write_admitting(ctx.pack),
    }  # fmt: skip


def write_admitting(pack: Pack) -> str:
    """Return by category the department that admits a household, as `unadmitted_by` takes it."""
    return json.dumps(dict(pack.admitting))


def verification_due_before(ctx: Context) -> dt.date:
    """Return the day before which a last verification is too old; the first of days where the
    region does not ask for re-verification."""
    return due_before(ctx.pack.care.verification_months, ctx.today)


def due_before(months: int, day: dt.date) -> dt.date:
    """Return the day so many months before; the first of days for none."""
    return add_months(day, -months) if months else dt.date.min


def is_overdue(ctx: Context, household: Household) -> bool:
    """Say whether a file must be verified before it gets new aid."""
    last = household.verified_on or household.filed_on
    return household.state != "exited" and last < verification_due_before(ctx)


def standing_of(ctx: Context, household: Household) -> str:
    """Return how one file stands today, as STANDING does in a query."""
    state = household.state
    if state == "phase_out" and household.phase_out_until and has_ended(ctx, household):
        return "exited"
    if state == "active" and is_overdue(ctx, household):
        return "overdue"
    if state == "active" and (household.category is None or awaits_admission(ctx, household)):
        return "filed"
    return state


def awaits_admission(ctx: Context, household: Household) -> bool:
    """Say whether a file is judged into a category whose department did not admit it yet."""
    department = ctx.pack.admitting.get(household.category or "")
    return household.state == "active" and department not in (None, household.admitted_by)


def has_ended(ctx: Context, household: Household) -> bool:
    """Say whether the last day of a phase-out is over."""
    return household.phase_out_until is not None and household.phase_out_until < ctx.today


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def move(
    ctx: Context,
    household: Household,
    way: str,
    after: str,
    on: dt.date,
    reason: str,
    *,
    review_id: uuid.UUID | None = None,
) -> FileEvent:
    """Take a file, which the caller holds locked, from its state to another, and keep the step.

    ConflictError where no step of this way leads from its state to that one.
    """
    check_step(household, way, (after,))
    before, household.state = household.state, after
    household.state_since, household.changed_at = on, ctx.now
    household.version += 1
    event = FileEvent(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, before=before,
        after=after, on_date=on, way=way, reason=reason, review_id=review_id,
        by_person=ctx.actor.person_id, at=ctx.now,
    )  # fmt: skip
    ctx.session.add(event)
    ctx.session.flush()
    audit.record(
        ctx, f"household.{EVENTS.get(way, 'left')}", household, reason=reason,
        before={"state": before}, after={"state": after, "way": way, "on": on.isoformat()},
    )  # fmt: skip
    return event


EVENTS = {
    "suspended": "suspended",
    "resumed": "resumed",
    "phase_out_ended": "phase_out_ended",
    "returned": "returned",
    SAFETY_NET: "under_safety_net",
}
"""What the audit trail calls a step; all others are leavings."""


def check_step(household: Household, way: str, after: Iterable[str] = ()) -> None:
    """Raise ConflictError where a file is in no state from which this way leads on."""
    sources, targets = STEPS[way]
    if household.state not in sources or not set(after) <= set(targets):
        raise ConflictError(
            REFUSALS[household.state], remedy=REMEDIES[household.state],
            number=household.file_number,
        )  # fmt: skip


REFUSALS = {
    "active": _("The file %(number)s is in force; this cannot be done with it."),
    "suspended": _("The file %(number)s is suspended; this cannot be done with it."),
    "phase_out": _("The file %(number)s is in its phase-out; this cannot be done with it."),
    "safety_net": _("The file %(number)s is under the safety net; this cannot be done with it."),
    "exited": _("The file %(number)s is closed; this cannot be done with it."),
}
REMEDIES = {
    "active": _("Look at the file again."),
    "suspended": _("Take the suspension away first, or let the household exit."),
    "phase_out": _("Wait for its last day, or let the household return."),
    "safety_net": _("Let the household return first."),
    "exited": _("Let the household return first."),
}
