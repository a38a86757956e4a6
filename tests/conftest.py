"""Fixtures every test may ask for: real servers, fresh databases, a whole installation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis

from deploy.local import Servers
from tests import memory
from tests.servers import Database, Databases, running_servers, start_installation

if TYPE_CHECKING:
    from core.installation import Installation


def pytest_configure(config: pytest.Config) -> None:
    """Let the tests write where that is quickest, unless `--basetemp` says where."""
    if not config.option.basetemp and (place := memory.files_of_run()):
        config.option.basetemp = place
        config.add_cleanup(partial(memory.forget_files, place))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let those tests begin first that may take longest, so that no process ends alone."""
    items.sort(key=may_take, reverse=True)


def may_take(item: pytest.Item) -> float:
    """Return the seconds a test asks for, 0 where the usual limit is enough."""
    limit = item.get_closest_marker("timeout")
    return float(limit.args[0]) if limit else 0


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Real PostgreSQL and Valkey for the whole run."""
    with running_servers() as running:
        yield running


@pytest.fixture(scope="session")
def databases(servers: Servers) -> Iterator[Databases]:
    """Makes databases; whatever is left of them goes at the end of the run."""
    made = Databases(servers)
    yield made
    made.drop_all()


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """A freshly migrated database for one test."""
    made = databases.migrated()
    yield made
    databases.drop(made)


@pytest.fixture(scope="module")
def module_database(databases: Databases) -> Iterator[Database]:
    """A freshly migrated database for all tests of a module."""
    made = databases.migrated()
    yield made
    databases.drop(made)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[Database]:
    """A database without any table for one test."""
    made = databases.empty()
    yield made
    databases.drop(made)


@pytest.fixture
def redis_url(servers: Servers) -> Iterator[str]:
    """An emptied Valkey database for one test."""
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushdb()
        yield servers.redis_url
        client.flushdb()


@pytest.fixture
def installation(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Installation]:
    """A whole installation on a database of its own, for one test."""
    started = start_installation(database, tmp_path, redis_url)
    yield started
    started.engine.dispose()


@pytest.fixture(scope="module")
def module_installation(
    module_database: Database, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A whole installation that the tests of one module share."""
    place = tmp_path_factory.mktemp("installation")
    started = start_installation(module_database, place, servers.redis_url)
    yield started
    started.engine.dispose()
