"""The papers that are owed of aid that was paid before them."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Json, Moment, TenantOwned, refer

OWED, HANDED_IN, SETTLED, FAILED = "owed", "handed_in", "settled", "failed"
STATES = (OWED, HANDED_IN, SETTLED, FAILED)


class OwedPapers(TenantOwned):
    """What one application still owes since it was granted by the urgent route.

    `state`: owed, handed_in (somebody else has to check them), settled, failed (the aid was not
    due). `due_on` is the last day on which they are in time. `papers` are the ids of the evidence
    by what is owed, `visit_id` the home visit that made the investigation good, `reason` why they
    were given back or the aid was not due.
    """

    __tablename__ = "owed_papers"
    __table_args__ = (
        refer("applications", "application_id"),
        refer("households", "household_id"),
        refer("visits", "visit_id"),
        Index(
            "uq_owed_papers_tenant_id_application_id_live",
            "tenant_id",
            "application_id",
            unique=True,
            postgresql_where="state <> 'failed'",
        ),
        Index("ix_owed_papers_tenant_id_household_id", "tenant_id", "household_id"),
        Index("ix_owed_papers_tenant_id_state", "tenant_id", "state"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(
            "state = 'owed' or visit_id is not null and handed_in_on is not null", name="handed_in"
        ),
    )
    application_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    granted_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    papers: Mapped[Json] = mapped_column(default=dict)
    visit_id: Mapped[uuid.UUID | None]
    note: Mapped[str] = mapped_column(default="")
    handed_in_by: Mapped[uuid.UUID | None]
    handed_in_on: Mapped[dt.date | None]
    checked_by: Mapped[uuid.UUID | None]
    checked_on: Mapped[dt.date | None]
    reason: Mapped[str] = mapped_column(default="")
    begun_at: Mapped[Moment]
