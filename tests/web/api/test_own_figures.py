"""Figures of a federation's own by API: listed, set once, withdrawn; problems name the field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.context import BEIJING
from tests.web.api.conftest import Answer, Place, Program

TODAY = dt.datetime.now(BEIJING).date()
TOMORROW = TODAY + dt.timedelta(days=1)


def figure(**changes: Any) -> dict[str, Any]:
    return {
        "programme": "living_aid",
        "name": "months_minimum",
        "value": "10",
        "holds_from": TOMORROW.isoformat(),
        "source": "市总发〔2026〕1号",
        **changes,
    }


@pytest.fixture(scope="module")
def chief(place: Place) -> Program:
    return place.program(place.tree.city_a, "tenant_administrator")


def remove(program: Program, number: str) -> Answer:
    return program._send("DELETE", f"own-figures/{number}")


def test_a_figure_is_set_once_shown_in_force_and_withdrawn(place: Place, chief: Program) -> None:
    made = chief.post("own-figures", figure(), key="set-only-once")
    assert made.status_code == 201
    told = made.json
    assert (told["value"], told["shown"]) == ("10", {"zh": "10个月", "en": "10 months"})
    assert (told["holds_from"], told["withdrawable"]) == (TOMORROW.isoformat(), True)
    repeated = chief.post("own-figures", figure(), key="set-only-once")
    assert (repeated.headers["Idempotent-Replay"], repeated.json) == ("true", told)
    assert chief.get("own-figures").json == [told]
    clerk = place.program(place.tree.city_a, "clerk")
    assert clerk.get("own-figures").json == [told], "everybody may read what he is judged by"

    def months(day: dt.date) -> list[int]:
        programmes = {one["name"]: one for one in clerk.get("programmes", on=day).json}
        figures = programmes["living_aid"]["figures"]
        return [one["value"] for one in figures if one["name"] == "months_minimum"]

    assert (months(TODAY), months(TOMORROW)) == ([8], [10])
    gone = remove(chief, told["id"])
    assert (gone.status_code, gone.data) == (204, b"")
    assert (chief.get("own-figures").json, months(TOMORROW)) == ([], [8])
    assert remove(chief, told["id"]).json["code"] == "not_found"


@pytest.mark.parametrize(
    ("changes", "field", "title"),
    [
        ({"value": "7"}, "value", "only from 8 to 12"),
        ({"value": "13"}, "value", "only from 8 to 12"),
        ({"value": "ten"}, "value", "no whole number"),
        ({"name": "moons"}, "name", "no figure “moons”"),
        ({"source": "  "}, "source", "document that sets the figure is missing"),
        ({"holds_from": "0206-01-01"}, "holds_from", "Nothing is judged before"),
    ],
)
def test_a_problem_names_field_and_remedy(
    chief: Program, changes: dict[str, Any], field: str, title: str
) -> None:
    chief.client.set_cookie("language", "en")
    answer = chief.post("own-figures", figure(**changes))
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert (answer.json["field"], answer.json["code"]) == (field, "invalid")
    assert title in answer.json["title"]
    assert answer.json["remedy"]
    assert chief.get("own-figures").json == []


def test_what_a_field_must_be_is_told_by_field(chief: Program) -> None:
    answer = chief.post("own-figures", {"programme": "living_aid", "holds_from": "tomorrow"})
    assert answer.status_code == 422
    assert set(answer.json["errors"]["json"]) == {"name", "value", "holds_from", "source"}


def test_one_that_holds_and_a_second_of_its_day_are_conflicts(place: Place, chief: Program) -> None:
    wanted = figure(name="months_maximum", value="11", holds_from=TODAY.isoformat())
    held = chief.post("own-figures", wanted).json
    assert held["withdrawable"] is False
    refused = remove(chief, held["id"])
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    second = chief.post("own-figures", {**wanted, "value": "12"})
    assert (second.status_code, second.json["field"]) == (409, "holds_from")
    assert [one["value"] for one in chief.get("own-figures").json] == ["11"]


def test_no_other_role_and_no_other_federation(place: Place, chief: Program) -> None:
    held = chief.post("own-figures", figure(name="months_maximum", value="12")).json
    before = chief.get("own-figures").json
    city = place.tree.city_a
    clerk = place.program(city, "clerk", "approver", "finance")
    assert clerk.post("own-figures", figure()).json["code"] == "forbidden"
    assert remove(clerk, held["id"]).json["code"] == "forbidden"
    neighbour = place.program(place.tree.city_b, "tenant_administrator")
    assert neighbour.get("own-figures").json == []
    assert remove(neighbour, held["id"]).json["code"] == "not_found"
    province = place.tree.province
    above = place.program(province, "tenant_administrator", about=city.slug)
    assert above.post("own-figures", figure()).status_code in (403, 404)
    assert remove(above, held["id"]).status_code in (403, 404)
    assert chief.get("own-figures").json == before


def test_what_may_be_set_is_listed_with_its_bounds(chief: Program) -> None:
    found = {(one["programme"], one["name"]): one for one in chief.get("own-figures/settable").json}
    assert found["living_aid", "months_minimum"] == {
        "programme": "living_aid", "name": "months_minimum", "also": [], "unless": "",
        "meaning": found["living_aid", "months_minimum"]["meaning"],
        "low": {"zh": "8个月", "en": "8 months"}, "high": {"zh": "12个月", "en": "12 months"},
    }  # fmt: skip
    assert found["medical_relief", "cap.relative"]["high"]["en"] == "no limit"
    assert ("worker_hardship", "dibao_line") not in found, "this region sets its line itself"
