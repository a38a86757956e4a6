"""Doing a job: ids in, its handler called, done once whatever happens."""

from __future__ import annotations

import os
import traceback
import uuid
from functools import lru_cache

import structlog

import worker.imports
import worker.notices
import worker.reports
import worker.reverification
import worker.verification  # noqa: F401 (all of them register their handlers)
from core.errors import DomainError, NotFoundError, _
from core.installation import Installation
from core.settings import Settings
from worker import claims
from worker.claims import MAX_ATTEMPTS, Claim
from worker.tasks import LostError, Task, find_farewell, find_handler, heartbeat

UNEXPECTED = _("The job met an unexpected fault. It is written in the worker's log.")
UNKNOWN = _("No part of the worker knows this job.")
ABANDONED = _("Every worker that began this job ended while at it.")

log = structlog.get_logger()


def run(tenant_id: str, entry_id: str) -> None:
    """Do the job with this outbox id, unless it is done or another worker is at it."""
    perform(open_installation(), uuid.UUID(tenant_id), uuid.UUID(entry_id))


@lru_cache(maxsize=1)
def open_installation() -> Installation:
    """Return the process's installation; a forked child drops the connections it inherits."""
    installation = Installation.start(Settings())
    os.register_at_fork(after_in_child=lambda: installation.engine.dispose(close=False))
    return installation


def perform(installation: Installation, tenant_id: uuid.UUID, entry_id: uuid.UUID) -> bool:
    """Claim a job and do it; return whether it was done here."""
    held = claims.claim(installation.engine, tenant_id, entry_id)
    if held is None:
        return False
    with heartbeat(installation, held):
        return _attempt(installation, held)


def _attempt(installation: Installation, held: Claim) -> bool:
    if held.attempt > MAX_ATTEMPTS:
        return _fail(installation, held, DomainError(ABANDONED))
    try:
        handler = find_handler(held.job)
    except NotFoundError:
        return _fail(installation, held, DomainError(UNKNOWN))
    try:
        result = handler(Task(installation, held))
    except LostError:
        log.warning("job.lost", job=held.job, id=str(held.id), attempt=held.attempt)
        return False
    except DomainError as error:
        return _fail(installation, held, error)
    except Exception as error:
        return _stumble(installation, held, error)
    return claims.finish(installation.engine, held, result or {}, installation.now())


def _fail(installation: Installation, held: Claim, error: DomainError) -> bool:
    failure = {
        "code": error.code,
        "text": error.message.text,
        "values": {name: str(value) for name, value in error.message.values.items()},
        "remedy": error.remedy.text,
    }
    log.info("job.failed", job=held.job, id=str(held.id), code=error.code)
    _say_farewell(installation, held)
    claims.fail(installation.engine, held, str(error), failure, installation.now())
    return False


def _say_farewell(installation: Installation, held: Claim) -> None:
    """Let the thing the job was about know that it will not be done."""
    farewell = find_farewell(held.job)
    if farewell is None:
        return
    try:
        farewell(Task(installation, held))
    except Exception as error:
        log.error("job.farewell", job=held.job, id=str(held.id), error=type(error).__name__)


def _stumble(installation: Installation, held: Claim, error: Exception) -> bool:
    """Try again later, or fail after the last attempt. No values are logged: they are people's."""
    where = [
        f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    kind = type(error).__name__
    log.error("job.fault", job=held.job, id=str(held.id), error=kind, where=where[-5:])
    if held.attempt < MAX_ATTEMPTS:
        claims.postpone(installation.engine, held, kind)
        return False
    return _fail(installation, held, DomainError(UNEXPECTED))
