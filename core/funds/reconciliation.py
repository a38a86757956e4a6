"""Taking in what the bank did with a batch: line by line, all of it or nothing, once."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from core.access import Subject, require
from core.applications.models import Application
from core.audit import Change, record, record_many
from core.claims.models import Claim
from core.context import Context
from core.errors import ConflictError, Message, _
from core.funds.batches import lock_batch, payments_of
from core.funds.ledger import post
from core.funds.models import Batch, Payment
from core.funds.reservations import give_back
from core.funds.result_file import COLUMNS, Fault, Line, WrongResultError, read_result
from core.money import format_yuan


@dataclass(frozen=True)
class Reconciliation:
    """What became of a batch: how many payments and how much, in fen, was paid or came back."""

    paid: int
    paid_total: int
    failed: int
    failed_total: int


def import_result(ctx: Context, batch_id: uuid.UUID, data: bytes) -> Reconciliation:
    """Book the bank's result of a released batch.

    Every payment of the batch must be in the file once, with its amount; otherwise
    WrongResultError names every faulty row and nothing is booked. The same file once more
    answers what the first time answered; another one, or one too early, is a ConflictError.
    Failed payments give their money back to the fund, and their applications can be paid again.
    """
    require(ctx, "batch.reconcile", Subject(ctx.tenant_id))
    batch = lock_batch(ctx, batch_id)
    payments = payments_of(ctx, batch)
    digest = hashlib.sha256(data).digest()
    if batch.state == "reconciled" and batch.result_sha256 == digest:
        return _sum_up(payments)
    _expect_sent(batch)
    lines, faults = read_result(data)
    faults = [*faults, *_compare(payments, lines, {fault.number for fault in faults})]
    if faults:
        raise WrongResultError(sorted(faults, key=lambda fault: fault.row))
    _book(ctx, batch, payments, {line.number: line for line in lines})
    batch.state, batch.result_sha256, batch.reconciled_at = "reconciled", digest, ctx.now
    outcome = _sum_up(payments)
    record(ctx, "batch.reconciled", batch, before={"state": "sent"},
           after={"state": "reconciled", **vars(outcome), "result": digest.hex()})  # fmt: skip
    return outcome


def _expect_sent(batch: Batch) -> None:
    if batch.state == "reconciled":
        raise ConflictError(
            _("The batch %(number)s was reconciled with another file already."),
            remedy=_("Compare the two files; what was booked is not booked again."),
            number=batch.number,
        )
    if batch.state != "sent":
        raise ConflictError(
            _("The batch %(number)s was never released to the bank."), number=batch.number
        )


def _compare(payments: Sequence[Payment], lines: Sequence[Line], unread: set[str]) -> list[Fault]:
    """Return what does not match; a payment whose row could not be read is not missing, too."""
    by_number = {payment.number: payment for payment in payments}
    times = Counter(line.number for line in lines)
    faults = [fault for line in lines if (fault := _fault_of(line, by_number, times[line.number]))]
    last = max((line.row for line in lines), default=1)
    missing = (payment for payment in payments if payment.number not in {*times, *unread})
    return [*faults, *(_missing(last + 1, payment) for payment in missing)]


def _fault_of(line: Line, by_number: dict[str, Payment], times: int) -> Fault | None:
    payment = by_number.get(line.number)
    if payment is None:
        return _fault(
            line.row, "number", "unknown", _("The payment %(number)s is not in this batch."),
            _("Check that the file belongs to this batch."), number=line.number,
        )  # fmt: skip
    if times > 1:
        return _fault(
            line.row, "number", "twice", _("The payment %(number)s stands here more than once."),
            _("Keep one row for each payment."), number=line.number,
        )  # fmt: skip
    if payment.amount != line.amount:
        return _fault(
            line.row, "amount", "amount",
            _("The bank says %(told)s yuan, the payment %(number)s is %(amount)s."),
            _("Ask the bank what was really paid; do not change the file."),
            number=line.number, told=format_yuan(line.amount), amount=format_yuan(payment.amount),
        )  # fmt: skip
    return None


def _missing(row: int, payment: Payment) -> Fault:
    return _fault(
        row, "number", "missing", _("The payment %(number)s is missing from the file."),
        _("Ask the bank for a result of the whole batch."), number=payment.number,
    )  # fmt: skip


def _fault(row: int, column: str, code: str, text: str, remedy: str, **values: str) -> Fault:
    return Fault(row, COLUMNS[column][0], code, Message(text, values), Message(remedy, values))


def _book(ctx: Context, batch: Batch, payments: Sequence[Payment], lines: dict[str, Line]) -> None:
    paid = [payment for payment in payments if lines[payment.number].paid]
    failed = [payment for payment in payments if not lines[payment.number].paid]
    _close_causes(ctx, paid)
    for payment in paid:
        payment.state, payment.paid_on = "paid", ctx.today
    for payment in failed:
        payment.state, payment.failure = "failed", lines[payment.number].reason
    post(ctx, batch.fund_id, "in_transit", "paid", "payment", _amounts(paid))
    post(ctx, batch.fund_id, "in_transit", "reserved", "return", _amounts(failed))
    post(ctx, batch.fund_id, "reserved", "available", "release", _amounts(failed))
    give_back(ctx, batch.fund_id, batch.total, paid=sum(payment.amount for payment in paid))
    _record(ctx, payments)


def _close_causes(ctx: Context, paid: Sequence[Payment]) -> None:
    """Mark what was paid for as paid: applications, claims. What is paid by the month goes on."""
    applications = [one.application_id for one in paid if one.application_id and not one.month]
    claims = [one.claim_id for one in paid if one.claim_id]
    closing = update(Application).values(version=Application.version + 1, closed_at=ctx.now)
    settling = update(Claim).values(version=Claim.version + 1)
    for table, change, ids in ((Application, closing, applications), (Claim, settling, claims)):
        ctx.session.execute(
            change.where(table.tenant_id == ctx.tenant_id, table.id.in_(sorted(ids)))
            .values(state="paid")
            .execution_options(synchronize_session="fetch")
        )


def _amounts(payments: Sequence[Payment]) -> list[tuple[uuid.UUID, int]]:
    return [(payment.id, payment.amount) for payment in payments]


def _record(ctx: Context, payments: Sequence[Payment]) -> None:
    """Audit each payment; one statement for all of a batch."""
    record_many(ctx, [
        Change(
            f"payment.{payment.state}", "payments", payment.id, {"state": "sent"},
            {"state": payment.state, "number": payment.number, "amount": payment.amount},
            payment.failure or "",
        )
        for payment in payments
    ])  # fmt: skip


def _sum_up(payments: Sequence[Payment]) -> Reconciliation:
    paid = [payment.amount for payment in payments if payment.state == "paid"]
    failed = [payment.amount for payment in payments if payment.state == "failed"]
    return Reconciliation(len(paid), sum(paid), len(failed), sum(failed))
