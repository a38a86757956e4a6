"""Registries to be judged again."""

from __future__ import annotations

import pytest

from core.federations import NewTenant, add_tenant
from core.installation import Installation
from tests.factories import found_tree, hire
from tests.registry import Registry


@pytest.fixture
def registry(installation: Installation) -> Registry:
    """An empty registry."""
    tree = found_tree(installation)
    return Registry(installation, tree, tree.city_a, hire(installation, tree.city_a, "approver"))


@pytest.fixture
def baotou(installation: Installation) -> Registry:
    """An empty registry of a city that may set its own dibao line."""
    tree = found_tree(installation)
    new = NewTenant("baotou", "city", "包头市总工会", "Baotou", "baotou", "150200", "province")
    add_tenant(installation, new)
    city = installation.tenant("baotou")
    return Registry(installation, tree, city, hire(installation, city, "approver"))
