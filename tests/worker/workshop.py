"""A worker with jobs to be tested: `python -m tests.worker.workshop QUEUE` is a real one.

`count` counts to a number, a step every tenth of a second, and leaves a line in a file each time
it is begun and each time it is done; so a test sees whether a job was done twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.errors import ConflictError
from core.federations import NewTenant, add_tenant
from core.installation import Installation
from core.outbox import OutboxEntry, enqueue
from core.tenancy import TenantView
from tests.servers import Database
from worker.queue import hint
from worker.tasks import Task, job

STEP_SECONDS = 0.1


@job("count")
def count(task: Task) -> dict[str, Any]:
    """Count up, showing progress."""
    _note(task, "begun")
    steps = int(task.payload["steps"])
    for step in range(1, steps + 1):
        time.sleep(STEP_SECONDS)
        task.progress(step, steps)
    with task.system():
        _note(task, "done")
    return {"counted": steps}


@job("refuse")
def refuse(_task: Task) -> None:
    """Fail as a service does when a user must mend something."""
    raise ConflictError("The %(thing)s is locked.", remedy="Unlock it.", thing="file")


@job("stumble")
def stumble(task: Task) -> dict[str, Any]:
    """Fail unexpectedly until the attempt that the payload names."""
    _note(task, "begun")
    if task.claim.attempt < int(task.payload["until"]):
        raise RuntimeError("the ID number 520201198001010011 must not reach any log")
    return {"attempt": task.claim.attempt}


def say_farewell(task: Task) -> None:
    """Leave a line when the job has failed for good."""
    _note(task, "farewell")


@job("perish", farewell=say_farewell)
def perish(task: Task) -> None:
    """End the process that does the job, as the kernel does when memory runs out."""
    _note(task, "begun")
    os.kill(os.getpid(), signal.SIGKILL)


def _note(task: Task, what: str) -> None:
    with Path(task.payload["notes"]).open("a", encoding="ascii") as file:
        file.write(f"{task.claim.id} {what} {os.getpid()}\n")


@dataclass
class Workshop:
    """An installation with one tenant, jobs to hand out, and worker processes to kill."""

    installation: Installation
    tenant: TenantView
    environment: dict[str, str]
    notes: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def write_down(self, name: str, **payload: Any) -> OutboxEntry:
        """Commit a job to the outbox, and tell nobody."""
        with self.installation.system(self.tenant) as ctx:
            return enqueue(ctx, name, {"notes": str(self.notes), **payload})

    def hand_out(self, name: str, **payload: Any) -> OutboxEntry:
        """Commit a job and hint at it, as a request does."""
        entry = self.write_down(name, **payload)
        hint(self.installation, [entry])
        return entry

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker in a session of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.workshop", "default", *options],
            env=self.environment,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def read(self, entry: OutboxEntry) -> OutboxEntry:
        """Return the job as it stands."""
        with self.installation.system(self.tenant) as ctx:
            return ctx.session.scalars(select(OutboxEntry).where(OutboxEntry.id == entry.id)).one()

    def wait(self, entry: OutboxEntry, *states: str, seconds: float = 30) -> OutboxEntry:
        """Wait until a job is in one of the states."""
        limit = time.monotonic() + seconds
        while (found := self.read(entry)).state not in states:
            assert time.monotonic() < limit, f"{found.state} after {seconds} s, not {states}"
            time.sleep(0.05)
        return found

    def noted(self, entry: OutboxEntry, what: str) -> int:
        """Return how often a job left a line of a kind."""
        text = self.notes.read_text() if self.notes.exists() else ""
        return sum(line.startswith(f"{entry.id} {what} ") for line in text.splitlines())

    def pid_of(self, entry: OutboxEntry) -> int:
        """Return the process that began a job last."""
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        return [int(pid) for id_, what, pid in lines if id_ == str(entry.id) and what == "begun"][
            -1
        ]

    def close(self) -> None:
        """End every worker that is left."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def open_workshop(
    installation: Installation, database: Database, redis_url: str, folder: Path
) -> Iterator[Workshop]:
    """Yield a workshop; its workers end with it."""
    nation = NewTenant("nation", "nation", "全国总工会", "Nation", "city_2023", "000000")
    tenant = add_tenant(installation, nation)
    environment = {
        **os.environ,
        "DATABASE_URL": database.url,
        "REDIS_URL": redis_url,
        "BANGFU_MASTER_KEY": installation.settings.master_key,
        "BANGFU_STORAGE": str(installation.settings.storage),
        "BANGFU_CHECKPOINTS": str(installation.settings.checkpoints),
    }
    workshop = Workshop(installation, tenant, environment, folder / f"notes-{uuid.uuid4().hex}")
    try:
        yield workshop
    finally:
        workshop.close()


if __name__ == "__main__":
    from worker.runner import work

    work(sys.argv[1], burst="--burst" in sys.argv)
