"""Starting applications: who gets what, by the worked examples, and who is refused and why."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from core.applications.drafts import revise_application, start_application
from core.applications.models import Application
from core.applications.submission import withdraw
from core.audit.models import AuditRecord
from core.db import new_id
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.households.models import Member, ParameterSet
from core.money import parse_yuan as yuan
from core.tenancy import ProgrammeSetting
from tests.factories import C2, CHILD, ELSEWHERE, SPOUSE, STUDENT, acting, hire
from tests.office import ANSWERS, Office, read

RELATIVE: dict[str, Any] = {"statement": C2, "relatives": (SPOUSE, STUDENT)}
"""A household of worked example C2, which is in relative hardship."""


def accident(loss: str) -> dict[str, Any]:
    """Return worked example C4 with a loss after compensation, in yuan."""
    statement = {
        "income": yuan("90000"), "illness": 0, "schooling": 0, "loss": yuan(loss) + yuan("1000"),
        "compensation": yuan("1000"), "still_difficult": True,
    }  # fmt: skip
    return {"statement": statement, "relatives": (SPOUSE, CHILD)}


def test_deep_household_gets_the_range_of_the_scheme_c1(office: Office) -> None:
    application = office.start(office.file(), asked="6000")
    assert application.state == "draft"
    assert application.category == "deep"
    assert application.asked == yuan("6000")
    assert application.assessment["minimum"] == yuan("5600")
    assert application.assessment["maximum"] == yuan("8400")
    assert application.assessment["steps"], "the explanation is stored with the application"
    assert application.facts["category"] == "deep"


@pytest.mark.parametrize(
    ("programme", "asked"), [("living_aid", "6700"), ("golden_autumn", "5600")]
)
def test_relative_household_gets_the_lower_standard_c2(
    office: Office, programme: str, asked: str
) -> None:
    filed = office.file(**RELATIVE)
    member = filed.members[1] if programme == "golden_autumn" else None
    application = office.start(filed, programme, asked, member=member)
    assert application.category == "relative"
    assert application.assessment["maximum"] == yuan(asked)


@pytest.mark.parametrize(("paid", "most"), [("18000", "14400"), ("25000", "16000")])
def test_relative_medical_relief_is_a_share_with_a_cap_c3(
    office: Office, paid: str, most: str
) -> None:
    filed = office.file(statement={**C2, "self_paid": yuan(paid)}, relatives=(SPOUSE, STUDENT))
    application = office.start(filed, "medical_relief", most)
    assert application.assessment["maximum"] == yuan(most)


@pytest.mark.parametrize(("loss", "sum_"), [("40000", "6000"), ("80000", "10000")])
def test_accidental_hardship_gets_one_sum_c4(office: Office, loss: str, sum_: str) -> None:
    application = office.start(office.file(**accident(loss)), "temporary_relief", sum_)
    assert application.category == "accidental"


def test_a_loss_just_below_the_line_is_refused_with_reasons_c4(office: Office) -> None:
    with pytest.raises(InvalidError) as caught:
        office.start(office.file(**accident("23999.99")), "temporary_relief", "100")
    assert "23,999.99元，未达到24,000.00元" in str(caught.value)


def test_still_deep_after_living_aid_may_have_education_aid_c5(office: Office) -> None:
    filed = office.file()
    first = office.start(filed, asked="8400")
    second = office.start(filed, "golden_autumn", "7000", member=filed.members[1])
    assert second.category == "deep"
    assert [aid["number"] for aid in second.assessment["earlier"]] == [first.number]
    assert second.assessment["judgement"]["facts"]["earlier_aid"] == yuan("8400")


def test_no_longer_deep_after_large_relief_gets_no_further_item_c6(office: Office) -> None:
    filed = office.file(statement={"self_paid": yuan("18000")})
    first = office.start(filed, "medical_relief", "18000")
    with pytest.raises(InvalidError) as caught:
        office.start(filed, asked="5600")
    told = str(caught.value)
    assert "862.5" in told, "the explanation shows the income that earlier aid made"
    assert "只给予一项" in told
    assert first.number in str(caught.value.remedy)


def test_refusal_is_told_in_the_language_of_the_reader(office: Office) -> None:
    filed = office.file(statement={"self_paid": yuan("18000")})
    office.start(filed, "medical_relief", "18000")
    with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="one item of aid"):
        english = ctx.__class__(**{**vars(ctx), "language": "en"})
        start_application(english, filed.id, "living_aid", ANSWERS["living_aid"], yuan("5600"))


@pytest.mark.parametrize("second", ["living_aid", "golden_autumn"])
def test_relative_household_gets_one_item_a_year(office: Office, second: str) -> None:
    filed = office.file(**RELATIVE)
    office.start(filed, asked="4500")
    member = filed.members[1] if second == "golden_autumn" else None
    with pytest.raises(InvalidError, match="cannot be granted"):
        office.start(filed, second, "5600", member=member)


def test_a_new_year_allows_a_new_item(office: Office) -> None:
    filed = office.file(**RELATIVE)
    office.start(filed, asked="4500")
    office.now = dt.datetime(2024, 1, 2, 1, tzinfo=dt.UTC)
    assert office.start(filed, asked="4500").number.endswith("-2024-02")


def test_a_withdrawn_item_is_no_aid(office: Office) -> None:
    filed = office.file(**RELATIVE)
    first = office.start(filed, asked="4500")
    with office.acting("clerk") as ctx:
        withdraw(ctx, first.id, "户主放弃")
    assert office.start(filed, asked="4500").state == "draft"


def test_the_same_programme_is_given_only_up_to_its_sum_of_the_year(office: Office) -> None:
    filed = office.file()
    office.start(filed, asked="5600")
    rest = office.start(filed, asked="2800")
    assert rest.assessment["maximum"] == yuan("2800")
    with pytest.raises(InvalidError, match="用完"):
        office.start(filed, asked="100")


def test_each_student_has_an_own_sum(office: Office) -> None:
    filed = office.file(relatives=(STUDENT, STUDENT, SPOUSE))
    office.start(filed, "golden_autumn", "7000", member=filed.members[0])
    other = office.start(filed, "golden_autumn", "1000", member=filed.members[1])
    assert other.assessment["maximum"] == yuan("7000")
    with pytest.raises(ConflictError, match="for the school year 2022–2023 already"):
        office.start(filed, "golden_autumn", "1", member=filed.members[0])


@pytest.mark.parametrize("asked", ["5599.99", "8400.01", "0"])
def test_an_amount_out_of_the_range_is_refused(office: Office, asked: str) -> None:
    with pytest.raises(InvalidError, match=r"5,600\.00 to 8,400\.00") as caught:
        office.start(office.file(), asked=asked)
    assert caught.value.field == "asked"


def test_a_negative_amount_is_refused(office: Office) -> None:
    filed = office.file()
    with office.acting("clerk") as ctx, pytest.raises(InvalidError):
        start_application(ctx, filed.id, "living_aid", {}, -1)


def test_no_aid_without_a_file_in_force(office: Office) -> None:
    with pytest.raises(ConflictError, match="not in force"):
        office.start(office.file(state="exited"))


def test_no_aid_without_a_declared_income(office: Office) -> None:
    with pytest.raises(ConflictError, match="declares no income"):
        office.start(office.file(as_of=dt.date(2023, 7, 1)))


def test_no_aid_on_an_id_number_that_does_not_hold(office: Office) -> None:
    filed = office.file()
    with office.system() as ctx:
        wrong = ctx.vault.encrypt(ctx.tenant_id, "members.id_cipher", filed.head,
                                  "520201198001010011")  # fmt: skip
        ctx.session.execute(update(Member).where(Member.id == filed.head).values(id_cipher=wrong))
    with pytest.raises(ConflictError, match="check digit"):
        office.start(filed)


@pytest.mark.parametrize("position", [None, 0])
def test_education_aid_is_for_a_student_of_the_household(
    office: Office, position: int | None
) -> None:
    filed = office.file()
    member = None if position is None else filed.members[position]
    with pytest.raises(InvalidError) as caught:
        office.start(filed, "golden_autumn", "7000", member=member)
    assert caught.value.field == "member_id"


def test_a_member_of_another_household_is_refused(office: Office) -> None:
    filed, other = office.file(), office.file()
    with pytest.raises(InvalidError, match="no such member"):
        office.start(filed, "golden_autumn", "7000", member=other.members[1])


def test_a_programme_the_region_has_not_is_not_found(office: Office) -> None:
    filed = office.file()
    with office.acting("clerk") as ctx, pytest.raises(NotFoundError, match="housing_subsidy"):
        start_application(ctx, filed.id, "housing_subsidy", {}, 1)


def test_a_programme_the_city_switched_off_is_refused(own_office: Office) -> None:
    with own_office.system() as ctx:
        ctx.session.add(ProgrammeSetting(tenant_id=ctx.tenant_id, id=new_id(),
                                         programme="living_aid", enabled=False))  # fmt: skip
    with pytest.raises(ConflictError, match="does not offer"):
        own_office.start(own_office.file())


@pytest.mark.parametrize(
    ("programme", "answers", "field"),
    [
        ("living_aid", {"colour": "red"}, "colour"),
        ("living_aid", {"circumstances": 5}, "circumstances"),
        ("temporary_relief", {"event_on": "31.12.2022"}, "event_on"),
        ("medical_relief", {"illness_name": "x" * 4001}, "illness_name"),
    ],
)
def test_answers_that_fit_no_question_are_refused(
    office: Office, programme: str, answers: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        office.start(office.file(), programme, "5600", answers=answers)
    assert caught.value.field == field


def test_only_clerks_of_the_unit_start(office: Office) -> None:
    filed = office.file()
    with pytest.raises(ForbiddenError):
        office.start(filed, by="reviewer")
    elsewhere = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    stranger = hire(office.installation, office.tree.city_b, "clerk")
    for actor in (elsewhere, stranger):
        with (
            acting(office.installation, office.city, actor, at=office.now) as ctx,
            pytest.raises(NotFoundError),
        ):
            start_application(ctx, filed.id, "living_aid", {}, yuan("8400"))


def test_two_clerks_starting_at_once_do_not_both_slip_through(office: Office) -> None:
    filed = office.file(**RELATIVE)
    outcomes: list[str] = []
    barrier = threading.Barrier(4)

    def start(who: str) -> None:
        barrier.wait()
        try:
            outcomes.append(office.start(filed, asked="4500", by=who).state)
        except DomainError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=start, args=(who,)) for who in ("clerk", "second_clerk") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["draft", "invalid", "invalid", "invalid"]


def test_figures_of_both_rules_are_kept_for_a_replay(office: Office) -> None:
    application = office.start(office.file())
    hashes = {application.parameters, bytes.fromhex(
        application.assessment["judgement"]["parameters"]
    )}  # fmt: skip
    with office.system() as ctx:
        kept = ctx.session.scalars(
            select(ParameterSet.programme).where(ParameterSet.sha256.in_(hashes))
        ).all()
    assert sorted(kept) == ["living_aid", "worker_hardship"]


def test_a_draft_is_revised_and_judged_anew(office: Office) -> None:
    application = office.start(office.file())
    with office.acting("clerk") as ctx:
        revised = revise_application(ctx, application.id, asked=yuan("5600"), version=1)
    assert (revised.asked, revised.version) == (yuan("5600"), 2)
    assert revised.answers["asked"] == yuan("5600")
    with office.acting("second_clerk") as ctx, pytest.raises(ConflictError, match="meanwhile"):
        revise_application(ctx, application.id, asked=yuan("6000"), version=1)
    with office.acting("clerk") as ctx, pytest.raises(InvalidError):
        revise_application(ctx, application.id, asked=yuan("9000"))
    assert read(office, application).asked == yuan("5600")


def test_starting_is_audited_with_who_and_what(office: Office) -> None:
    application = office.start(office.file())
    with office.system() as ctx:
        found = ctx.session.scalars(
            select(AuditRecord).where(AuditRecord.object_id == application.id)
        ).one()
    assert found.event == "application.started"
    assert found.actor_id == office.people["clerk"].person_id
    assert found.after["asked"] == yuan("8400")


def test_numbers_count_the_applications_of_a_file(office: Office) -> None:
    filed = office.file()
    first = office.start(filed, asked="5600")
    second = office.start(filed, asked="1000")
    assert [one.number[-8:] for one in (first, second)] == ["-2023-01", "-2023-02"]


def test_an_unknown_household_is_not_found(office: Office) -> None:
    with office.acting("clerk") as ctx, pytest.raises(NotFoundError):
        start_application(ctx, uuid.uuid4(), "living_aid", {}, 1)


def test_a_system_starts_nothing(office: Office) -> None:
    filed = office.file()
    with office.system() as ctx, pytest.raises(ForbiddenError):
        start_application(ctx, filed.id, "living_aid", {}, yuan("8400"))
    with office.system() as ctx:
        found = ctx.session.scalars(
            select(Application).where(Application.household_id == filed.id)
        ).all()
    assert found == []
