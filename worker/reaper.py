"""Queueing again what the outbox says is unfinished: the outbox is the truth."""

from __future__ import annotations

from itertools import groupby

import redis
import structlog

from core.installation import Installation
from worker import claims
from worker.claims import Unfinished
from worker.queue import push, waiting

log = structlog.get_logger()


def reap(installation: Installation) -> int:
    """Queue every unfinished job that no queue holds; return how many.

    Safe to run twice at once: a job queued twice is done once. A queue server that is away is no
    error, the next round comes soon.
    """
    unfinished = sorted(claims.find_unfinished(installation), key=lambda job: job.queue)
    try:
        return sum(
            _fill(installation.settings.redis_url, queue, list(jobs))
            for queue, jobs in groupby(unfinished, key=lambda job: job.queue)
        )
    except redis.RedisError as error:
        log.warning("queue.unreachable", error=type(error).__name__, unfinished=len(unfinished))
        return 0


def _fill(url: str, queue: str, jobs: list[Unfinished]) -> int:
    standing = waiting(url, queue)
    missing = [job for job in jobs if str(job.id) not in standing]
    for job in missing:
        push(url, job)
    if missing:
        log.info("jobs.requeued", queue=queue, count=len(missing))
    return len(missing)
