"""What a person who starts the system sees: one line a step."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def say(text: str, end: str = "\n") -> None:
    """Print a line at once; with nobody left to read it, go on.

    A terminal that was closed must not keep us from stopping what we started.
    """
    with suppress(OSError):
        print(text, end=end, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that a step begins, and how many seconds it took or that it failed."""
    begin = time.monotonic()
    shown = sys.stdout.isatty()
    if shown:
        say(f"… {title}", end="")
    clear = "\r\033[K" if shown else ""
    try:
        yield
    except BaseException:
        say(f"{clear}✗ {title}")
        raise
    seconds = time.monotonic() - begin
    say(f"{clear}✓ {title} ({seconds:.1f} s)")
