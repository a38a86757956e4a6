"""Referrals as the departments see them: those they lead they answer, in others they cooperate."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from core.access import departments
from core.context import Context
from core.errors import ForbiddenError, InvalidError, NotFoundError, _
from core.households.life.measures import answer_measure
from core.households.life.models import Measure
from core.households.queries import readable_paths
from core.paging import clamp, skip
from core.pii import mask_name

READ, ANSWER = "referral.read", "referral.answer"
ANSWERS = ("accepted", "done", "refused")
"""States a lead department sets; only the union takes a referral back."""
LISTED = """
select x.id, x.version, x.household_id, h.file_number, h.head_name, u.full_name, x.line,
  x.department, x.cooperating, x.content, x.responsible, x.due_on, x.state, x.outcome,
  x.department = any (%(own)s), x.state in ('open', 'accepted') and x.due_on < %(today)s
from measures x
join households h on h.tenant_id = x.tenant_id and h.id = x.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where x.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and (x.department = any (%(own)s) or x.cooperating && %(own)s)
  and (not %(running)s or x.state in ('open', 'accepted'))
order by x.state not in ('open', 'accepted'), x.due_on, x.id limit %(size)s offset %(offset)s
"""


class Referred(NamedTuple):
    """A referral as a department sees it; `leads` says that it is this department's to answer."""

    id: uuid.UUID
    version: int
    household_id: uuid.UUID
    file_number: str
    head: str
    unit: str
    line: str
    department: str
    cooperating: list[str]
    content: str
    responsible: str
    due_on: dt.date
    state: str
    outcome: str
    leads: bool
    overdue: bool


def list_referrals(
    ctx: Context, *, running: bool = True, page: int = 1, size: int = 50
) -> list[Referred]:
    """Return what the actor's departments lead or cooperate in, due first, those at an end last."""
    asked = {
        "tenant": ctx.tenant_id, "paths": readable_paths(ctx, READ), "own": _own_names(ctx, READ),
        "today": ctx.today, "running": running, "size": clamp(size), "offset": skip(page, size),
    }  # fmt: skip
    found = (Referred(*row) for row in ctx.session.fetch(LISTED, asked))
    return [one._replace(head=mask_name(one.head)) for one in found]


def answer_referral(
    ctx: Context, measure_id: uuid.UUID, state: str, outcome: str, version: int
) -> Measure:
    """Note as the lead department what became of a referral: accepted, done or refused.

    NotFoundError for one the department has no part in, ForbiddenError for one it does not lead.
    """
    if state not in ANSWERS:
        raise InvalidError(
            _("“%(state)s” is no answer of a department."), field="state", state=state,
            remedy=_("Choose one of: %(known)s."), known=", ".join(ANSWERS),
        )  # fmt: skip
    measure = ctx.session.get(Measure, (ctx.tenant_id, measure_id))
    own = set(_own_names(ctx, ANSWER))
    if measure is None or not own & {measure.department, *measure.cooperating}:
        raise NotFoundError
    if measure.department not in own:
        raise ForbiddenError(
            _("Another department leads this measure; yours cooperates."),
            remedy=_("Ask the lead department to answer it."),
        )
    return answer_measure(ctx, measure_id, state, outcome, version, permission=ANSWER)


def _own_names(ctx: Context, permission: str) -> list[str]:
    """Return the actor's departments by name, as referrals keep them."""
    return [ctx.pack.department(code).name.zh for code in departments(ctx, permission)]
