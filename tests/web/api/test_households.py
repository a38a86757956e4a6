"""A program files households, reads them, changes them, and is told what is wrong."""

from __future__ import annotations

import uuid

from tests import factories
from tests.web.api.conftest import Place, compose_household


def test_a_household_is_filed_judged_and_read_back_masked(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    sent = compose_household(1)
    made = clerk.post("households", sent)
    assert made.status_code == 201, made.text
    read = clerk.get(f"households/{made.json['id']}").json
    assert read["category"] == "deep"
    assert read["judgement"]["explanation"]
    assert read["statement"]["income"] == sent["income"]
    assert [member["name"] for member in read["members"]] == ["王建国", "李芳", "王小明", "王小红"]
    for person in [sent, *sent["members"]]:
        assert person["id_number"] not in made.text


def test_a_repeated_key_files_once_and_answers_the_same(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    sent, key = compose_household(2), str(uuid.uuid4())
    first, second = (clerk.post("households", sent, key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replay"] == "true"
    assert first.data == second.data


def test_a_key_used_for_another_request_is_refused(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    key = str(uuid.uuid4())
    clerk.post("households", compose_household(3), key=key)
    again = clerk.post("households", compose_household(4), key=key)
    assert again.status_code == 409
    assert again.json["code"] == "conflict"


def test_a_second_file_for_one_person_names_the_first(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    first = clerk.post("households", compose_household(5)).json
    again = clerk.post("households", compose_household(5))
    assert again.status_code == 409
    assert first["file_number"] in again.json["title"]


def test_a_wrong_field_is_named_with_its_remedy(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    sent = compose_household(6)
    sent["members"][1]["id_number"] = sent["members"][1]["id_number"][:-1] + "?"
    answer = clerk.post("households", sent)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json["field"] == "members.2.id_number"
    assert answer.json["remedy"]


def test_binary_floats_are_no_money(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    answer = clerk.post("households", compose_household(7, income=48000.5))
    assert answer.status_code == 422
    assert "income" in answer.json["errors"]["json"]


def test_fields_nobody_may_set_are_refused(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    answer = clerk.post("households", compose_household(8, category="deep", state="active"))
    assert answer.status_code == 422
    assert set(answer.json["errors"]["json"]) == {"category", "state"}


def test_an_update_needs_the_version_it_changes(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    path = f"households/{clerk.post('households', compose_household(9)).json['id']}"
    clerk.etags[path] = ""
    assert clerk.change("PATCH", path, {"contact_person": "张"}).status_code == 428
    clerk.get(path)
    seen = clerk.etags[path]
    assert clerk.change("PATCH", path, {"contact_person": "张"}).json["contact_person"] == "张"
    clerk.etags[path] = seen
    stale = clerk.change("PATCH", path, {"contact_person": "李"})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    assert clerk.get(path).json["contact_person"] == "张"


def test_a_statement_changes_the_category(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    path = f"households/{clerk.post('households', compose_household(10)).json['id']}"
    today = clerk.get(path).json["statement"]["as_of"]
    names = ("illness", "disability", "schooling", "work_cost", "loss", "compensation", "self_paid")
    statement = dict.fromkeys(names, 0) | {
        "as_of": today, "income": 20_000_000, "still_difficult": False,
    }  # fmt: skip
    answer = clerk.change("PUT", f"{path}/statements", statement, of=path)
    assert answer.status_code == 200, answer.text
    assert (answer.json["category"], answer.json["statement"]["income"]) == ("none", 20_000_000)


def test_lists_are_narrowed_and_paged(place: Place) -> None:
    clerk = place.program(place.tree.city_b, "clerk")
    for serial in range(60, 63):
        clerk.post("households", compose_household(serial))
    first = clerk.get("households", size=2, count=True).json
    assert (len(first["items"]), first["more"], first["total"]) == (2, True, 3)
    assert not clerk.get("households", size=2, page=2).json["more"]
    assert clerk.get("households", category="relative").json["items"] == []
    number = compose_household(61)["members"][0]["id_number"]
    assert len(clerk.post("households/searches", {"search": number}).json["items"]) == 1


def test_an_id_number_stands_in_no_address(place: Place) -> None:
    clerk = place.program(place.tree.city_b, "clerk")
    answer = clerk.get("households", search=factories.id_number(1))
    assert (answer.status_code, answer.json["field"]) == (422, "search")
    assert "searches" in answer.json["remedy"]


def test_another_tenant_and_another_unit_see_nothing(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    made = clerk.post("households", compose_household(11)).json
    other_city = place.program(place.tree.city_b, "clerk", about="city-a")
    other_unit = place.program(place.tree.city_a, "clerk", unit=factories.ELSEWHERE)
    unknown = place.program(place.tree.city_a, "clerk").get(f"households/{uuid.uuid4()}")
    for program in (other_city, other_unit):
        answer = program.get(f"households/{made['id']}")
        assert answer.status_code == 404
        assert {**answer.json, "request_id": ""} == {**unknown.json, "request_id": ""}


def test_a_province_reads_downwards_and_changes_nothing(place: Place) -> None:
    clerk = place.program(place.tree.city_a, "clerk")
    made = clerk.post("households", compose_household(12)).json
    supervisor = place.program(place.tree.province, "supervisor", "clerk", about="city-a")
    path = f"households/{made['id']}"
    assert supervisor.get(path).json["head_id"] == made["head_id"]
    assert supervisor.change("PATCH", path, {"contact_person": "省"}).status_code in (403, 404)
    assert clerk.get(path).json["contact_person"] == "宋磊"


def test_nothing_is_open_without_a_token(place: Place) -> None:
    answer = place.get("/api/tenants/city-a/households")
    assert answer.status_code == 401
    assert answer.json["code"] == "unauthenticated"
