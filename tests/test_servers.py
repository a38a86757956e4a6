"""The ground every other test stands on."""

from __future__ import annotations

import psycopg
import pytest
import redis

from deploy.local import Servers
from tests.servers import Database, Databases, rows


def test_each_test_gets_a_database_with_the_newest_schema(database: Database) -> None:
    tables = rows(
        database.owner_url, "select to_regclass('tenants')::text, to_regclass('people')::text"
    )
    assert tables == [("tenants", "people")]


def test_what_one_database_holds_another_does_not(databases: Databases) -> None:
    first, second = databases.migrated(), databases.migrated()
    with psycopg.connect(first.owner_url) as connection:
        connection.execute("create table only_here (number int)")
    assert rows(first.owner_url, "select to_regclass('only_here')::text") == [("only_here",)]
    assert rows(second.owner_url, "select to_regclass('only_here')::text") == [(None,)]
    databases.drop(first)
    databases.drop(second)


def test_an_empty_database_has_no_table(empty_database: Database) -> None:
    query = "select count(*) from pg_tables where schemaname = 'public'"
    assert rows(empty_database.owner_url, query) == [(0,)]


def test_a_dropped_database_is_gone(databases: Databases) -> None:
    made = databases.empty()
    databases.drop(made)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(made.url)


def test_the_application_role_may_not_make_tables(database: Database) -> None:
    with (
        psycopg.connect(database.url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("create table mine (number int)")


def test_redis_begins_empty(redis_url: str, servers: Servers) -> None:
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "over")


def test_redis_begins_empty_again(redis_url: str, servers: Servers) -> None:
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.get("left") is None
