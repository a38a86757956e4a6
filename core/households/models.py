"""The household file: the worker, members, statement of income and spending, evidence, decisions.

National ID, bank card and phone are never stored in clear: `*_cipher` is the encrypted value,
`*_index` its keyed blind index for look-up, `*_masked` what everybody may see.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Json, JsonList, Moment, TenantOwned, refer


class Household(TenantOwned):
    """One household, one file (一户一档). Codes are the values of `codes.py`.

    `state` is one of `life.states.STATES`; that a file is overdue or unjudged follows from the day
    and its category. `exit_way` says how it came to be closed or under the safety net,
    `state_since` from which day its state holds (null: from its filing), `phase_out_until` the
    last day of a phase-out. `contact_id` is the contact person where he is one of the
    federation's people. `category` repeats the newest judgement (deep, relative, accidental,
    none; null before the first) so that lists can filter and sort by it, and `target_groups` the
    groups found with it; `judged_mark` is that judgement's fingerprint, by which a
    re-verification knows what has not changed (null: not known).
    `admitted_by` is the department that admitted the household to help, kept by `core/admissions`
    alone (null: none; regions that ask for no admission leave it so).
    `record_digest` is the keyed hash of the whole record as it was last written, by which a
    repeated import knows what has not changed.
    """

    __tablename__ = "households"
    __table_args__ = (
        refer("units", "unit_id"),
        UniqueConstraint("tenant_id", "file_number"),
        Index("ix_households_tenant_id_unit_id", "tenant_id", "unit_id"),
        Index("ix_households_tenant_id_category", "tenant_id", "category"),
        CheckConstraint(
            "state in ('active', 'suspended', 'phase_out', 'safety_net', 'exited')", name="state"
        ),
        CheckConstraint(
            "(state = 'phase_out') = (phase_out_until is not null)", name="phase_out_until"
        ),
    )
    file_number: Mapped[str]
    unit_id: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(default="active")
    version: Mapped[int] = mapped_column(default=1)
    category: Mapped[str | None]
    judged_on: Mapped[dt.date | None]
    judged_mark: Mapped[int | None] = mapped_column(BigInteger)
    head_name: Mapped[str]
    head_id_masked: Mapped[str]
    member_count: Mapped[int]
    ethnicity: Mapped[str]
    political_status: Mapped[str]
    disability_kind: Mapped[str]
    disability_grade: Mapped[str]
    work_status: Mapped[str]
    model_worker: Mapped[str]
    marital_status: Mapped[str]
    registration_kind: Mapped[str]
    phone_cipher: Mapped[bytes | None]
    phone_masked: Mapped[str]
    employer: Mapped[str]
    employer_code: Mapped[str]
    address: Mapped[str]
    division_code: Mapped[str]
    housing_kind: Mapped[str]
    housing_area_centi: Mapped[int | None]
    single_parent: Mapped[bool]
    medical_insurance: Mapped[str]
    zero_employment: Mapped[bool]
    main_cause: Mapped[str]
    further_causes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    target_groups: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    bank_name: Mapped[str]
    card_cipher: Mapped[bytes | None]
    card_index: Mapped[bytes | None]
    card_masked: Mapped[str]
    contact_person: Mapped[str]
    contact_id: Mapped[uuid.UUID | None]
    state_since: Mapped[dt.date | None]
    exit_way: Mapped[str | None]
    phase_out_until: Mapped[dt.date | None]
    filed_on: Mapped[dt.date]
    verified_on: Mapped[dt.date | None]
    admitted_by: Mapped[str | None]
    filed_by: Mapped[uuid.UUID | None]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    record_digest: Mapped[bytes | None]


class Member(TenantOwned):
    """A person of the household; exactly one is its head. `active` follows the file's state.

    One who left the household but is named in an application or in the shared ledger stays,
    `departed`.
    """

    __tablename__ = "members"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_members_tenant_id_household_id", "tenant_id", "household_id"),
        Index(
            "uq_members_tenant_id_active_id",
            "tenant_id",
            "id_index",
            unique=True,
            postgresql_where="active",
        ),
        Index(
            "uq_members_tenant_id_head",
            "tenant_id",
            "household_id",
            unique=True,
            postgresql_where="is_head",
        ),
        Index(
            "ix_members_tenant_id_closed_head",
            "tenant_id",
            "id_index",
            postgresql_where="is_head and not active",
        ),
    )
    household_id: Mapped[uuid.UUID]
    position: Mapped[int]
    is_head: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)
    departed: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    relation: Mapped[str]
    sex: Mapped[str]
    id_cipher: Mapped[bytes]
    id_index: Mapped[bytes]
    id_masked: Mapped[str]
    health: Mapped[str]
    monthly_income: Mapped[Fen]
    occupation: Mapped[str]
    education_stage: Mapped[str]
    school: Mapped[str]
    enrolment_year: Mapped[int | None]


class Statement(TenantOwned):
    """Income and spending a household declared for the 12 months before `as_of`, all in fen.

    The newest statement on or before the judging date counts. `loss` is the spending or loss by
    an accident, `compensation` what insurance, relief and aid gave back of it, `self_paid` the
    medical cost borne by the household.
    """

    __tablename__ = "statements"
    __table_args__ = (
        refer("households", "household_id"),
        UniqueConstraint("tenant_id", "household_id", "as_of"),
    )
    household_id: Mapped[uuid.UUID]
    as_of: Mapped[dt.date]
    income: Mapped[Fen]
    illness: Mapped[Fen]
    disability: Mapped[Fen]
    schooling: Mapped[Fen]
    work_cost: Mapped[Fen]
    loss: Mapped[Fen]
    compensation: Mapped[Fen]
    self_paid: Mapped[Fen]
    still_difficult: Mapped[bool]
    declared_by: Mapped[uuid.UUID | None]
    declared_at: Mapped[Moment]


class Evidence(TenantOwned):
    """A paper kept with a file or an application: what it is, who brought it, its checksum."""

    __tablename__ = "evidence"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_evidence_tenant_id_household_id", "tenant_id", "household_id"),
    )
    household_id: Mapped[uuid.UUID]
    application_id: Mapped[uuid.UUID | None]
    visit_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes]
    storage_key: Mapped[str]
    uploaded_by: Mapped[uuid.UUID | None]
    uploaded_at: Mapped[Moment]


class ParameterSet(TenantOwned):
    """Parameter values decisions were made with, stored once by their hash."""

    __tablename__ = "parameter_sets"
    __table_args__ = (UniqueConstraint("tenant_id", "sha256"),)
    sha256: Mapped[bytes]
    programme: Mapped[str]
    figures: Mapped[Json]


class ExplanationForm(TenantOwned):
    """The constant part of explanations, stored once by its hash: names, texts, units, sources."""

    __tablename__ = "explanation_forms"
    __table_args__ = (UniqueConstraint("tenant_id", "sha256"),)
    sha256: Mapped[bytes]
    steps: Mapped[JsonList]


class Judgement(TenantOwned):
    """What identification found for a household on a date, replayable: facts, figures, steps.

    `explanation` holds what each step found for this household; the form of the same length, by
    `form`, says what the steps are. `reasons` are complete, in both languages.
    """

    __tablename__ = "judgements"
    __table_args__ = (
        refer("households", "household_id"),
        Index("ix_judgements_tenant_id_household_id", "tenant_id", "household_id"),
    )
    household_id: Mapped[uuid.UUID]
    on_date: Mapped[dt.date]
    programme: Mapped[str]
    programme_version: Mapped[str]
    parameters: Mapped[bytes]
    category: Mapped[str]
    facts: Mapped[Json]
    form: Mapped[bytes]
    explanation: Mapped[JsonList]
    reasons: Mapped[JsonList]
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    judged_by: Mapped[uuid.UUID | None]
    judged_at: Mapped[Moment]


class Import(TenantOwned):
    """A workbook someone brought in: its check, its faults, what became of it.

    `state`: checking, checked, importing, imported, refused, failed. `keep_good` says whether
    good rows go in when others have faults, or nothing does.
    """

    __tablename__ = "imports"
    filename: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[bytes]
    state: Mapped[str]
    keep_good: Mapped[bool]
    judged_on: Mapped[dt.date]
    rows: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    faults: Mapped[JsonList] = mapped_column(default=list)
    categories: Mapped[Json] = mapped_column(default=dict)
    started_by: Mapped[uuid.UUID | None]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
