"""The life of a file by the API: written once by key, at a version, by those who may."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from core.context import BEIJING
from core.installation import Installation
from core.money import parse_yuan as yuan
from tests import factories
from tests.factories import Filed, file_household
from tests.region import with_life
from tests.web.api.conftest import Place, Program
from web.app import create_app


@pytest.fixture(scope="module")
def place(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A served installation whose region knows exits, measure lines and a phase-out."""
    made = with_life(module_installation, tmp_path_factory.mktemp("region"))
    tree = factories.found_tree(made)
    return Place(made, tree, create_app(made).test_client())


@pytest.fixture(scope="module")
def clerk(place: Place) -> Program:
    return place.program(place.tree.city_a, "clerk")


@pytest.fixture(scope="module")
def reviewer(place: Place) -> Program:
    return place.program(place.tree.city_a, "reviewer")


def today() -> dt.date:
    return dt.datetime.now(BEIJING).date()


def filed(place: Place, **values: Any) -> Filed:
    values.setdefault("verified_on", today())
    return file_household(place.installation, place.tree.city_a, **values)


def life(program: Program, file: Filed) -> Any:
    """Return the life of a file, its version remembered."""
    answer = program.get(f"households/{file.id}/life")
    assert answer.status_code == 200, answer.text
    return answer.json


def months_before(count: int) -> list[str]:
    first, found = today().replace(day=1), []
    for _month in range(count):
        first = (first - dt.timedelta(days=1)).replace(day=1)
        found.append(first.isoformat())
    return found


def measure(clerk: Program, file: Filed, **values: Any) -> Any:
    """Refer a household to the department for schooling."""
    sent = {"line": "schooling", "content": "减免学杂费", "due_on": today().isoformat(),
            "responsible": "李强"}  # fmt: skip
    return clerk.post(f"households/{file.id}/measures", sent | values)


