"""Writes prepared in the background while the server is busy with the ones before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from core.households.bulk import write_ahead


def test_everything_is_written_in_its_order() -> None:
    done: list[int] = []
    write_ahead(partial(done.append, number) for number in range(5))
    write_ahead(iter(()))
    assert done == [0, 1, 2, 3, 4]


def test_the_next_is_prepared_while_one_is_written() -> None:
    prepared = threading.Event()
    seen: list[bool] = []

    def writes() -> Iterator[Callable[[], object]]:
        yield lambda: seen.append(prepared.wait(5))
        prepared.set()
        yield lambda: seen.append(False)

    write_ahead(writes())
    assert seen == [True, False]


def test_what_could_not_be_prepared_is_raised_after_the_writes_before_it() -> None:
    done: list[str] = []

    def writes() -> Iterator[Callable[[], object]]:
        yield lambda: done.append("first")
        raise RuntimeError("the second could not be prepared")

    with pytest.raises(RuntimeError, match="second"):
        write_ahead(writes())
    assert done == ["first"]


def test_a_failed_write_ends_it_and_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    done: list[int] = []

    def fail() -> None:
        raise RuntimeError("the server refused")

    with pytest.raises(RuntimeError, match="refused"):
        write_ahead(iter([lambda: done.append(1), fail, lambda: done.append(3)]))
    assert done == [1]
    assert threading.active_count() == before
