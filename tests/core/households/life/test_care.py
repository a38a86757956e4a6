"""Contact person, plan, measures, visits: what makes a file complete, and who may write it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.households.evidence import add_evidence
from core.households.life.colleagues import list_colleagues
from core.households.life.measures import answer_measure, postpone_measure
from core.households.life.overdue import list_measures
from core.households.life.plans import make_plan
from core.households.life.visits import CONCLUSIONS, find_visit
from core.households.listing import Filters, list_households
from core.households.models import Household
from core.households.service import change_household, file_household, set_contact
from tests.core.households.conftest import family
from tests.core.households.life.acts import (
    TODAY,
    audited,
    close,
    life,
    person,
    plan,
    refer,
    stored,
    verify,
    visit,
)
from tests.factories import ELSEWHERE, acting, hire
from tests.office import Office

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def listed(office: Office, **filters: Any) -> dict[str, dict[str, Any]]:
    with office.acting("clerk") as ctx:
        found = list_households(ctx, Filters(**filters), size=1000)
    return {one["id"]: one for one in found.data}


def test_the_contact_person_is_one_of_the_federation_s_or_somebody_named(office: Office) -> None:
    with office.acting("clerk") as ctx:
        household = file_household(ctx, family())
    with office.acting("clerk") as ctx:
        colleague = next(one for one in list_colleagues(ctx) if one.id == ctx.actor.person_id)
        named = set_contact(ctx, household.id, "", 1, person_id=colleague.id)
        assert (named.contact_person, named.contact_id) == (colleague.name, colleague.id)
    with office.acting("clerk") as ctx:
        outside = set_contact(ctx, household.id, " 社区李姐 ", 2)
        assert (outside.contact_person, outside.contact_id) == ("社区李姐", None)
    with office.acting("clerk") as ctx:
        set_contact(ctx, household.id, "", 3, person_id=colleague.id)
    with office.acting("clerk") as ctx:  # a name written over it is no account any more
        change_household(ctx, household.id, {"contact_person": "宋磊"}, 4)
    assert stored(office, household).contact_id is None
    stranger = hire(office.installation, office.tree.city_b, "clerk").person_id
    with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
        set_contact(ctx, household.id, "", 5, person_id=stranger)
    assert raised.value.field == "contact_id"


def test_each_plan_follows_the_last_which_stays_readable(office: Office) -> None:
    household = office.file()
    first = plan(office, household, "夫妻一方就业")
    second = plan(office, household, "女儿完成大学学业")
    assert (first.number, second.number) == (1, 2)
    told = life(office, household)["plans"]
    assert [(one["number"], one["goals"]) for one in told] == [
        (2, "女儿完成大学学业"), (1, "夫妻一方就业"),
    ]  # fmt: skip
    assert (told[0]["starts_on"], told[0]["ends_on"]) == ("2023-08-15", "2024-08-14")
    assert told[0]["made_by_name"]
    assert audited(office, household.id) == ["household.planned"] * 2


def test_a_plan_has_goals_a_period_and_one_maker_at_a_time(office: Office) -> None:
    household = office.file()
    for goals, ends, field in ((" ", dt.date(2024, 1, 1), "goals"),
                               ("就业", dt.date(2023, 8, 14), "ends_on")):  # fmt: skip
        with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
            make_plan(ctx, household.id, goals, ctx.today, ends)
        assert raised.value.field == field
    with office.acting("clerk") as ctx, pytest.raises(InvalidError):
        make_plan(ctx, household.id, "就业", TODAY, TODAY, made_on=dt.date(2023, 8, 16))
    plan(office, household)
    with office.acting("second_clerk") as ctx, pytest.raises(ConflictError) as conflict:
        make_plan(ctx, household.id, "另一计划", TODAY, TODAY, after=0)
    assert "meanwhile" in str(conflict.value)
    assert [one["number"] for one in life(office, household)["plans"]] == [1]


def test_a_measure_goes_to_the_lead_of_its_line_with_those_who_cooperate(office: Office) -> None:
    household = office.file()
    measure = refer(office, household)
    told = life(office, household)["measures"][0]
    assert (told["department"], told["cooperating"]) == ("人社局", ["教育局", "总工会"])
    assert (told["state"], told["due_on"], told["responsible"]) == ("open", "2023-09-30", "宋磊")
    with office.acting("clerk") as ctx:
        answer_measure(ctx, measure.id, "accepted", "", 1)
    with office.acting("clerk") as ctx:
        answer_measure(ctx, measure.id, "done", "已安排保洁岗位，月薪2000元", 2)
    told = life(office, household)["measures"][0]
    assert (told["state"], told["closed_on"]) == ("done", "2023-08-15")
    assert told["outcome"] == "已安排保洁岗位，月薪2000元"
    assert audited(office, measure.id) == [
        "measure.referred", "measure.answered", "measure.answered",
    ]  # fmt: skip


def test_a_referral_names_a_line_of_the_region_a_day_to_come_and_somebody(office: Office) -> None:
    household = office.file()
    for changed in (
        {"line": "moon"}, {"due_on": dt.date(2023, 8, 14)}, {"content": " "}, {"responsible": ""},
    ):  # fmt: skip
        with pytest.raises(InvalidError) as raised:
            refer(office, household, **changed)
        assert raised.value.field == next(iter(changed))
    assert life(office, household)["measures"] == []


@pytest.mark.parametrize("end", ["done", "refused", "cancelled"])
def test_an_end_needs_words_and_is_one(office: Office, end: str) -> None:
    measure = refer(office, office.file())
    with office.acting("clerk") as ctx, pytest.raises(InvalidError) as raised:
        answer_measure(ctx, measure.id, end, " ", 1)
    assert raised.value.field == "outcome"
    with office.acting("clerk") as ctx:
        answer_measure(ctx, measure.id, end, "见附件", 1)
    for state in ("accepted", "done", "refused", "cancelled"):
        with office.acting("clerk") as ctx, pytest.raises(ConflictError):
            answer_measure(ctx, measure.id, state, "再来", 2)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError):
        postpone_measure(ctx, measure.id, dt.date(2024, 1, 1), "宋磊", 2)


def test_a_measure_is_answered_as_it_was_read(office: Office) -> None:
    measure = refer(office, office.file())
    with office.acting("clerk") as ctx:
        postponed = postpone_measure(ctx, measure.id, dt.date(2023, 12, 1), "李强", 1)
        assert (postponed.due_on, postponed.responsible) == (dt.date(2023, 12, 1), "李强")
    with office.acting("clerk") as ctx, pytest.raises(StaleError):
        answer_measure(ctx, measure.id, "done", "好了", 1)
    with office.acting("clerk") as ctx, pytest.raises(InvalidError):
        answer_measure(ctx, measure.id, "open", "", 2)


def test_overdue_measures_are_listed_the_day_after_they_were_due(office: Office) -> None:
    due = refer(office, office.file(), due_on=TODAY)
    done = refer(office, office.file(), due_on=TODAY)
    with office.acting("clerk") as ctx:
        answer_measure(ctx, done.id, "done", "已办", 1)
        running = {one.id: one.overdue for one in list_measures(ctx)}
        assert running[due.id] is False
        assert done.id not in running
        assert due.id not in [one.id for one in list_measures(ctx, overdue=True)]
    later = replace(office, now=office.now + dt.timedelta(days=1))
    with later.acting("clerk") as ctx:
        assert due.id in [one.id for one in list_measures(ctx, overdue=True)]


def test_a_visit_is_by_two_people_and_shows_with_its_photos(office: Office) -> None:
    household = office.file()
    made = visit(office, household, income=150_000, spending=320_000, signature="户主已签字")
    with office.acting("investigator") as ctx:
        add_evidence(ctx, household.id, kind="visit_photo", filename="家.png", data=PNG,
                     visit_id=made.id)  # fmt: skip
    told = life(office, household)["visits"][0]
    assert told["first_visitor_name"] != told["second_visitor_name"]
    assert (told["income_seen"], told["spending_seen"]) == (150_000, 320_000)
    assert [photo["filename"] for photo in told["photos"]] == ["家.png"]
    assert (told["conclusion"], told["met"]) == ("still_difficult", "户主本人")
    assert audited(office, made.id) == ["visit.recorded"]


def test_a_visitor_alone_an_unknown_word_or_a_day_to_come_is_refused(office: Office) -> None:
    household = office.file()
    alone = (person(office, "investigator"),) * 2
    for changed, field in (
        ({"visitors": alone}, "second_visitor"), ({"conclusion": "rich"}, "conclusion"),
        ({"on": dt.date(2023, 8, 16)}, "on"), ({"met": " "}, "met"), ({"findings": ""}, "findings"),
        ({"income": -1}, "income"), ({"spending": 10**18}, "spending"),
    ):  # fmt: skip
        with pytest.raises(InvalidError) as raised:
            visit(office, household, **changed)
        assert raised.value.field == field
    assert life(office, household)["visits"] == []
    for conclusion in CONCLUSIONS:
        visit(office, household, conclusion=conclusion)
    assert len(life(office, household)["visits"]) == len(CONCLUSIONS)


def test_a_photo_belongs_to_a_visit_of_the_same_household(office: Office) -> None:
    made = visit(office, office.file())
    other = office.file()
    with office.acting("investigator") as ctx, pytest.raises(NotFoundError):
        add_evidence(ctx, other.id, kind="visit_photo", filename="家.png", data=PNG,
                     visit_id=made.id)  # fmt: skip


def test_what_a_file_lacks_is_shown_and_found(office: Office) -> None:
    household = office.file()
    with office.acting("clerk") as ctx:
        set_contact(ctx, household.id, "", 1)
    key = str(household.id)
    assert life(office, household)["gaps"] == ["no_contact", "no_plan", "no_measure", "no_visit"]
    flags = ("no_contact", "no_plan", "no_measure", "no_visit", "incomplete")
    assert all(key in listed(office, **{flag: True}) for flag in flags)
    with office.acting("clerk") as ctx:
        set_contact(ctx, household.id, "宋磊", 2)
    plan(office, household)
    measure = refer(office, household)
    assert listed(office)[key]["gaps"] == ["no_visit"]
    assert key not in listed(office, incomplete=True)  # contact, plan and measure complete it
    visit(office, household)
    assert life(office, household)["gaps"] == []
    assert not any(key in listed(office, **{flag: True}) for flag in flags)
    with office.acting("clerk") as ctx:  # a measure that came to nothing is none
        answer_measure(ctx, measure.id, "refused", "无合适岗位", 1)
    assert key in listed(office, no_measure=True)


def test_work_on_a_file_is_a_change_of_the_year(office: Office) -> None:
    household = office.file()
    with office.system() as ctx:
        file = ctx.session.get_one(Household, (ctx.tenant_id, household.id))
        file.changed_at = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    assert str(household.id) in listed(office, unchanged=True)
    visit(office, household)
    assert str(household.id) not in listed(office, unchanged=True)


def test_the_libraries_are_found_by_state_and_way(office: Office) -> None:
    household, overdue = office.file(), office.file()
    close(office, household, "died")
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, overdue.id)).verified_on = TODAY.replace(
            year=2020
        )
    key = str(household.id)
    assert listed(office, state="exited", way="otherwise")[key]["exit_way"] == "died"
    assert key in listed(office, way="died")
    for filters in ({"way": "recovery"}, {"state": "active"}, {"way": "safety_net"}):
        assert key not in listed(office, **filters)
    assert listed(office, state="overdue")[str(overdue.id)]["standing"] == "overdue"
    assert str(overdue.id) in listed(office, state="active")
    fresh = office.file()
    assert str(fresh.id) in listed(office, state="filed")


def test_a_closed_file_is_not_worked_on(office: Office) -> None:
    household = office.file()
    close(office, household)
    for act in (plan, refer, visit, verify):
        with pytest.raises(ConflictError) as raised:
            act(office, household)
        assert raised.value.remedy.text


def test_who_has_no_right_writes_nothing(office: Office) -> None:
    household = office.file()
    measure, made = refer(office, household), visit(office, household)
    elsewhere = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    stranger = hire(office.installation, office.tree.city_b, "clerk")
    above = hire(office.installation, office.tree.province, "clerk", "supervisor")
    for actor, tenant in (
        (elsewhere, office.city), (stranger, office.tree.city_b), (above, office.city),
        (office.people["reviewer"], office.city), (office.people["investigator"], office.city),
    ):  # fmt: skip
        with acting(office.installation, tenant, actor, at=office.now) as ctx:
            with pytest.raises((NotFoundError, ForbiddenError)):
                make_plan(ctx, household.id, "就业", TODAY, TODAY)
            with pytest.raises((NotFoundError, ForbiddenError)):
                answer_measure(ctx, measure.id, "done", "好了", 1)
    for actor, tenant in ((elsewhere, office.city), (stranger, office.tree.city_b)):
        with acting(office.installation, tenant, actor, at=office.now) as ctx:
            with pytest.raises(NotFoundError):
                find_visit(ctx, made.id)
            assert measure.id not in [one.id for one in list_measures(ctx)]
    with office.acting("supervisor") as ctx:
        assert find_visit(ctx, made.id).id == made.id  # supervision reads
    told = life(office, household)
    assert (told["plans"], told["measures"][0]["state"]) == ([], "open")
