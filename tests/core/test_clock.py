"""The clock is the real one, except in a demonstration, where it can be put ahead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from core import clock
from core.errors import ConflictError
from core.settings import Settings


def settings(folder: Path, *, demo: bool) -> Settings:
    return Settings(storage=folder, demo=demo)


def test_a_real_installation_tells_the_real_moment_even_beside_a_leftover_file(
    tmp_path: Path,
) -> None:
    clock.advance(settings(tmp_path, demo=True), 9)
    told = clock.now(settings(tmp_path, demo=False))
    assert abs(told - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


def test_a_real_installation_cannot_be_put_ahead(tmp_path: Path) -> None:
    with pytest.raises(ConflictError):
        clock.advance(settings(tmp_path, demo=False), 1)
    assert not list(tmp_path.iterdir())


def test_a_demonstration_runs_ahead_for_every_process_that_reads_the_file(tmp_path: Path) -> None:
    clock.advance(settings(tmp_path, demo=True), 3)
    clock.advance(settings(tmp_path, demo=True), 4)
    told = clock.now(settings(tmp_path, demo=True))
    ahead = told - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=6, hours=23) < ahead < dt.timedelta(days=7, hours=1)


def test_resetting_returns_to_the_real_day(tmp_path: Path) -> None:
    clock.advance(settings(tmp_path, demo=True), 3)
    clock.reset(settings(tmp_path, demo=True))
    assert clock.days_ahead(settings(tmp_path, demo=True)) == 0


@pytest.mark.parametrize("days", [-1, 367])
def test_it_goes_neither_back_nor_beyond_a_year(tmp_path: Path, days: int) -> None:
    with pytest.raises(ConflictError):
        clock.advance(settings(tmp_path, demo=True), days)
    assert clock.days_ahead(settings(tmp_path, demo=True)) == 0
