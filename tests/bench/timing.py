"""Interleaved timing: two ways of doing one thing, run by turns, compared by their medians."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """How Bangfu's way compares with a floor or a peer, both measured in the same run.

    `ratio` is Bangfu's time over the peer's where `by` is "time" (smaller is better), Bangfu's
    rate over the peer's where it is "rate" (larger is better). Times are seconds a round.
    """

    name: str
    peer: str
    ours: float
    theirs: float
    aim: float
    by: str = "time"
    detail: str = ""

    @property
    def ratio(self) -> float:
        """The ratio as `by` counts it."""
        return self.ours / self.theirs if self.by == "time" else self.theirs / self.ours

    @property
    def met(self) -> bool:
        """Whether the aim was reached."""
        return self.ratio <= self.aim if self.by == "time" else self.ratio >= self.aim


def compare(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    before: Callable[[], object] = lambda: None,
    rounds: int = 7,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Return the median seconds of both, run by turns so that a busy machine hits them alike.

    `before` is called before each of them, outside the time measured. What is done by this thread
    alone within a millisecond or two is counted by `time.thread_time`: on a busy machine the
    longer of two is interrupted far more often than the shorter.
    """
    for work in (ours, theirs):
        before()
        work()
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for index in (0, 1) if turn % 2 else (1, 0):
            before()
            times[index].append(_measure(ours if index == 0 else theirs, clock))
    return statistics.median(times[0]), statistics.median(times[1])


def _measure(work: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()
    started = clock()
    work()
    return clock() - started
