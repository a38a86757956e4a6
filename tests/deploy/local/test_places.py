"""Where data and sockets lie."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest

from deploy import local
from deploy.local import ServersError
from deploy.local.places import MEMORY, Places, find_places


def test_a_socket_path_never_gets_too_long(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["困难职工帮扶" * 3] * 4)
    places = find_places(deep)
    assert len(os.fsencode(places.sockets / ".s.PGSQL.5432.lock")) < 107


def test_servers_start_under_a_long_path(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["困难职工帮扶" * 3] * 4)
    try:
        servers = local.start(deep, durable=False)
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        local.remove(deep)


def test_each_state_directory_has_places_of_its_own(tmp_path: Path) -> None:
    first, second = find_places(tmp_path / "a"), find_places(tmp_path / "b")
    assert first.base != second.base
    assert find_places(tmp_path / "a") == first


def test_a_state_directory_in_memory_has_its_data_there() -> None:
    assert find_places(MEMORY / "state").base.is_relative_to(MEMORY)
    assert not find_places(Path("/srv/state")).base.is_relative_to(MEMORY)


def test_every_directory_is_private(fresh_state: Path) -> None:
    places = find_places(fresh_state)
    places.make()
    for path in (places.base, places.valkey, places.logs, places.sockets):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert path.stat().st_uid == places.account.uid


def test_a_place_that_is_a_link_is_refused(fresh_state: Path, tmp_path: Path) -> None:
    found = find_places(fresh_state)
    trap = tmp_path / "trap"
    trap.symlink_to(tmp_path)
    with pytest.raises(ServersError, match="somebody else"):
        Places(found.state, found.base, trap, found.account).make()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_place_of_another_user_is_refused(fresh_state: Path, tmp_path: Path) -> None:
    found = find_places(fresh_state)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    os.chown(foreign, 65534, 65534)
    with pytest.raises(ServersError, match="somebody else"):
        Places(found.state, found.base, foreign, found.account).make()
