"""A job in the outbox is done, once, and everybody concerned sees how it went."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from core import outbox
from core.db import Scope, open_session
from core.errors import NotFoundError
from core.outbox import OutboxEntry
from core.people import Actor
from tests.worker.workshop import Workshop
from worker import claims
from worker.claims import MAX_ATTEMPTS
from worker.jobs import perform
from worker.tasks import LostError, Task, heartbeat, job


def do(workshop: Workshop, entry: OutboxEntry) -> bool:
    return perform(workshop.installation, workshop.tenant.id, entry.id)


def age(workshop: Workshop, entry: OutboxEntry, seconds: int) -> None:
    """Let a job's last sign of life lie back."""
    scope = Scope(workshop.tenant.id, (workshop.tenant.id,))
    with open_session(workshop.installation.engine, scope) as session:
        session.execute(
            text("update outbox set alive_at = clock_timestamp() - make_interval(secs => :s) "
                 "where id = :id"), {"s": seconds, "id": entry.id},
        )  # fmt: skip


def test_a_job_is_done_with_its_result_and_progress(workshop: Workshop) -> None:
    entry = workshop.write_down("count", steps=3)
    assert do(workshop, entry)
    found = workshop.read(entry)
    assert (found.state, found.progress, found.total, found.attempts) == ("done", 3, 3, 1)
    assert found.result == {"counted": 3}
    assert found.finished_at is not None


def test_a_job_that_is_done_is_not_done_again(workshop: Workshop) -> None:
    entry = workshop.write_down("count", steps=1)
    assert do(workshop, entry)
    assert not do(workshop, entry)
    assert workshop.noted(entry, "begun") == 1


def test_of_many_workers_at_once_one_does_the_job(workshop: Workshop) -> None:
    entry = workshop.write_down("count", steps=2)
    done: list[bool] = []
    threads = [
        threading.Thread(target=lambda: done.append(do(workshop, entry))) for _worker in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert workshop.noted(entry, "begun") == 1


def test_what_the_user_must_mend_fails_at_once_and_says_so(workshop: Workshop) -> None:
    entry = workshop.write_down("refuse")
    do(workshop, entry)
    found = workshop.read(entry)
    assert (found.state, found.attempts) == ("failed", 1)
    assert found.error == "The file is locked."
    failure = outbox.failure_of(found)
    assert failure is not None
    assert [str(part) for part in failure] == ["The file is locked.", "Unlock it."]


def test_an_unexpected_fault_is_tried_again_and_then_succeeds(workshop: Workshop) -> None:
    entry = workshop.write_down("stumble", until=3)
    do(workshop, entry)
    assert workshop.read(entry).state == "pending"
    do(workshop, entry)
    do(workshop, entry)
    found = workshop.read(entry)
    assert (found.state, found.result, found.error) == ("done", {"attempt": 3}, None)


def test_after_the_last_attempt_it_has_failed_and_no_value_of_it_is_told(
    workshop: Workshop,
) -> None:
    entry = workshop.write_down("stumble", until=99)
    with structlog.testing.capture_logs() as logged:
        for _attempt in range(MAX_ATTEMPTS + 2):
            do(workshop, entry)
    found = workshop.read(entry)
    assert (found.state, found.attempts) == ("failed", MAX_ATTEMPTS)
    assert "520201198001010011" not in str(logged) + str(found.error) + str(found.result)
    assert any(line["event"] == "job.fault" and line["where"] for line in logged)


def test_a_job_nobody_knows_fails_with_a_reason(workshop: Workshop) -> None:
    entry = workshop.write_down("vanished")
    do(workshop, entry)
    assert workshop.read(entry).error == "No part of the worker knows this job."


def test_a_job_whose_workers_all_ended_fails_and_its_thing_is_told(workshop: Workshop) -> None:
    entry = workshop.write_down("perish")
    for _attempt in range(MAX_ATTEMPTS):
        claims.claim(workshop.installation.engine, workshop.tenant.id, entry.id)
        age(workshop, entry, 60)
    do(workshop, entry)
    found = workshop.read(entry)
    assert (found.state, found.error) == (
        "failed", "Every worker that began this job ended while at it.",
    )  # fmt: skip
    assert workshop.noted(entry, "farewell") == 1
    assert workshop.noted(entry, "begun") == 0


def test_a_job_is_taken_over_only_when_its_worker_is_silent(workshop: Workshop) -> None:
    engine, tenant = workshop.installation.engine, workshop.tenant.id
    entry = workshop.write_down("count", steps=1)
    first = claims.claim(engine, tenant, entry.id)
    assert first is not None
    assert claims.claim(engine, tenant, entry.id) is None
    age(workshop, entry, claims.STALE_SECONDS + 1)
    second = claims.claim(engine, tenant, entry.id)
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)


