"""A referral a wheel brings, before an administrator: where it goes, and the line he chooses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.catalogue import Catalogue
from core.federations import NewTenant, add_tenant
from core.installation import Installation
from core.policies import TENANTS, Policies
from tests.core.applications.test_brought_referral import brought
from tests.factories import found_tree
from tests.web.conftest import Site, Visitor
from web.app import create_app

__all__ = ["brought"]
PAGE = "/baotou/programmes"


@pytest.fixture
def chief(module_installation: Installation, brought: Catalogue) -> Visitor:
    """The administrator of Baotou, whose region has seven measure lines."""
    policies = Policies.load(TENANTS, brought)
    installation = replace(module_installation, catalogue=brought, policies=policies)
    tree = found_tree(installation)
    new = NewTenant("baotou", "city", "包头市总工会", "Baotou", "baotou", "150200", "province")
    add_tenant(installation, new)
    site = Site(installation, tree, create_app(installation))
    return site.person(installation.tenant("baotou"), "tenant_administrator")


def test_he_sees_where_it_goes_and_chooses_where_that_is_his(chief: Visitor) -> None:
    assert "led by" in chief.read(f"{PAGE}/by_line")
    assert 'name="measure"' not in chief.read(f"{PAGE}/by_line")
    page = f"{PAGE}/by_choice"
    assert "a measure line the federation chooses" in chief.read(page)
    assert 'value="employment"' in chief.read(page)
    nothing = chief.post(page, page, to="offer", reason="试用", measure="")
    assert nothing.status_code == 422
    assert (
        chief.post(page, page, to="offer", reason="试用", measure="employment").status_code == 303
    )
    shown = chief.read(page)
    assert "which answers within 15 working days" in shown
    assert 'name="measure"' not in shown, "he chooses anew when he takes it up anew"
    refused = chief.read(f"{PAGE}/by_nobody")
    assert "has no measure line of moon, sun" in refused
