"""What a household is granted to have month after month."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Moment, TenantOwned, refer

STATES = ("running", "suspended", "ended")
SUSPENDED_FOR = ("file_suspended", "file_overdue", "recheck_due")
ENDED_FOR = ("file_exited", "safety_net", "not_eligible", "by_hand")
REASONS = ("", *SUSPENDED_FOR, *ENDED_FOR)


class Entitlement(TenantOwned):
    """What came of a granted application that lasts. `amount`: fen a month, 0 for a lease in kind.

    Months are paid from `starts_on` on, the first of a month. Past `recheck_due` it is suspended
    until somebody checked it again; none where the region asks for no yearly check. `reason` is why
    it is suspended or ended, `note` what was said of it, `since` the day of its state.
    """

    __tablename__ = "entitlements"
    __table_args__ = (
        refer("applications", "application_id"),
        refer("households", "household_id"),
        Index(
            "uq_entitlements_tenant_id_application_id_live",
            "tenant_id",
            "application_id",
            unique=True,
            postgresql_where="state <> 'ended'",
        ),
        Index("ix_entitlements_tenant_id_household_id", "tenant_id", "household_id"),
        Index("ix_entitlements_tenant_id_state", "tenant_id", "state"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("extract(day from starts_on) = 1", name="starts_on"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"reason in {REASONS}", name="reason"),
        CheckConstraint("(state = 'running') = (reason = '')", name="told"),
    )
    application_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID]
    programme: Mapped[str]
    amount: Mapped[Fen]
    starts_on: Mapped[dt.date]
    recheck_due: Mapped[dt.date | None]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    since: Mapped[dt.date]
    version: Mapped[int] = mapped_column(default=1)
    granted_at: Mapped[Moment]
