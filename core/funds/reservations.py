"""Reserving granted aid on a fund, and giving it back. Never beyond the budget, never twice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update

from core.access import Subject, require
from core.applications.drafts import refuse_listed
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.applications.referral import refuse_money
from core.audit import record
from core.context import Context
from core.db import new_id
from core.entitlements.opening import refuse_single
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.funds.budgets import check_fits, find_fund, fitting_funds
from core.funds.ledger import post
from core.funds.models import BANK, IN_PERSON, Fund, Payment
from core.handovers.models import Handover
from core.households.models import Household
from core.money import format_yuan
from core.pii import mask_card

OVER = ("failed", "released")
"""States in which a payment no longer stands in the way of another one."""
CARD_PLACE = "payments.card_cipher"
_POOL_REMEDY = _("Have finance raise the budget of the pool: one proposes, another confirms.")


@dataclass(frozen=True)
class Payee:
    """Who is paid, with the card or account number in clear; none for what is handed over."""

    name: str
    bank_name: str = ""
    card: str = ""


@dataclass(frozen=True)
class Cause:
    """What is paid for, by its number: an application of a household, or a claim."""

    number: str
    application_id: uuid.UUID | None = None
    household_id: uuid.UUID | None = None
    claim_id: uuid.UUID | None = None


def reserve(ctx: Context, application_id: uuid.UUID, fund_id: uuid.UUID) -> Payment:
    """Reserve a granted application's amount on a fund: from now on it is payable.

    ConflictError when it is not granted, has a payment already, its household has no bank card,
    or the fund does not fit or has not enough left.
    """
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    application = lock_application(ctx, application_id, "application.read")
    refuse_money(application)
    refuse_single(application)
    refuse_listed(application)
    fund = find_fund(ctx, fund_id)
    check_fits(ctx, fund, application)
    amount = payable(application)
    household = _payee(ctx, application)
    payee = Payee(
        household.head_name, household.bank_name,
        open_card(ctx, "households.card_cipher", household.id, household.card_cipher),
    )  # fmt: skip
    cause = Cause(application.number, application_id=application.id, household_id=household.id)
    return hold(ctx, fund, amount, payee, cause)


def hold(ctx: Context, fund: Fund, amount: int, payee: Payee, cause: Cause) -> Payment:
    """Reserve an amount on a fund for a payee: from now on it is payable, in person where the payee
    has no card.

    ConflictError where the fund has not enough left, or the cause has a payment already.
    """
    _refuse_twice(ctx, cause)
    take(ctx, fund, amount)
    payment = _payment(ctx, fund, amount, payee, cause)
    ctx.session.add(payment)
    ctx.session.flush()
    post(ctx, fund.id, "available", "reserved", "reservation", [(payment.id, amount)])
    after = {"number": payment.number, "fund": fund.name, "amount": amount,
             "card": payment.card_masked}  # fmt: skip
    record(ctx, "payment.reserved", payment, after=after)
    return payment


def reserve_where_one_fits(ctx: Context, application: Application) -> Payment | None:
    """Reserve on the only fund that fits; None where finance has to see to it.

    That is so when there are several funds or none, too little money left, or no bank card.
    """
    funds = fitting_funds(ctx, application)
    if len(funds) != 1:
        return None
    try:
        with ctx.session.begin_nested():
            return reserve(ctx, application.id, funds[0].id)
    except ConflictError:
        return None


def release(ctx: Context, payment_id: uuid.UUID, reason: str) -> Payment:
    """Give a reservation back to its fund, as long as it is in no batch and nobody recorded that it
    was handed over; a reason is needed."""
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    payment = _lock_payment(ctx, payment_id)
    if payment.state != "reserved" or _given(ctx, [payment]):
        raise ConflictError(
            _("The payment %(number)s is not merely reserved any more."),
            remedy=_("Dissolve its batch first; what the bank has cannot be taken back here."),
            number=payment.number,
        )
    _free(ctx, payment, reason)
    return payment


def release_of(ctx: Context, application: Application, reason: str) -> bool:
    """Give back what is reserved for an application that was found not to be due; return whether no
    payment of it is on its way or paid, so that nothing is paid from now on."""
    query = select(Payment.id).where(
        Payment.tenant_id == ctx.tenant_id, Payment.application_id == application.id,
        Payment.state.not_in(OVER),
    )  # fmt: skip
    live = [_lock_payment(ctx, payment_id) for payment_id in ctx.session.scalars(query)]
    if any(payment.state not in ("reserved", *OVER) for payment in live) or _given(ctx, live):
        return False
    for payment in live:
        if payment.state == "reserved":
            _free(ctx, payment, reason)
    return True


def take(ctx: Context, fund: Fund, amount: int) -> None:
    """Take an amount from what a fund has left, in one conditional UPDATE, or ConflictError."""
    taken = ctx.session.execute(
        update(Fund)
        .where(
            Fund.tenant_id == ctx.tenant_id,
            Fund.id == fund.id,
            Fund.reserved + Fund.paid + amount <= Fund.budget,
        )
        .values(reserved=Fund.reserved + amount)
        .returning(Fund.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    ctx.session.refresh(fund)
    if taken is None:
        raise ConflictError(
            _("The fund %(fund)s has %(left)s yuan left; %(amount)s are needed."),
            remedy=_POOL_REMEDY if fund.period_id else _("Choose another fund."),
            fund=fund.name, left=format_yuan(fund.budget - fund.reserved - fund.paid),
            amount=format_yuan(amount),
        )  # fmt: skip


def give_back(ctx: Context, fund_id: uuid.UUID, amount: int, paid: int = 0) -> None:
    """Take an amount off what a fund has reserved; `paid` of it as paid, the rest to be had."""
    ctx.session.execute(
        update(Fund)
        .where(Fund.tenant_id == ctx.tenant_id, Fund.id == fund_id)
        .values(reserved=Fund.reserved - amount, paid=Fund.paid + paid)
        .execution_options(synchronize_session="fetch")
    )


def payable(application: Application) -> int:
    """Return what is granted, in fen; ConflictError where nothing is, so that nothing is paid."""
    if application.state != "granted" or not application.amount:
        raise ConflictError(
            _("The application %(number)s is not granted, so nothing is paid on it."),
            remedy=_("Wait until its public notice has ended."),
            number=application.number,
        )
    return application.amount


def _given(ctx: Context, payments: Sequence[Payment]) -> bool:
    """Return whether one of these was handed over in person, though nobody confirmed it yet."""
    query = select(Handover.id).where(
        Handover.tenant_id == ctx.tenant_id, Handover.state != "refused",
        Handover.payment_id.in_([payment.id for payment in payments]),
    )  # fmt: skip
    return bool(payments) and ctx.session.scalar(query) is not None


def _free(ctx: Context, payment: Payment, reason: str) -> None:
    payment.state = "released"
    give_back(ctx, payment.fund_id, payment.amount)
    post(ctx, payment.fund_id, "reserved", "available", "release", [(payment.id, payment.amount)])
    record(ctx, "payment.released", payment, before={"state": "reserved"},
           after={"state": "released"}, reason=reason)  # fmt: skip


def _payee(ctx: Context, application: Application) -> Household:
    household = ctx.session.get_one(Household, (ctx.tenant_id, application.household_id))
    if household.card_cipher is None:
        raise ConflictError(
            _("The file %(number)s has no bank card to pay to."),
            remedy=_("Have the clerk enter bank and card number in the file."),
            number=household.file_number,
        )
    return household


def _refuse_twice(ctx: Context, cause: Cause) -> None:
    query = select(Payment.number).where(*_of(ctx, cause), Payment.state.not_in(OVER))
    live = ctx.session.scalar(query)
    if live is not None:
        text = (
            _("The claim %(number)s has the payment %(payment)s already.")
            if cause.claim_id
            else _("The application %(number)s has the payment %(payment)s already.")
        )
        raise ConflictError(text, number=cause.number, payment=live)


def _of(ctx: Context, cause: Cause) -> tuple[ColumnElement[bool], ...]:
    own = Payment.tenant_id == ctx.tenant_id
    if cause.claim_id is not None:
        return own, Payment.claim_id == cause.claim_id
    return own, Payment.application_id == cause.application_id


def _payment(ctx: Context, fund: Fund, amount: int, payee: Payee, cause: Cause) -> Payment:
    payment_id = new_id()
    before = ctx.session.scalar(select(func.count()).where(*_of(ctx, cause)))
    return Payment(
        tenant_id=ctx.tenant_id, id=payment_id, application_id=cause.application_id,
        household_id=cause.household_id, claim_id=cause.claim_id, fund_id=fund.id,
        number=f"{cause.number}-{int(before or 0) + 1}", state="reserved", amount=amount,
        payee_name=payee.name, bank_name=payee.bank_name,
        card_cipher=_seal_card(ctx, payment_id, payee), means=BANK if payee.card else IN_PERSON,
        card_masked=mask_card(payee.card) if payee.card else "", reserved_at=ctx.now,
    )  # fmt: skip


def _seal_card(ctx: Context, payment_id: uuid.UUID, payee: Payee) -> bytes | None:
    if not payee.card:
        return None
    return ctx.vault.encrypt(ctx.tenant_id, CARD_PLACE, payment_id, payee.card)


def open_card(ctx: Context, place: str, row: uuid.UUID, sealed: bytes | None) -> str:
    """Return a card number in clear, to be sealed anew for the row of its payment: it stays what
    it was when reserved."""
    return ctx.vault.decrypt(ctx.tenant_id, place, row, sealed or b"")


def _lock_payment(ctx: Context, payment_id: uuid.UUID) -> Payment:
    payment = ctx.session.scalars(
        select(Payment)
        .where(Payment.tenant_id == ctx.tenant_id, Payment.id == payment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if payment is None:
        raise NotFoundError
    return payment
