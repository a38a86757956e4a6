"""What is to happen after a commit. The outbox is the truth; the queue server is only a hint."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, mapped_column

from core.access import Subject, allowed, require
from core.audit import record
from core.context import Context
from core.db import Json, Moment, TenantOwned, new_id
from core.errors import ConflictError, Message, NotFoundError, _

DEFAULT, IMPORTS, REPORTS = QUEUES = ("default", "imports", "reports")
"""The queues there are: a worker process serves one of them."""


class OutboxEntry(TenantOwned):
    """A job to be done once, with its progress, visible to the person who started it.

    `state`: pending, running, done, failed. A running job's worker renews `alive_at`; the reaper
    queues again whatever is pending, or running and no longer alive. `attempts` counts the times
    it was begun and tells a worker whether the job is still its own.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unfinished", "created_at",
              postgresql_where="state in ('pending', 'running')"),
        Index("ix_outbox_failed", "tenant_id", postgresql_where="state = 'failed'"),
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
    ctx: Context, job: str, payload: dict[str, Any], *, queue: str = DEFAULT, total: int = 0
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


def find_job(ctx: Context, entry_id: uuid.UUID) -> OutboxEntry:
    """Return a job to the person who started it, or to one who looks after jobs.

    Raises NotFoundError for everybody else, as if there were none.
    """
    entry = ctx.session.scalars(
        select(OutboxEntry).where(
            OutboxEntry.tenant_id == ctx.tenant_id, OutboxEntry.id == entry_id
        )
    ).one_or_none()
    if entry is None or not (_own(ctx, entry) or allowed(ctx, "job.retry", _everywhere(ctx))):
        raise NotFoundError
    require(ctx, "job.read")
    return entry


def list_jobs(ctx: Context, *, state: str = "", limit: int = 50) -> list[OutboxEntry]:
    """Return the newest jobs: one's own, or all of the tenant to one who looks after jobs."""
    require(ctx, "job.read")
    query = select(OutboxEntry).where(OutboxEntry.tenant_id == ctx.tenant_id)
    if not allowed(ctx, "job.retry", _everywhere(ctx)):
        query = query.where(OutboxEntry.started_by == ctx.actor.person_id)
    if state:
        query = query.where(OutboxEntry.state == state)
    return list(ctx.session.scalars(query.order_by(OutboxEntry.id.desc()).limit(limit)))


def retry(ctx: Context, entry: OutboxEntry) -> None:
    """Let a failed job run again; ConflictError when it has not failed."""
    require(ctx, "job.retry", _everywhere(ctx))
    if entry.state != "failed":
        raise ConflictError(_("Only a job that has failed can be tried again."))
    entry.state, entry.attempts, entry.error = "pending", 0, None
    entry.alive_at = entry.finished_at = None
    ctx.to_hint.append(entry)
    record(ctx, "job.retried", entry, before={"state": "failed"}, after={"state": "pending"})


def failure_of(entry: OutboxEntry) -> tuple[Message, Message] | None:
    """Return why a job failed and what to do, to be translated; None when it has not failed."""
    if entry.state != "failed":
        return None
    told = entry.result.get("failure", {})
    values = told.get("values", {})
    return Message(told.get("text", entry.error or ""), values), Message(
        told.get("remedy", ""), values
    )


def _own(ctx: Context, entry: OutboxEntry) -> bool:
    return entry.started_by is not None and entry.started_by == ctx.actor.person_id


def _everywhere(ctx: Context) -> Subject:
    return Subject(ctx.tenant_id)
