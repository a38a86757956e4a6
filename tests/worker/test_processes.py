"""Real workers, killed and cut off from the queue server: every job is done, and done once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from core.installation import Installation
from deploy.local.servers import parts, remove
from deploy.local.valkey import Valkey
from tests.servers import Database, start_installation
from tests.worker.workshop import Workshop, open_workshop
from worker import queue
from worker.claims import STALE_SECONDS
from worker.reaper import reap


def wait_until_begun(workshop: Workshop, entry: object, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not workshop.noted(entry, "begun"):  # type: ignore[arg-type]
        assert time.monotonic() < limit, "the job was not begun"
        time.sleep(0.05)


@contextmanager
def ticker(workshop: Workshop) -> Iterator[subprocess.Popen[bytes]]:
    """Run the real ticker beside."""
    source = "from worker.queue import run_ticker; run_ticker()"
    process = subprocess.Popen([sys.executable, "-c", source], env=workshop.environment)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_worker_takes_a_hinted_job_within_seconds(workshop: Workshop) -> None:
    workshop.start_worker()
    entry = workshop.hand_out("count", steps=2)
    workshop.wait(entry, "done")
    assert workshop.noted(entry, "begun") == 1


def test_a_worker_ends_cleanly_when_asked_and_finishes_its_job(workshop: Workshop) -> None:
    process = workshop.start_worker()
    entry = workshop.hand_out("count", steps=20)
    wait_until_begun(workshop, entry)
    process.terminate()
    assert process.wait(20) == 0
    assert workshop.read(entry).state == "done"


def test_an_idle_worker_ends_at_once_when_asked(workshop: Workshop) -> None:
    process = workshop.start_worker()
    workshop.wait(workshop.hand_out("count", steps=1), "done")
    process.terminate()
    assert process.wait(10) == 0


def test_killed_workers_leave_their_jobs_to_others_within_two_minutes(workshop: Workshop) -> None:
    """One loses worker and job process together, as when a machine dies; one its job process."""
    dead, robbed = workshop.start_worker(), workshop.start_worker()
    jobs = [workshop.hand_out("count", steps=40) for _worker in (dead, robbed)]
    for entry in jobs:
        wait_until_begun(workshop, entry)
    begun = time.monotonic()
    os.killpg(dead.pid, signal.SIGKILL)
    for entry in jobs:
        os.kill(workshop.pid_of(entry), signal.SIGKILL)
    workshop.start_worker()
    with ticker(workshop):
        found = [workshop.wait(entry, "done", seconds=120) for entry in jobs]
    assert time.monotonic() - begun < 120
    assert [one.attempts for one in found] == [2, 2]
    assert [workshop.noted(entry, "done") for entry in jobs] == [1, 1]


def test_a_job_that_kills_its_process_fails_in_the_end(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.claims.STALE_SECONDS", 0)
    process = workshop.start_worker()
    entry = workshop.hand_out("perish")
    limit = time.monotonic() + 200
    while workshop.read(entry).state != "failed":
        assert time.monotonic() < limit
        assert process.poll() is None, "the worker died with its job"
        reap(workshop.installation)
        _let_it_grow_old(workshop)
        time.sleep(0.5)
    assert workshop.noted(entry, "begun") == 4
    assert workshop.noted(entry, "farewell") == 1


def _let_it_grow_old(workshop: Workshop) -> None:
    """Save the half minute after which a silent worker counts as gone."""
    from sqlalchemy import text  # noqa: PLC0415

    with workshop.installation.system(workshop.tenant) as ctx:
        ctx.session.execute(
            text("update outbox set alive_at = alive_at - make_interval(secs => :s) "
                 "where tenant_id = :t and state = 'running'"),
            {"s": STALE_SECONDS + 1, "t": workshop.tenant.id},
        )  # fmt: skip


def test_two_workers_do_a_hundred_jobs_once_each_though_every_one_is_hinted_thrice(
    workshop: Workshop,
) -> None:
    jobs = [workshop.write_down("count", steps=0) for _number in range(100)]
    for _time in range(3):
        assert queue.hint(workshop.installation, jobs)
    processes = [workshop.start_worker("--burst") for _number in range(2)]
    assert [process.wait(120) for process in processes] == [0, 0]
    assert {workshop.read(entry).state for entry in jobs} == {"done"}
    assert [workshop.noted(entry, "begun") for entry in jobs] == [1] * 100


def test_the_reaper_queues_what_nobody_was_told_of_and_nothing_twice(workshop: Workshop) -> None:
    entries = [workshop.write_down("count", steps=0) for _number in range(3)]
    assert reap(workshop.installation) == 3
    assert reap(workshop.installation) == 0
    url = workshop.installation.settings.redis_url
    assert queue.waiting(url, "default") == {str(entry.id) for entry in entries}
    workshop.start_worker("--burst").wait(60)
    assert {workshop.read(entry).state for entry in entries} == {"done"}
    assert reap(workshop.installation) == 0


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of its own, to be stopped."""
    state = tmp_path / "servers"
    postgres, own = parts(state)
    postgres.places.make()
    own.start()
    yield own
    own.stop()
    remove(state)


@pytest.fixture
def cut_off(database: Database, valkey: Valkey, tmp_path: Path) -> Iterator[Workshop]:
    """A workshop on that Valkey."""
    installation: Installation = start_installation(database, tmp_path, valkey.url())
    with open_workshop(installation, database, valkey.url(), tmp_path) as made:
        yield made
    installation.engine.dispose()


def test_with_the_queue_server_stopped_jobs_wait_in_the_outbox_and_run_later(
    cut_off: Workshop, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = cut_off.start_worker()
    cut_off.wait(cut_off.hand_out("count", steps=0), "done")
    valkey.stop()
    with pytest.raises(redis.ConnectionError):
        queue.connect(valkey.url()).ping()
    begun = time.monotonic()
    entries = [cut_off.hand_out("count", steps=0) for _number in range(20)]
    assert time.monotonic() - begun < 5, "requests waited for a server that is not there"
    assert reap(cut_off.installation) == 0
    assert {cut_off.read(entry).state for entry in entries} == {"pending"}
    valkey.start()
    monkeypatch.setattr(queue, "_silent_until", {})
    with ticker(cut_off):
        for entry in entries:
            cut_off.wait(entry, "done", seconds=60)
    assert process.poll() is None, "the worker did not outlive the queue server"
    assert [cut_off.noted(entry, "begun") for entry in entries] == [1] * 20


def test_a_hint_never_raises_and_soon_gives_up(tmp_path: Path, workshop: Workshop) -> None:
    gone = f"unix://{tmp_path}/nobody.sock"
    workshop.installation.settings.redis_url = gone
    entry = workshop.write_down("count", steps=0)
    begun = time.monotonic()
    assert [queue.hint(workshop.installation, [entry]) for _time in range(50)] == [False] * 50
    assert time.monotonic() - begun < 2
    assert queue.workers_of(gone, "default") == 0
