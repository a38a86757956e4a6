"""Applications to aid programmes and the steps of their route."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

# An application refers to the campaign it is of, also in a program that knows no campaigns.
from core.campaigns import models as campaigns  # noqa: F401
from core.db import Fen, Json, JsonList, Moment, TenantOwned, refer
from core.routes import AnyStep

OF_REFERRALS = ("referred", "fulfilled", "unfulfilled")
"""States of a referral: to a department, which did what was asked, or did not."""
STATES = (
    "draft", "in_route", "returned", "approved", "noticed", "granted", "paid",
    "rejected", "withdrawn", *OF_REFERRALS,
)  # fmt: skip


class Application(TenantOwned):
    """One household's application to one programme (for one member where the programme says so).

    `asked` is the sum asked for, `amount` what was decided; both in fen. `assessment` is the
    plugin's answer as stored: kind, range, steps, reasons; `parameters` the hash of the figures.
    `round` counts how often it was handed in: 0 while a draft, 2 after one return for completion.
    `school_year` is the year in which it began, `student_index` the blind index of the student's ID
    number: one application to a programme for both. `focus`: the region wants it helped first.
    `urgent_reason` says why it cannot wait, empty on the ordinary route.
    `papers_seen` names the questions whose papers somebody has seen, attached or not yet.
    What stands on the list of a campaign names it in `campaign_id` and is decided on with its list.
    """

    __tablename__ = "applications"
    __table_args__ = (
        refer("households", "household_id"),
        refer("members", "member_id"),
        refer("units", "unit_id"),
        refer("campaigns", "campaign_id"),
        UniqueConstraint("tenant_id", "number"),
        Index("ix_applications_tenant_id_state", "tenant_id", "state"),
        Index("ix_applications_tenant_id_household_id", "tenant_id", "household_id"),
        Index(
            "ix_applications_tenant_id_campaign_id",
            "tenant_id",
            "campaign_id",
            postgresql_where="campaign_id is not null",
        ),
        Index(
            "uq_applications_tenant_id_student_school_year",
            "tenant_id",
            "programme",
            "student_index",
            "school_year",
            unique=True,
            postgresql_where="state not in ('rejected', 'withdrawn', 'unfulfilled')",
        ),
        CheckConstraint(f"state in {STATES}", name="state"),
    )
    number: Mapped[str]
    household_id: Mapped[uuid.UUID]
    member_id: Mapped[uuid.UUID | None]
    unit_id: Mapped[uuid.UUID]
    programme: Mapped[str]
    programme_version: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=0)
    category: Mapped[str]
    focus: Mapped[bool] = mapped_column(default=False, server_default="false")
    school_year: Mapped[int | None]
    student_index: Mapped[bytes | None]
    campaign_id: Mapped[uuid.UUID | None]
    applied_on: Mapped[dt.date]
    answers: Mapped[Json]
    papers_seen: Mapped[JsonList] = mapped_column(default=list, server_default="[]")
    asked: Mapped[Fen]
    amount: Mapped[Fen | None]
    facts: Mapped[Json]
    parameters: Mapped[bytes]
    assessment: Mapped[Json]
    started_by: Mapped[uuid.UUID]
    started_at: Mapped[Moment]
    submitted_by: Mapped[uuid.UUID | None]
    submitted_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    urgent_reason: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def urgent(self) -> bool:
        """Whether it goes the urgent route: paid first, its papers later."""
        return bool(self.urgent_reason)


class Step(AnyStep):
    """One step of an application's route.

    At province and nation the deciding tenant is `deciding_tenant`. `amount`: what an approver
    set, in fen.
    """

    __tablename__ = "steps"
    __table_args__ = (
        refer("applications", "application_id"),
        UniqueConstraint("tenant_id", "application_id", "round", "position"),
        Index(
            "ix_steps_tenant_id_open",
            "deciding_tenant",
            "tenant_id",
            postgresql_where="state = 'open'",
        ),
        CheckConstraint("state in ('waiting', 'open', 'done', 'void')", name="state"),
    )
    application_id: Mapped[uuid.UUID]
    deciding_tenant: Mapped[uuid.UUID]
    amount: Mapped[Fen | None]
