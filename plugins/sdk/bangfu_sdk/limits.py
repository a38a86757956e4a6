"""A limit on how long a rule may take."""

from __future__ import annotations

import ctypes
import threading
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
    timer = threading.Timer(seconds, watch.strike)
    timer.daemon = True
    try:
        # The one strike there can be falls within this block, wherever it falls: what begins and
        # ends the watch stands in it too.
        timer.start()
        try:
            answer = work()
        finally:
            timer.cancel()
            watch.end()
    except _Strike:
        timer.cancel()
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
                _raise_in(self._thread, ctypes.py_object(_Strike))

    def end(self) -> None:
        """Strike no more, and take back what was thrown and has not arrived yet."""
        with self._lock:
            self._over = True
            _raise_in(self._thread, None)


def _raise_in(thread: ctypes.c_ulong, error: ctypes.py_object[type[BaseException]] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, error)
