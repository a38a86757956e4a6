"""Holding aid on a fund until it is handed over in person, in money and goods: what cannot wait,
and what its programme gives in kind too."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from core.access import Subject, require
from core.applications.lookup import lock_application
from core.audit import record
from core.context import Context
from core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError, _
from core.funds.budgets import check_fits, find_fund
from core.funds.models import Payment
from core.funds.reservations import Cause, Payee, hold, payable, release_of
from core.handovers.goods import Article, check_articles
from core.households.models import Household
from core.money import format_yuan


def hold_in_person(
    ctx: Context, application_id: uuid.UUID, fund_id: uuid.UUID, goods: Sequence[Article] = ()
) -> Payment:
    """Hold the amount of a granted application, to be handed over in person: the goods, and what
    they do not cost in money. No bank card is needed; what was reserved for the bank is given back.

    ConflictError where its programme pays by the bank and it could wait, it is not granted, its
    money is at the bank or handed over, or the fund has not enough left; InvalidError for goods
    worth more than the amount.
    """
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    application = lock_application(ctx, application_id, "application.read")
    if not is_in_person(ctx, application.programme, urgent=application.urgent):
        raise ConflictError(
            _("The application %(number)s is paid by the bank: it could wait, and its programme"
              " gives nothing in kind."),
            remedy=_("Reserve it on a fund, and let the bank pay it."), number=application.number,
        )  # fmt: skip
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


def is_in_person(ctx: Context, programme: str, *, urgent: bool) -> bool:
    """Return whether aid can be handed over in person: what cannot wait, or what its programme
    gives in kind too; while its plugin is away only the former."""
    if urgent:
        return True
    try:
        return ctx.catalogue.programme(programme).in_person
    except (NotFoundError, UnavailableError):
        return False


def _check_worth(worth: int, amount: int) -> None:
    if worth > amount:
        raise InvalidError(
            _("The goods cost %(worth)s yuan, but %(amount)s are granted."),
            remedy=_("Leave something out."), field="articles", worth=format_yuan(worth),
            amount=format_yuan(amount),
        )  # fmt: skip
