"""Wrong payments by API: recorded once for one key, confirmed by another person's program."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.core.wrong_payments.conftest import pay_one
from tests.office import Office
from tests.web.api.conftest import Place, Program

WANTED = {"kind": "own_mistake", "amount": 6_000, "found_on": "2023-07-01",
          "found_by": "市总工会财务部", "reason": "重复录入"}  # fmt: skip


@pytest.fixture(scope="module")
def office(place: Place) -> Office:
    return Office(place.installation, place.tree)


@pytest.fixture(scope="module")
def first(place: Place) -> Program:
    return place.program(place.tree.city_a, "finance")


@pytest.fixture(scope="module")
def second(place: Place) -> Program:
    return place.program(place.tree.city_a, "approver")


def body(payment: uuid.UUID, **values: Any) -> dict[str, Any]:
    return {"payment_id": str(payment), **WANTED, **values}


def test_recorded_once_confirmed_by_another_and_recovered(
    office: Office, first: Program, second: Program
) -> None:
    wanted = body(pay_one(office, "100"))
    made = [first.post("wrong-payments", wanted, key="the-same-key") for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json == made[1].json
    assert (made[0].json["standing"], made[0].json["can"]) == ("proposed", [])
    path = f"wrong-payments/{made[0].json['id']}"
    own = first.post(f"{path}/confirmation")
    assert (own.status_code, own.json["code"]) == (403, "forbidden")
    assert second.post(f"{path}/confirmation").json["standing"] == "open"
    assert second.post(f"{path}/confirmation").status_code == 409
    entry = {"on": "2023-07-05", "amount": 2_000, "note": "回单"}
    assert first.post(f"{path}/recoveries", entry).json["standing"] == "partly"
    late = first.post(f"{path}/recoveries", {**entry, "amount": 4_001})
    assert (late.status_code, late.json["field"]) == (409, "amount")
    assert first.post(f"{path}/recoveries", {**entry, "amount": 4_000}).json["recovered"] == 6_000
    shown = first.get(path).json
    assert [one["amount"] for one in shown["recoveries"]] == [2_000, 4_000]
    assert shown["paid_on"] == "2023-06-30"
    listed = first.get("wrong-payments", standing="recovered", year=2023).json
    assert [one["id"] for one in listed] == [shown["id"]]
    assert first.get("wrong-payments", standing="outstanding").json == []


def test_put_aside_with_a_reason(office: Office, first: Program, second: Program) -> None:
    made = first.post("wrong-payments", body(pay_one(office, "100"))).json
    path = f"wrong-payments/{made['id']}/refusal"
    assert second.post(path, {"reason": ""}).status_code == 422
    done = second.post(path, {"reason": "并非重复"}).json
    assert (done["standing"], done["decision"]) == ("refused", "并非重复")


@pytest.mark.parametrize(
    "values",
    [{"kind": "theft"}, {"amount": 0}, {"amount": 1.5}, {"amount": 10_001}, {"found_on": "x"},
     {"found_by": ""}, {"reason": ""}, {"surplus": 1}],
)  # fmt: skip
def test_nonsense_is_refused(office: Office, first: Program, values: dict[str, Any]) -> None:
    answer = first.post("wrong-payments", body(pay_one(office, "100"), **values))
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_what_is_not_there_or_another_s(office: Office, place: Place, first: Program) -> None:
    payment = pay_one(office, "100")
    assert first.post("wrong-payments", body(uuid.uuid4())).status_code == 404
    made = first.post("wrong-payments", body(payment)).json
    neighbour = place.program(place.tree.city_b, "finance", about="city-a")
    assert neighbour.get(f"wrong-payments/{made['id']}").status_code == 404
    assert neighbour.get("wrong-payments").status_code == 404
    assert neighbour.post("wrong-payments", body(payment)).status_code == 404
    own = place.program(place.tree.city_b, "finance")
    assert own.get("wrong-payments").json == []
    assert own.post(f"wrong-payments/{made['id']}/confirmation").status_code == 404
