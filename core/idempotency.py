"""Answers given to writes that carried an idempotency key, so that a repeat gets the same one."""

from __future__ import annotations

import uuid

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Moment, TenantOwned


class IdempotencyKey(TenantOwned):
    """The first answer to a key of one person, and the hash of the request it answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("tenant_id", "person_id", "key"),)
    person_id: Mapped[uuid.UUID]
    key: Mapped[str]
    request_sha256: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column()
    created_at: Mapped[Moment]
