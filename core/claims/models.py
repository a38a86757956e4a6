"""Claims on medical mutual aid, and the bills of a province that were claimed."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Json, JsonList, Moment, TenantOwned, refer

STATES = ("in_route", "returned", "approved", "paid", "refused")
PAYEES = ("worker", "hospital")
DIFFERENCES = ("", "open", "rule", "hospital")


class Claim(TenantOwned):
    """A hospital bill claimed by an enrolled worker, judged by the region's scheme; amounts fen.

    `state`: in_route (entered, and reviewed where `reviewed_by` says so), returned, approved,
    paid, refused. `benefit` is what the rule gives, `granted` what is to be paid. `settled` is
    what the hospital or insurer paid at discharge, where it did; then `difference` says whether
    it is open, or which of the two holds. Facts, figures, form and steps are stored as those of
    a judgement are. `payee` is the worker or the hospital that advanced the money.
    """

    __tablename__ = "claims"
    __table_args__ = (
        refer("enrolments", "enrolment_id"),
        refer("mutual_aid_periods", "period_id"),
        refer("department_files", "file_id"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "period_id", "sequence"),
        Index("ix_claims_tenant_id_enrolment_id", "tenant_id", "enrolment_id"),
        Index("ix_claims_tenant_id_bill_digest", "tenant_id", "bill_digest"),
        CheckConstraint(
            "total = basic_insurance + illness_insurance + in_policy + out_of_policy"
            " and least(basic_insurance, illness_insurance, in_policy, out_of_policy) >= 0"
            " and total > 0",
            name="amounts",
        ),
        CheckConstraint("discharged_on >= admitted_on", name="days"),
        CheckConstraint("benefit >= 0 and granted >= 0", name="benefit"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"payee in {PAYEES}", name="payee"),
        CheckConstraint(f"difference in {DIFFERENCES}", name="difference"),
    )
    number: Mapped[str]
    sequence: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    period_id: Mapped[uuid.UUID]
    enrolment_id: Mapped[uuid.UUID]
    hospital: Mapped[str]
    hospital_code: Mapped[str]
    bill_number: Mapped[str]
    bill_digest: Mapped[bytes]
    admitted_on: Mapped[dt.date]
    discharged_on: Mapped[dt.date]
    total: Mapped[Fen]
    basic_insurance: Mapped[Fen]
    illness_insurance: Mapped[Fen]
    in_policy: Mapped[Fen]
    out_of_policy: Mapped[Fen]
    listed_illness: Mapped[bool]
    illness_cipher: Mapped[bytes | None]
    payee: Mapped[str]
    payee_name: Mapped[str]
    bank_name: Mapped[str]
    card_cipher: Mapped[bytes | None]
    card_masked: Mapped[str]
    scheme: Mapped[str]
    scheme_version: Mapped[str]
    parameters: Mapped[bytes]
    facts: Mapped[Json]
    form: Mapped[bytes]
    explanation: Mapped[JsonList]
    reasons: Mapped[JsonList]
    benefit: Mapped[Fen]
    settled: Mapped[Fen | None]
    granted: Mapped[Fen]
    difference: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[uuid.UUID | None]
    entered_at: Mapped[Moment]
    reviewed_by: Mapped[uuid.UUID | None]
    reviewed_at: Mapped[Moment | None]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    file_id: Mapped[uuid.UUID | None]
    row: Mapped[int | None]


class ClaimedBill(TenantOwned):
    """A bill that was claimed in a province, as a keyed hash: nobody reads out of it whose it is.

    The rows belong to the province, so that its cities share them without reading each other.
    `federation` is the tenant whose claim it is.
    """

    __tablename__ = "claimed_bills"
    __table_args__ = (UniqueConstraint("tenant_id", "digest"),)
    digest: Mapped[bytes]
    federation: Mapped[uuid.UUID]
