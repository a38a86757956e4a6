"""The secrets of an installation on one machine."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from deploy.local.keys import NAMES, read_keys


def test_keys_are_made_once_and_stay(tmp_path: Path) -> None:
    first = read_keys(tmp_path)
    assert set(first) == set(NAMES)
    assert read_keys(tmp_path) == first


def test_keys_are_long_and_differ(tmp_path: Path) -> None:
    keys = [*read_keys(tmp_path / "a").values(), *read_keys(tmp_path / "b").values()]
    assert len(set(keys)) == 4
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    read_keys(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_callers_that_ask_at_the_same_time_get_the_same_keys(tmp_path: Path) -> None:
    callers = 8
    for attempt in range(25):
        state = tmp_path / str(attempt)
        together = Barrier(callers)

        def ask(state: Path = state, together: Barrier = together) -> dict[str, str]:
            together.wait(timeout=30)
            return read_keys(state)

        with ThreadPoolExecutor(callers) as pool:
            asked = [pool.submit(ask) for _ in range(callers)]
            answers = [one.result() for one in asked]
        assert all(answer == answers[0] for answer in answers)
        assert [path.name for path in state.iterdir()] == ["keys.json"]
