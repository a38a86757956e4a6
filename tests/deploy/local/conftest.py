"""Embedded servers for one test, deleted after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import local
from deploy.local.postgres import Postgres
from deploy.local.valkey import Valkey


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state directory; servers that a test leaves running on it are stopped and deleted."""
    place = tmp_path / "state"
    yield place
    if place.is_dir():
        local.remove(place)


@pytest.fixture
def postgres(state: Path) -> Iterator[Postgres]:
    """An embedded PostgreSQL, ready to start."""
    made, _ = local.parts(state, durable=False)
    made.places.make()
    yield made
    made.stop()


@pytest.fixture
def valkey(state: Path) -> Iterator[Valkey]:
    """An embedded Valkey, ready to start."""
    _, made = local.parts(state)
    made.places.make()
    yield made
    made.stop()
