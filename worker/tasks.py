"""A job at work: what its handler is given, and the registry of handlers by name."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from core.context import Context
from core.errors import NotFoundError
from core.installation import Installation
from core.outbox import OutboxEntry
from core.people import SYSTEM, Actor
from core.sessions import find_actor
from core.tenancy import TenantView
from worker import claims
from worker.claims import Claim

HEARTBEAT_SECONDS: Final = 5.0
PROGRESS_SECONDS: Final = 0.5

log = structlog.get_logger()
Result = dict[str, Any] | None
Handler = Callable[["Task"], Result]
Farewell = Callable[["Task"], None]
_handlers: dict[str, Handler] = {}
_farewells: dict[str, Farewell] = {}


class LostError(Exception):
    """The job was given to another worker meanwhile; nothing more of it may be committed here."""


class Task:
    """A claimed job: its payload, its tenant, its progress, and Contexts to do it in."""

    def __init__(self, installation: Installation, held: Claim) -> None:
        self.installation = installation
        self.claim = held
        self.tenant: TenantView = installation.tenant_by_id(held.tenant_id)
        self._told_at = 0.0

    @property
    def payload(self) -> dict[str, Any]:
        """The plain values the job was written down with."""
        return self.claim.payload

    def id_of(self, name: str) -> uuid.UUID:
        """Return an id out of the payload."""
        return uuid.UUID(self.payload[name])

    def progress(self, done: int, total: int) -> None:
        """Show how far the job is; cheap to call often. LostError when it was taken away."""
        if done < total and time.monotonic() - self._told_at < PROGRESS_SECONDS:
            return
        self._told_at = time.monotonic()
        if not claims.report(self.installation.engine, self.claim, done, total):
            raise LostError

    @contextmanager
    def context(self) -> Iterator[Context]:
        """Yield a Context in the name of the person who started the job, or of the system.

        It commits at the end only if the job is still this worker's own. NotFoundError when the
        person's account was closed meanwhile.
        """
        with self._open(self._starter()) as ctx:
            yield ctx

    @contextmanager
    def system(self) -> Iterator[Context]:
        """Yield a Context in the name of the system; commits as `context` does."""
        with self._open(SYSTEM) as ctx:
            yield ctx

    @contextmanager
    def _open(self, actor: Actor) -> Iterator[Context]:
        request_id = self.claim.request_id
        with self.installation.context(self.tenant, actor, request_id=request_id) as ctx:
            yield ctx
            held = select(OutboxEntry.id).where(claims.mine(self.claim)).with_for_update(read=True)
            if ctx.session.scalar(held) is None:
                raise LostError

    def _starter(self) -> Actor:
        if self.claim.started_by is None:
            return SYSTEM
        with self.installation.system(self.tenant) as ctx:
            return find_actor(ctx.session, self.tenant, self.claim.started_by)


def job(name: str, *, farewell: Farewell | None = None) -> Callable[[Handler], Handler]:
    """Register a handler under the name jobs are written down with.

    `farewell` is called once the job has failed for good.
    """

    def register(handler: Handler) -> Handler:
        if name in _handlers:
            raise ValueError(f"the job {name} has a handler already")
        _handlers[name] = handler
        if farewell is not None:
            _farewells[name] = farewell
        return handler

    return register


def find_farewell(name: str) -> Farewell | None:
    """Return what is to be called when a job has failed for good, if anything."""
    return _farewells.get(name)


def find_handler(name: str) -> Handler:
    """Return the handler of a job; NotFoundError when no part of the worker knows it."""
    if name not in _handlers:
        raise NotFoundError
    return _handlers[name]


@contextmanager
def heartbeat(installation: Installation, held: Claim) -> Iterator[None]:
    """Say every few seconds, from a thread of its own, that the worker lives."""
    ended = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(installation, held, ended), name="heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(installation: Installation, held: Claim, ended: threading.Event) -> None:
    while not ended.wait(HEARTBEAT_SECONDS):
        try:
            if not claims.renew(installation.engine, held):
                return
        except SQLAlchemyError as error:
            log.warning("heartbeat.missed", job=str(held.id), error=type(error).__name__)
