"""What is to happen after a commit. The outbox is the truth; the queue server is only a hint."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.context import Context
from core.db import Json, Moment, TenantOwned, new_id


class OutboxEntry(TenantOwned):
    """A job to be done once, with its progress, visible to the person who started it.

    `state`: pending, running, done, failed. A running job's worker renews `alive_at`; the reaper
    queues again whatever is pending, or running and no longer alive.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unfinished", "created_at",
              postgresql_where="state in ('pending', 'running')"),
        Index("ix_outbox_tenant_id_started_by", "tenant_id", "started_by"),
    )  # fmt: skip
    queue: Mapped[str]
    job: Mapped[str]
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[Json] = mapped_column(default=dict)
    error: Mapped[str | None]
    started_by: Mapped[uuid.UUID | None]
    request_id: Mapped[str]
    created_at: Mapped[Moment]
    alive_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]


def enqueue(
    ctx: Context, job: str, payload: dict[str, Any], *, queue: str = "default", total: int = 0
) -> OutboxEntry:
    """Write down in this transaction that `job` is to run once it is committed.

    `payload` holds ids and plain values only, never personal data.
    """
    entry = OutboxEntry(
        tenant_id=ctx.tenant_id,
        id=new_id(),
        queue=queue,
        job=job,
        payload=payload,
        total=total,
        started_by=ctx.actor.person_id,
        request_id=ctx.request_id,
        created_at=ctx.now,
    )
    ctx.session.add(entry)
    ctx.to_hint.append(entry)
    return entry
