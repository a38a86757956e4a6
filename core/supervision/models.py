"""Supervision reports as they were made: their content with its moment, and the PDF."""

from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Json, Moment, TenantOwned

STATES = ("waiting", "made", "failed")


class Report(TenantOwned):
    """A supervision report by one tenant on `subject_tenant` (itself or one below it).

    `number` counts the reports a tenant asked for in a `year`. `content` is empty until its
    figures were read; `storage_key`, `sha256` and `pages` are of the PDF.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_tenant_id_period", "tenant_id", "period"),
        UniqueConstraint("tenant_id", "year", "number"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )
    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    subject_tenant: Mapped[uuid.UUID]
    period: Mapped[str]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    content: Mapped[Json] = mapped_column(default=dict)
    storage_key: Mapped[str | None]
    sha256: Mapped[bytes | None]
    pages: Mapped[int | None]
    asked_by: Mapped[uuid.UUID | None]
    asked_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
