"""Admissions of households to help, and the steps of their route."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Moment, TenantOwned, refer
from core.routes import AnyStep

IN_ROUTE, RETURNED, ADMITTED = "in_route", "returned", "admitted"
REFUSED, WITHDRAWN = "refused", "withdrawn"
STATES = (IN_ROUTE, RETURNED, ADMITTED, REFUSED, WITHDRAWN)
LIVE = (IN_ROUTE, RETURNED)
"""On their way: a household has at most one of these."""
BY_ROUTE, EARLIER = "route", "earlier"


class Admission(TenantOwned):
    """One household's admission to help, by the department that its category named.

    `category` is the one it was begun for, and once admitted the one it was admitted in. `way` is
    route, or earlier for one decided on paper before the file was filed here: then `document` is
    that decision's number. `decided_on` is the day of the last decision. `round` counts how often
    it was handed in, 0 for an earlier one. `reason` says why it was refused or withdrawn.
    """

    __tablename__ = "admissions"
    __table_args__ = (
        refer("households", "household_id"),
        refer("department_files", "file_id"),
        Index("ix_admissions_tenant_id_household_id", "tenant_id", "household_id"),
        Index(
            "uq_admissions_tenant_id_live",
            "tenant_id",
            "household_id",
            unique=True,
            postgresql_where="state in ('in_route', 'returned')",
        ),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("way in ('route', 'earlier')", name="way"),
    )
    household_id: Mapped[uuid.UUID]
    category: Mapped[str]
    department: Mapped[str]
    state: Mapped[str]
    way: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int]
    began_by: Mapped[uuid.UUID | None]
    began_at: Mapped[Moment]
    submitted_by: Mapped[uuid.UUID | None]
    submitted_at: Mapped[Moment]
    decided_on: Mapped[dt.date | None]
    document: Mapped[str]
    reason: Mapped[str | None]
    closed_at: Mapped[Moment | None]
    file_id: Mapped[uuid.UUID | None]
    row: Mapped[int | None]


class AdmissionStep(AnyStep):
    """One step of an admission's route; `department` is whose officer takes it, "" where the role
    alone counts."""

    __tablename__ = "admission_steps"
    __table_args__ = (
        refer("admissions", "admission_id"),
        UniqueConstraint("tenant_id", "admission_id", "round", "position"),
        Index(
            "ix_admission_steps_tenant_id_open",
            "tenant_id",
            "admission_id",
            postgresql_where="state = 'open'",
        ),
        CheckConstraint("state in ('waiting', 'open', 'done', 'void')", name="state"),
    )
    admission_id: Mapped[uuid.UUID]
    department: Mapped[str]
