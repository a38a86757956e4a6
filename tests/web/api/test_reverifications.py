"""Re-verification and simulation by API."""

from __future__ import annotations

import uuid

import pytest

from core.money import parse_yuan as yuan
from tests import factories
from tests.web.api.conftest import Place, Program
from worker.jobs import perform

RICH = {"income": yuan("69600"), "illness": 0, "schooling": 0}


@pytest.fixture(scope="module")
def approver(place: Place) -> Program:
    factories.file_household(
        place.installation, place.tree.city_a, statement=RICH, relatives=(factories.SPOUSE,) * 3
    )
    return place.program(place.tree.city_a, "approver")


def test_a_registry_is_judged_by_a_job(place: Place, approver: Program) -> None:
    asked = approver.post("reverifications", {"on": "2023-06-30"})
    assert asked.status_code == 202
    told = asked.json
    assert (told["state"], told["total"], told["judged"]) == ("running", 1, 0)
    assert perform(place.installation, place.tree.city_a.id, uuid.UUID(told["job_id"]))
    done = approver.get(f"reverifications/{told['id']}").json
    assert (done["state"], done["judged"], done["categories"]) == ("done", 1, {"none": 1})
    assert (done["moves"], len(done["parameters"])) == ({">none": 1}, 64)
    assert approver.get("reverifications").json[0] == done
    assert approver.get(f"reverifications/{told['id']}/undecidable").json == []


def test_a_repeated_request_begins_one_run(approver: Program) -> None:
    before = len(approver.get("reverifications").json)
    first, second = (
        approver.post("reverifications", {"on": "2023-07-31"}, key="run-once") for _ in range(2)
    )
    assert first.json == second.json
    assert len(approver.get("reverifications").json) == before + 1


def test_a_day_to_come_is_a_problem(approver: Program) -> None:
    answer = approver.post("reverifications", {"on": "2999-01-01"})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_a_simulation_tells_counts_and_fen(approver: Program) -> None:
    told = approver.get("simulation", on="2023-06-30", set="dibao_line=750.00").json
    assert (told["households"], told["qualifying"], told["dropping"]) == (1, 1, 0)
    [living] = [one for one in told["costs"] if one["programme"] == "living_aid"]
    assert living["before"]["maximum"] == 0
    assert living["after"]["maximum"] == yuan("7200")
    [city] = told["federations"]
    assert city["moves"] == [{"before": "none", "after": "relative", "households": 1}]


@pytest.mark.parametrize("given", ["dibao_lien=1", "dibao_line", "dibao_line=many"])
def test_what_cannot_be_tried_is_a_problem(approver: Program, given: str) -> None:
    answer = approver.get("simulation", on="2023-06-30", set=given)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")


def test_a_clerk_may_do_neither(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    assert clerk.post("reverifications", {"on": "2023-06-30"}).status_code == 403
    assert clerk.get("simulation", on="2023-06-30", set="dibao_line=1.00").status_code == 403
