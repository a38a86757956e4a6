"""Real servers for the tests: started once a run, a fresh database for whoever asks.

With `TEST_DATABASE_URL`, `TEST_DATABASE_OWNER_URL`, `TEST_DATABASE_SUPERUSER_URL` and
`TEST_REDIS_URL` set, the tests use those servers, in databases and a Redis database of their own.
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from core.migrations.run import upgrade
from core.settings import Settings
from deploy import local
from deploy.local import Servers
from deploy.local.postgres import create_database, drop_database
from tests import memory

if TYPE_CHECKING:
    from core.installation import Installation

EXTERNAL = (
    "TEST_DATABASE_URL",
    "TEST_DATABASE_OWNER_URL",
    "TEST_DATABASE_SUPERUSER_URL",
    "TEST_REDIS_URL",
)


@dataclass(frozen=True)
class Database:
    """One database of the test servers and its addresses, one a role."""

    name: str
    url: str
    owner_url: str
    superuser_url: str


@dataclass
class Databases:
    """Makes databases: `empty` ones without a table, and copies of one that is migrated."""

    servers: Servers
    run: str = field(default_factory=lambda: f"test_{os.getpid()}_{secrets.token_hex(3)}")
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _template: str = ""
    _made: list[str] = field(default_factory=list)

    def empty(self) -> Database:
        """Return a new database without any table."""
        return self._create("template0")

    def migrated(self) -> Database:
        """Return a new database with the newest schema, copied in some 10 ms."""
        if not self._template:
            database = self.empty()
            upgrade(database.owner_url)
            self._template = database.name
        return self._create(self._template)

    def drop(self, database: Database) -> None:
        """Delete a database, whoever is still connected."""
        drop_database(self._administration(), database.name)
        self._made.remove(database.name)

    def drop_all(self) -> None:
        """Delete every database that is left of this run."""
        for name in self._made:
            drop_database(self._administration(), name)
        self._made.clear()

    def _create(self, template: str) -> Database:
        name = f"{self.run}_{next(self._numbers)}"
        create_database(self._administration(), name, template)
        self._made.append(name)
        return Database(
            name,
            with_database(self.servers.database_url, name),
            with_database(self.servers.owner_url, name),
            with_database(self.servers.superuser_url, name),
        )

    def _administration(self) -> str:
        return with_database(self.servers.superuser_url, "postgres")


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Yield real servers: those the environment names, or embedded ones deleted at the end."""
    given = [os.environ.get(name, "") for name in EXTERNAL]
    if all(given):
        database, owner, superuser, redis = given
        yield Servers(database, owner, superuser, redis)
        return
    memory.sweep()
    state = memory.choose() / f"{memory.SERVERS}-{os.getpid()}"
    try:
        yield local.start(state, durable=False)
    finally:
        memory.forget(state)


def start_installation(database: Database, storage: Path, redis_url: str = "") -> Installation:
    """Return an installation on a migrated database that keeps its files under `storage`."""
    # Loaded here, so that tests of one part do not need the whole server to be importable.
    from core.installation import Installation  # noqa: PLC0415

    settings = Settings(
        _env_file=None,
        DATABASE_URL=database.url,
        DATABASE_OWNER_URL=database.owner_url,
        REDIS_URL=redis_url,
        storage=storage / "storage",
        checkpoints=storage / "checkpoints",
        secret_key=secrets.token_hex(32),
        master_key=secrets.token_hex(32),
    )  # type: ignore[call-arg]
    return Installation.start(settings)


def rows(url: str, query: str, *parameters: object) -> list[tuple[object, ...]]:
    """Run one query at an address and return its rows."""
    with psycopg.connect(url) as connection:
        return connection.execute(sql.SQL(query), parameters).fetchall()
