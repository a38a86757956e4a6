"""What happens to a household file between its filing and its last day."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Json, JsonList, Moment, TenantOwned, refer


class FileEvent(TenantOwned):
    """A file's step from one state to another: on which day, how, why, and who took it.

    `way` is the rule's or the person's name for the step (see `states.WAYS`); `review_id` is the
    exit review it rests on; `by_person` is null where the calendar took it.
    """

    __tablename__ = "file_events"
    __table_args__ = (
        refer("households", "household_id"),
        refer("exit_reviews", "review_id"),
        Index("ix_file_events_tenant_id_household_id", "tenant_id", "household_id"),
    )
    household_id: Mapped[uuid.UUID]
    before: Mapped[str]
    after: Mapped[str]
    on_date: Mapped[dt.date]
    way: Mapped[str]
    reason: Mapped[str]
    review_id: Mapped[uuid.UUID | None]
    by_person: Mapped[uuid.UUID | None]
    at: Mapped[Moment]


class ExitReview(TenantOwned):
    """Whether a file may be left, as one person found it and another one decided.

    `way` is what the region's exit rule says (recovery, safety_net, stays) or, without a rule, why
    else the file is to be closed. `facts`, `parameters`, `form`, `explanation` and `reasons` are
    those of the rule, as a judgement stores them; all are null for a closing without a rule.
    `state` is stays, proposed, confirmed or refused; `phase_out_months` what the rule's figures
    grant before the last day.
    """

    __tablename__ = "exit_reviews"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_exit_reviews_tenant_id_household_id", "tenant_id", "household_id"),
        Index(
            "uq_exit_reviews_tenant_id_household_id_proposed",
            "tenant_id",
            "household_id",
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
        CheckConstraint("state in ('stays', 'proposed', 'confirmed', 'refused')", name="state"),
        CheckConstraint("phase_out_months >= 0", name="phase_out_months"),
    )
    household_id: Mapped[uuid.UUID]
    on_date: Mapped[dt.date]
    way: Mapped[str]
    remark: Mapped[str]
    programme: Mapped[str | None]
    programme_version: Mapped[str | None]
    parameters: Mapped[bytes | None]
    facts: Mapped[Json | None]
    form: Mapped[bytes | None]
    explanation: Mapped[JsonList | None]
    reasons: Mapped[JsonList | None]
    phase_out_months: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    decision_reason: Mapped[str] = mapped_column(default="")


class Verification(TenantOwned):
    """A re-verification (复核) of a file: on a day, by two people, with what they found."""

    __tablename__ = "verifications"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_verifications_tenant_id_household_id", "tenant_id", "household_id"),
        CheckConstraint("first_person <> second_person", name="two_people"),
    )
    household_id: Mapped[uuid.UUID]
    on_date: Mapped[dt.date]
    result: Mapped[str]
    remark: Mapped[str]
    first_person: Mapped[uuid.UUID]
    second_person: Mapped[uuid.UUID]
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[Moment]


class Plan(TenantOwned):
    """A household plan (一户一计划). A new one follows the last, which stays readable."""

    __tablename__ = "plans"
    __table_args__ = (
        refer("households", "household_id"),
        UniqueConstraint("tenant_id", "household_id", "number"),
        CheckConstraint("starts_on <= ends_on", name="period"),
    )
    household_id: Mapped[uuid.UUID]
    number: Mapped[int]
    goals: Mapped[str]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    made_on: Mapped[dt.date]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[Moment]


class Measure(TenantOwned):
    """A measure (一户一措施): a referral to the department that leads one of the region's lines.

    `line` is the code of the region's measure line; department and cooperating departments are
    kept as the pack named them on the day of the referral. One that an application was approved for
    names it. `state` is open, accepted, done,
    refused or cancelled.
    """

    __tablename__ = "measures"
    __table_args__ = (
        refer("households", "household_id"),
        refer("applications", "application_id"),
        Index("ix_measures_tenant_id_household_id", "tenant_id", "household_id"),
        Index("ix_measures_tenant_id_application_id", "tenant_id", "application_id"),
        Index(
            "ix_measures_tenant_id_due_on",
            "tenant_id",
            "due_on",
            postgresql_where="state in ('open', 'accepted')",
        ),
        CheckConstraint(
            "state in ('open', 'accepted', 'done', 'refused', 'cancelled')", name="state"
        ),
    )
    household_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID | None]
    line: Mapped[str]
    department: Mapped[str]
    cooperating: Mapped[list[str]] = mapped_column(ARRAY(Text))
    content: Mapped[str]
    responsible: Mapped[str]
    due_on: Mapped[dt.date]
    state: Mapped[str]
    outcome: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    referred_on: Mapped[dt.date]
    referred_by: Mapped[uuid.UUID]
    closed_on: Mapped[dt.date | None]
    changed_at: Mapped[Moment]


class Visit(TenantOwned):
    """A home visit (入户调查) by two people, and what they saw. Amounts are fen a month."""

    __tablename__ = "visits"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_visits_tenant_id_household_id", "tenant_id", "household_id"),
        CheckConstraint("first_visitor <> second_visitor", name="two_people"),
    )
    household_id: Mapped[uuid.UUID]
    visited_on: Mapped[dt.date]
    first_visitor: Mapped[uuid.UUID]
    second_visitor: Mapped[uuid.UUID]
    met: Mapped[str]
    living: Mapped[str]
    housing: Mapped[str]
    income_seen: Mapped[Fen | None]
    spending_seen: Mapped[Fen | None]
    findings: Mapped[str]
    conclusion: Mapped[str]
    signature: Mapped[str]
    recorded_by: Mapped[uuid.UUID]
    recorded_at: Mapped[Moment]
