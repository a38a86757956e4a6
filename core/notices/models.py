"""Public notice of a decision, and objections to it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from core.db import Fen, Moment, TenantOwned, refer


class Notice(TenantOwned):
    """What the public sees of an application, masked, from the first to the last day inclusive.

    `state`: open, closed (nothing stood against it), stopped (an objection was upheld, or the
    application was withdrawn). An application has at most one open notice.
    """

    __tablename__ = "notices"
    __table_args__ = (
        refer("applications", "application_id"),
        Index(
            "uq_notices_tenant_id_application_id_open",
            "tenant_id",
            "application_id",
            unique=True,
            postgresql_where="state = 'open'",
        ),
        CheckConstraint("state in ('open', 'closed', 'stopped')", name="state"),
        Index("ix_notices_tenant_id_state", "tenant_id", "state"),
    )
    application_id: Mapped[uuid.UUID]
    state: Mapped[str]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    working_days: Mapped[int]
    name_masked: Mapped[str]
    unit_name: Mapped[str]
    programme: Mapped[str]
    amount: Mapped[Fen]
    opened_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]


class Objection(TenantOwned):
    """An objection to a notice. `state`: open, upheld, dismissed."""

    __tablename__ = "objections"
    __table_args__ = (
        refer("notices", "notice_id"),
        Index("ix_objections_tenant_id_notice_id", "tenant_id", "notice_id"),
        CheckConstraint("state in ('open', 'upheld', 'dismissed')", name="state"),
    )
    notice_id: Mapped[uuid.UUID]
    state: Mapped[str]
    text: Mapped[str]
    contact_cipher: Mapped[bytes | None]
    raised_at: Mapped[Moment]
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[Moment | None]
    answer: Mapped[str | None]
