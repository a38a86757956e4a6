"""Tables of contributory schemes: their periods, and the workers enrolled by their work units."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Moment, TenantOwned, refer


class MutualAidPeriod(TenantOwned):
    """A period of medical mutual aid: who is enrolled in it contributed `contribution`, fen."""

    __tablename__ = "mutual_aid_periods"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("ends_on > starts_on", name="days"),
        CheckConstraint("contribution > 0", name="contribution"),
    )
    name: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    contribution: Mapped[Fen]
    opened_by: Mapped[uuid.UUID | None]
    opened_at: Mapped[Moment]


class Enrolment(TenantOwned):
    """A worker enrolled for a period by his work unit; he need not be in any household file."""

    __tablename__ = "enrolments"
    __table_args__ = (
        refer("mutual_aid_periods", "period_id"),
        refer("department_files", "file_id"),
        UniqueConstraint("tenant_id", "period_id", "id_index"),
        Index("ix_enrolments_tenant_id_employer", "tenant_id", "period_id", "employer_code"),
        CheckConstraint("contribution > 0", name="contribution"),
    )
    period_id: Mapped[uuid.UUID]
    employer: Mapped[str]
    employer_code: Mapped[str]
    name: Mapped[str]
    id_cipher: Mapped[bytes]
    id_index: Mapped[bytes]
    id_masked: Mapped[str]
    contribution: Mapped[Fen]
    enrolled_on: Mapped[dt.date]
    file_id: Mapped[uuid.UUID | None]
    row: Mapped[int | None]
    enrolled_by: Mapped[uuid.UUID | None]
    enrolled_at: Mapped[Moment] = mapped_column()
