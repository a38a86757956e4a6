"""A city that goes on warmth visits: it took the programme up from what the plugin brings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.installation import Installation
from tests.visiting import Visiting, found_visiting_city


@pytest.fixture(scope="module")
def visiting_city(module_installation: Installation) -> Visiting:
    """The city."""
    return found_visiting_city(module_installation)


@pytest.fixture
def office(visiting_city: Visiting) -> Visiting:
    """The city on the morning of 30 June 2023."""
    return replace(visiting_city)
