"""A limit on how long a rule may take."""

from __future__ import annotations

import ctypes
import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class TimeLimitError(Exception):
    """A rule did not answer in time."""


class _Strike(BaseException):
    """What is thrown into the rule: nothing that its `except Exception` could catch."""


def run_limited(seconds: float, work: Callable[[], Answer]) -> Answer:
    """Return what the work returns. Raises TimeLimitError where it takes longer than that.

    It is struck between two steps of Python code: a single call into compiled code that never
    returns is not ended by it.
    """
    watch = _Watch(threading.get_ident())
    try:
        # The one strike there can be falls within this block, wherever it falls: what begins and
        # ends the watch stands in it too.
        _guard.look_after(watch, seconds)
        try:
            answer = work()
        finally:
            watch.end()
            if watch.struck:
                _let_it_arrive()
    except _Strike:
        pass
    if watch.struck:
        raise TimeLimitError(f"it did not answer within {seconds:g} s")
    return answer


class _Watch:
    """Whether the limit was reached; once the work is over it strikes no more."""

    def __init__(self, thread: int) -> None:
        self._thread, self._lock = ctypes.c_ulong(thread), threading.Lock()
        self._over = self.struck = False

    def strike(self) -> None:
        with self._lock:
            if not self._over:
                self.struck = True
                throw = ctypes.pythonapi.PyThreadState_SetAsyncExc
                throw(self._thread, ctypes.py_object(_Strike))

    def end(self) -> None:
        """Strike no more."""
        with self._lock:
            self._over = True


class _Guard:
    """One thread that strikes whatever is over its time; begun when there is something to guard.

    A thread for each run would cost more than most rules do.
    """

    def __init__(self) -> None:
        self._changed, self._count = threading.Condition(), itertools.count()
        self._due: list[tuple[float, int, _Watch]] = []
        self._thread: threading.Thread | None = None

    def look_after(self, watch: _Watch, seconds: float) -> None:
        """Strike a watch after so many seconds unless it is over."""
        entry = (time.monotonic() + seconds, next(self._count), watch)
        with self._changed:
            heapq.heappush(self._due, entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif self._due[0] is entry:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    wait = self._due[0][0] - time.monotonic() if self._due else None
                    self._changed.wait(wait)
                _moment, _number, watch = heapq.heappop(self._due)
            watch.strike()


def _let_it_arrive() -> None:
    """Run a few steps, so that what was thrown at the last moment is not thrown into what follows.

    It is not taken back instead: the interpreter would go on looking for it at every step.
    """
    for _ in range(10_000):
        pass


def _begin_anew() -> None:
    """Forget the guard of the process this one was forked from: its thread did not come along."""
    global _guard  # noqa: PLW0603
    _guard = _Guard()


_guard = _Guard()
os.register_at_fork(after_in_child=_begin_anew)
