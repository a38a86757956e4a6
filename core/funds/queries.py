"""Reading funds, payments and batches, with cards masked."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.access import Subject, require
from core.applications.models import Application
from core.claims.models import Claim
from core.context import Context
from core.funds.batches import find_batch
from core.funds.models import Batch, BudgetChange, Fund, Payment
from core.paging import clamp, skip
from core.people import Person

PAYMENTS_SHOWN = 500


def list_funds(ctx: Context) -> list[dict[str, Any]]:
    """Return the tenant's funds by number, with what each has left; fen."""
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    funds = ctx.session.scalars(
        select(Fund).where(Fund.tenant_id == ctx.tenant_id).order_by(Fund.number)
    )
    return [
        {
            "id": fund.id, "number": fund.number, "name": fund.name, "source": fund.source,
            "year": fund.year, "programmes": fund.programmes, "donor": fund.donor,
            "stages": fund.stages, "budget": fund.budget,
            "reserved": fund.reserved, "paid": fund.paid,
            "left": fund.budget - fund.reserved - fund.paid, "period_id": fund.period_id,
        }
        for fund in funds
    ]  # fmt: skip


def list_changes(
    ctx: Context, *, fund_id: uuid.UUID | None = None, state: str = "", size: int = 50
) -> list[dict[str, Any]]:
    """Return changes of budgets with who proposed and who decided, the newest first; fen."""
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    proposer, decider = aliased(Person), aliased(Person)
    query = (
        select(BudgetChange, Fund, proposer.name, decider.name)
        .join(Fund, (Fund.tenant_id == BudgetChange.tenant_id) & (Fund.id == BudgetChange.fund_id))
        .join(proposer, (proposer.tenant_id == BudgetChange.tenant_id)
              & (proposer.id == BudgetChange.proposed_by))
        .outerjoin(decider, (decider.tenant_id == BudgetChange.tenant_id)
                   & (decider.id == BudgetChange.decided_by))
        .where(BudgetChange.tenant_id == ctx.tenant_id)
        .order_by(BudgetChange.id.desc())
        .limit(clamp(size))
    )  # fmt: skip
    if fund_id is not None:
        query = query.where(BudgetChange.fund_id == fund_id)
    if state:
        query = query.where(BudgetChange.state == state)
    return [_change(*row) for row in ctx.session.execute(query)]


def list_payments(
    ctx: Context,
    *,
    fund_id: uuid.UUID | None = None,
    batch_id: uuid.UUID | None = None,
    state: str = "",
    page: int = 1,
    size: int = 50,
) -> list[dict[str, Any]]:
    """Return payments: a batch's in the order of its file, otherwise the newest first; `urgent` are
    those of aid that could not wait."""
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    query = (
        select(
            Payment, func.coalesce(Application.number, Claim.number),
            func.coalesce(Application.programme, Claim.scheme),
            func.coalesce(Application.urgent_reason, "") != "",
        )
        .outerjoin(Application, (Application.tenant_id == Payment.tenant_id)
                   & (Application.id == Payment.application_id))
        .outerjoin(Claim, (Claim.tenant_id == Payment.tenant_id) & (Claim.id == Payment.claim_id))
        .where(Payment.tenant_id == ctx.tenant_id)
        .order_by(Payment.sequence if batch_id else Payment.id.desc())
        .limit(clamp(size))
        .offset(skip(page, size))
    )  # fmt: skip
    if fund_id is not None:
        query = query.where(Payment.fund_id == fund_id)
    if batch_id is not None:
        query = query.where(Payment.batch_id == batch_id)
    if state:
        query = query.where(Payment.state == state)
    return [_payment(*row) for row in ctx.session.execute(query)]


def list_batches(ctx: Context, *, page: int = 1, size: int = 50) -> list[dict[str, Any]]:
    """Return the tenant's batches, newest first."""
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    query = (
        select(Batch, Fund.name)
        .join(Fund, (Fund.tenant_id == Batch.tenant_id) & (Fund.id == Batch.fund_id))
        .where(Batch.tenant_id == ctx.tenant_id)
        .order_by(Batch.id.desc())
        .limit(clamp(size))
        .offset(skip(page, size))
    )
    return [_batch(*row) for row in ctx.session.execute(query)]


def read_batch(ctx: Context, batch_id: uuid.UUID) -> dict[str, Any]:
    """Return a batch with its payments in the order of its file, the first 500 of them."""
    batch = find_batch(ctx, batch_id)
    fund = ctx.session.get_one(Fund, (ctx.tenant_id, batch.fund_id))
    payments = list_payments(ctx, batch_id=batch.id, size=PAYMENTS_SHOWN)
    return {**_batch(batch, fund.name), "payments": payments}


def _change(change: BudgetChange, fund: Fund, proposer: str, decider: str | None) -> dict[str, Any]:
    return {
        "id": change.id, "fund_id": fund.id, "fund": fund.name, "fund_number": fund.number,
        "year": fund.year, "amount": change.amount, "reason": change.reason,
        "state": change.state, "proposed_by": change.proposed_by,
        "proposed_by_name": proposer, "proposed_at": change.proposed_at,
        "decided_by_name": decider, "decided_at": change.decided_at,
    }  # fmt: skip


def _batch(batch: Batch, fund: str) -> dict[str, Any]:
    return {
        "id": batch.id, "number": batch.number, "fund": fund, "fund_id": batch.fund_id,
        "state": batch.state, "count": batch.count, "total": batch.total,
        "made_by": batch.made_by, "made_at": batch.made_at, "sent_by": batch.sent_by,
        "sent_at": batch.sent_at, "reconciled_at": batch.reconciled_at,
    }  # fmt: skip


def _payment(payment: Payment, application: str, programme: str, urgent: bool) -> dict[str, Any]:
    return {
        "id": payment.id, "number": payment.number, "sequence": payment.sequence,
        "application_id": payment.application_id, "claim_id": payment.claim_id,
        "application": application, "urgent": urgent,
        "programme": programme, "fund_id": payment.fund_id, "batch_id": payment.batch_id,
        "state": payment.state, "amount": payment.amount, "payee": payment.payee_name,
        "bank_name": payment.bank_name, "card": payment.card_masked,
        "reserved_at": payment.reserved_at, "paid_on": payment.paid_on,
        "failure": payment.failure,
    }  # fmt: skip
