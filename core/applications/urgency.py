"""What may go the urgent route: which programmes, for what reason, and how much of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from bangfu_sdk import Programme, QuestionKind
from sqlalchemy import and_, exists, func, select

from core.applications.facts import OVER
from core.applications.models import Application
from core.applications.questions import is_asked
from core.context import Context
from core.errors import ConflictError, InvalidError, _
from core.households.models import Household
from core.money import format_yuan
from core.overrides import read_overrides
from core.owed_papers.models import FAILED, SETTLED, OwedPapers
from core.policies.region import UrgentRoute
from core.policies.urgency import Terms, terms_of
from core.replayed import stored_figures
from core.titles import title_of

LONGEST_REASON = 1000


def find_urgent_route(ctx: Context, programme: str) -> UrgentRoute | None:
    """Return how aid of a programme that cannot wait is decided, None where it has to wait."""
    return ctx.pack.urgent.get(programme)


def read_terms(ctx: Context, programme: str, on: dt.date) -> Terms:
    """Return the figures of a programme's urgent route in force on a day."""
    place = ctx.pack.place(ctx.tenant.division_code)
    return terms_of(ctx.pack.figures(programme, on, read_overrides(ctx), place))


def stored_terms(ctx: Context, application: Application) -> Terms:
    """Return the figures of the urgent route an application was judged with; NotFoundError where
    they are gone."""
    return terms_of(stored_figures(ctx, application.parameters))


def keep_urgent(ctx: Context, rule: Programme, application: Application) -> dict[str, Any]:
    """Return as JSON which papers follow once an application that cannot wait is granted: every one
    the form asks for with these answers, needed on the ordinary route or not, for nobody saw any
    before it was paid; and the region's own."""
    route = find_urgent_route(ctx, rule.name)
    if route is None or not application.urgent:
        return {}
    asked = [
        {"name": one.name, "text": one.text.as_json(), "kind": ""}
        for one in rule.questions
        if one.kind is QuestionKind.EVIDENCE and is_asked(rule, one, application.answers)
    ]
    own = [{"name": one.kind, "text": one.name.as_json(), "kind": one.kind} for one in route.papers]
    return {"owed": [*asked, *own]}


def read_reason(ctx: Context, programme: str, reason: str) -> str:
    """Return why aid cannot wait, "" where it is not said to be urgent.

    ConflictError where the region has no urgent route for the programme.
    """
    told = reason.strip()
    if told and find_urgent_route(ctx, programme) is None:
        raise ConflictError(
            _("“%(title)s” has no urgent route in this region."),
            remedy=_("Apply by the ordinary route."), field="urgent_reason",
            title=title_of(ctx, programme),
        )  # fmt: skip
    if len(told) > LONGEST_REASON:
        raise InvalidError(_("The reason is too long."), field="urgent_reason")
    return told


def waives_admission(ctx: Context, programme: str, urgent: bool) -> bool:
    """Return whether a household gets this though nobody admitted it to help yet."""
    route = find_urgent_route(ctx, programme)
    return urgent and route is not None and route.before_admission


def check_urgent(
    ctx: Context,
    household: Household,
    amount: int,
    limit: int,
    besides: uuid.UUID | None = None,
) -> None:
    """Raise InvalidError for more than may go the urgent route, which is a `limit` in fen.

    What went it before counts as long as its papers are not settled, what is on its way included,
    so that no sum is had in parts; `besides` is the application that is judged.
    """
    earlier = _unsettled(ctx, household, besides)
    left = max(limit - sum(one for _number, one in earlier), 0)
    if amount <= left:
        return
    remedy = _("Ask for no more, or apply by the ordinary route.")
    if not earlier:
        raise InvalidError(
            _("At most %(limit)s yuan go the urgent route, not %(asked)s."),
            remedy=remedy, field="asked", limit=format_yuan(limit), asked=format_yuan(amount),
        )  # fmt: skip
    raise InvalidError(
        _("%(left)s of %(limit)s yuan are left for the urgent route, not %(asked)s: the papers of "
          "%(numbers)s are not settled."),
        remedy=remedy, field="asked", left=format_yuan(left), limit=format_yuan(limit),
        asked=format_yuan(amount), numbers=", ".join(number for number, _one in earlier),
    )  # fmt: skip


def _unsettled(
    ctx: Context, household: Household, besides: uuid.UUID | None
) -> list[tuple[str, int]]:
    settled = exists().where(
        OwedPapers.tenant_id == Application.tenant_id,
        OwedPapers.application_id == Application.id,
        OwedPapers.state.in_((SETTLED, FAILED)),
    )  # fmt: skip
    query = select(
        Application.number, func.coalesce(Application.amount, Application.asked)
    ).where(
        Application.tenant_id == ctx.tenant_id, Application.household_id == household.id,
        Application.urgent_reason != "", and_(Application.state.not_in(OVER), ~settled),
    )  # fmt: skip
    if besides is not None:
        query = query.where(Application.id != besides)
    return [(number, amount) for number, amount in ctx.session.execute(query)]
