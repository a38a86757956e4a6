"""Who sees which admissions: the queue, the list, one with what is needed to decide on it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from core.admissions.listing import Filters, count_waiting, list_admissions, waiting_for_me
from core.admissions.queries import read_admission
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.households.judgements import judge_household
from core.households.life.visits import Seen, record_visit
from core.installation import Installation
from core.people import Actor
from tests.core.admissions.conftest import NOW, VISITED, City, found_city
from tests.factories import ELSEWHERE, Tree, acting, file_household, hire


@pytest.fixture
def city(module_installation: Installation, tree: Tree) -> City:
    """A city of its own: whole queues are compared."""
    return found_city(module_installation, tree)


def waits(city: City, who: str) -> list[str]:
    with city.acting(who) as ctx:
        found = waiting_for_me(ctx)
        assert count_waiting(ctx) == len(found)
    return [one.file_number for one in found]


def test_it_waits_for_one_after_the_other(city: City) -> None:
    filed = city.file()
    number = city.household(filed).file_number
    admission = city.begin(filed)
    people = ("clerk", "investigator", "reviewer", "housing", "housing_elsewhere", "civil_affairs",
              "education", "union")  # fmt: skip
    for turn in ("investigator", "reviewer", "housing"):
        assert [who for who in people if waits(city, who)] == [turn]
        assert waits(city, turn) == [number]
        city.decide(turn, admission)
    assert not [who for who in people if waits(city, who)]


def test_what_one_had_a_hand_in_waits_for_somebody_else(city: City) -> None:
    city.people["both"] = hire(city.installation, city.tenant, "clerk", "investigator", "reviewer")
    begun = city.begin(city.file(), by="both")
    filed = city.begin(city.file(filed_by=city.people["both"].person_id))
    mine = city.begin(city.file())
    assert len(waits(city, "both")) == 1
    city.decide("both", mine, findings=VISITED)
    assert not waits(city, "both")
    assert len(waits(city, "investigator")) == 2
    assert {begun.state, filed.state} == {"in_route"}


def test_an_officer_sees_his_departments_admissions_masked_and_no_others(city: City) -> None:
    city.admit(city.file(name="王建国"))
    city.begin(city.file("dibao", name="李小红"))
    city.begin(city.file(unit=ELSEWHERE), by="city_clerk")
    with city.acting("housing") as ctx:
        [one], total = list_admissions(ctx, Filters())
    assert (total, one.head, one.named, one.department) == (1, "王**", False, "housing")
    with city.acting("reviewer") as ctx:
        found, total = list_admissions(ctx, Filters())
    assert (total, {one.head for one in found}) == (2, {"王建国", "李小红"})
    with city.acting("education") as ctx:
        assert list_admissions(ctx, Filters()) == ([], 0)
    finance = hire(city.installation, city.tenant, "finance")
    with acting(city.installation, city.tenant, finance) as ctx, pytest.raises(ForbiddenError):
        list_admissions(ctx, Filters())


def test_a_name_is_not_found_by_whoever_sees_it_masked(city: City) -> None:
    city.begin(city.file(name="欧阳建国"))
    for who, count in (("clerk", 1), ("housing", 0)):
        with city.acting(who) as ctx:
            assert list_admissions(ctx, Filters(search="欧阳"))[1] == count
    with city.acting("housing") as ctx:
        number = list_admissions(ctx, Filters())[0][0].file_number
        assert list_admissions(ctx, Filters(search=number))[1] == 1


def test_a_list_is_narrowed_and_sorted(city: City) -> None:
    first = city.begin(city.file())
    city.now = NOW + dt.timedelta(days=30)
    second = city.begin(city.file("dibao", unit=ELSEWHERE), by="city_clerk")
    third = city.begin(city.file("dibao"))
    city.decide("investigator", third, decision="refuse", reason="不实")
    with city.acting("city_clerk") as ctx:

        def ids(sort: str = "", **values: Any) -> list[uuid.UUID]:
            return [one.id for one in list_admissions(ctx, Filters(**values), sort=sort)[0]]

        assert ids() == [third.id, second.id, first.id]
        assert ids(overdue=True) == [first.id]
        assert ids(state="refused") == [third.id]
        assert ids(department="housing") == [first.id]
        assert ids(category="dibao") == [third.id, second.id]
        assert ids("due_on") == [first.id, second.id, third.id]
        assert ids("-submitted_at")[-1] == first.id
        assert ids("nonsense") == ids()
        elsewhere = list_admissions(ctx, Filters(household_id=second.household_id))[0][0].unit_path
        assert ids(unit=elsewhere) == [second.id]
        assert [one.id for one in list_admissions(ctx, Filters(), page=2, size=2)[0]] == [first.id]
        with pytest.raises(InvalidError):
            ids(state="lost")


def test_one_shows_the_judgement_the_visits_since_and_what_one_may_do(city: City) -> None:
    filed = city.file(None, statement={"illness": 0}, as_of=dt.date(2018, 1, 1))
    with city.acting("clerk") as ctx:
        judge_household(ctx, filed.id)
    if city.household(filed).category == "none":
        city.change(filed, category="dibao_marginal")
    admission = city.begin(filed)
    people = [city.people[name] for name in ("investigator", "reviewer")]
    visit(city, filed.id, people, NOW.date() - dt.timedelta(days=1))
    visit(city, filed.id, people, NOW.date())
    city.decide("investigator", admission)
    with city.acting("reviewer") as ctx:
        told = read_admission(ctx, admission.id)
    assert [one["visited_on"] for one in told["visits"]] == ["2018-03-12"]
    assert told["judgement"]["explanation"][0]["shown"]
    assert (told["can"], told["named"]) == (["decide"], True)
    assert told["steps"][0]["findings"] == [{"text": VISITED}]
    with city.acting("clerk") as ctx:
        assert read_admission(ctx, admission.id)["can"] == ["withdraw"]
    officer = "civil_affairs"
    with city.acting(officer) as ctx:
        told = read_admission(ctx, admission.id)
    assert (told["household"]["head_name"], told["visits"], told["can"]) == ("王**", [], [])
    assert told["judgement"]["reasons"]
    assert told["steps"][0]["findings"] == [{"text": VISITED}]
    assert "filed_by" not in told["household"]
    with city.acting("housing") as ctx, pytest.raises(NotFoundError):
        read_admission(ctx, admission.id)


def visit(city: City, household_id: uuid.UUID, people: list[Actor], on: dt.date) -> None:
    first, second = (one.person_id for one in people)
    assert first is not None
    assert second is not None
    with city.acting("investigator") as ctx:
        record_visit(ctx, household_id, Seen(
            on=on, visitors=(first, second), met="王建国", findings=VISITED,
            conclusion="still_difficult",
        ))  # fmt: skip


def test_those_above_read_the_admissions_of_their_cities(city: City) -> None:
    admission = city.begin(city.file())
    supervisor = hire(city.installation, city.tree.province, "supervisor")
    neighbour = hire(city.installation, city.tree.city_b, "supervisor")
    with acting(city.installation, city.tenant, supervisor) as ctx:
        assert list_admissions(ctx, Filters())[1] == 1
        assert read_admission(ctx, admission.id)["named"]
        assert waiting_for_me(ctx) == []
    with acting(city.installation, city.tenant, neighbour) as ctx, pytest.raises(NotFoundError):
        list_admissions(ctx, Filters())
    with city.system() as ctx:
        assert waiting_for_me(ctx) == []


def test_nothing_waits_where_the_region_admits_by_no_route(city: City) -> None:
    investigator = hire(city.installation, city.tree.city_a, "investigator")
    file_household(city.installation, city.tree.city_a, category="deep")
    with acting(city.installation, city.tree.city_a, investigator) as ctx:
        assert waiting_for_me(ctx) == []
