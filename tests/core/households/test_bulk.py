"""Rows made in the background while the server is busy with the ones before."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from core.households.bulk import ahead


def test_everything_comes_in_its_order() -> None:
    assert list(ahead(iter(range(5)))) == [0, 1, 2, 3, 4]
    assert list(ahead(iter(()))) == []


def test_the_next_is_made_while_the_caller_works() -> None:
    made = threading.Event()

    def things() -> Iterator[str]:
        yield "first"
        made.set()
        yield "second"

    coming = ahead(things())
    assert next(coming) == "first"
    assert made.wait(5)
    assert list(coming) == ["second"]


def test_an_error_comes_after_what_was_made_before_it() -> None:
    def things() -> Iterator[str]:
        yield "first"
        raise RuntimeError("the second could not be made")

    coming = ahead(things())
    assert next(coming) == "first"
    with pytest.raises(RuntimeError, match="second"):
        next(coming)


def test_a_caller_who_gives_up_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    coming = ahead(iter(range(1000)))
    assert next(coming) == 0
    coming.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
