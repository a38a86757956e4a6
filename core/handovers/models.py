"""Signed receipts, and what was handed over, or not, in person."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Moment, TenantOwned, refer

OUTCOMES = ("handed_over", "missed")
STATES = ("recorded", "confirmed", "refused")


class Receipt(TenantOwned):
    """The scan of a signed list (签领表), kept as it was brought in."""

    __tablename__ = "receipts"
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    storage_key: Mapped[str]
    uploaded_by: Mapped[uuid.UUID]
    uploaded_at: Mapped[Moment]


class Handover(TenantOwned):
    """What became of a payment in person: who received it from whom, or why nobody did.

    `outcome`: handed_over, missed. `state`: recorded, confirmed (the money is booked), refused
    (recorded wrongly: `reason` says why, and it is recorded anew). `givers` are the two who were
    there; `relation` is "" where the head himself signed.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        refer("payments", "payment_id"),
        refer("receipts", "receipt_id"),
        Index(
            "uq_handovers_tenant_id_payment_id_live",
            "tenant_id",
            "payment_id",
            unique=True,
            postgresql_where="state <> 'refused'",
        ),
        Index("ix_handovers_tenant_id_state", "tenant_id", "state"),
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("(outcome = 'handed_over') = (receipt_id is not null)", name="receipt"),
    )
    payment_id: Mapped[uuid.UUID]
    receipt_id: Mapped[uuid.UUID | None]
    outcome: Mapped[str]
    state: Mapped[str] = mapped_column(default="recorded")
    happened_on: Mapped[dt.date]
    givers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    receiver: Mapped[str]
    relation: Mapped[str]
    remark: Mapped[str]
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    reason: Mapped[str | None]
