"""How Python works while much is made at once."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

OFTEN_SECONDS = 0.0005
KEPT_BYTES = 128 * 2**20
_LARGEST_KEPT = 32 * 2**20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Names of settings in glibc's `malloc.h`; it takes no more than 32 MB for the second."""


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


def keep_memory() -> None:
    """Have the C library keep what is freed for what is wanted next, up to `KEPT_BYTES`.

    Rules free and want columns of a registry all the time, and a page the kernel hands out anew
    costs more than the arithmetic on it. Only glibc knows how; elsewhere nothing changes.
    """
    change = getattr(ctypes.CDLL(None), "mallopt", None)
    if change is not None:
        change(_MMAP_THRESHOLD, _LARGEST_KEPT)
        change(_TRIM_THRESHOLD, KEPT_BYTES)
