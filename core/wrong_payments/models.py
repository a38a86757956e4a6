"""Payments found to be wrong, and the money that came back."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Moment, TenantOwned, refer

KINDS = ("false_statement", "unreported_change", "own_mistake", "papers_missing", "other")
STATES = ("proposed", "confirmed", "refused")


class WrongPayment(TenantOwned):
    """A payment of which `amount` fen should not have been paid; `kind`: one of KINDS.

    `found_on` and `found_by` say when and by whom it was noticed, `reason` why it was wrong.
    `state`: proposed, confirmed, refused; only a confirmed one counts. One live record a payment.
    That of a claim of mutual aid has no household.
    """

    __tablename__ = "wrong_payments"
    __table_args__ = (
        refer("payments", "payment_id"),
        refer("households", "household_id"),
        Index(
            "uq_wrong_payments_tenant_id_payment_id_live",
            "tenant_id",
            "payment_id",
            unique=True,
            postgresql_where="state <> 'refused'",
        ),
        Index("ix_wrong_payments_tenant_id_household_id", "tenant_id", "household_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )
    payment_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]
    reason: Mapped[str]
    found_on: Mapped[dt.date]
    found_by: Mapped[str]
    amount: Mapped[Fen]
    state: Mapped[str]
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")


class Recovery(TenantOwned):
    """Money of a wrong payment that came back on a day, in fen; `note` names the receipt.

    Rows are only added: a negative amount takes back what was entered by mistake.
    """

    __tablename__ = "recoveries"
    __table_args__ = (
        refer("wrong_payments", "wrong_payment_id"),
        Index("ix_recoveries_tenant_id_wrong_payment_id", "tenant_id", "wrong_payment_id"),
        CheckConstraint("amount <> 0", name="amount"),
    )
    wrong_payment_id: Mapped[uuid.UUID]
    on_date: Mapped[dt.date]
    amount: Mapped[Fen]
    note: Mapped[str]
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[Moment]
