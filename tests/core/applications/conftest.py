"""An office at work: one shared by the tests of a module, and one that a test has for itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.federations import NewTenant, add_tenant
from core.installation import Installation
from tests.factories import found_tree
from tests.office import Office

AUTUMN = dt.datetime(2019, 9, 16, 1, tzinfo=dt.UTC)


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


@pytest.fixture(scope="module")
def staffed_baotou(staffed: Office, module_installation: Installation) -> Office:
    """The office of Baotou, which wants students of senior high school and university first."""
    for new in (
        NewTenant("neimenggu", "province", "内蒙古总工会", "Inner", "baotou", "150000", "nation"),
        NewTenant("baotou", "city", "包头市总工会", "Baotou", "baotou", "150200", "neimenggu"),
    ):
        add_tenant(module_installation, new)
    own = replace(
        staffed.tree, city_a=module_installation.tenant("baotou"),
        province=module_installation.tenant("neimenggu"),
    )  # fmt: skip
    return Office(module_installation, own, AUTUMN)


@pytest.fixture
def baotou(staffed_baotou: Office) -> Office:
    """The office of Baotou on a morning in September 2019."""
    return replace(staffed_baotou)
