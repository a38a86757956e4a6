"""Forms by API: what breaks the schema is named, filled workbooks come in by jobs."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from core.outbox import OutboxEntry
from tests import factories
from tests.core.applications.test_forms import PICTURE, fill, read_keys
from tests.web.api.conftest import Answer, Place, Program
from worker.jobs import perform

AID = "living_aid"
ASKS = {"申请金额（元）": 8400, "家庭生活困难情况": "病"}


@pytest.fixture(scope="module")
def clerk(place: Place) -> Program:
    return place.program(place.tree.city_a, "clerk")


def file(place: Place, **values: Any) -> uuid.UUID:
    today = place.installation.now().date()
    return factories.file_household(
        place.installation, place.tree.city_a, as_of=today - dt.timedelta(days=30),
        verified_on=today, **values,
    ).id  # fmt: skip


def work(place: Place) -> None:
    """Do what waits, as the worker would."""
    city = place.tree.city_a
    with place.installation.system(city) as ctx:
        query = select(OutboxEntry.id).where(OutboxEntry.state == "pending")
        waiting = list(ctx.session.scalars(query.where(OutboxEntry.tenant_id == city.id)))
    for one in waiting:
        perform(place.installation, city.id, one)


def start(clerk: Program, household: uuid.UUID, answers: dict[str, Any], programme: str) -> Answer:
    body = {"household_id": str(household), "programme": programme, "asked": 840_000}
    return clerk.post("applications", {**body, "answers": answers})


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"circumstances": 5}, "circumstances"),
        ({"circumstances": "x" * 4001}, "circumstances"),
        ({"moon": "x"}, "moon"),
    ],
)
def test_what_breaks_the_schema_is_named(
    place: Place, clerk: Program, answers: dict[str, Any], field: str
) -> None:
    schema = clerk.get(f"programmes/{AID}/schema").json
    sent = {"asked": 840_000, "answers": answers}
    assert list(Draft202012Validator(schema).iter_errors(sent))
    answer = start(clerk, file(place), answers, AID)
    assert (answer.status_code, answer.json["field"]) == (422, field)


def test_what_fits_the_schema_is_taken_and_told_in_the_language_asked_for(
    place: Place, clerk: Program
) -> None:
    answers = {"circumstances": "病"}
    schema = clerk.get(f"programmes/{AID}/schema", lang="en").json
    assert schema["title"] == "living aid"
    Draft202012Validator(schema).validate({"asked": 840_000, "answers": answers})
    assert start(clerk, file(place), answers, AID).status_code == 201
    listed = {one["name"]: one for one in clerk.get("programmes").json}
    assert listed["golden_autumn"]["papers"][0]["text"]["zh"]
    assert clerk.get("programmes/nowhere/schema").status_code == 404


def test_a_filled_form_is_tried_confirmed_and_handed_in(place: Place, clerk: Program) -> None:
    household = file(place, name="冯接口")
    [row] = clerk.get("households", search="冯接口").json["items"]
    form = clerk.get(f"programmes/{AID}/form", file_number=row["file_number"]).data
    assert read_keys(form) == [(row["file_number"], "冯接口")]
    assert read_keys(clerk.get(f"programmes/{AID}/form").data) == []
    narrowed = clerk.get(f"programmes/{AID}/form", search="冯接口", filled="true").data
    assert read_keys(narrowed) == read_keys(form)
    data = {"file": (io.BytesIO(fill(form, ASKS)), "a.xlsx"), "hand_in": "true"}
    brought = clerk.post("applications/workbooks", data=data)
    assert (brought.status_code, brought.json["state"]) == (202, "checking")
    work(place)
    path = f"applications/workbooks/{brought.json['id']}"
    checked = clerk.get(path).json
    assert (checked["state"], checked["counts"]["handed_in"]) == ("checked", 1)
    assert clerk.post(f"{path}/confirmation").status_code == 202
    work(place)
    assert clerk.get(path).json["state"] == "imported"
    [made] = clerk.get("applications", household_id=str(household)).json["items"]
    assert made["state"] == "in_route"
    stranger = place.program(place.tree.city_a, "clerk")
    assert stranger.get(path).status_code == 404


def test_a_paper_is_seen_then_attached(place: Place, clerk: Program) -> None:
    household = file(place, relatives=(factories.SPOUSE, factories.STUDENT))
    member = next(one for one in clerk.get(f"households/{household}").json["members"]
                  if one["occupation"] == "student")  # fmt: skip
    body = {"household_id": str(household), "programme": "golden_autumn", "asked": 100_000,
            "member_id": member["id"]}  # fmt: skip
    wrong = clerk.post("applications", {**body, "papers_seen": ["moon"]})
    assert (wrong.status_code, wrong.json["field"]) == (422, "papers_seen")
    schema = clerk.get("programmes/golden_autumn/schema").json
    [paper] = [one["name"] for one in schema["x-evidence"]]
    made = clerk.post("applications", {**body, "papers_seen": [paper]}).json
    assert made["papers_seen"] == [paper]
    path = f"applications/{made['id']}"
    clerk.get(path)
    data = {"file": (io.BytesIO(PICTURE), "证.png"), "paper": paper, "kind": "school_proof"}
    answer = clerk._send(
        "POST", f"{path}/papers", headers={"If-Match": clerk.etags[path]}, data=data
    )
    assert answer.status_code == 200, answer.text
    assert answer.json["answers"][paper] == [answer.json["evidence"][0]["id"]]
