"""Audit records, the blocks that seal them, and signed checkpoints."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Moment, TenantOwned


class AuditRecord(TenantOwned):
    """One change. `leaf` is the hash of everything above it; the sealer sets block and position.

    Rows are written by `record` and `record_many` alone: `before` and `after` keep their text to
    the letter (json, not jsonb), for it is what was hashed.
    """

    __tablename__ = "audit_records"
    __table_args__ = (
        Index("ix_audit_records_tenant_id_object_id", "tenant_id", "object_id"),
        Index("ix_audit_records_unsealed", "tenant_id", "id", postgresql_where="block is null"),
        Index(
            "uq_audit_records_tenant_id_block_position", "tenant_id", "block", "position",
            unique=True, postgresql_where="block is not null",
        ),
    )  # fmt: skip
    at: Mapped[Moment]
    actor_tenant: Mapped[uuid.UUID | None]
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str]
    event: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[uuid.UUID]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str]
    request_id: Mapped[str]
    leaf: Mapped[bytes]
    block: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[int | None]


class AuditBlock(TenantOwned):
    """A closed block: the Merkle root of its leaves, chained to the block before it.

    Numbers begin at 1; a record's position in its block at 0.
    """

    __tablename__ = "audit_blocks"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)
    number: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]
    root: Mapped[bytes]
    previous: Mapped[bytes]
    chain: Mapped[bytes]
    sealed_at: Mapped[Moment]


class AuditCheckpoint(TenantOwned):
    """A signed statement of where a tenant's chain stood; also exported outside the database.

    `records` counts all sealed records up to and with `block`.
    """

    __tablename__ = "audit_checkpoints"
    __table_args__ = (UniqueConstraint("tenant_id", "block"),)
    block: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[bytes]
    records: Mapped[int] = mapped_column(BigInteger)
    signed_at: Mapped[Moment]
    key_id: Mapped[str]
    signature: Mapped[bytes]
    countersigned_by: Mapped[uuid.UUID | None]
    countersignature: Mapped[bytes | None]