def test_a_plan_is_made_once_however_often_it_is_sent(place: Place, clerk: Program) -> None:
    file, key = filed(place), str(uuid.uuid4())
    sent = {"goals": "户主手术", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    first = clerk.post(f"households/{file.id}/plans", sent, key=key)
    again = clerk.post(f"households/{file.id}/plans", sent, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replay"] == "true"
    (plan,) = life(clerk, file)["plans"]
    assert (plan["number"], plan["goals"], plan["ends_on"]) == (1, "户主手术", "2026-12-31")
    turned = clerk.post(f"households/{file.id}/plans", sent | {"ends_on": "2025-01-01"})
    assert (turned.status_code, turned.json["field"]) == (422, "ends_on")


def test_measures_are_referred_postponed_answered_and_listed(place: Place, clerk: Program) -> None:
    file = filed(place)
    made = measure(clerk, file, content="列表中的转介")
    assert made.status_code == 201, made.text
    (one,) = made.json["measures"]
    assert (one["department"], one["state"], one["overdue"]) == ("教育局", "open", False)
    path = f"households/{file.id}/measures/{one['id']}"
    later = (today() + dt.timedelta(days=7)).isoformat()
    moved = clerk.post(
        f"{path}/postponement", {"due_on": later, "responsible": "周敏", "version": 1}
    )
    assert moved.json["measures"][0]["due_on"] == later
    stale = clerk.post(path, {"state": "done", "outcome": "已减免", "version": 1})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    listed = {item["id"]: item for item in clerk.get("households/measures").json["items"]}
    assert (listed[one["id"]]["responsible"], listed[one["id"]]["due_on"]) == ("周敏", later)
    assert one["id"] not in [
        item["id"] for item in clerk.get("households/measures", overdue="true").json["items"]
    ]
    done = clerk.post(path, {"state": "done", "outcome": "已减免", "version": 2})
    assert done.json["measures"][0]["closed_on"] == today().isoformat()
    left = clerk.get("households/measures").json["items"]
    assert one["id"] not in [item["id"] for item in left]
    unknown = measure(clerk, file, line="flying")
    assert (unknown.status_code, unknown.json["field"]) == (422, "line")


def test_lists_of_what_waits_come_in_pages(place: Place, clerk: Program) -> None:
    for _file in range(3):
        measure(clerk, filed(place, verified_on=dt.date(2020, 1, 1)))
    for path in ("households/measures", "households/overdue"):
        seen: list[str] = []
        for page in range(1, 50):
            answer = clerk.get(path, page=page, size=2).json
            seen += [item["id"] for item in answer["items"]]
            if not answer["more"]:
                break
        assert len(seen) == len(set(seen)) >= 3
        assert clerk.get(path, page=1, size=len(seen)).json["more"] is False
    assert clerk.get("households/overdue", page=0).status_code == 422


def test_an_overdue_file_leaves_the_list_when_two_people_verified_it(
    place: Place, clerk: Program, reviewer: Program
) -> None:
    file = filed(place, verified_on=dt.date(2019, 3, 4))
    listed = {item["id"]: item for item in clerk.get("households/overdue").json["items"]}
    assert listed[str(file.id)]["last"] == "2019-03-04"
    assert "*" in listed[str(file.id)]["phone"]
    assert life(clerk, file)["standing"] == "overdue"
    path, of = f"households/{file.id}/verifications", f"households/{file.id}/life"
    sent = {"on": today().isoformat(), "result": "unchanged",
            "people": [clerk.person, reviewer.person]}  # fmt: skip
    done = clerk.change("PUT", path, sent, of)
    assert done.json["overdue"] is False
    assert str(file.id) not in [
        item["id"] for item in clerk.get("households/overdue").json["items"]
    ]
    again = clerk.change("PUT", path, sent, of)  # the version it was read at is gone
    assert again.status_code == 412
    blind = place.client.put(
        f"/api/tenants/city-a/{path}", json=sent,
        headers={"Authorization": f"Bearer {clerk.token}"},
    )  # fmt: skip
    assert blind.status_code == 428


def test_visits_are_kept_by_two_with_amounts_in_fen(
    place: Place, clerk: Program, reviewer: Program
) -> None:
    file = filed(place)
    sent = {
        "on": today().isoformat(), "visitors": [clerk.person, reviewer.person], "met": "户主",
        "findings": "户主透析", "conclusion": "still_difficult", "income": yuan("1200.50"),
    }  # fmt: skip
    made = clerk.post(f"households/{file.id}/visits", sent)
    assert made.status_code == 201, made.text
    (visit,) = made.json["visits"]
    assert (visit["income_seen"], visit["spending_seen"]) == (120_050, None)
    for wrong, field in (
        ({"visitors": [clerk.person] * 2}, "second_visitor"),
        ({"on": (today() + dt.timedelta(days=1)).isoformat()}, "on"),
    ):
        answer = clerk.post(f"households/{file.id}/visits", sent | wrong)
        assert (answer.status_code, answer.json["field"]) == (422, field)
    bad: dict[str, Any]
    for bad in ({"income": 12.5}, {"income": -1}, {"conclusion": "fine"}):
        answer = clerk.post(f"households/{file.id}/visits", sent | bad)
        assert answer.status_code == 422
        assert next(iter(bad)) in str(answer.json["errors"])
    assert len(life(clerk, file)["visits"]) == 1


def test_the_contact_person_is_one_of_the_federation(
    place: Place, clerk: Program, reviewer: Program
) -> None:
    file = filed(place)
    path, of = f"households/{file.id}/contact", f"households/{file.id}/life"
    life(clerk, file)
    named = clerk.change("PUT", path, {"contact_id": reviewer.person}, of)
    assert named.json["contact_id"] == reviewer.person
    stale = clerk.change("PUT", path, {"contact_person": "宋磊"}, of)
    assert stale.status_code == 412
    life(clerk, file)
    stranger = place.program(place.tree.city_b, "clerk")
    wrong = clerk.change("PUT", path, {"contact_id": stranger.person}, of)
    assert (wrong.status_code, wrong.json["field"]) == (422, "contact_id")
    gone = clerk.change("PUT", path, {"contact_person": ""}, of)
    assert (gone.json["contact_id"], "no_contact" in gone.json["gaps"]) == (None, True)


def test_an_exit_is_decidable_only_with_every_month_and_confirmed_by_another(
    place: Place, clerk: Program, reviewer: Program
) -> None:
    file, day = filed(place), today().isoformat()
    path = f"households/{file.id}"
    months = [{"month": one, "income": yuan("12000")} for one in months_before(6)]
    clerk.post(f"{path}/months", {"months": months[1:]})
    stated = {"as_of": day, "causes_removed": True, "relief": 0}
    assert clerk.post(f"{path}/circumstances", stated).status_code == 201
    missing = clerk.post(f"{path}/exits", {"on": day})
    assert (missing.status_code, missing.json["code"]) == (422, "not_decidable")
    clerk.post(f"{path}/months", {"months": months[:1]})
    proposed = clerk.post(f"{path}/exits", {"on": day, "remark": "已稳定"})
    (review,) = proposed.json["exit_reviews"]
    assert (review["way"], review["state"]) == ("recovery", "proposed")
    shown = [step for step in review["explanation"] if step["name"].startswith("month_")]
    assert [step["value"] for step in shown] == [yuan("3000")] * 6  # four people
    one = f"{path}/exits/{review['id']}"
    twice = clerk.post(f"{path}/exits", {"on": day, "way": "died", "remark": "户主去世"})
    assert (twice.status_code, twice.json["code"]) == (409, "conflict")
    assert clerk.post(one, {"decision": "confirm"}).status_code == 403
    other = filed(place)
    stray = reviewer.post(f"households/{other.id}/exits/{review['id']}", {"decision": "confirm"})
    assert stray.status_code == 404
    confirmed = reviewer.post(one, {"decision": "confirm"})
    assert (confirmed.json["standing"], confirmed.json["exit_way"]) == ("phase_out", "recovery")
    assert confirmed.json["phase_out_until"] > day
    assert reviewer.post(one, {"decision": "refuse", "reason": "x"}).status_code == 409
    listed = clerk.get("households", way="recovery").json["items"]
    assert [item["id"] for item in listed] == [str(file.id)]


def test_a_file_is_suspended_taken_up_closed_and_comes_back(
    place: Place, clerk: Program, reviewer: Program
) -> None:
    head, file = place.program(place.tree.city_a, "approver"), filed(place)
    path, of = f"households/{file.id}/state", f"households/{file.id}/life"
    for step, standing in (("suspend", "suspended"), ("resume", "filed")):
        life(head, file)
        sent = {"step": step, "on": today().isoformat(), "reason": "说明"}
        assert head.change("PUT", path, sent, of).json["standing"] == standing
    closing = {"on": today().isoformat(), "way": "moved_away", "remark": "迁出"}
    review = clerk.post(f"households/{file.id}/exits", closing).json["exit_reviews"][0]
    reviewer.post(f"households/{file.id}/exits/{review['id']}", {"decision": "confirm"})
    closed = life(head, file)
    assert (closed["standing"], closed["exit_way"]) == ("exited", "moved_away")
    refused = measure(clerk, file)
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    back = {"step": "return", "on": today().isoformat(), "reason": "返困"}
    returned = head.change("PUT", path, back, of).json
    assert (returned["state"], returned["exit_way"]) == ("active", None)
    assert [event["way"] for event in returned["events"]] == [
        "returned", "moved_away", "resumed", "suspended",
    ]  # fmt: skip


def test_a_measure_of_another_file_is_not_there(place: Place, clerk: Program) -> None:
    own, other = filed(place), filed(place)
    one = measure(clerk, own).json["measures"][0]["id"]
    for part, sent in (
        ("", {"state": "done", "outcome": "x", "version": 1}),
        ("/postponement", {"due_on": "2099-01-01", "responsible": "x", "version": 1}),
    ):
        answer = clerk.post(f"households/{other.id}/measures/{one}{part}", sent)
        assert answer.status_code == 404
    assert life(clerk, own)["measures"][0]["version"] == 1


@pytest.mark.parametrize("role", ["finance", "auditor"])
def test_roles_without_the_right_change_nothing(place: Place, clerk: Program, role: str) -> None:
    file, program = filed(place), place.program(place.tree.city_a, role)
    for part, sent in (
        ("plans", {"goals": "x", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}),
        ("measures", {"line": "schooling", "content": "x", "due_on": "2099-01-01",
                      "responsible": "x"}),
        ("exits", {"on": today().isoformat()}),
        ("months", {"months": [{"month": months_before(1)[0], "income": 1}]}),
        ("circumstances", {"as_of": today().isoformat(), "orphan": True}),
    ):  # fmt: skip
        assert program.post(f"households/{file.id}/{part}", sent).status_code in (403, 404), part
    told = life(clerk, file)
    assert (told["plans"], told["measures"], told["exit_reviews"]) == ([], [], [])
    assert told["monthly_incomes"] == []


def test_another_federation_and_another_union_see_nothing(place: Place, clerk: Program) -> None:
    file = filed(place, verified_on=dt.date(2020, 1, 1))
    measure(clerk, file, content="别处不见")
    stranger = place.program(place.tree.city_b, "clerk")
    elsewhere = place.program(place.tree.city_a, "clerk", unit=factories.ELSEWHERE)
    for program in (stranger, elsewhere):
        assert program.get(f"households/{file.id}/life").status_code == 404
        for path in ("households/overdue", "households/measures"):
            assert str(file.id) not in program.get(path).text


@pytest.mark.parametrize("sent", [-1, "1.5", True, None, 10**13 + 1])
def test_spending_on_old_age_is_whole_fen(place: Place, clerk: Program, sent: Any) -> None:
    path = f"households/{filed(place).id}/circumstances"
    good = clerk.post(path, {"as_of": today().isoformat(), "old_age": 432_109})
    assert good.status_code == 201
    refused = clerk.post(path, {"as_of": today().isoformat(), "old_age": sent})
    assert refused.status_code == 422
    with place.installation.system(place.tree.city_a) as ctx:
        rows = ctx.session.fetch(
            "select old_age from circumstances where household_id = %(id)s",
            {"id": path.split("/")[1]},
        )
    assert rows == [(432_109,)]
