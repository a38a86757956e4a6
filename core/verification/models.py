"""Means verification as it is stored: consents, rounds, requests, answers, differences.

What other departments tell of a person is protected as members are: ID numbers by cipher, blind
index and mask, names and whole rows by cipher. Facts that name nobody stand in clear.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Json, JsonList, Moment, TenantOwned, refer


class ConsentForm(TenantOwned):
    """An authorisation of means verification (核对授权委托书) printed for one household to sign.

    `state`: waiting, made, failed. The signed scan comes back as evidence of kind `authorisation`.
    """

    __tablename__ = "consent_forms"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_consent_forms_tenant_id_household_id", "tenant_id", "household_id"),
        CheckConstraint("state in ('waiting', 'made', 'failed')", name="state"),
    )
    household_id: Mapped[uuid.UUID]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    storage_key: Mapped[str | None]
    sha256: Mapped[bytes | None]
    asked_by: Mapped[uuid.UUID | None]
    asked_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class VerificationRound(TenantOwned):
    """One list of households put to sources on a day, numbered within its year.

    With `verifies` a household that comes out clean counts as re-verified.
    """

    __tablename__ = "verification_rounds"
    __table_args__ = (UniqueConstraint("tenant_id", "year", "number"),)
    year: Mapped[int]
    number: Mapped[int]
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    verifies: Mapped[bool]
    due_on: Mapped[dt.date]
    households: Mapped[int]
    people: Mapped[int]
    requested_by: Mapped[uuid.UUID | None]
    requested_at: Mapped[Moment]
    exported_at: Mapped[Moment | None]


class VerificationRequest(TenantOwned):
    """One household within a round, with the signed consent it rests on.

    `state`: requested (listed), waiting (the list was handed out), answered (some answers are
    in), differing (a difference is open), done.
    """

    __tablename__ = "verification_requests"
    __table_args__ = (
        refer("verification_rounds", "round_id"),
        refer("households", "household_id"),
        refer("evidence", "consent_id"),
        Index("ix_verification_requests_tenant_id_round_id", "tenant_id", "round_id"),
        Index(
            "uq_verification_requests_tenant_id_unfinished",
            "tenant_id",
            "household_id",
            unique=True,
            postgresql_where="state <> 'done'",
        ),
        CheckConstraint(
            "state in ('requested', 'waiting', 'answered', 'differing', 'done')", name="state"
        ),
    )
    round_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID]
    consent_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(default="requested")
    changed_at: Mapped[Moment]
    done_on: Mapped[dt.date | None]


class DepartmentFile(TenantOwned):
    """A workbook that brings rows in: what another department sent, or a union filled in.

    `kind` says of what: answers to a request, a list of people, aid, enrolments, claims,
    contributions, admissions, applications. `source` is the source, the kind of list, the period,
    the department that admitted, the programme; `options` what was chosen besides. `state`:
    checking, checked, importing, imported, refused, failed. `counts` says what would go in, or
    went in.
    """

    __tablename__ = "department_files"
    __table_args__ = (
        CheckConstraint(
            "kind in ('answers', 'people', 'aid', 'enrolments', 'claims', 'contributions',"
            " 'admissions', 'applications')",
            name="kind",
        ),
    )
    kind: Mapped[str]
    source: Mapped[str]
    options: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    filename: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[bytes]
    state: Mapped[str]
    counts: Mapped[Json] = mapped_column(default=dict)
    faults: Mapped[JsonList] = mapped_column(default=list)
    started_by: Mapped[uuid.UUID | None]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class VerificationAnswer(TenantOwned):
    """What a source told of one person on a day, kept as evidence.

    `household_id` is empty while nobody of this ID number is filed. `told` holds the facts,
    `row_cipher` the whole row, `row_digest` its keyed hash: the same row never comes in twice.
    """

    __tablename__ = "verification_answers"
    __table_args__ = (
        refer("department_files", "file_id"),
        refer("households", "household_id"),
        UniqueConstraint("tenant_id", "source", "row_digest"),
        Index("ix_verification_answers_tenant_id_id_index", "tenant_id", "id_index"),
        Index("ix_verification_answers_tenant_id_household_id", "tenant_id", "household_id"),
    )
    file_id: Mapped[uuid.UUID]
    source: Mapped[str]
    sheet: Mapped[str]
    row: Mapped[int]
    household_id: Mapped[uuid.UUID | None]
    name_cipher: Mapped[bytes | None]
    name_masked: Mapped[str]
    id_cipher: Mapped[bytes]
    id_index: Mapped[bytes]
    id_masked: Mapped[str]
    answered_on: Mapped[dt.date]
    told: Mapped[Json]
    row_cipher: Mapped[bytes]
    row_digest: Mapped[bytes]
    received_at: Mapped[Moment]


class Difference(TenantOwned):
    """Where an answer is not what the household declared: a task for a case worker.

    `declared` and `told` are values of the fact `kind` as texts: fen, numbers, codes, yes or no.
    `state`: open, visit (a home visit
    was asked for), declared or answer (which of the two was found right), superseded (a newer
    answer took its place).
    """

    __tablename__ = "verification_differences"
    __table_args__ = (
        refer("households", "household_id"),
        refer("verification_answers", "answer_id"),
        refer("evidence", "evidence_id"),
        UniqueConstraint("tenant_id", "answer_id", "kind"),
        Index("ix_verification_differences_tenant_id_household_id", "tenant_id", "household_id"),
        Index(
            "ix_verification_differences_tenant_id_due_on",
            "tenant_id",
            "due_on",
            postgresql_where="state in ('open', 'visit')",
        ),
        CheckConstraint(
            "state in ('open', 'visit', 'declared', 'answer', 'superseded')", name="state"
        ),
    )
    household_id: Mapped[uuid.UUID]
    answer_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    declared: Mapped[str]
    told: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    due_on: Mapped[dt.date]
    assigned_to: Mapped[uuid.UUID | None]
    found_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(default="")
    evidence_id: Mapped[uuid.UUID | None]


class Proposal(TenantOwned):
    """Someone who looks eligible: a task for the township, with the reason.

    `reason`: unfiled (on a list, in no file), returned (on a list, the file has exited), unaided
    (in force, eligible, no aid asked for this year). `origin` is the kind of list, or registry.
    `state`: open, taken_up, dismissed. `details_cipher` holds the rest of the list's row.
    """

    __tablename__ = "discovery_proposals"
    __table_args__ = (
        refer("department_files", "file_id"),
        refer("households", "household_id"),
        refer("units", "unit_id"),
        Index(
            "uq_discovery_proposals_tenant_id_open",
            "tenant_id",
            "id_index",
            unique=True,
            postgresql_where="state = 'open'",
        ),
        Index("ix_discovery_proposals_tenant_id_unit_id", "tenant_id", "unit_id"),
        Index("ix_discovery_proposals_tenant_id_digest", "tenant_id", "digest"),
        CheckConstraint("state in ('open', 'taken_up', 'dismissed')", name="state"),
    )
    file_id: Mapped[uuid.UUID | None]
    origin: Mapped[str]
    reason: Mapped[str]
    household_id: Mapped[uuid.UUID | None]
    unit_id: Mapped[uuid.UUID]
    name_cipher: Mapped[bytes | None]
    name_masked: Mapped[str]
    id_cipher: Mapped[bytes]
    id_index: Mapped[bytes]
    id_masked: Mapped[str]
    details_cipher: Mapped[bytes | None]
    grounds: Mapped[Json]
    digest: Mapped[bytes]
    state: Mapped[str] = mapped_column(default="open")
    found_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
