"""The student an application is for: his stage, proof, whom to help first, once a school year."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from core.applications.decisions import decide
from core.applications.drafts import revise_application, start_application
from core.applications.listing import Filters, list_applications, waiting_for_me
from core.applications.models import Application
from core.applications.offers import list_offers
from core.applications.queries import read_application
from core.applications.submission import submit, withdraw
from core.errors import ConflictError, DomainError, InvalidError
from core.households.evidence import add_evidence
from core.households.models import Member
from core.money import parse_yuan as yuan
from core.overrides import set_override
from core.replay import replay
from tests.core.applications.conftest import AUTUMN
from tests.factories import (
    ELSEWHERE,
    GRASSROOTS,
    SPOUSE,
    STUDENT,
    Filed,
    Relative,
    acting,
    hire,
)
from tests.office import Office

AID = "golden_autumn"
PUPIL = Relative("王小刚", "child", "student", "primary")
UNTOLD = Relative("王小亮", "child", "student", "")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(32)
LAST_DAY = dt.datetime(2023, 8, 31, 15, 59, tzinfo=dt.UTC)
"""23:59 in China on the last day of the school year 2022–2023."""


def ask(office: Office, filed: Filed, position: int = 1, **values: Any) -> Application:
    return office.start(filed, AID, "1000", member=filed.members[position], **values)


def file_in_baotou(office: Office, *relatives: Relative) -> Filed:
    return office.file(
        relatives=(SPOUSE, *relatives), as_of=dt.date(2019, 1, 1), verified_on=dt.date(2019, 9, 2)
    )


def give_to(office: Office, filed: Filed, other: Filed) -> None:
    """Let the student of one household be the one of another, as after a move of the family."""
    with office.system() as ctx:
        gone = Member.household_id == filed.id
        ctx.session.execute(update(Member).where(gone).values(active=False))
        number = ctx.session.get_one(Member, (ctx.tenant_id, filed.members[1])).id_index
        same = Member.id == other.members[1]
        ctx.session.execute(update(Member).where(same).values(id_index=number))


def test_the_stage_of_the_student_is_a_fact_of_his_application(office: Office) -> None:
    filed = office.file(relatives=(SPOUSE, STUDENT, PUPIL))
    for position, stage in ((1, "undergraduate"), (2, "primary")):
        application = ask(office, filed, position)
        assert application.facts["stage"] == stage
        assert application.school_year == 2022
    with office.acting("clerk") as ctx:
        assert read_application(ctx, application.id)["school_year"] == 2022


def test_a_student_whose_stage_is_not_told_is_to_be_completed_first(office: Office) -> None:
    with pytest.raises(InvalidError, match="at which stage of education") as caught:
        ask(office, office.file(relatives=(SPOUSE, UNTOLD)))
    assert caught.value.field == "member_id"


def test_each_student_of_a_household_has_an_offer_of_his_own(office: Office) -> None:
    filed = office.file(relatives=(SPOUSE, STUDENT, PUPIL))
    first = ask(office, filed)
    with office.acting("clerk") as ctx:
        offers = [one for one in list_offers(ctx, filed.id) if one.name == AID]
        assert [one.student.name for one in offers if one.student] == ["王小明", "王小刚"]
        assert offers[0].finding is None
        assert first.number in str(offers[0].problem), "the one who has one is told so"
        assert offers[1].finding is not None
        assert offers[1].finding.assessed.facts["stage"] == "primary"


def test_a_household_without_students_is_told_so(office: Office) -> None:
    filed = office.file(relatives=(SPOUSE,))
    with office.acting("clerk") as ctx:
        (offer,) = (one for one in list_offers(ctx, filed.id) if one.name == AID)
        assert offer.student is None
        assert offer.finding is not None
        assert "no_student" in {reason["code"] for reason in offer.finding.reasons}


@pytest.mark.parametrize("state", ["draft", "in_route", "granted"])
def test_a_second_application_of_the_school_year_is_refused_with_the_first_s_number(
    office: Office, state: str
) -> None:
    filed = office.file()
    first = ask(office, filed)
    if state != "draft":
        office.submit(first)
    if state == "granted":
        for who in ("investigator", "reviewer", "approver"):
            office.decide(who, first)
        office.publish(first)
        office.wait_out_notice()
    with pytest.raises(ConflictError, match="2022–2023 already") as caught:
        ask(office, filed)
    assert first.number in str(caught.value)


def test_the_last_day_of_the_school_year_still_counts_and_the_first_begins_another(
    office: Office,
) -> None:
    filed = office.file(verified_on=dt.date(2023, 6, 1))
    office.now = LAST_DAY
    first = ask(office, filed)
    with pytest.raises(ConflictError, match="2022–2023"):
        ask(office, filed)
    office.now = LAST_DAY + dt.timedelta(minutes=1)
    second = ask(office, filed)
    assert (first.school_year, second.school_year) == (2022, 2023)


def test_a_draft_handed_in_after_the_summer_is_one_of_the_new_school_year(office: Office) -> None:
    filed = office.file(verified_on=dt.date(2023, 6, 1))
    office.now = LAST_DAY
    draft = ask(office, filed)
    office.now = LAST_DAY + dt.timedelta(days=1)
    other = ask(office, filed)
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="2023–2024") as caught:
        submit(ctx, draft.id)
    assert other.number in str(caught.value)
    with office.acting("clerk") as ctx:
        withdraw(ctx, other.id, "重复")
    assert office.submit(draft).school_year == 2023


@pytest.mark.parametrize("end", ["withdrawn", "rejected"])
def test_one_that_came_to_nothing_lets_another_be_started(office: Office, end: str) -> None:
    filed = office.file()
    first = office.submit(ask(office, filed))
    if end == "withdrawn":
        with office.acting("clerk") as ctx:
            withdraw(ctx, first.id, "户主放弃")
    else:
        with office.acting("investigator") as ctx:
            decide(ctx, first.id, "reject", reason="材料不实")
    assert ask(office, filed).state == "draft"


def test_the_same_student_is_found_in_another_household(office: Office) -> None:
    left, joined = office.file(), office.file()
    first = ask(office, left)
    give_to(office, left, joined)
    with pytest.raises(ConflictError) as caught:
        ask(office, joined)
    assert first.number in str(caught.value)


def test_nothing_of_a_household_out_of_reach_is_told(office: Office) -> None:
    left, joined = office.file(unit=GRASSROOTS), office.file(unit=ELSEWHERE)
    first = ask(office, left)
    give_to(office, left, joined)
    stranger = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    with (
        acting(office.installation, office.city, stranger, at=office.now) as ctx,
        pytest.raises(ConflictError, match="at another union already") as caught,
    ):
        start_application(ctx, joined.id, AID, {}, yuan("1000"), joined.members[1])
    told = f"{caught.value} {caught.value.remedy}"
    assert first.number not in told
    assert first.number.partition("-")[0] not in told


def test_two_at_once_in_two_households_do_not_both_slip_through(office: Office) -> None:
    left, joined = office.file(), office.file()
    outcomes: list[str] = []

    def start() -> None:
        try:
            outcomes.append(ask(office, joined, by="second_clerk").state)
        except DomainError as error:
            outcomes.append(f"{error.code}: {error}")

    with office.acting("clerk") as ctx:
        first = start_application(ctx, left.id, AID, {}, yuan("1000"), left.members[1])
        give_to(office, left, joined)
        second = threading.Thread(target=start)
        second.start()
        second.join(0.3)
        assert outcomes == [], "it waits to see what becomes of the first"
    second.join()
    (outcome,) = outcomes
    assert outcome.startswith("conflict")
    assert first.number in outcome


def test_whom_the_region_wants_first_is_told_listed_first_and_found(baotou: Office) -> None:
    pupil, student = (file_in_baotou(baotou, one) for one in (PUPIL, STUDENT))
    papers = (
        {"enrolment_paper": [bring(baotou, pupil)]},
        {"enrolment_paper": [bring(baotou, student)]},
    )
    later = baotou.submit(ask(baotou, pupil, answers=papers[0]))
    first = baotou.submit(ask(baotou, student, answers=papers[1]))
    assert (later.focus, first.focus) == (False, True)
    assert "focus" in {reason["code"] for reason in first.assessment["reasons"]}
    assert "focus" in {step["name"] for step in first.assessment["steps"]}
    with baotou.acting("investigator") as ctx:
        queue = [one["number"] for one in waiting_for_me(ctx)]
        assert queue.index(first.number) < queue.index(later.number)
        listed = list_applications(ctx, Filters(focus=True)).data
        assert {first.number} <= {one["number"] for one in listed}
        assert all(one["focus"] for one in listed)


def test_what_is_overdue_still_comes_before_whom_the_region_wants_first(baotou: Office) -> None:
    pupil, student = (file_in_baotou(baotou, one) for one in (PUPIL, STUDENT))
    late = baotou.submit(ask(baotou, pupil, answers={"enrolment_paper": [bring(baotou, pupil)]}))
    baotou.now += dt.timedelta(days=30)
    new = baotou.submit(ask(baotou, student, answers={"enrolment_paper": [bring(baotou, student)]}))
    with baotou.acting("investigator") as ctx:
        queue = [one["number"] for one in waiting_for_me(ctx)]
    assert queue.index(late.number) < queue.index(new.number)


def test_proof_of_enrolment_is_needed_where_the_region_says_so(baotou: Office) -> None:
    filed = file_in_baotou(baotou, STUDENT)
    draft = ask(baotou, filed)
    with pytest.raises(InvalidError) as caught:
        baotou.submit(draft)
    assert caught.value.field == "enrolment_paper"
    stranger = bring(baotou, file_in_baotou(baotou, PUPIL))
    for paper, fits in ((stranger, False), (bring(baotou, filed), True)):
        with baotou.acting("clerk") as ctx:
            revise_application(ctx, draft.id, answers={"enrolment_paper": [paper]})
        if fits:
            assert baotou.submit(draft).state == "in_route"
            continue
        with pytest.raises(InvalidError, match="not among those of the household"):
            baotou.submit(draft)


def test_a_federation_sets_figures_by_stage_and_what_other_aid_means(baotou: Office) -> None:
    chief = hire(baotou.installation, baotou.city, "tenant_administrator")
    for name, value in (("stage_maximum.primary", "2000.00"), ("other_aid_counts", "yes")):
        with acting(baotou.installation, baotou.city, chief, at=AUTUMN) as ctx:
            set_override(ctx, Own(name, value))
    filed = file_in_baotou(baotou, PUPIL)
    with pytest.raises(InvalidError) as caught:
        baotou.start(filed, AID, "2000", member=filed.members[1], answers={"other_aid": 1})
    assert caught.value.message.values["maximum"] == "1,999.99"
    least = baotou.start(
        filed, AID, "0.01", member=filed.members[1], answers={"other_aid": yuan("1999.99")}
    )
    limit = next(one for one in least.assessment["steps"] if one["name"] == "stage_standard")
    assert [one["name"] for one in limit["figures"]] == ["stage_maximum.primary"]
    with baotou.system() as ctx:
        assert replay(ctx).differences == []


@dataclass(frozen=True)
class Own:
    """A figure of the federation's own."""

    name: str
    value: str
    programme: str = AID
    holds_from: dt.date = dt.date(2019, 9, 1)
    source: str = "包工发〔2019〕9号"


def bring(office: Office, filed: Filed) -> str:
    """Add a student card to a household's file and return its id."""
    with office.acting("clerk") as ctx:
        paper = add_evidence(ctx, filed.id, kind="other", filename="学生证.png", data=PICTURE)
        return str(paper.id)
