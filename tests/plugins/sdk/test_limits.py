"""A rule that does not answer is ended, whatever it does to go on."""

from __future__ import annotations

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


def test_a_forked_process_is_guarded_too() -> None:
    """Workers fork for each job: the thread that strikes does not come along by itself."""
    assert run_limited(60, lambda: 1) == 1
    child = os.fork()
    if child == 0:
        try:
            run_limited(0.2, _turn)
        except TimeLimitError:
            os._exit(0)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


def test_many_threads_at_once_are_each_held_to_their_own_limit() -> None:
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(_end_of, [_turn, partial(_count_to, 10)] * 8))
    assert ends == ["struck", "in time"] * 8


def _end_of(work: Callable[[], object]) -> str:
    try:
        run_limited(0.3, work)
    except TimeLimitError:
        return "struck"
    return "in time"
