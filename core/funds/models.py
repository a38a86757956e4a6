"""Funds, the double-entry ledger, payments and the batches that carry them to the bank."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, JsonList, Moment, TenantOwned, refer

# A fund refers to the period whose pool it is, also in a program that knows no periods.
from core.enrolments import models as periods  # noqa: F401

ACCOUNTS = ("source", "available", "reserved", "in_transit", "paid")
CHANGE_STATES = ("proposed", "confirmed", "refused")
PAYMENT_STATES = ("reserved", "batched", "sent", "paid", "failed", "released")
BANK, IN_PERSON = MEANS = ("bank", "in_person")
"""How a payment reaches whom it is for: through the bank, or in money and goods by hand."""


class Fund(TenantOwned):
    """Money for one year from one source. `budget`, `reserved`, `paid` in fen.

    `number` counts the funds of a tenant. `programmes` are those it pays for; none means all.
    The pool of a period of mutual aid names it in `period_id` and pays that period's claims alone.
    `donor` is who gave it, "" where it is nobody's gift; `stages` of education are those a gift is
    for; none means it is for no students in particular.
    `reserved` includes what is on its way to the bank. The constraint is the wall against
    overspending: a reservation is one conditional UPDATE.
    """

    __tablename__ = "funds"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name", "year"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "period_id"),
        refer("mutual_aid_periods", "period_id"),
        CheckConstraint("reserved >= 0 and paid >= 0", name="positive"),
        CheckConstraint("reserved + paid <= budget", name="budget"),
    )
    number: Mapped[int]
    name: Mapped[str]
    source: Mapped[str]
    year: Mapped[int]
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    donor: Mapped[str] = mapped_column(default="", server_default="")
    stages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    budget: Mapped[Fen]
    reserved: Mapped[Fen] = mapped_column(default=0)
    paid: Mapped[Fen] = mapped_column(default=0)
    created_at: Mapped[Moment]
    period_id: Mapped[uuid.UUID | None]


class BudgetChange(TenantOwned):
    """A fund's budget raised by an amount of fen, or lowered by a negative one, with its reason.

    `state`: proposed, confirmed, refused; at most one a fund waits as proposed. Only a confirmed
    one stands in the budget and in the ledger.
    """

    __tablename__ = "budget_changes"
    __table_args__ = (
        refer("funds", "fund_id"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(f"state in {CHANGE_STATES}", name="state"),
        Index("ix_budget_changes_tenant_id_fund_id", "tenant_id", "fund_id"),
        Index(
            "uq_budget_changes_tenant_id_fund_id_proposed",
            "tenant_id",
            "fund_id",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
    )
    fund_id: Mapped[uuid.UUID]
    amount: Mapped[Fen]
    reason: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]


class Account(TenantOwned):
    """An account of the ledger. `kind`: source, available, reserved, in_transit, paid."""

    __tablename__ = "accounts"
    __table_args__ = (refer("funds", "fund_id"), UniqueConstraint("tenant_id", "fund_id", "kind"))
    fund_id: Mapped[uuid.UUID]
    kind: Mapped[str]


class Transfer(TenantOwned):
    """One entry of the ledger: an amount leaves the debit account for the credit account, for ever.

    `cause` and `cause_id` say why, and that it happened only once: a fund's budget, its change, a
    payment's reservation, dispatch, payment, return or release. Both sides stand in one row, so
    the ledger cannot but sum to zero; rows are only added.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        refer("accounts", "debit_id"),
        refer("accounts", "credit_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("debit_id <> credit_id", name="sides"),
        Index("ix_transfers_tenant_id_debit_id", "tenant_id", "debit_id"),
        Index("ix_transfers_tenant_id_credit_id", "tenant_id", "credit_id"),
        UniqueConstraint("tenant_id", "cause", "cause_id"),
    )
    debit_id: Mapped[uuid.UUID]
    credit_id: Mapped[uuid.UUID]
    amount: Mapped[Fen]
    cause: Mapped[str]
    cause_id: Mapped[uuid.UUID]
    at: Mapped[Moment]
    actor_id: Mapped[uuid.UUID | None]


