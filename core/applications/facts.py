"""From rows to the facts a programme judges: statement, members, aid of the same year."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Kind
from sqlalchemy import BigInteger, case, func, or_, select

from core.applications.models import Application
from core.context import Context
from core.errors import ConflictError, _
from core.funds.models import Payment
from core.households.fact_columns import SOURCES, read_known_facts
from core.households.models import Household

OVER = ("rejected", "withdrawn", "unfulfilled")
"""States in which an application is no aid, neither given nor asked for."""


@dataclass(frozen=True)
class EarlierAid:
    """An item of aid of the window: given, or on its way, then as much as was asked for."""

    number: str
    programme: str
    member_id: uuid.UUID | None
    amount: int
    in_campaign: bool = False


def household_facts(ctx: Context, household: Household, on: dt.date) -> dict[str, Any]:
    """Return what a household's file says of it on a day, by the names of the glossary, in fen;
    what is not known of it is left out.

    ConflictError where it has declared no income and spending by then.
    """
    found = read_known_facts(ctx, household.id, on, [*SOURCES])
    if found is None:
        raise ConflictError(
            _("The file %(number)s declares no income and spending by %(day)s."),
            remedy=_("Add its statement of income and spending first."),
            number=household.file_number, day=on.isoformat(),
        )  # fmt: skip
    return found


def earlier_aid(
    ctx: Context, household: Household, on: dt.date, besides: uuid.UUID | None = None
) -> list[EarlierAid]:
    """Return the household's items of aid of the calendar year of a day, oldest first.

    Items still on their way count too, so that two started at once do not both slip through. What
    is no money is no item: a referral takes nothing away. What is paid by the month counts by the
    months of the year that were paid or are on their way.
    """
    first, last = dt.date(on.year, 1, 1), dt.date(on.year, 12, 31)
    monthly = Application.assessment["kind"].astext == Kind.MONTHLY
    paid = (
        select(func.coalesce(func.sum(Payment.amount), 0).cast(BigInteger))
        .where(
            Payment.tenant_id == Application.tenant_id, Payment.application_id == Application.id,
            Payment.month.between(first, last), Payment.state.not_in(("failed", "released")),
        )
        .scalar_subquery()
    )  # fmt: skip
    sum_ = case((monthly, paid), else_=func.coalesce(Application.amount, Application.asked))
    query = (
        select(
            Application.number, Application.programme, Application.member_id,
            sum_, Application.campaign_id.is_not(None),
        )
        .where(
            Application.tenant_id == ctx.tenant_id,
            Application.household_id == household.id,
            Application.state.not_in(OVER),
            sum_ > 0,
            or_(monthly, Application.applied_on.between(first, last)),
        )
        .order_by(Application.id)
    )  # fmt: skip
    if besides is not None:
        query = query.where(Application.id != besides)
    return [EarlierAid(*row) for row in ctx.session.execute(query)]


def aid_facts(earlier: Sequence[EarlierAid]) -> dict[str, int]:
    """Return earlier aid as the facts `earlier_aid` (fen) and `earlier_items`: what was applied
    for, not what was brought in campaigns."""
    items = [aid for aid in earlier if not aid.in_campaign]
    return {"earlier_aid": sum(aid.amount for aid in items), "earlier_items": len(items)}
