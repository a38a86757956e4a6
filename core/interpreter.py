"""How Python works while much is made at once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

OFTEN_SECONDS = 0.0005


@contextmanager
def without_collections() -> Iterator[None]:
    """Hold back the search for circles of garbage.

    While a registry or a document grows, millions of objects are made and none is garbage yet:
    the searches find nothing and cost a tenth of the time and more.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def switching_often() -> Iterator[None]:
    """Have threads take turns ten times as often.

    One that speaks with the server gives its turn away at every message and waits long for the
    next while another computes.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
