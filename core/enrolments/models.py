"""Tables of contributory schemes: periods, enrolled workers, what their units contributed."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Moment, TenantOwned, refer

FREE_STATES = ("proposed", "confirmed", "refused")


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
        Index("ix_enrolments_tenant_id_id_index", "tenant_id", "id_index"),
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


class Contribution(TenantOwned):
    """Money a work unit paid in for a period; `reference` names the bank's or the cash voucher.

    What a fund paid for workers enrolled free of charge names that act in `free_enrolment_id`.
    """

    __tablename__ = "contributions"
    __table_args__ = (
        refer("mutual_aid_periods", "period_id"),
        refer("free_enrolments", "free_enrolment_id"),
        UniqueConstraint("tenant_id", "period_id", "reference"),
        CheckConstraint("amount > 0", name="amount"),
    )
    period_id: Mapped[uuid.UUID]
    employer: Mapped[str]
    employer_code: Mapped[str]
    amount: Mapped[Fen]
    received_on: Mapped[dt.date]
    reference: Mapped[str]
    free_enrolment_id: Mapped[uuid.UUID | None]
    recorded_by: Mapped[uuid.UUID | None]
    recorded_at: Mapped[Moment]


class FreeEnrolment(TenantOwned):
    """Enrolling members of filed households with a major illness, a fund paying for them.

    `members` are those it was proposed for, `amount` (fen) what the fund pays. `state`: proposed,
    confirmed, refused; one a period waits as proposed, and only a second person confirms it.
    """

    __tablename__ = "free_enrolments"
    __table_args__ = (
        refer("mutual_aid_periods", "period_id"),
        refer("funds", "fund_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"state in {FREE_STATES}", name="state"),
        Index(
            "uq_free_enrolments_tenant_id_period_id_proposed",
            "tenant_id",
            "period_id",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
    )
    period_id: Mapped[uuid.UUID]
    fund_id: Mapped[uuid.UUID]
    members: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    amount: Mapped[Fen]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
