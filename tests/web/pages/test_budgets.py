"""A fund's budget before two finance officers: proposed by one, confirmed by the other."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Site, Visitor
from tests.web.reading import cells

FUNDS = "/city-a/funds"


@pytest.fixture(scope="module")
def first(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "finance")


@pytest.fixture(scope="module")
def second(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "finance")


def found_fund(visitor: Visitor, name: str) -> str:
    """Set up a fund of 1,000 yuan and return its page."""
    fields = {"name": name, "source": "市财政", "year": "2023", "budget": "1000"}
    assert visitor.post(FUNDS, FUNDS, **fields).status_code == 303
    found = re.search(rf'href="({FUNDS}/[^"]+)">{name} 2023', visitor.read(FUNDS))
    assert found
    return found[1]


def propose(visitor: Visitor, page: str, way: str, amount: str) -> int:
    fields = {"way": way, "amount": amount, "reason": "市财〔2023〕7号"}
    return visitor.post(f"{page}/budget", page, **fields).status_code


def act_on(visitor: Visitor, page: str, what: str, **fields: str) -> int:
    """Press the button of the change that waits."""
    action = re.search(rf'action="({FUNDS}/budget/[^"]+/{what})"', visitor.read(page))
    assert action, what
    return visitor.post(action[1], page, **fields).status_code


def test_a_budget_is_raised_by_one_and_confirmed_by_another(
    first: Visitor, second: Visitor
) -> None:
    page = found_fund(first, "增")
    assert propose(first, page, "raise", "250.50") == 303
    own, other = first.read(page), second.read(page)
    assert "You proposed this, so a colleague must confirm it." in own
    assert "/confirm" not in own
    assert "1,250.50" in other
    assert "Propose the change" not in other
    assert "+250.50" in second.read(FUNDS)
    assert act_on(second, page, "confirm") == 303
    text = first.read(page)
    assert "<b>1,250.50</b>Budget" in text
    (row,) = cells(text)
    assert row[1:4] == ["+250.50", "Confirmed", "市财〔2023〕7号"]
    assert first.get(f"{page}/budget/excel").status_code == 200


def test_a_budget_is_not_lowered_below_what_is_left(first: Visitor, second: Visitor) -> None:
    page = found_fund(first, "减")
    refused = first.post(f"{page}/budget", page, way="lower", amount="1000.01", reason="因")
    assert refused.status_code == 409
    assert "1,000.00 yuan left" in refused.text
    assert propose(first, page, "lower", "400") == 303
    assert act_on(second, page, "confirm") == 303
    assert "<b>600.00</b>Left" in first.read(page)


def test_a_proposal_is_put_aside_with_a_reason(first: Visitor, second: Visitor) -> None:
    page = found_fund(first, "搁")
    propose(first, page, "raise", "1")
    assert act_on(second, page, "refuse", reason="") == 422
    assert act_on(second, page, "refuse", reason="文件有误") == 303
    assert "<b>1,000.00</b>Budget" in first.read(page)


def test_an_approver_reads_and_is_offered_no_change(site: Site, first: Visitor) -> None:
    page = found_fund(first, "读")
    propose(first, page, "raise", "1")
    text = site.person(site.tree.city_a, "approver").read(page)
    assert "Changes of the budget" in text
    assert "/confirm" not in text
    assert "/refuse" not in text
    assert first.get(f"{FUNDS}/01a21566-158b-750e-8c90-5258f8bf7274").status_code == 404
