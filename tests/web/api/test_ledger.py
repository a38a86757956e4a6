"""The API of the shared ledger: read, recorded, taken back, summed; referrals answered."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from core.households.life.measures import Referral, refer_measure
from core.installation import Installation
from tests.core.departments.conftest import City, found_city, workbook
from tests.factories import acting
from tests.web.api.conftest import Place, Program
from web.app import create_app
from worker.jobs import perform

DAY = "2023-05-31"


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    return found_city(module_installation)


@pytest.fixture(scope="module")
def here(city: City) -> Place:
    return Place(city.installation, city.tree, create_app(city.installation).test_client())


@pytest.fixture(scope="module")
def officers(here: Place, city: City) -> Mapping[str, Program]:
    return {name: here.sign_in(actor, "lps") for name, actor in city.people.items()}


def rent(city: City, **changes: Any) -> dict[str, Any]:
    return {
        "household_id": str(city.homes["wang"].id), "department": "housing", "measure": "housing",
        "kind": "money", "on": DAY, "amount": 145_300, **changes,
    }  # fmt: skip


def test_an_entry_is_recorded_once_a_key_read_by_all_and_taken_back(
    city: City, officers: Mapping[str, Program]
) -> None:
    housing, key = officers["housing"], str(uuid.uuid4())
    member = str(city.homes["wang"].members[0])
    made = housing.post("ledger/entries", rent(city, member_id=member, note="一"), key=key)
    assert made.status_code == 201, made.text
    again = housing.post("ledger/entries", rent(city, member_id=member, note="一"), key=key)
    assert again.json == made.json
    assert (made.json["head"], made.json["person"], made.json["amount"]) == ("王**", "李*", 145_300)
    read = officers["education"].get("ledger/entries", since=DAY, until=DAY, department="housing")
    assert (read.json["total"], read.json["amount"]) == (1, 145_300)
    assert read.json["items"][0]["id"] == made.json["id"]
    place = f"ledger/entries/{made.json['id']}/reversal"
    assert officers["education"].post(place, {"reason": "x"}).status_code == 403
    assert housing.post(place, {"reason": " "}).status_code == 422
    back = housing.post(place, {"reason": "重复"})
    assert (back.status_code, back.json["amount"], back.json["reverses_id"]) == (
        201, -145_300, made.json["id"],
    )  # fmt: skip
    assert housing.post(place, {"reason": "再冲"}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"department": "education"}, 403, None),
        ({"measure": "gardening"}, 422, "measure"),
        ({"amount": 0}, 422, "amount"),
        ({"amount": "12.5"}, 422, None),
        ({"on": "2999-01-01"}, 422, "on"),
        ({"kind": "gold"}, 422, None),
        ({"household_id": str(uuid.UUID(int=9))}, 404, None),
    ],
)
def test_what_is_wrong_is_refused_as_a_problem(
    city: City,
    officers: Mapping[str, Program],
    changes: dict[str, Any],
    status: int,
    field: str | None,
) -> None:
    told = officers["housing"].post("ledger/entries", rent(city, **changes))
    assert (told.status_code, told.mimetype) == (status, "application/problem+json")
    assert field is None or told.json["field"] == field


def test_a_household_is_found_within_the_own_units_and_told_masked(
    city: City, officers: Mapping[str, Program]
) -> None:
    number = city.number("zhao")
    found = officers["housing"].get("ledger/household", file_number=number).json
    assert (found["head"], found["category"]) == ("赵**", "worker_hardship")
    assert "unit_path" not in found
    assert {one["name"] for one in found["people"]} >= {"赵**"}
    away = officers["county_housing"].get("ledger/household", file_number=number)
    assert away.status_code == 404


def test_sums_of_a_year(city: City, officers: Mapping[str, Program]) -> None:
    officers["housing"].post("ledger/entries", rent(city, on="2021-02-01"))
    sums = officers["reviewer"].get("ledger/sums", year=2021)
    assert sums.json == [{
        "department": "housing", "measure": "housing", "kind": "money", "entries": 1,
        "households": 1, "people": 0, "amount": 145_300, "unfiled": 0,
    }]  # fmt: skip
    assert officers["finance"].get("ledger/sums", year=2021).status_code == 403
    assert officers["neighbour"].get("ledger/sums", year=2021).status_code == 404


def test_a_workbook_comes_in_by_the_files_of_departments(
    here: Place, city: City, officers: Mapping[str, Program]
) -> None:
    day = dt.date(2020, 3, 1)
    data = workbook((city.number("wang"), None, None, None, "住房保障", "资金", None, day, 20))
    sent = officers["housing"].post(
        "discovery/files", content_type="multipart/form-data",
        data={"file": (io.BytesIO(data), "台账.xlsx"), "kind": "aid", "source": "ledger"},
    )  # fmt: skip
    assert sent.status_code == 202, sent.text
    perform(here.installation, city.tenant.id, uuid.UUID(sent.json["job_id"]))
    path = f"discovery/files/{sent.json['id']}"
    confirmed = officers["housing"].post(f"{path}/confirmation")
    perform(here.installation, city.tenant.id, uuid.UUID(confirmed.json["job_id"]))
    assert officers["housing"].get(path).json["counts"]["amount"] == 2_000
    read = officers["housing"].get("ledger/entries", since="2020-03-01", until="2020-03-01")
    assert read.json["total"] == 1


def test_a_referral_is_answered_at_its_version_by_the_lead(
    city: City, officers: Mapping[str, Program]
) -> None:
    with acting(city.installation, city.tenant, city.people["city_clerk"]) as ctx:
        referral = Referral("education", "助学", ctx.today, "李科长")
        measure = refer_measure(ctx, city.homes["wang"].id, referral)
    education = officers["education"]
    [seen] = education.get("ledger/referrals").json
    assert (seen["leads"], seen["head"], seen["version"]) == (True, "王**", 1)
    place = f"ledger/referrals/{measure.id}/answer"
    answer = {"state": "done", "outcome": "已资助", "version": 1}
    assert officers["housing"].post(place, answer).status_code == 404
    assert education.post(place, {**answer, "version": 9}).status_code == 412
    assert education.post(place, {**answer, "state": "cancelled"}).status_code == 422
    told = education.post(place, answer)
    assert (told.status_code, told.json["state"], told.json["version"]) == (201, "done", 2)
    assert education.get("ledger/referrals").json == []
    assert len(education.get("ledger/referrals", running="false").json) == 1
    assert officers["clerk"].get("ledger/referrals").status_code == 403
