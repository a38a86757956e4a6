"""Batches: payments handed to the bank together, made by one person and released by another."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select, update

from core.access import Subject, require
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, NotFoundError, _
from core.funds.budgets import find_fund
from core.funds.ledger import post
from core.funds.models import BANK, Batch, Fund, Payment

MOST_PAYMENTS = 50_000


def make_batch(
    ctx: Context, fund_id: uuid.UUID, payment_ids: Sequence[uuid.UUID] | None = None
) -> Batch:
    """Put reserved payments of a fund into a new batch: those given, or all there are.

    ConflictError when there is none, or one given is not reserved on this fund.
    """
    require(ctx, "batch.make", Subject(ctx.tenant_id))
    fund = find_fund(ctx, fund_id, lock=True)
    payments = _reserved(ctx, fund, payment_ids)
    batch = Batch(
        tenant_id=ctx.tenant_id, id=new_id(), fund_id=fund.id, number=_next_number(ctx, fund),
        state="draft", count=len(payments), total=sum(payment.amount for payment in payments),
        made_by=_person(ctx), made_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(batch)
    ctx.session.flush()
    for sequence, payment in enumerate(payments, start=1):
        payment.state, payment.batch_id, payment.sequence = "batched", batch.id, sequence
    numbers = [payment.number for payment in payments]
    after = {"number": batch.number, "count": batch.count, "total": batch.total}
    record(ctx, "batch.made", batch, after={**after, "payments": numbers})
    return batch


def send_batch(ctx: Context, batch_id: uuid.UUID) -> Batch:
    """Release a batch to the bank. Whoever made it cannot; only then its file can be had."""
    batch = lock_batch(ctx, batch_id)
    parties = frozenset({batch.made_by})
    require(ctx, "batch.send", Subject(ctx.tenant_id, parties=parties))
    _expect_draft(batch)
    payments = payments_of(ctx, batch)
    amounts = [(payment.id, payment.amount) for payment in payments]
    post(ctx, batch.fund_id, "reserved", "in_transit", "dispatch", amounts)
    _set_states(ctx, batch, "sent")
    batch.state, batch.sent_by, batch.sent_at = "sent", ctx.actor.person_id, ctx.now
    record(ctx, "batch.sent", batch, before={"state": "draft"},
           after={"state": "sent", "count": batch.count, "total": batch.total})  # fmt: skip
    return batch


def dissolve_batch(ctx: Context, batch_id: uuid.UUID, reason: str) -> Batch:
    """Take a batch apart that was not released yet: its payments are merely reserved again."""
    require(ctx, "batch.make", Subject(ctx.tenant_id))
    batch = lock_batch(ctx, batch_id)
    _expect_draft(batch)
    ctx.session.execute(
        update(Payment)
        .where(Payment.tenant_id == ctx.tenant_id, Payment.batch_id == batch.id)
        .values(state="reserved", batch_id=None, sequence=None)
        .execution_options(synchronize_session="fetch")
    )
    batch.state = "dissolved"
    record(ctx, "batch.dissolved", batch, before={"state": "draft"},
           after={"state": "dissolved"}, reason=reason)  # fmt: skip
    return batch


def find_batch(ctx: Context, batch_id: uuid.UUID) -> Batch:
    """Return a batch of the tenant; NotFoundError when there is none."""
    return _find(ctx, batch_id, lock=False)


def lock_batch(ctx: Context, batch_id: uuid.UUID) -> Batch:
    """Return a batch that nobody else changes before this transaction ends."""
    return _find(ctx, batch_id, lock=True)


def payments_of(ctx: Context, batch: Batch) -> list[Payment]:
    """Return the payments of a batch by their sequence."""
    return list(
        ctx.session.scalars(
            select(Payment)
            .where(Payment.tenant_id == ctx.tenant_id, Payment.batch_id == batch.id)
            .order_by(Payment.sequence)
            .execution_options(populate_existing=True)
        )
    )


def _reserved(ctx: Context, fund: Fund, payment_ids: Sequence[uuid.UUID] | None) -> list[Payment]:
    query = (
        select(Payment)
        .where(
            Payment.tenant_id == ctx.tenant_id,
            Payment.fund_id == fund.id,
            Payment.state == "reserved",
            Payment.means == BANK,
        )
        .order_by(Payment.id)
        .limit(MOST_PAYMENTS)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    wanted = None if payment_ids is None else set(payment_ids)
    if wanted is not None:
        query = query.where(Payment.id.in_(wanted))
    payments = list(ctx.session.scalars(query))
    if not payments or (wanted is not None and len(payments) != len(wanted)):
        raise ConflictError(
            _("There is nothing to pay here, or part of it is in a batch or paid already."),
            remedy=_("Look at the fund's payments again and choose among those reserved."),
        )
    return payments


def _next_number(ctx: Context, fund: Fund) -> str:
    """Return the number of a fund's next batch; the fund's row is locked by the caller."""
    made = ctx.session.scalar(
        select(func.count()).where(Batch.tenant_id == ctx.tenant_id, Batch.fund_id == fund.id)
    )
    return f"{fund.year}{fund.number:03d}{int(made or 0) + 1:04d}"


def _find(ctx: Context, batch_id: uuid.UUID, *, lock: bool) -> Batch:
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    query = select(Batch).where(Batch.tenant_id == ctx.tenant_id, Batch.id == batch_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    batch = ctx.session.scalars(query).one_or_none()
    if batch is None:
        raise NotFoundError
    return batch


def _set_states(ctx: Context, batch: Batch, state: str) -> None:
    ctx.session.execute(
        update(Payment)
        .where(Payment.tenant_id == ctx.tenant_id, Payment.batch_id == batch.id)
        .values(state=state)
        .execution_options(synchronize_session="fetch")
    )


def _expect_draft(batch: Batch) -> None:
    if batch.state != "draft":
        raise ConflictError(
            _("The batch %(number)s is no draft any more."),
            remedy=_("Look at the batch again."),
            number=batch.number,
        )


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for a batch."))
    return ctx.actor.person_id
