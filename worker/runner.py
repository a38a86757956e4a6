"""A worker process: one queue, one job at a time, each job in a process of its own."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Final

import redis
import structlog
from rq import Worker

from core.interpreter import keep_memory
from core.outbox import REPORTS
from worker.jobs import open_installation
from worker.queue import open_queue

RESTART_SECONDS: Final = 2.0

log = structlog.get_logger()


class QueueWorker(Worker):
    """RQ's forking worker, told when it was asked to stop rather than thrown out by a fault.

    A job forks: one that crashes, leaks or is killed takes nothing with it, and what the parent
    has loaded once (packs, plugins, fonts) costs the child nothing.
    """

    max_connection_wait_time = 5.0
    asked_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish the job at hand, then end."""
        self.asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def work(queue: str, *, burst: bool = False) -> None:
    """Do the jobs of one queue until asked to stop (until it is empty, with `burst`).

    When the queue server goes away the worker waits for it to come back.
    """
    url = open_installation().settings.redis_url
    keep_memory()
    if queue == REPORTS:
        _warm_up()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    while True:
        try:
            worker = _make(url, queue)
            worker.work(burst=burst, logging_level="WARNING")
            if burst or worker.asked_to_stop:
                return
        except KeyboardInterrupt:
            return
        except redis.RedisError as error:
            log.warning("queue.unreachable", error=type(error).__name__)
        time.sleep(RESTART_SECONDS)


def _warm_up() -> None:
    """Load typesetting once, for every job's process to find it loaded."""
    try:
        import worker.pdf.report  # noqa: F401, PLC0415
    except OSError as error:
        # Pango or another system library is missing: reports fail, saying so, and nothing else.
        log.warning("pdf.unavailable", error=str(error))


def _make(url: str, queue: str) -> QueueWorker:
    # Reading blocks for minutes here, unlike in the web's impatient client.
    connection = redis.Redis.from_url(url, health_check_interval=30)
    named = open_queue(url, queue).name
    return QueueWorker(
        [named], connection=connection, serializer="json", job_monitoring_interval=10
    )
