"""Holding aid that cannot wait on a fund until it is handed over in person, in money and goods."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from core.access import Subject, require
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.errors import ConflictError, InvalidError, _
from core.funds.budgets import check_fits, find_fund
from core.funds.models import Payment
from core.funds.reservations import Cause, Payee, hold, payable, release_of
from core.handovers.goods import Article, check_articles
from core.households.models import Household
from core.money import format_yuan


def hold_in_person(
    ctx: Context, application_id: uuid.UUID, fund_id: uuid.UUID, goods: Sequence[Article] = ()
) -> Payment:
    """Hold the amount of a granted application that could not wait, to be handed over in person:
    the goods, and what they do not cost in money. No bank card is needed; what was reserved for the
    bank is given back.

    ConflictError where the application could wait, is not granted, its money is at the bank or
    handed over, or the fund has not enough left; InvalidError for goods worth more than the amount.
    """
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    application = lock_application(ctx, application_id, "application.read")
    _require_urgent(application)
    fund = find_fund(ctx, fund_id)
    check_fits(ctx, fund, application)
    amount = payable(application)
    _check_worth(check_articles(goods), amount)
    if not release_of(ctx, application, ""):
        raise ConflictError(
            _("The money of the application %(number)s is on its way already."),
            remedy=_("Dissolve its batch first; what the bank has cannot be taken back here."),
            number=application.number,
        )
    household = ctx.session.get_one(Household, (ctx.tenant_id, application.household_id))
    cause = Cause(application.number, application_id=application.id, household_id=household.id)
    payment = hold(ctx, fund, amount, Payee(household.head_name), cause)
    payment.goods = [asdict(one) for one in goods]
    ctx.session.flush()
    if goods:
        record(ctx, "payment.in_kind", payment, after={
            "number": payment.number, "goods": payment.goods,
        })  # fmt: skip
    return payment


def _require_urgent(application: Application) -> None:
    if not application.urgent:
        raise ConflictError(
            _("Only aid that cannot wait is handed over in person; %(number)s could."),
            remedy=_("Reserve it on a fund, and let the bank pay it."),
            number=application.number,
        )


def _check_worth(worth: int, amount: int) -> None:
    if worth > amount:
        raise InvalidError(
            _("The goods cost %(worth)s yuan, but %(amount)s are granted."),
            remedy=_("Leave something out."), field="articles", worth=format_yuan(worth),
            amount=format_yuan(amount),
        )  # fmt: skip
