"""What is held back or hurried while much is made at once stands as before afterwards."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import sys

import numpy as np
import pytest

from core.interpreter import (
    OFTEN_SECONDS,
    keep_memory,
    switching_often,
    without_collections,
)


def test_garbage_is_searched_for_again_afterwards() -> None:
    assert gc.isenabled()
    with without_collections():
        assert not gc.isenabled()
        with without_collections():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_threads_take_turns_as_usual_afterwards() -> None:
    usual = sys.getswitchinterval()
    with switching_often():
        assert sys.getswitchinterval() == pytest.approx(OFTEN_SECONDS)
    assert sys.getswitchinterval() == usual


def test_an_error_leaves_nothing_behind() -> None:
    usual = sys.getswitchinterval()
    with pytest.raises(RuntimeError), without_collections(), switching_often():
        raise RuntimeError
    assert gc.isenabled()
    assert sys.getswitchinterval() == usual


def count_faults() -> int:
    """Return how many pages are taken anew by columns made and freed, two rounds long."""
    keep_memory()
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        columns = [np.ones(125_000) for _ in range(20)]
        del columns
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_memory_that_was_freed_is_used_again() -> None:
    """20 MB are 5,000 pages. In a process of its own, for it is set for good."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(count_faults) < 500