class Batch(TenantOwned):
    """Payments handed to the bank together. `state`: draft, sent, reconciled, dissolved.

    The file for the bank carries full card numbers, so it is made anew when it is asked for and
    never stored; `file_sha256` proves that it was the same each time.
    """

    __tablename__ = "batches"
    __table_args__ = (
        refer("funds", "fund_id"),
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("state in ('draft', 'sent', 'reconciled', 'dissolved')", name="state"),
    )
    fund_id: Mapped[uuid.UUID]
    number: Mapped[str]
    state: Mapped[str]
    count: Mapped[int]
    total: Mapped[Fen]
    file_sha256: Mapped[bytes | None]
    result_sha256: Mapped[bytes | None]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[Moment]
    sent_by: Mapped[uuid.UUID | None]
    sent_at: Mapped[Moment | None]
    reconciled_at: Mapped[Moment | None]


class Payment(TenantOwned):
    """Money on its way: on an application to its household, or on a claim of mutual aid.

    One live payment an application or claim, by constraint; what is paid by the month has one for
    each `month`, given by its first day.

    `state`: reserved, batched, sent, paid, failed, released. `means`: bank, or in_person for what
    is handed over in money and goods: that is in no batch, and needs no card. `goods` are the
    articles of aid that could not wait, as much of the amount as they cost.
    """

    __tablename__ = "payments"
    __table_args__ = (
        refer("applications", "application_id"),
        refer("households", "household_id"),
        refer("claims", "claim_id"),
        refer("funds", "fund_id"),
        refer("batches", "batch_id"),
        Index(
            "uq_payments_tenant_id_application_id_live",
            "tenant_id",
            "application_id",
            unique=True,
            postgresql_where="month is null and state not in ('failed', 'released')",
        ),
        Index(
            "uq_payments_tenant_id_application_id_month_live",
            "tenant_id",
            "application_id",
            "month",
            unique=True,
            postgresql_where="month is not null and state not in ('failed', 'released')",
        ),
        Index(
            "uq_payments_tenant_id_claim_id_live",
            "tenant_id",
            "claim_id",
            unique=True,
            postgresql_where="state not in ('failed', 'released')",
        ),
        CheckConstraint("num_nonnulls(application_id, claim_id) = 1", name="cause"),
        CheckConstraint("(application_id is null) = (household_id is null)", name="household"),
        Index("ix_payments_tenant_id_batch_id", "tenant_id", "batch_id"),
        Index("ix_payments_tenant_id_fund_id_state", "tenant_id", "fund_id", "state"),
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"state in {PAYMENT_STATES}", name="state"),
        CheckConstraint(f"means in {MEANS}", name="means"),
        CheckConstraint(
            "means = 'bank' or (batch_id is null and card_cipher is null)", name="in_person"
        ),
        CheckConstraint("means = 'in_person' or goods = '[]'", name="goods"),
    )
    application_id: Mapped[uuid.UUID | None]
    household_id: Mapped[uuid.UUID | None]
    claim_id: Mapped[uuid.UUID | None]
    month: Mapped[dt.date | None]
    fund_id: Mapped[uuid.UUID]
    batch_id: Mapped[uuid.UUID | None]
    sequence: Mapped[int | None]
    number: Mapped[str]
    state: Mapped[str]
    means: Mapped[str] = mapped_column(default=BANK, server_default=BANK)
    goods: Mapped[JsonList] = mapped_column(default=list, server_default="[]")
    amount: Mapped[Fen]
    payee_name: Mapped[str]
    bank_name: Mapped[str]
    card_cipher: Mapped[bytes | None]
    card_masked: Mapped[str]
    reserved_at: Mapped[Moment]
    paid_on: Mapped[dt.date | None]
    failure: Mapped[str | None]
