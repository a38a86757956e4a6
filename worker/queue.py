"""Telling the queue server of jobs. It is only a hint: the outbox holds every job already."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from rq import Queue

JOB = "worker.jobs.run"
JOB_SECONDS = 3600
FAILED_SECONDS = 24 * 3600
CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 2.0
PAUSE_SECONDS = 5.0
TICKING = 4_201_002
"""The advisory lock of the one ticker that works."""

log = structlog.get_logger()
_silent_until: dict[str, float] = {}


class Waiting(Protocol):
    """What the queue server is told of a job: whose it is, which, and for which queue."""

    @property
    def tenant_id(self) -> uuid.UUID: ...
    @property
    def id(self) -> uuid.UUID: ...
    @property
    def queue(self) -> str: ...


class Queued(Protocol):
    """The settings a hint needs, wherever they come from."""

    @property
    def settings(self) -> Any: ...


def hint(installation: Queued, entries: Iterable[Waiting]) -> bool:
    """Tell the queue server of committed outbox entries; return whether it took them all.

    Never raises: without the server the reaper finds the jobs in the outbox. After a failure
    the server is left alone for some seconds, so that requests do not wait for it one by one.
    """
    url = installation.settings.redis_url
    if not url or time.monotonic() < _silent_until.get(url, 0.0):
        return False
    try:
        for entry in entries:
            push(url, entry)
    except redis.RedisError as error:
        _silent_until[url] = time.monotonic() + PAUSE_SECONDS
        log.warning("queue.unreachable", error=type(error).__name__)
        return False
    return True


def push(url: str, entry: Waiting) -> None:
    """Put a job on its queue; redis.RedisError when the server does not answer in time."""
    open_queue(url, entry.queue).enqueue_call(
        JOB,
        args=[str(entry.tenant_id), str(entry.id)],
        job_id=str(entry.id),
        timeout=JOB_SECONDS,
        result_ttl=0,
        failure_ttl=FAILED_SECONDS,
        description=f"{JOB} {entry.id}",
    )


def waiting(url: str, name: str) -> set[str]:
    """Return the ids of the jobs that stand in a queue and were not yet taken."""
    return set(open_queue(url, name).get_job_ids())


def workers_of(url: str, name: str) -> int:
    """Return how many workers serve a queue; 0 when the queue server does not answer."""
    from rq import Worker  # noqa: PLC0415 (loaded where it is needed: the web starts faster)

    try:
        return int(Worker.count(queue=open_queue(url, name)))
    except redis.RedisError:
        return 0


def is_ticking(connection: Connection) -> bool:
    """Return whether a ticker works on this database."""
    held = text("select exists (select 1 from pg_locks l join pg_database d on d.oid = l.database "
                "where l.locktype = 'advisory' and l.objid = :key "
                "and d.datname = current_database())")  # fmt: skip
    return bool(connection.scalar(held, {"key": TICKING}))


@lru_cache(maxsize=32)
def open_queue(url: str, name: str) -> Queue:
    """Return a queue that carries plain JSON and waits only briefly for the server."""
    from rq import Queue  # noqa: PLC0415

    return Queue(name, connection=connect(url), serializer="json", default_timeout=JOB_SECONDS)


@lru_cache(maxsize=8)
def connect(url: str) -> redis.Redis:
    """Return a client that gives up early instead of holding up a request."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=30,
    )


def run_worker(name: str, *, burst: bool = False) -> None:
    """Do the jobs of a queue in this process until stopped (until it is empty, with `burst`)."""
    from worker.runner import work  # noqa: PLC0415 (the web needs none of it)

    work(name, burst=burst)


def run_ticker(*, once: bool = False) -> None:
    """Do what is due by the clock in this process until stopped, or once."""
    from worker.ticker import tick_for_ever, tick_once  # noqa: PLC0415

    (tick_once if once else tick_for_ever)()
