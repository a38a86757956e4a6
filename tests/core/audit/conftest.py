"""The trail every audit test works on."""

from __future__ import annotations

import pytest

from core.installation import Installation
from tests.core.audit.trail import Trail, found_city
from tests.servers import Database


@pytest.fixture
def trail(installation: Installation, database: Database) -> Trail:
    """A city whose trail has three exported blocks of four records, and three not yet sealed."""
    made = Trail(installation, database, found_city(installation))
    made.write(11)
    made.seal(4)
    made.keep()
    made.write(3, start=11)
    return made
