"""Claims that wait for the actor: to be reviewed, or to be approved by somebody else, by a day."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.access import Subject, allowed
from core.claims.decisions import APPROVE, REVIEW
from core.context import Context
from core.paging import clamp
from core.policies.claims import APPROVAL
from core.policies.claims import REVIEW as REVIEWING
from core.workdays import add_working_days

QUEUE_SIZE = 200
FROM = """
from claims c
join mutual_aid_periods p on p.tenant_id = c.tenant_id and p.id = c.period_id
join enrolments e on e.tenant_id = c.tenant_id and e.id = c.enrolment_id
where c.tenant_id = %(tenant)s and c.state = 'in_route'
and c.entered_by is distinct from %(me)s
and (%(review)s and c.reviewed_by is null or %(approve)s and c.reviewed_by <> %(me)s)
"""
LISTED = f"""
select c.id, c.number, e.name, c.hospital, p.name,
  case when c.reviewed_by is null then 'review' else 'approval' end,
  c.granted, c.difference,
  (coalesce(c.reviewed_at, c.entered_at) at time zone 'Asia/Shanghai')::date
{FROM} order by coalesce(c.reviewed_at, c.entered_at), c.id limit %(size)s
"""
COUNTED = f"""
select c.reviewed_by is null, count(*),
  min((coalesce(c.reviewed_at, c.entered_at) at time zone 'Asia/Shanghai')::date)
{FROM} group by 1
"""


class Waiting(NamedTuple):
    """A claim that waits for the actor. `step` is review or approval, `amount` fen; `difference` is
    open where hospital and rule differ and he has to settle it first."""

    id: uuid.UUID
    number: str
    name: str
    hospital: str
    period: str
    step: str
    amount: int
    difference: str
    opened_on: dt.date
    due_on: dt.date
    overdue: bool


@dataclass(frozen=True)
class Counted:
    """How many claims wait for the actor, and the day by which the first is due."""

    count: int
    first_due_on: dt.date | None
    overdue: bool


def waiting_for_me(ctx: Context, *, size: int = QUEUE_SIZE) -> list[Waiting]:
    """Return the claims whose open step the actor may take, those due first.

    What he entered is left out, and what he reviewed: someone else must take it.
    """
    values = _my_steps(ctx)
    if values is None:
        return []
    rows = ctx.session.fetch(LISTED, {**values, "size": clamp(size)})
    days: dict[tuple[str, dt.date], dt.date] = {}
    found = [_tell(ctx, days, *row) for row in rows]
    return sorted(found, key=lambda one: (one.due_on, one.number))


def count_waiting(ctx: Context) -> Counted:
    """Return how many claims wait for the actor, and until when."""
    values = _my_steps(ctx)
    rows = ctx.session.fetch(COUNTED, values) if values else []
    due = [_due_on(ctx, REVIEWING if review else APPROVAL, day) for review, _count, day in rows]
    first = min(due, default=None)
    return Counted(sum(row[1] for row in rows), first, first is not None and first < ctx.today)


def _my_steps(ctx: Context) -> dict[str, Any] | None:
    """Return the values of FROM; None where nothing can wait for the actor here."""
    me = ctx.actor
    if me.is_system or me.tenant_id != ctx.tenant_id or ctx.pack.claim_terms is None:
        return None
    subject = Subject(ctx.tenant_id)
    review, approve = allowed(ctx, REVIEW, subject), allowed(ctx, APPROVE, subject)
    if not (review or approve):
        return None
    return {"tenant": ctx.tenant_id, "me": me.person_id, "review": review, "approve": approve}


def _tell(ctx: Context, days: dict[tuple[str, dt.date], dt.date], *row: Any) -> Waiting:
    step, opened = row[5], row[-1]
    if (step, opened) not in days:
        days[step, opened] = _due_on(ctx, step, opened)
    due = days[step, opened]
    return Waiting._make((*row, due, due < ctx.today))


def _due_on(ctx: Context, step: str, opened_on: dt.date) -> dt.date:
    terms = ctx.pack.claim_terms
    assert terms is not None  # noqa: S101
    return add_working_days(opened_on, terms.due_days[step])
