"""Stored files follow their transaction; what a dead process left is swept, and nothing else."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from core.db import driver, new_id
from core.errors import NotFoundError
from core.households.evidence import add_evidence
from core.households.models import Evidence
from core.installation import Installation
from core.orphans import sweep
from core.people import Actor
from core.tenancy import TenantView, Unit
from tests.factories import Filed, acting, file_household, found_tree, hire

PDF = b"%PDF-1.4 paper"


class Desk:
    """A clerk of a city who brings papers to one file."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.city: TenantView = found_tree(installation).city_a
        self.clerk: Actor = hire(installation, self.city, "clerk")
        self.filed: Filed = file_household(installation, self.city)

    def bring(self, error: Exception | None = None) -> str:
        """Bring a paper and return its key; the transaction breaks off with an error if given."""
        with acting(self.installation, self.city, self.clerk) as ctx:
            paper = add_evidence(ctx, self.filed.id, kind="other", filename="一.pdf", data=PDF)
            if error is not None:
                raise error
        return paper.storage_key

    def files(self) -> list[Path]:
        """Return every file there is, half-written ones included."""
        return [one for one in self.installation.settings.storage.rglob("*") if one.is_file()]


@pytest.fixture
def desk(installation: Installation) -> Desk:
    return Desk(installation)


def age(path: Path, days: float) -> None:
    """Let a file have been written so many days ago."""
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_a_paper_stays_when_the_line_breaks_after_the_commit(desk: Desk) -> None:
    key = ""
    with (
        pytest.raises(psycopg.OperationalError, match="the line broke"),
        acting(desk.installation, desk.city, desk.clerk) as ctx,
    ):
        raw = driver(ctx.session)
        execute = raw.execute

        def break_off(query: Any, *values: Any, **options: Any) -> Any:
            answer = execute(query, *values, **options)
            if query == "COMMIT":
                with raw.pipeline() as pipeline:
                    pipeline.sync()
                raise psycopg.OperationalError("the line broke")
            return answer

        raw.execute = break_off  # type: ignore[method-assign]
        key = add_evidence(
            ctx, desk.filed.id, kind="other", filename="一.pdf", data=PDF
        ).storage_key
    with desk.installation.system(desk.city) as ctx:
        assert ctx.session.scalar(select(Evidence).where(Evidence.storage_key == key)) is not None
        assert ctx.storage.get(desk.city.id, key) == PDF


def test_a_paper_stays_when_its_transaction_is_committed(desk: Desk) -> None:
    key = desk.bring()
    assert [str(one.relative_to(desk.installation.settings.storage)) for one in desk.files()] == [
        key
    ]


def test_a_paper_goes_with_the_transaction_that_broke_off(desk: Desk) -> None:
    with pytest.raises(RuntimeError):
        desk.bring(RuntimeError("after the paper"))
    assert desk.files() == []


def test_a_savepoint_released_before_the_rollback_keeps_no_file(desk: Desk) -> None:
    with (
        contextlib.suppress(RuntimeError),
        acting(desk.installation, desk.city, desk.clerk) as ctx,
    ):
        with ctx.session.begin_nested():
            add_evidence(ctx, desk.filed.id, kind="other", filename="一.pdf", data=PDF)
        raise RuntimeError
    assert desk.files() == []


def test_a_session_closed_without_a_word_keeps_no_file(desk: Desk) -> None:
    with acting(desk.installation, desk.city, desk.clerk) as ctx:
        add_evidence(ctx, desk.filed.id, kind="other", filename="一.pdf", data=PDF)
        ctx.session.close()
    assert desk.files() == []


def test_the_next_transaction_of_a_session_is_another_one(desk: Desk) -> None:
    with acting(desk.installation, desk.city, desk.clerk) as ctx:
        ctx.session.rollback()
    kept = desk.bring()
    with pytest.raises(RuntimeError):
        desk.bring(RuntimeError("the second paper"))
    assert [one.name for one in desk.files()] == [kept.rpartition("/")[2]]


def test_the_sweep_takes_what_no_row_names_after_a_day_and_leaves_the_rest(desk: Desk) -> None:
    """A process killed between file and commit leaves a file; so does one killed while writing."""
    folder = desk.installation.settings.storage
    named = folder / desk.bring()
    lost, young, partial = (named.with_name(str(new_id())) for _ in range(3))
    partial = partial.with_suffix(".part")
    foreign = folder / str(desk.city.id) / "of_a_later_version" / "1"
    stranger = folder / str(new_id()) / "evidence" / "1"
    for path in (lost, young, partial, foreign, stranger):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PDF)
    for path in (named, lost, partial, foreign, stranger):
        age(path, 1.1)
    age(young, 0.9)
    assert sweep(desk.installation) == 2
    assert set(desk.files()) == {named, young, foreign, stranger}
    assert sweep(desk.installation) == 0


def test_a_file_many_times_more_than_are_looked_up_at_once_is_found_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.orphans.AT_ONCE", 2)
    keys = [desk.bring() for _ in range(5)]
    for path in desk.files():
        age(path, 2)
    with desk.installation.system(desk.city) as ctx:
        assert ctx.session.query(Evidence).count() == len(keys)
    assert sweep(desk.installation) == 0
    assert len(desk.files()) == len(keys)


def test_nobody_removes_another_tenants_file(desk: Desk) -> None:
    key = desk.bring()
    with pytest.raises(NotFoundError):
        desk.installation.storage.remove(new_id(), key)
    with desk.installation.system(desk.city) as ctx:
        assert ctx.session.query(Unit).count()
        assert ctx.storage.get(desk.city.id, key) == PDF
