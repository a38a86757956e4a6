"""Taking a job out of the outbox so that nobody else has it, keeping it, and laying it down."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Update, and_, func, or_, select, update

from core.db import Scope, open_session
from core.installation import Installation
from core.outbox import OutboxEntry

STALE_SECONDS: Final = 30
RETRY_SECONDS: Final = 10
MAX_ATTEMPTS: Final = 4
"""How often a job is begun before it counts as failed."""


@dataclass(frozen=True)
class Claim:
    """A job one worker has begun. `attempt` tells it from an earlier or later beginning."""

    tenant_id: uuid.UUID
    id: uuid.UUID
    job: str
    payload: dict[str, Any]
    attempt: int
    started_by: uuid.UUID | None
    request_id: str

    @property
    def scope(self) -> Scope:
        """The scope in which the job's own row is read and written."""
        return Scope(self.tenant_id, (self.tenant_id,))


@dataclass(frozen=True)
class Unfinished:
    """A job that waits, or whose worker has not been heard of."""

    tenant_id: uuid.UUID
    id: uuid.UUID
    queue: str


def claim(engine: Engine, tenant_id: uuid.UUID, entry_id: uuid.UUID) -> Claim | None:
    """Begin a job in one conditional update; None when it is done, or another worker has it."""
    entry = OutboxEntry
    statement = (
        update(entry)
        .where(entry.tenant_id == tenant_id, entry.id == entry_id)
        .where(or_(entry.state == "pending", _abandoned()))
        .values(
            state="running", attempts=entry.attempts + 1, alive_at=func.clock_timestamp(),
            error=None,
        )
        .returning(entry.job, entry.payload, entry.attempts, entry.started_by, entry.request_id)
    )  # fmt: skip
    with open_session(engine, Scope(tenant_id, (tenant_id,))) as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return Claim(
        tenant_id, entry_id, row.job, row.payload, row.attempts, row.started_by, row.request_id
    )


def mine(held: Claim) -> ColumnElement[bool]:
    """Return the condition that a job is still this worker's own."""
    return and_(
        OutboxEntry.tenant_id == held.tenant_id,
        OutboxEntry.id == held.id,
        OutboxEntry.state == "running",
        OutboxEntry.attempts == held.attempt,
    )


def renew(engine: Engine, held: Claim) -> bool:
    """Say that the worker lives; False when the job is no longer its own."""
    return _change(engine, held, alive_at=func.clock_timestamp())


def report(engine: Engine, held: Claim, done: int, total: int) -> bool:
    """Write how far the job is; False when it is no longer this worker's own."""
    return _change(engine, held, progress=done, total=total, alive_at=func.clock_timestamp())


def finish(engine: Engine, held: Claim, result: dict[str, Any], now: dt.datetime) -> bool:
    """Write that the job is done, with its result."""
    return _change(engine, held, state="done", result=result, finished_at=now)


def postpone(engine: Engine, held: Claim, error: str) -> bool:
    """Lay the job down, to be tried again a little later."""
    return _change(
        engine, held, state="pending", error=error, alive_at=func.clock_timestamp(), progress=0
    )


def fail(
    engine: Engine, held: Claim, error: str, failure: dict[str, Any], now: dt.datetime
) -> bool:
    """Write that the job has failed for good, and why."""
    return _change(
        engine, held, state="failed", error=error, result={"failure": failure}, finished_at=now
    )


def find_unfinished(installation: Installation) -> list[Unfinished]:
    """Return the jobs of all tenants that ought to stand in a queue, oldest first."""
    tenants = tuple(tenant.id for tenant in installation.tenants())
    entry = OutboxEntry
    query = (
        select(entry.tenant_id, entry.id, entry.queue)
        .where(entry.tenant_id.in_(tenants), or_(_waiting(), _abandoned()))
        .order_by(entry.id)
    )
    with open_session(installation.engine, Scope(None, tenants)) as session:
        return [Unfinished(*row) for row in session.execute(query)]


def _change(engine: Engine, held: Claim, **values: Any) -> bool:
    statement: Update = update(OutboxEntry).where(mine(held)).values(**values)
    with open_session(engine, held.scope) as session:
        row = session.execute(statement.returning(OutboxEntry.id)).one_or_none()
    return row is not None


def _waiting() -> ColumnElement[bool]:
    # Moments of life are the database's own, so that workers whose clocks differ agree on them.
    rested = OutboxEntry.alive_at < func.clock_timestamp() - dt.timedelta(seconds=RETRY_SECONDS)
    return and_(OutboxEntry.state == "pending", or_(OutboxEntry.alive_at.is_(None), rested))


def _abandoned() -> ColumnElement[bool]:
    silent = OutboxEntry.alive_at < func.clock_timestamp() - dt.timedelta(seconds=STALE_SECONDS)
    return and_(OutboxEntry.state == "running", silent)
