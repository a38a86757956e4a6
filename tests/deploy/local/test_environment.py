"""What a program is told when it runs on this machine."""

from __future__ import annotations

from pathlib import Path

import psycopg

from deploy import local
from deploy.local.environment import provide, uses_own_servers

OWN = {"DATABASE_URL": "postgresql://app@db/own", "REDIS_URL": "redis://cache/0"}


def test_servers_are_started_where_none_is_named(state: Path) -> None:
    found = provide({}, state)
    for name, role in (("DATABASE_URL", "bangfu_app"), ("DATABASE_OWNER_URL", "bangfu_owner")):
        with psycopg.connect(found[name]) as connection:
            assert connection.execute("select current_user::text").fetchone() == (role,)
    assert found["REDIS_URL"].startswith("unix://")
    assert local.leave(state)


def test_own_servers_are_used_and_none_is_started(fresh_state: Path) -> None:
    found = provide(OWN, fresh_state)
    assert not any(name.endswith("_URL") for name in found)
    assert not local.healthy(fresh_state)


def test_an_empty_variable_names_no_server() -> None:
    assert uses_own_servers(OWN)
    assert not uses_own_servers({**OWN, "REDIS_URL": ""})
    assert not uses_own_servers({})


def test_the_embedded_owner_is_never_mixed_with_another_database(state: Path) -> None:
    found = provide({"DATABASE_URL": OWN["DATABASE_URL"]}, state)
    assert "DATABASE_OWNER_URL" not in found
    assert "REDIS_URL" in found
    assert local.leave(state)


def test_keys_and_storage_are_kept_beside_the_data(fresh_state: Path) -> None:
    found = provide(OWN, fresh_state)
    assert found["BANGFU_STORAGE"] == str(fresh_state / "storage")
    assert found["BANGFU_MASTER_KEY"] == provide(OWN, fresh_state)["BANGFU_MASTER_KEY"]


def test_what_is_set_already_is_not_touched(fresh_state: Path) -> None:
    given = {**OWN, "BANGFU_MASTER_KEY": "ab" * 32}
    assert "BANGFU_MASTER_KEY" not in provide(given, fresh_state)
