"""An office whose city is reported on, each test in a database of its own."""

from __future__ import annotations

import pytest

from core.installation import Installation
from tests.factories import found_tree
from tests.office import Office


@pytest.fixture
def office(installation: Installation) -> Office:
    """A city with somebody in every role, the province above it, and another city beside it."""
    return Office(installation, found_tree(installation))
