"""The jobs of an import, done by the worker's own code in the name of who started them."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from core.errors import UnavailableError
from core.households.imports.service import confirm_import, find_import, start_import
from core.households.models import Import
from core.installation import Installation
from core.outbox import OutboxEntry
from core.people import Actor
from tests.factories import Tree, acting, found_tree, hire, place_unit
from worker.jobs import perform

SAMPLE = Path(__file__).parents[1] / "data" / "困难职工档案.xlsx"
UNITS = ("水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会")


@pytest.fixture
def tree(installation: Installation) -> Tree:
    made = found_tree(installation)
    for name in UNITS:
        place_unit(installation, made.city_a, name)
    return made


@pytest.fixture
def clerk(installation: Installation, tree: Tree) -> Actor:
    return hire(installation, tree.city_a, "clerk")


def begin(installation: Installation, tree: Tree, clerk: Actor, data: bytes) -> OutboxEntry:
    with acting(installation, tree.city_a, clerk) as ctx:
        return start_import(ctx, "a.xlsx", data)[1]


def look(installation: Installation, tree: Tree, clerk: Actor, entry: OutboxEntry) -> Import:
    with acting(installation, tree.city_a, clerk) as ctx:
        return find_import(ctx, uuid.UUID(entry.payload["import_id"]))


def job_of(installation: Installation, tree: Tree, entry: OutboxEntry) -> OutboxEntry:
    with installation.system(tree.city_a) as ctx:
        return ctx.session.get_one(OutboxEntry, (ctx.tenant_id, entry.id))


def test_a_workbook_is_checked_confirmed_and_put_in(
    installation: Installation, tree: Tree, clerk: Actor
) -> None:
    entry = begin(installation, tree, clerk, SAMPLE.read_bytes())
    assert perform(installation, tree.city_a.id, entry.id)
    item = look(installation, tree, clerk, entry)
    assert (item.state, item.good) == ("checked", 300)
    with acting(installation, tree.city_a, clerk) as ctx:
        _item, running = confirm_import(ctx, item.id)
    assert perform(installation, tree.city_a.id, running.id)
    done = job_of(installation, tree, running)
    assert (done.state, done.progress, done.total) == ("done", 300, 300)
    assert (done.result["state"], done.result["added"]) == ("imported", 300)
    assert look(installation, tree, clerk, entry).state == "imported"


def test_a_job_done_twice_files_once(installation: Installation, tree: Tree, clerk: Actor) -> None:
    entry = begin(installation, tree, clerk, SAMPLE.read_bytes())
    assert perform(installation, tree.city_a.id, entry.id)
    assert not perform(installation, tree.city_a.id, entry.id)


def test_what_no_user_can_mend_here_ends_the_import_as_failed(
    installation: Installation, tree: Tree, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = begin(installation, tree, clerk, SAMPLE.read_bytes())

    def refuse(*_arguments: object) -> None:
        raise UnavailableError("The storage is gone.")

    monkeypatch.setattr("worker.imports.check_import", refuse)
    assert not perform(installation, tree.city_a.id, entry.id)
    assert look(installation, tree, clerk, entry).state == "failed"
    assert job_of(installation, tree, entry).state == "failed"
