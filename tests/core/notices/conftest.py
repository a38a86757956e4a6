"""An office at work: one shared by the tests of a module, and one that a test has for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.installation import Installation
from tests.factories import found_tree
from tests.office import Office


@pytest.fixture(scope="module")
def staffed(module_installation: Installation) -> Office:
    """A city with somebody in every role; two funds fit all, so nothing is reserved unasked."""
    office = Office(module_installation, found_tree(module_installation))
    office.fund(name="中央财政专项资金")
    office.fund(name="工会经费")
    return office


@pytest.fixture
def office(staffed: Office) -> Office:
    """The module's office on the morning of 30 June 2023."""
    return replace(staffed)


@pytest.fixture
def own_office(installation: Installation) -> Office:
    """An office in a database of its own, without any fund."""
    return Office(installation, found_tree(installation))
