"""The double-entry ledger: posting transfers, what stands on each account, one payment's trail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, func, insert, select
from sqlalchemy.orm import aliased

from core.access import Subject, require
from core.context import Context
from core.db import new_id
from core.funds.models import ACCOUNTS, Account, Fund, Payment, Transfer


@dataclass(frozen=True)
class Balance:
    """What one account of a fund took in (`credit`), gave out (`debit`) and holds, in fen."""

    fund_id: uuid.UUID
    fund: str
    account: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Credit less debit; the source's is the negative of all it ever gave."""
        return self.credit - self.debit


@dataclass(frozen=True)
class Entry:
    """One transfer of a payment's trail."""

    at: dt.datetime
    cause: str
    debit: str
    credit: str
    amount: int
    actor_id: uuid.UUID | None


def open_accounts(ctx: Context, fund_id: uuid.UUID) -> None:
    """Open the accounts of a new fund."""
    rows = [
        {"tenant_id": ctx.tenant_id, "id": new_id(), "fund_id": fund_id, "kind": kind}
        for kind in ACCOUNTS
    ]
    ctx.session.execute(insert(Account), rows)


def post(
    ctx: Context,
    fund_id: uuid.UUID,
    debit: str,
    credit: str,
    cause: str,
    amounts: Sequence[tuple[uuid.UUID, int]],
) -> None:
    """Move amounts out of one account of a fund into another, one transfer for each cause.

    `amounts` pairs the id of what causes the transfer with fen; each happens once by constraint.
    """
    if not amounts:
        return
    accounts = _accounts(ctx, fund_id)
    fixed = {
        "tenant_id": ctx.tenant_id, "debit_id": accounts[debit], "credit_id": accounts[credit],
        "cause": cause, "at": ctx.now, "actor_id": ctx.actor.person_id,
    }  # fmt: skip
    rows = [
        {**fixed, "id": new_id(), "cause_id": cause_id, "amount": amount}
        for cause_id, amount in amounts
    ]
    ctx.session.execute(insert(Transfer), rows)


def trial_balance(ctx: Context, fund_id: uuid.UUID | None = None) -> list[Balance]:
    """Return every account of the tenant's funds, or of one; the balances sum to zero."""
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    query = (
        select(Fund.id, Fund.name, Account.kind, _sum(Transfer.debit_id), _sum(Transfer.credit_id))
        .join(Account, (Account.tenant_id == Fund.tenant_id) & (Account.fund_id == Fund.id))
        .where(Fund.tenant_id == ctx.tenant_id)
        .order_by(Fund.number, func.array_position(list(ACCOUNTS), Account.kind))
    )
    if fund_id is not None:
        query = query.where(Fund.id == fund_id)
    return [Balance(*row) for row in ctx.session.execute(query)]


def ledger_of(ctx: Context, payment: Payment) -> list[Entry]:
    """Return every transfer a payment caused, oldest first."""
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    debit, credit = aliased(Account), aliased(Account)
    query = (
        select(Transfer.at, Transfer.cause, debit.kind, credit.kind, Transfer.amount,
               Transfer.actor_id)
        .join(debit, (debit.tenant_id == Transfer.tenant_id) & (debit.id == Transfer.debit_id))
        .join(credit, (credit.tenant_id == Transfer.tenant_id) & (credit.id == Transfer.credit_id))
        .where(Transfer.tenant_id == ctx.tenant_id, Transfer.cause_id == payment.id)
        .order_by(Transfer.id)
    )  # fmt: skip
    return [Entry(*row) for row in ctx.session.execute(query)]


def _accounts(ctx: Context, fund_id: uuid.UUID) -> dict[str, uuid.UUID]:
    query = select(Account.kind, Account.id).where(
        Account.tenant_id == ctx.tenant_id, Account.fund_id == fund_id
    )
    return {row.kind: row.id for row in ctx.session.execute(query)}


def _sum(side: Any) -> Any:
    return (
        select(func.coalesce(func.sum(Transfer.amount), 0).cast(BigInteger))
        .where(Transfer.tenant_id == Account.tenant_id, side == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )
