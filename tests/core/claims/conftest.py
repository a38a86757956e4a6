"""A city that claims, and its neighbour, once for the tests of a module."""

from __future__ import annotations

import pytest

from core.installation import Installation
from tests.core.claims.city import City, staff
from tests.factories import found_tree


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    """A city whose pool holds 1,000,000 yuan."""
    found_tree(module_installation)
    city = staff(module_installation, "lps")
    city.receive(1_000_000)
    return city


@pytest.fixture(scope="module")
def neighbour(city: City) -> City:
    """Another city of the same province."""
    return staff(city.installation, "lps-neighbour")
