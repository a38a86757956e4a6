"""Confirming what was recorded: handed over is booked as paid, missed goes back to its fund."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.access import Subject, require
from core.applications.models import Application
from core.audit import Change, record, record_many
from core.context import Context
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.funds.ledger import post
from core.funds.models import Payment
from core.funds.reservations import give_back
from core.handovers.models import Handover

CONFIRM = "handover.confirm"
Pair = tuple[Handover, Payment]


@dataclass(frozen=True)
class Settled:
    """How much, in fen, was handed over and how much went back, and how many of each."""

    handed_over: int
    handed_over_total: int
    missed: int
    missed_total: int


def confirm_handovers(ctx: Context, handover_ids: Sequence[uuid.UUID]) -> Settled:
    """Book what was recorded, after comparing it with the signed receipts: all of it or nothing.

    ForbiddenError for what one recorded oneself; ConflictError for what is decided already. What
    nobody received goes back to its fund. On a list, or where it could not wait, its application is
    withdrawn; what was applied for otherwise stays granted, and can be paid by the bank.
    """
    pairs = _lock(ctx, handover_ids)
    given = [one for one in pairs if one[0].outcome == "handed_over"]
    missed = [one for one in pairs if one[0].outcome == "missed"]
    for handover, payment in pairs:
        _decide(ctx, handover, "confirmed", None)
        payment.state = "paid" if handover.outcome == "handed_over" else "released"
        payment.paid_on = handover.happened_on if handover.outcome == "handed_over" else None
        payment.failure = handover.remark if handover.outcome == "missed" else None
    _book(ctx, given, missed)
    _close_applications(ctx, pairs)
    _note(ctx, pairs)
    return Settled(len(given), _sum(given), len(missed), _sum(missed))


def refuse_handover(ctx: Context, handover_id: uuid.UUID, reason: str) -> Handover:
    """Refuse what was recorded wrongly: it is to be recorded anew. A reason is needed."""
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    [(handover, payment)] = _lock(ctx, [handover_id])
    _decide(ctx, handover, "refused", reason.strip())
    ctx.session.flush()
    record(ctx, "handover.refused", handover, before={"state": "recorded"},
           after={"state": "refused", "payment": payment.number}, reason=reason)  # fmt: skip
    return handover


def _lock(ctx: Context, handover_ids: Sequence[uuid.UUID]) -> list[Pair]:
    _lock_applications(ctx, handover_ids)
    rows = ctx.session.execute(
        select(Handover, Payment)
        .join(Payment, (Payment.tenant_id == Handover.tenant_id)
              & (Payment.id == Handover.payment_id))
        .where(Handover.tenant_id == ctx.tenant_id, Handover.id.in_(list(handover_ids)))
        .order_by(Payment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    pairs = [(row[0], row[1]) for row in rows]
    if not pairs or len(pairs) != len(set(handover_ids)):
        raise NotFoundError
    for handover, payment in pairs:
        require(ctx, CONFIRM, Subject(ctx.tenant_id, parties=frozenset({handover.recorded_by})))
        if handover.state != "recorded":
            raise ConflictError(
                _("What became of the payment %(number)s is decided already."),
                remedy=_("Look at it again."), number=payment.number,
            )  # fmt: skip
    return pairs


def _lock_applications(ctx: Context, handover_ids: Sequence[uuid.UUID]) -> None:
    """Hold the applications first: everybody locks them before their payments, so that nobody
    waits in a circle."""
    ctx.session.execute(
        select(Application.id)
        .join(Payment, (Payment.tenant_id == Application.tenant_id)
              & (Payment.application_id == Application.id))
        .join(Handover, (Handover.tenant_id == Payment.tenant_id)
              & (Handover.payment_id == Payment.id))
        .where(Handover.tenant_id == ctx.tenant_id, Handover.id.in_(list(handover_ids)))
        .order_by(Application.id)
        .with_for_update(of=Application)
    )  # fmt: skip


def _decide(ctx: Context, handover: Handover, state: str, reason: str | None) -> None:
    handover.state, handover.reason = state, reason
    handover.decided_by, handover.decided_at = ctx.actor.person_id, ctx.now


def _book(ctx: Context, given: Sequence[Pair], missed: Sequence[Pair]) -> None:
    """Move the money of each fund through the books, as a bank's answer does."""
    ctx.session.flush()
    for fund_id, amounts in _by_fund(given).items():
        total = sum(amount for _payment_id, amount in amounts)
        post(ctx, fund_id, "reserved", "in_transit", "dispatch", amounts)
        post(ctx, fund_id, "in_transit", "paid", "payment", amounts)
        give_back(ctx, fund_id, total, paid=total)
    for fund_id, amounts in _by_fund(missed).items():
        post(ctx, fund_id, "reserved", "available", "release", amounts)
        give_back(ctx, fund_id, sum(amount for _payment_id, amount in amounts))


def _by_fund(pairs: Sequence[Pair]) -> dict[uuid.UUID, list[tuple[uuid.UUID, int]]]:
    found: dict[uuid.UUID, list[tuple[uuid.UUID, int]]] = defaultdict(list)
    for _handover, payment in pairs:
        found[payment.fund_id].append((payment.id, payment.amount))
    return dict(sorted(found.items()))


def _close_applications(ctx: Context, pairs: Sequence[Pair]) -> None:
    outcomes = {payment.application_id: handover for handover, payment in pairs}
    applications = ctx.session.scalars(
        select(Application)
        .where(Application.tenant_id == ctx.tenant_id, Application.id.in_(list(outcomes)))
        .order_by(Application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for one in applications:
        missed = outcomes[one.id].outcome == "missed"
        if missed and one.campaign_id is None and not one.urgent:
            continue
        one.state, one.closed_at = "withdrawn" if missed else "paid", ctx.now
        one.version += 1
        if missed:
            record(ctx, "application.withdrawn", one, before={"state": "granted"},
                   after={"state": "withdrawn"}, reason=outcomes[one.id].remark)  # fmt: skip
    ctx.session.flush()


def _note(ctx: Context, pairs: Sequence[Pair]) -> None:
    """Audit each hand-over and its payment; one statement for all of them."""
    changes = []
    for handover, payment in pairs:
        told = {"state": payment.state, "number": payment.number, "amount": payment.amount}
        changes += [
            Change("handover.confirmed", "handovers", handover.id, {"state": "recorded"},
                   {"state": "confirmed", "payment": payment.number}),
            Change(f"payment.{payment.state}", "payments", payment.id, {"state": "reserved"}, told,
                   payment.failure or ""),
        ]  # fmt: skip
    record_many(ctx, changes)


def _sum(pairs: Sequence[Pair]) -> int:
    return sum(payment.amount for _handover, payment in pairs)
