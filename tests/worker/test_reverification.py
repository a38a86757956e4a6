"""The job of a re-verification: done in the name of who asked, going on where it was broken off."""

from __future__ import annotations

import pytest

from core.installation import Installation
from core.outbox import OutboxEntry
from core.reverification import service
from core.reverification.queries import find_reverification
from core.reverification.service import begin, request_reverification
from tests.factories import acting, found_tree, hire
from tests.registry import DAY, Registry
from worker.jobs import perform


@pytest.fixture
def registry(installation: Installation) -> Registry:
    tree = found_tree(installation)
    return Registry(installation, tree, tree.city_a, hire(installation, tree.city_a, "approver"))


def ask(registry: Registry) -> OutboxEntry:
    with acting(registry.installation, registry.city, registry.approver) as ctx:
        return request_reverification(ctx, DAY)[1]


def stored(registry: Registry, entry: OutboxEntry) -> OutboxEntry:
    with registry.installation.system(registry.city) as ctx:
        return ctx.session.get_one(OutboxEntry, (ctx.tenant_id, entry.id))


def test_the_registry_is_judged_and_the_job_tells_what_came_of_it(registry: Registry) -> None:
    files = [registry.file() for _ in range(3)]
    entry = ask(registry)
    assert (entry.queue, entry.total) == ("imports", 3)
    assert perform(registry.installation, registry.city.id, entry.id)
    done = stored(registry, entry)
    assert (done.state, done.progress) == ("done", 3)
    assert done.result["categories"] == {"deep": 3}
    assert (done.result["changed"], done.result["on"]) == (3, "2023-06-30")
    assert registry.judgements(files[0])[0].judged_by == registry.approver.person_id


def test_a_job_begun_twice_judges_each_file_once(registry: Registry) -> None:
    filed = registry.file()
    first, second = ask(registry), ask(registry)
    assert first.payload == second.payload
    for entry in (first, second):
        assert perform(registry.installation, registry.city.id, entry.id)
    assert len(registry.judgements(filed)) == 1


def test_a_job_that_fails_for_good_stops_its_run(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = registry.file()
    entry = ask(registry)
    monkeypatch.setattr(service, "_version", lambda _ctx: "another")
    assert not perform(registry.installation, registry.city.id, entry.id)
    assert stored(registry, entry).state == "failed"
    with registry.installation.system(registry.city) as ctx:
        run = begin(ctx, DAY)
        [old] = [one for one in (entry.payload["run_id"],) if one != str(run.id)]
        assert find_reverification(ctx, old).state == "stopped"
    assert registry.judgements(filed) == []
