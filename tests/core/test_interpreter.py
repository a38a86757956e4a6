"""What is held back or hurried while much is made at once stands as before afterwards."""

from __future__ import annotations

import gc
import sys

import pytest

from core.interpreter import OFTEN_SECONDS, switching_often, without_collections


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
