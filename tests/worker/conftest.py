"""The workshop every worker test works in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.installation import Installation
from tests.servers import Database
from tests.worker.workshop import Workshop, open_workshop


@pytest.fixture
def workshop(
    installation: Installation, database: Database, redis_url: str, tmp_path: Path
) -> Iterator[Workshop]:
    """An installation with jobs and workers."""
    with open_workshop(installation, database, redis_url, tmp_path) as made:
        yield made
