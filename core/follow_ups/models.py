"""What became of students who were helped: asked about every year until they graduate."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Moment, TenantOwned, refer

FINDINGS = ("studying", "graduated", "left", "unknown")


class FollowUp(TenantOwned):
    """What was found of a student on a day, by whom; rows are only added.

    `finding`: studying, graduated, left (without a degree), unknown (nobody could be asked).
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        refer("households", "household_id"),
        refer("members", "member_id"),
        Index("ix_follow_ups_tenant_id_household_id", "tenant_id", "household_id"),
        Index("ix_follow_ups_tenant_id_member_id", "tenant_id", "member_id", "seen_on"),
        CheckConstraint(f"finding in {FINDINGS}", name="finding"),
    )
    household_id: Mapped[uuid.UUID]
    member_id: Mapped[uuid.UUID]
    finding: Mapped[str]
    seen_on: Mapped[dt.date]
    remark: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[Moment]
