"""A rule that does not answer is ended, whatever it does to go on."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from bangfu_sdk.limits import TimeLimitError, run_limited


def _turn() -> None:
    while True:
        pass


def _turn_against_every_error() -> None:
    while True:
        with contextlib.suppress(Exception):
            _turn()


@pytest.mark.parametrize("work", [_turn, _turn_against_every_error])
def test_what_takes_too_long_is_ended(work: Callable[[], None]) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeLimitError, match=r"within 0\.2 s"):
        run_limited(0.2, work)
    assert time.monotonic() - begun < 30


def test_what_is_in_time_is_left_alone_and_its_own_errors_pass() -> None:
    assert run_limited(60, lambda: sum(range(10))) == 45
    with pytest.raises(ZeroDivisionError):
        run_limited(60, lambda: 1 // 0)


def test_a_limit_reached_at_the_very_end_strikes_the_work_or_not_at_all() -> None:
    """Nothing is thrown into what comes after, however close it came."""
    ends = Counter[str]()
    for steps in range(600):
        try:
            ends[run_limited(0.0003, partial(_count_to, steps * 20))] += 1
        except TimeLimitError:
            ends["struck"] += 1
    assert sum(ends.values()) == 600
    _count_to(100_000)  # Whatever was still on its way would arrive here.


def _count_to(steps: int) -> str:
    for _ in range(steps):
        pass
    return "in time"
