"""The route of an admission: its steps, who takes them, four eyes, return, refusal, withdrawal."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.access import BY_DEPARTMENT
from core.admissions.beginning import begin, begin_again, withdraw
from core.admissions.decisions import decide
from core.admissions.ending import STEPS
from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from core.federations import find_unit
from core.people import Grant
from tests.core.admissions.conftest import VISITED, City
from tests.factories import COUNTY, ELSEWHERE, TOWNSHIP, acting, file_household, hire


def test_it_is_laid_from_the_community_over_the_township_to_the_county(city: City) -> None:
    admission = city.begin(city.file())
    with city.system() as ctx:
        county, township = (find_unit(ctx, name).path for name in (COUNTY, TOWNSHIP))
        steps = STEPS.of(ctx, admission)
    assert [(one.kind, one.level, one.department, one.state) for one in steps] == [
        ("investigation", "grassroots", "", "open"), ("review", "township", "", "waiting"),
        ("approval", "county", "housing", "waiting"),
    ]  # fmt: skip
    assert (steps[1].unit_path, steps[2].unit_path) == (township, county)
    assert steps[0].due_on == dt.date(2018, 3, 26), "ten working days from Monday 12 March"


@pytest.mark.parametrize(("category", "officer", "wrong"), [
    ("housing_hardship", "housing", "civil_affairs"),
    ("dibao", "civil_affairs", "housing"),
    ("expenditure_hardship", "civil_affairs", "union"),
    ("worker_hardship", "union", "civil_affairs"),
])  # fmt: skip
def test_the_department_of_the_category_approves_and_no_other(
    city: City, category: str, officer: str, wrong: str
) -> None:
    filed = city.file(category)
    admission = city.pass_on(city.begin(filed))
    with pytest.raises((ForbiddenError, NotFoundError)):
        city.decide(wrong, admission)
    admitted = city.decide(officer, admission)
    assert (admitted.state, admitted.decided_on) == ("admitted", city.now.date())
    assert city.household(filed).admitted_by == admitted.department


def test_an_officer_of_another_county_learns_nothing(city: City) -> None:
    admission = city.pass_on(city.begin(city.file()))
    with pytest.raises(NotFoundError):
        city.decide("housing_elsewhere", admission)
    with pytest.raises(NotFoundError):
        city.decide("education", admission)


def test_nobody_takes_a_step_before_its_turn(city: City) -> None:
    admission = city.begin(city.file())
    with pytest.raises(ConflictError, match="not your turn"):
        city.decide("reviewer", admission)
    with pytest.raises(ConflictError, match="not your turn"):
        city.decide("housing", admission)
    with pytest.raises(ForbiddenError):
        city.decide("clerk", admission)


def test_an_investigation_says_what_it_found(city: City) -> None:
    admission = city.begin(city.file())
    with pytest.raises(InvalidError) as raised:
        city.decide("investigator", admission, findings="  ")
    assert raised.value.field == "findings"
    city.decide("investigator", admission, findings=VISITED)
    with city.system() as ctx:
        assert STEPS.of(ctx, admission)[0].findings == [{"text": VISITED}]


def test_who_filed_began_or_took_another_step_does_not_decide(city: City) -> None:
    everything = hire(
        city.installation, city.tenant, "clerk", "investigator", "reviewer", "approver"
    )
    city.people["everything"] = everything
    filed = city.file("worker_hardship", filed_by=everything.person_id)
    with pytest.raises(ForbiddenError, match="filed this or decided"):
        city.decide("everything", city.begin(filed), findings=VISITED)
    begun = city.begin(city.file("worker_hardship"), by="everything")
    with pytest.raises(ForbiddenError, match="filed this or decided"):
        city.decide("everything", begun, findings=VISITED)
    third = city.begin(city.file("worker_hardship"))
    city.decide("everything", third, findings=VISITED)
    with pytest.raises(ForbiddenError, match="filed this or decided"):
        city.decide("everything", third)


def test_a_category_of_another_department_is_not_approved_but_begun_anew(city: City) -> None:
    filed = city.file()
    admission = city.pass_on(city.begin(filed))
    city.change(filed, category="dibao")
    with pytest.raises(ConflictError) as raised:
        city.decide("housing", admission)
    assert raised.value.message.values == {"department": "民政局"}
    assert "begun anew" in str(raised.value.remedy)
    with city.acting("clerk") as ctx:
        withdraw(ctx, admission.id, "类别改变")
    city.admit(filed, "civil_affairs")
    assert city.household(filed).admitted_by == "civil_affairs"


def test_a_category_of_the_same_department_is_approved_as_what_it_is_now(city: City) -> None:
    filed = city.file("dibao")
    admission = city.pass_on(city.begin(filed))
    city.change(filed, category="dibao_marginal")
    assert city.decide("civil_affairs", admission).category == "dibao_marginal"


@pytest.mark.parametrize(("values", "said"), [
    ({"category": None}, "not judged yet"),
    ({"category": "none"}, "not eligible"),
    ({"state": "suspended"}, "is suspended"),
])  # fmt: skip
def test_what_is_no_help_any_more_is_not_approved(
    city: City, values: dict[str, str | None], said: str
) -> None:
    filed = city.file()
    admission = city.pass_on(city.begin(filed))
    city.change(filed, **values)
    with pytest.raises(ConflictError, match=said):
        city.decide("housing", admission)
    assert city.decide("housing", admission, decision="refuse", reason="不符合").state == "refused"


def test_it_is_returned_completed_and_goes_the_whole_way_again(city: City) -> None:
    filed = city.file()
    admission = city.begin(filed)
    city.decide("investigator", admission)
    with pytest.raises(InvalidError, match="reason"):
        city.decide("reviewer", admission, decision="return")
    city.decide("reviewer", admission, decision="return", reason="缺房屋鉴定")
    assert city.read(admission).state == "returned"
    with pytest.raises(ConflictError, match="waits for no decision"):
        city.decide("reviewer", admission)
    with city.acting("city_clerk") as ctx:
        again = begin_again(ctx, admission.id)
    assert (again.round, again.submitted_by) == (2, city.people["city_clerk"].person_id)
    city.decide("housing", city.pass_on(again))
    assert city.household(filed).admitted_by == "housing"
    with city.system() as ctx:
        steps = [(one.round, one.state) for one in STEPS.of(ctx, again)]
    assert steps == [(1, "done"), (1, "done"), (1, "void"), (2, "done"), (2, "done"), (2, "done")]


def test_what_comes_back_is_handed_in_by_the_category_of_today(city: City) -> None:
    filed = city.file()
    admission = city.begin(filed)
    city.decide("investigator", admission, decision="return", reason="请先复核收入")
    city.change(filed, category="dibao")
    with city.acting("clerk") as ctx:
        assert begin_again(ctx, admission.id).department == "civil_affairs"
    city.decide("civil_affairs", city.pass_on(admission))
    assert city.household(filed).admitted_by == "civil_affairs"


def test_a_refused_household_stays_filed_and_is_begun_anew(city: City) -> None:
    filed = city.file()
    admission = city.pass_on(city.begin(filed))
    refused = city.decide("housing", admission, decision="refuse", reason="名下有两套住房")
    assert (refused.state, refused.reason) == ("refused", "名下有两套住房")
    household = city.household(filed)
    assert (household.state, household.admitted_by) == ("active", None)
    city.admit(filed)
    assert city.household(filed).admitted_by == "housing"


def test_it_is_withdrawn_with_a_reason_while_it_is_on_its_way(city: City) -> None:
    admission = city.begin(city.file())
    with city.acting("clerk") as ctx, pytest.raises(InvalidError):
        withdraw(ctx, admission.id, " ")
    with city.acting("investigator") as ctx, pytest.raises(ForbiddenError):
        withdraw(ctx, admission.id, "不归我")
    with city.acting("clerk") as ctx:
        assert withdraw(ctx, admission.id, "本人放弃").state == "withdrawn"
    with city.acting("clerk") as ctx, pytest.raises(ConflictError):
        withdraw(ctx, admission.id, "再次")
    with pytest.raises(ConflictError, match="waits for no decision"):
        city.decide("investigator", admission)


def test_only_one_is_on_its_way_even_when_two_begin_it_at_once(city: City) -> None:
    filed = city.file()

    def attempt(who: str) -> bool:
        try:
            city.begin(filed, by=who)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(attempt, ("clerk", "city_clerk"))) == [False, True]


@pytest.mark.parametrize(("values", "said"), [
    ({"category": None}, "not judged yet"), ({"category": "none"}, "not eligible"),
    ({"admitted_by": "housing"}, "admitted by 住房城乡建设局 already"),
    ({"state": "suspended"}, "is suspended"), ({"state": "exited"}, "is closed"),
])  # fmt: skip
def test_a_file_that_is_not_to_be_admitted_is_not_begun(
    city: City, values: dict[str, str | None], said: str
) -> None:
    filed = city.file()
    city.change(filed, **values)
    with pytest.raises(ConflictError, match=said) as raised:
        city.begin(filed)
    assert str(raised.value.remedy)


def test_an_admitted_household_of_another_departments_category_is_begun_anew(city: City) -> None:
    filed = city.file(admitted_by="housing")
    city.change(filed, category="dibao")
    assert city.begin(filed).department == "civil_affairs"


def test_who_may_begin(city: City) -> None:
    filed, away = city.file(), city.file(unit=ELSEWHERE)
    for who in ("investigator", "reviewer", "union"):
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            begin(ctx, filed.id)
    with city.acting("housing") as ctx, pytest.raises(ForbiddenError):
        begin(ctx, filed.id)
    with city.acting("clerk") as ctx, pytest.raises(NotFoundError):
        begin(ctx, away.id)
    with city.acting("clerk") as ctx, pytest.raises(NotFoundError):
        begin(ctx, uuid.uuid4())


def test_a_version_that_is_gone_is_refused(city: City) -> None:
    admission = city.begin(city.file())
    with pytest.raises(StaleError):
        city.decide("investigator", admission, version=7)
    city.decide("investigator", admission, version=1)
    assert city.read(admission).version == 2
    with pytest.raises(InvalidError, match="is no decision"):
        city.decide("reviewer", admission, decision="reject")


def test_a_region_without_admission_begins_none(city: City) -> None:
    clerk = hire(city.installation, city.tree.city_a, "clerk")
    filed = file_household(city.installation, city.tree.city_a, category="deep")
    with (
        acting(city.installation, city.tree.city_a, clerk) as ctx,
        pytest.raises(ConflictError, match="admits nobody by a route"),
    ):
        begin(ctx, filed.id)


def test_everything_is_on_record(city: City) -> None:
    filed = city.file()
    admission = city.admit(filed)
    with city.system() as ctx:
        found = ctx.session.scalars(
            select(AuditRecord)
            .where(AuditRecord.object_id == admission.id)
            .order_by(AuditRecord.id)
        ).all()
    assert [one.event for one in found] == [
        "admission.begun", "admission.investigation.approve", "admission.review.approve",
        "admission.approval.approve",
    ]  # fmt: skip
    assert found[-1].after["state"] == "admitted"
    assert found[-1].actor_id == city.people["housing"].person_id


def test_the_approval_falls_with_the_role_taken_away(city: City) -> None:
    """A grant for the department without the role of an officer decides nothing."""
    assert {"department_officer"} == BY_DEPARTMENT
    admission = city.pass_on(city.begin(city.file()))
    actor = city.people["housing"]
    grants = tuple(Grant("clerk", one.unit_id, one.unit_path, "housing") for one in actor.grants)
    weaker = type(actor)(actor.tenant_id, actor.person_id, actor.login, actor.name, grants)
    with (
        acting(city.installation, city.tenant, weaker, at=city.now) as ctx,
        pytest.raises(ForbiddenError),
    ):
        decide(ctx, admission.id, "approve")
    assert city.read(admission).state == "in_route"