def test_a_worker_that_lost_its_job_can_commit_nothing_of_it(workshop: Workshop) -> None:
    engine, tenant = workshop.installation.engine, workshop.tenant.id
    entry = workshop.write_down("count", steps=1)
    first = claims.claim(engine, tenant, entry.id)
    assert first is not None
    age(workshop, entry, claims.STALE_SECONDS + 1)
    assert claims.claim(engine, tenant, entry.id) is not None
    late = Task(workshop.installation, first)
    with pytest.raises(LostError), late.system() as ctx:
        outbox.enqueue(ctx, "count", {"late": True})
    with pytest.raises(LostError):
        late.progress(1, 1)
    assert not claims.renew(engine, first)
    assert not claims.finish(engine, first, {}, workshop.installation.now())
    with workshop.installation.system(workshop.tenant) as ctx:
        assert [one.payload.get("late") for one in outbox.list_jobs(ctx)] == [None]


def test_a_long_job_keeps_saying_that_it_lives(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.tasks.HEARTBEAT_SECONDS", 0.05)
    entry = workshop.write_down("count", steps=1)
    held = claims.claim(workshop.installation.engine, workshop.tenant.id, entry.id)
    assert held is not None
    age(workshop, entry, 25)
    before = workshop.read(entry).alive_at
    assert before is not None
    with heartbeat(workshop.installation, held):
        limit = threading.Event()
        for _turn in range(100):
            alive = workshop.read(entry).alive_at
            if alive is not None and alive > before:
                return
            limit.wait(0.05)
    pytest.fail("no sign of life in five seconds")


def test_two_handlers_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="count"):
        job("count")(lambda _task: None)


def person(workshop: Workshop, name: str, *roles: str) -> Actor:
    from tests.factories import hire  # noqa: PLC0415 (only these tests need people)

    return hire(workshop.installation, workshop.tenant, *roles, login=name)


def test_people_see_their_own_jobs_and_operators_see_all(workshop: Workshop) -> None:
    clerk, other = person(workshop, "zhao", "clerk"), person(workshop, "qian", "clerk")
    operator = person(workshop, "sun", "platform_operator")
    with workshop.installation.context(workshop.tenant, clerk) as ctx:
        entry = outbox.enqueue(ctx, "count", {})
    seen: dict[str, Any] = {}
    for actor in (clerk, other, operator):
        with workshop.installation.context(workshop.tenant, actor) as ctx:
            seen[actor.login] = [one.id for one in outbox.list_jobs(ctx)]
            if actor is other:
                with pytest.raises(NotFoundError):
                    outbox.find_job(ctx, entry.id)
            else:
                assert outbox.find_job(ctx, entry.id).id == entry.id
    assert seen == {"zhao": [entry.id], "qian": [], "sun": [entry.id]}


def test_a_failed_job_can_be_tried_again_from_the_start(workshop: Workshop) -> None:
    entry = workshop.write_down("refuse")
    do(workshop, entry)
    with workshop.installation.system(workshop.tenant) as ctx:
        outbox.retry(ctx, outbox.find_job(ctx, entry.id))
        assert [one.id for one in ctx.to_hint] == [entry.id]
    found = workshop.read(entry)
    assert (found.state, found.attempts, found.error) == ("pending", 0, None)
    assert outbox.failure_of(found) is None


def test_a_job_acts_in_the_name_of_who_started_it(workshop: Workshop) -> None:
    clerk = person(workshop, "li", "clerk")
    with workshop.installation.context(workshop.tenant, clerk) as ctx:
        entry = outbox.enqueue(ctx, "count", {"steps": 1, "notes": str(workshop.notes)})
    held = claims.claim(workshop.installation.engine, workshop.tenant.id, entry.id)
    assert held is not None
    with Task(workshop.installation, held).context() as ctx:
        assert (ctx.actor.login, ctx.request_id) == ("li", entry.request_id)
    with Task(workshop.installation, held).system() as ctx:
        assert ctx.actor.is_system
