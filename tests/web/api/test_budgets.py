"""Budgets by API: proposed once for one key, confirmed by another program's person."""

from __future__ import annotations

import pytest

from core.money import MAXIMUM_FEN
from tests.web.api.conftest import Place, Program


@pytest.fixture(scope="module")
def first(place: Place) -> Program:
    return place.program(place.tree.city_a, "finance")


@pytest.fixture(scope="module")
def second(place: Place) -> Program:
    return place.program(place.tree.city_a, "finance")


def found_fund(program: Program, name: str) -> str:
    """Set up a fund of 1,000 yuan and return its id."""
    fund = {"name": name, "source": "市财政", "year": 2023, "budget": 100_000}
    return str(program.post("funds", fund).json["id"])


def test_a_change_is_proposed_once_and_confirmed_by_another(
    first: Program, second: Program
) -> None:
    fund = found_fund(first, "增")
    wanted = {"amount": 25_050, "reason": "追加"}
    made = [
        first.post(f"funds/{fund}/budget-changes", wanted, key="the-same-key") for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json == made[1].json
    assert made[0].json["state"] == "proposed"
    path = f"budget-changes/{made[0].json['id']}"
    own = first.post(f"{path}/confirmation")
    assert (own.status_code, own.json["code"]) == (403, "forbidden")
    assert second.post(f"{path}/confirmation").json["state"] == "confirmed"
    assert second.post(f"{path}/confirmation").status_code == 409
    (listed,) = first.get(f"funds/{fund}/budget-changes").json
    assert (listed["amount"], listed["state"]) == (25_050, "confirmed")
    assert [one["budget"] for one in first.get("funds").json if one["id"] == fund] == [125_050]
    balance = [one for one in first.get("ledger/balance").json if one["fund_id"] == fund]
    assert sum(one["balance"] for one in balance) == 0


def test_a_budget_is_not_lowered_below_what_is_left(first: Program) -> None:
    fund = found_fund(first, "减")
    answer = first.post(f"funds/{fund}/budget-changes", {"amount": -100_001, "reason": "因"})
    assert (answer.status_code, answer.json["field"]) == (409, "amount")
    assert "remedy" in answer.json


def test_a_proposal_is_put_aside(first: Program) -> None:
    fund = found_fund(first, "搁")
    made = first.post(f"funds/{fund}/budget-changes", {"amount": -1, "reason": "因"}).json
    path = f"budget-changes/{made['id']}/refusal"
    assert first.post(path, {"reason": "写错"}).json["state"] == "refused"


@pytest.mark.parametrize(
    "wanted",
    [{"amount": 0, "reason": "因"}, {"amount": 1.5, "reason": "因"}, {"amount": 1},
     {"amount": MAXIMUM_FEN + 1, "reason": "因"}, {"amount": "x", "reason": "因"}],
)  # fmt: skip
def test_nonsense_is_refused(first: Program, wanted: dict[str, object]) -> None:
    fund = found_fund(first, f"误{wanted}")
    assert first.post(f"funds/{fund}/budget-changes", wanted).status_code == 422


def test_a_neighbour_and_an_approver_change_nothing(place: Place, first: Program) -> None:
    fund = found_fund(first, "邻")
    wanted = {"amount": 1, "reason": "因"}
    approver = place.program(place.tree.city_a, "approver")
    assert approver.post(f"funds/{fund}/budget-changes", wanted).status_code == 403
    neighbour = place.program(place.tree.city_b, "finance", about="city-a")
    assert neighbour.post(f"funds/{fund}/budget-changes", wanted).status_code == 404
    above = place.program(place.tree.province, "supervisor", about="city-a")
    assert above.get(f"funds/{fund}/budget-changes").json == []
    assert above.post(f"funds/{fund}/budget-changes", wanted).status_code == 403
