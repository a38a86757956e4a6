"""What is due by the clock: jobs nobody is at, seals of the audit trail, notices that have ended,
files whose phase-out is over, entitlements that stop with them.

One ticker works at a time, the others wait for its lock; and every tick may run twice.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from core.audit.keeping import SEAL_SECONDS, keep
from core.departments.waiting import attach_waiting
from core.entitlements.following import follow_files
from core.errors import DomainError
from core.households.life.standing import end_phase_outs
from core.installation import Installation
from core.notices.publication import close_due_notices
from core.orphans import SWEEP_SECONDS, sweep
from core.verification.answers import match_waiting
from worker.jobs import open_installation
from worker.queue import TICKING, hint
from worker.reaper import reap

STANDBY_SECONDS: Final = 5.0
STEP_SECONDS: Final = 1.0
PHASE_OUT_SECONDS: Final = 900.0
"""A phase-out ends with its day, and stands as ended from midnight on before any tick."""

log = structlog.get_logger()


@dataclass
class Tick:
    """Something to do every so many seconds."""

    name: str
    seconds: float
    act: Callable[[Installation], object]
    due_at: float = 0.0

    def run(self, installation: Installation) -> None:
        """Do it; a fault is logged and does not keep the other ticks from running."""
        self.due_at = time.monotonic() + self.seconds
        try:
            self.act(installation)
        except (SQLAlchemyError, DomainError, OSError) as error:
            log.error("tick.failed", tick=self.name, error=type(error).__name__)


def make_ticks() -> list[Tick]:
    """Return everything that is done by the clock."""
    return [
        Tick("reap", 15, reap),
        Tick("keep_audit", SEAL_SECONDS, keep),
        Tick("close_notices", 60, close_notices),
        Tick("close_files", PHASE_OUT_SECONDS, close_files),
        Tick("follow_files", PHASE_OUT_SECONDS, follow_entitlements),
        Tick("match_answers", 60, match_answers),
        Tick("sweep_files", SWEEP_SECONDS, sweep),
    ]


def close_notices(installation: Installation) -> int:
    """Close the notices of every tenant whose days are over; return how many."""
    closed = 0
    for tenant in installation.tenants():
        with installation.system(tenant) as ctx:
            closed += len(close_due_notices(ctx))
        hint(installation, ctx.to_hint)
    return closed


def close_files(installation: Installation) -> int:
    """Close the files of every tenant whose phase-out is over; return how many."""
    closed = 0
    for tenant in installation.tenants():
        with installation.system(tenant) as ctx:
            closed += len(end_phase_outs(ctx))
    return closed


def follow_entitlements(installation: Installation) -> int:
    """Let the entitlements of every tenant stand as their files do; return how many moved."""
    moved = 0
    for tenant in installation.tenants():
        with installation.system(tenant) as ctx:
            moved += follow_files(ctx)
    return moved


def match_answers(installation: Installation) -> int:
    """Give answers and aid on people who were filed meanwhile to their files; return how many."""
    matched = 0
    for tenant in installation.tenants():
        with installation.system(tenant) as ctx:
            matched += match_waiting(ctx) + attach_waiting(ctx)
        hint(installation, ctx.to_hint)
    return matched


def tick_once() -> None:
    """Do everything once."""
    for tick in make_ticks():
        tick.run(open_installation())


def tick_for_ever() -> None:
    """Do everything when it is due, until asked to stop."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    run(open_installation(), stopped)


def run(installation: Installation, stopped: threading.Event) -> None:
    """Tick until `stopped` is set; stand by while another ticker works."""
    while not stopped.is_set():
        try:
            with _alone(installation) as connection:
                if connection is not None:
                    _tick(installation, connection, stopped)
        except SQLAlchemyError as error:
            log.warning("ticker.database_away", error=type(error).__name__)
        stopped.wait(STANDBY_SECONDS)


def _tick(installation: Installation, lock: Connection, stopped: threading.Event) -> None:
    ticks = make_ticks()
    while not stopped.is_set():
        # The lock lives as long as this connection: when it is gone, another ticker may work.
        lock.execute(text("select 1"))
        for tick in ticks:
            if time.monotonic() >= tick.due_at:
                tick.run(installation)
        stopped.wait(STEP_SECONDS)


@contextmanager
def _alone(installation: Installation) -> Iterator[Connection | None]:
    """Yield a connection that holds the tickers' lock, None when another one has it."""
    with installation.engine.connect() as opened:
        connection = opened.execution_options(isolation_level="AUTOCOMMIT")
        taken = connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": TICKING})
        if not taken:
            yield None
            return
        try:
            yield connection
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": TICKING})
