"""An office whose region knows the whole life of a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.installation import Installation
from tests.factories import found_tree
from tests.office import Office
from tests.region import with_life

NOON = dt.datetime(2023, 8, 15, 4, tzinfo=dt.UTC)
"""12:00 in China on Tuesday 15 August 2023."""


@pytest.fixture(scope="module")
def staffed(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A city with somebody in every role."""
    installation = with_life(module_installation, tmp_path_factory.mktemp("region"))
    return Office(installation, found_tree(installation), NOON)


@pytest.fixture
def office(staffed: Office) -> Office:
    """The module's office at noon of 15 August 2023."""
    return replace(staffed)
