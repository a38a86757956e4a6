"""Embedded servers for one test, deleted after it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import local
from deploy.local.places import find_places
from deploy.local.postgres import Postgres
from deploy.local.valkey import Valkey


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A stopped cluster after its first start; the tests begin with copies of it."""
    state = tmp_path_factory.mktemp("initialised") / "state"
    local.start(state, durable=False)
    local.stop(state)
    yield find_places(state).postgres
    local.remove(state)


@pytest.fixture
def fresh_state(tmp_path: Path) -> Iterator[Path]:
    """A state directory nothing has ever started on; whatever a test starts there is deleted."""
    place = tmp_path / "state"
    yield place
    if place.is_dir():
        local.remove(place)


@pytest.fixture
def state(fresh_state: Path, initialised: Path) -> Path:
    """A state directory whose servers have run once and stopped."""
    places = find_places(fresh_state)
    places.make()
    subprocess.run(["cp", "-a", initialised, places.postgres], check=True)
    return fresh_state


@pytest.fixture
def postgres(state: Path) -> Iterator[Postgres]:
    """An embedded PostgreSQL, ready to start."""
    made, _ = local.parts(state, durable=False)
    yield made
    made.stop()


@pytest.fixture
def valkey(fresh_state: Path) -> Iterator[Valkey]:
    """An embedded Valkey, ready to start."""
    _, made = local.parts(fresh_state)
    made.places.make()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, initialised: Path) -> Iterator[Postgres]:
    """A running PostgreSQL for tests that only look at it."""
    state = tmp_path_factory.mktemp("running") / "state"
    places = find_places(state)
    places.make()
    subprocess.run(["cp", "-a", initialised, places.postgres], check=True)
    made, _ = local.parts(state, durable=False)
    made.start()
    yield made
    local.remove(state)
