"""Recording a wrong payment, confirming it as a second person, entering what came back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from core.access import Subject, require
from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, _
from core.funds.models import Payment
from core.money import MAXIMUM_FEN, format_yuan
from core.tenancy import Unit
from core.wrong_payments.models import KINDS, Recovery, WrongPayment


@dataclass(frozen=True)
class Found:
    """What was found: `kind` is one of KINDS, `amount` what was paid wrongly, in fen."""

    kind: str
    amount: int
    found_on: dt.date
    found_by: str
    reason: str


def record_wrong_payment(ctx: Context, payment_id: uuid.UUID, found: Found) -> WrongPayment:
    """Record that a payment was wrong; it counts once a second person has confirmed it.

    InvalidError for a kind that is not known, an amount beyond what was paid, a day before the
    payment or after today, or where it is not said who found it and why it is wrong;
    ConflictError where the money was never paid or the payment is recorded already.
    """
    payment, path = _lock_payment(ctx, payment_id)
    require(ctx, "wrong_payment.record", Subject(ctx.tenant_id, path))
    _check(ctx, payment, found)
    _refuse_twice(ctx, payment)
    made = WrongPayment(
        tenant_id=ctx.tenant_id, id=new_id(), payment_id=payment.id,
        household_id=payment.household_id, kind=found.kind, reason=found.reason.strip(),
        found_on=found.found_on, found_by=found.found_by.strip(), amount=found.amount,
        state="proposed", recorded_by=_person(ctx), recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    after = {"payment": payment.number, "kind": made.kind, "amount": made.amount,
             "found_on": made.found_on.isoformat(), "found_by": made.found_by}  # fmt: skip
    record(ctx, "wrong_payment.recorded", made, after=after, reason=made.reason)
    return made


def confirm_wrong_payment(ctx: Context, wrong_id: uuid.UUID) -> WrongPayment:
    """Confirm a record: from now on it counts. Whoever recorded it cannot."""
    wrong, path = _lock(ctx, wrong_id)
    _require_decision(ctx, wrong, path)
    return _decide(ctx, wrong, "confirmed", "")


def refuse_wrong_payment(ctx: Context, wrong_id: uuid.UUID, reason: str) -> WrongPayment:
    """Put a record aside, as a second person: the payment was right. A reason is needed."""
    wrong, path = _lock(ctx, wrong_id)
    _require_decision(ctx, wrong, path)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    return _decide(ctx, wrong, "refused", reason.strip())


def add_recovery(
    ctx: Context, wrong_id: uuid.UUID, on_date: dt.date, amount: int, note: str
) -> Recovery:
    """Enter money that came back; a negative amount takes back what was entered by mistake.

    InvalidError for nothing, a day before the payment or after today, or no note; ConflictError
    for a record nobody has confirmed, for more than is outstanding, and for taking back more than
    came in.
    """
    wrong, path = _lock(ctx, wrong_id)
    require(ctx, "wrong_payment.record", Subject(ctx.tenant_id, path))
    before = _recovered(ctx, wrong)
    _check_recovery(ctx, wrong, on_date, amount, note, before)
    made = Recovery(
        tenant_id=ctx.tenant_id, id=new_id(), wrong_payment_id=wrong.id, on_date=on_date,
        amount=amount, note=note.strip(), recorded_by=_person(ctx), recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    record(ctx, "wrong_payment.recovered", wrong, before={"recovered": before}, reason=made.note,
           after={"recovered": before + amount, "on": on_date.isoformat()})  # fmt: skip
    return made


def _check(ctx: Context, payment: Payment, found: Found) -> None:
    if payment.state != "paid" or payment.paid_on is None:
        raise ConflictError(
            _("The payment %(number)s was not paid; it cannot be a wrong one."),
            remedy=_("Release the reservation instead."), number=payment.number,
        )  # fmt: skip
    if found.kind not in KINDS:
        raise InvalidError(
            _("“%(kind)s” is no kind of wrong payment."),
            remedy=_("Choose one of: %(known)s."), field="kind", kind=found.kind,
            known=", ".join(KINDS),
        )  # fmt: skip
    if not 0 < found.amount <= payment.amount:
        raise InvalidError(
            _("What was paid wrongly lies between 0.01 and %(paid)s yuan."),
            remedy=_("Enter no more than the payment itself."), field="amount",
            paid=format_yuan(payment.amount),
        )  # fmt: skip
    _check_day(ctx, payment, found.found_on, "found_on")
    for field, text in (("found_by", found.found_by), ("reason", found.reason)):
        if not text.strip():
            raise InvalidError(_("Say who found it and why it is wrong."), field=field)


def _check_day(ctx: Context, payment: Payment, day: dt.date, field: str) -> None:
    if payment.paid_on is None or not payment.paid_on <= day <= ctx.today:
        raise InvalidError(
            _("The day lies before the payment or after today."),
            remedy=_("Enter a day from %(first)s to %(last)s."), field=field,
            first=str(payment.paid_on), last=str(ctx.today),
        )  # fmt: skip


def _refuse_twice(ctx: Context, payment: Payment) -> None:
    query = select(WrongPayment.id).where(
        WrongPayment.tenant_id == ctx.tenant_id,
        WrongPayment.payment_id == payment.id,
        WrongPayment.state != "refused",
    )
    if ctx.session.scalar(query) is not None:
        raise ConflictError(
            _("The payment %(number)s is recorded as a wrong one already."),
            remedy=_("Look at its record; enter what comes back there."), number=payment.number,
        )  # fmt: skip


def _require_decision(ctx: Context, wrong: WrongPayment, path: str) -> None:
    parties = frozenset({wrong.recorded_by})
    require(ctx, "wrong_payment.confirm", Subject(ctx.tenant_id, path, parties))


def _decide(ctx: Context, wrong: WrongPayment, state: str, decision: str) -> WrongPayment:
    if wrong.state != "proposed":
        raise ConflictError(
            _("This record was decided on already."), remedy=_("Look at the payment again.")
        )
    wrong.state, wrong.decision = state, decision
    wrong.decided_by, wrong.decided_at = ctx.actor.person_id, ctx.now
    ctx.session.flush()
    record(ctx, f"wrong_payment.{state}", wrong, before={"state": "proposed"},
           after={"state": state}, reason=decision)  # fmt: skip
    return wrong


def _check_recovery(
    ctx: Context, wrong: WrongPayment, on_date: dt.date, amount: int, note: str, before: int
) -> None:
    if wrong.state != "confirmed":
        raise ConflictError(
            _("Nobody has confirmed yet that this payment was wrong."),
            remedy=_("Have a second person confirm the record first."),
        )
    if amount == 0 or abs(amount) > MAXIMUM_FEN:
        raise InvalidError(_("Enter an amount of more than 0."), field="amount")
    if not 0 <= before + amount <= wrong.amount:
        raise ConflictError(
            _("%(recovered)s of %(wrong)s yuan came back; %(amount)s yuan do not fit."),
            remedy=_("Enter no more than is outstanding, and take back no more than came in."),
            field="amount", recovered=format_yuan(before), wrong=format_yuan(wrong.amount),
            amount=format_yuan(amount),
        )  # fmt: skip
    _check_day(ctx, ctx.session.get_one(Payment, (ctx.tenant_id, wrong.payment_id)), on_date, "day")
    if not note.strip():
        raise InvalidError(
            _("Say how the money came back."), remedy=_("Name the receipt."), field="note"
        )


def _recovered(ctx: Context, wrong: WrongPayment) -> int:
    query = select(func.coalesce(func.sum(Recovery.amount), 0)).where(
        Recovery.tenant_id == ctx.tenant_id, Recovery.wrong_payment_id == wrong.id
    )
    return int(ctx.session.scalars(query).one())


def _lock_payment(ctx: Context, payment_id: uuid.UUID) -> tuple[Payment, str]:
    """Return a payment nobody else changes now, and the path of the union it belongs to; a claim
    belongs to the whole federation."""
    query = (
        select(Payment, func.coalesce(Unit.path, ""))
        .outerjoin(Application, (Application.tenant_id == Payment.tenant_id)
                   & (Application.id == Payment.application_id))
        .outerjoin(Unit, (Unit.tenant_id == Application.tenant_id)
                   & (Unit.id == Application.unit_id))
        .where(Payment.tenant_id == ctx.tenant_id, Payment.id == payment_id)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    found = ctx.session.execute(query).one_or_none()
    if found is None:
        raise NotFoundError
    payment, path = found
    require(ctx, "claim.read" if payment.claim_id else "application.read",
            Subject(ctx.tenant_id, path))  # fmt: skip
    return payment, path


def _lock(ctx: Context, wrong_id: uuid.UUID) -> tuple[WrongPayment, str]:
    """Return a record with its union's path; its payment is held, so nobody changes either."""
    query = select(WrongPayment).where(
        WrongPayment.tenant_id == ctx.tenant_id, WrongPayment.id == wrong_id
    )
    wrong = ctx.session.scalars(query).one_or_none()
    if wrong is None:
        raise NotFoundError
    _payment, path = _lock_payment(ctx, wrong.payment_id)
    ctx.session.refresh(wrong)
    return wrong, path


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for a wrong payment."))
    return ctx.actor.person_id
