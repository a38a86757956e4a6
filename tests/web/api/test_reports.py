"""Reports by API: asked for once, made by a job, listed, and fetched as a file."""

from __future__ import annotations

import uuid

import pytest

from tests import factories
from tests.web.api.conftest import Place, Program
from worker.jobs import perform

WANTED = {"subject": "city-a", "period": "2023Q2"}


@pytest.fixture(scope="module")
def province(place: Place) -> Program:
    factories.file_household(place.installation, place.tree.city_a, category="deep")
    return place.program(place.tree.province, "supervisor")


def do(place: Place, job_id: str) -> bool:
    return perform(place.installation, place.tree.province.id, uuid.UUID(job_id))


def test_a_report_is_asked_for_made_and_fetched(place: Place, province: Program) -> None:
    asked = province.post("reports", WANTED)
    assert asked.status_code == 202
    told = asked.json
    assert (told["state"], told["subject"], told["language"]) == ("waiting", "city-a", "zh")
    early = province.get(f"reports/{told['id']}/pdf")
    assert (early.status_code, early.json["code"]) == (409, "conflict")
    assert do(place, told["job_id"])
    assert province.get(f"jobs/{told['job_id']}").json["progress"] == 3
    made = province.get(f"reports/{told['id']}").json
    assert (made["state"], len(made["sha256"])) == ("made", 64)
    fetched = province.get(f"reports/{told['id']}/pdf")
    assert fetched.mimetype == "application/pdf"
    assert fetched.data.startswith(b"%PDF-")
    assert "supervision-city-a-2023Q2" in fetched.headers["Content-Disposition"]
    assert province.get("reports").json[0] == made


def test_a_repeated_request_asks_once(province: Program) -> None:
    before = len(province.get("reports").json)
    first, second = (province.post("reports", WANTED, key="report-once") for _ in range(2))
    assert first.json == second.json
    assert len(province.get("reports").json) == before + 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"period": "2023-2"}, 422, "period"),
        ({"period": "2099Q1"}, 422, "period"),
        ({"language": "fr"}, 422, "language"),
        ({"subject": "nation"}, 404, None),
        ({"subject": "nowhere"}, 404, None),
    ],
)
def test_what_cannot_be_made_is_a_problem(
    province: Program, change: dict[str, str], status: int, field: str | None
) -> None:
    answer = province.post("reports", {**WANTED, **change})
    assert answer.status_code == status
    assert answer.json.get("field") == field


def test_others_neither_ask_nor_see(place: Place, province: Program) -> None:
    made = province.get("reports").json[0]
    for who in (
        place.program(place.tree.city_a, "approver"),
        place.program(place.tree.city_b, "approver"),
    ):
        assert who.get("reports").json == []
        assert who.get(f"reports/{made['id']}").status_code == 404
        assert who.get(f"reports/{made['id']}/pdf").status_code == 404
    clerk = place.program(place.tree.province, "clerk")
    assert clerk.post("reports", WANTED).status_code in (403, 404)
    city = place.program(place.tree.city_b, "approver")
    assert city.post("reports", WANTED).status_code == 404
