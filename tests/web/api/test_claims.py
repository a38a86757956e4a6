"""Claims and pools by API: entered once, decided by version, settled, read masked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.claims.city import BENEFIT, BILL, CARD, City, staff
from tests.core.enrolments.test_enrolments import MILL
from tests.web.api.conftest import Place, Program

RECEIPT: dict[str, Any] = {
    "employer": "红果镇煤矿", "employer_code": MILL, "amount": 1_000_000_00,
    "received_on": "2018-03-01", "reference": "接口回单",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(place: Place) -> City:
    return staff(place.installation, "lps")


def bill(city: City, **told: Any) -> dict[str, Any]:
    """Return the body of a new claim."""
    new = city.bill(**told)._asdict()
    for name in ("sheet", "row"):
        new.pop(name)
    days = {name: new[name].isoformat() for name in ("admitted_on", "discharged_on")}
    return {**new, **days, "period_id": str(city.period.id)}


def at(place: Place, city: City, who: str) -> Program:
    return place.sign_in(city.people[who])


def test_a_claim_is_entered_once_decided_by_two_and_read_masked(place: Place, city: City) -> None:
    finance = at(place, city, "finance")
    periods = f"mutual-aid/periods/{city.period.id}"
    assert finance.post(f"{periods}/contributions", RECEIPT).status_code == 201
    assert finance.post(f"{periods}/contributions", RECEIPT).status_code == 409
    clerk, body = at(place, city, "clerk"), bill(city)
    first, again = (clerk.post("mutual-aid/claims", body, key="claim-once") for _ in range(2))
    assert (first.status_code, first.json) == (201, again.json)
    made = first.json
    assert (made["benefit"], made["state"], made["step"]) == (BENEFIT, "in_route", "review")
    assert CARD not in first.text
    assert made["illness"] == BILL.illness
    other = clerk.post("mutual-aid/claims", body)
    assert (other.status_code, other.json["code"]) == (409, "conflict")
    wrong = clerk.post("mutual-aid/claims", bill(city, total=1))
    assert (wrong.status_code, wrong.json["code"]) == (422, "invalid")
    address, version = f"mutual-aid/claims/{made['id']}", made["version"]
    for who in ("reviewer", "approver"):
        told = {"decision": "approve", "version": version}
        assert clerk.post(f"{address}/decision", told).status_code == 403
        decided = at(place, city, who).post(f"{address}/decision", told)
        assert decided.status_code == 200, decided.text
        stale = at(place, city, who).post(f"{address}/decision", told)
        assert stale.status_code in (403, 412)
        version = decided.json["version"]
    assert (decided.json["state"], decided.json["payment"]["state"]) == ("approved", "reserved")
    (payment,) = finance.get("payments", fund_id=str(city.pool().id)).json
    assert (payment["claim_id"], payment["application_id"]) == (made["id"], None)
    pool = finance.get(f"{periods}/pool").json
    assert (pool["reserved"], pool["left"]) == (BENEFIT, RECEIPT["amount"] - BENEFIT)
    assert pool["loss_ratio"] == 4
    (matched,) = finance.get(f"{periods}/contributions", unmatched="true").json
    assert matched["missing"] == matched["due"] - RECEIPT["amount"]
    assert finance.get("mutual-aid/claims", standing="approved").json[0]["id"] == made["id"]


def test_a_difference_and_a_correction_by_api(place: Place, city: City) -> None:
    clerk, reviewer = at(place, city, "clerk"), at(place, city, "reviewer")
    made = clerk.post("mutual-aid/claims", bill(city, settled=BENEFIT - 5)).json
    told = {"side": "rule", "reason": "医院算错", "version": made["version"]}
    (waiting,) = [
        one for one in reviewer.get("mutual-aid/claims/waiting").json if one["id"] == made["id"]
    ]
    assert (waiting["step"], waiting["difference"]) == ("review", "open")
    assert waiting["due_on"] > waiting["opened_on"]
    assert not any(one["id"] == made["id"] for one in clerk.get("mutual-aid/claims/waiting").json)
    settled = reviewer.post(f"mutual-aid/claims/{made['id']}/difference", told)
    assert (settled.json["granted"], settled.json["difference"]) == (BENEFIT, "rule")
    back = {"decision": "return", "reason": "补正", "version": settled.json["version"]}
    returned = at(place, city, "approver").post(f"mutual-aid/claims/{made['id']}/decision", back)
    body = bill(city) | {"version": returned.json["version"]}
    body.pop("period_id")
    corrected = clerk.post(f"mutual-aid/claims/{made['id']}/correction", body)
    assert (corrected.status_code, corrected.json["state"]) == (200, "in_route"), corrected.text
    assert corrected.json["difference"] == ""
    assert at(place, city, "finance").post(
        f"mutual-aid/claims/{made['id']}/payment", {}
    ).status_code == 409  # fmt: skip
