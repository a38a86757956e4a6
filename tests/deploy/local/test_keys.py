"""The secrets of an installation on one machine."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


def test_processes_that_ask_at_the_same_time_get_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        asked = [pool.submit(read_keys, tmp_path) for pool in (first, second)]
        assert asked[0].result() == asked[1].result()
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
