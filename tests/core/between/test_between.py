"""Rules between programmes at work on applications."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from sqlalchemy import text

from core.applications.decisions import decide
from core.applications.drafts import revise_application
from core.applications.models import Application
from core.applications.offers import Offer, list_offers
from core.applications.submission import withdraw
from core.between.listing import list_between
from core.errors import ConflictError, DomainError, InvalidError
from core.money import parse_yuan as yuan
from core.overrides import set_override
from core.policies.standards import OwnFigure
from core.programmes import offer_programme
from core.replay import replay
from tests.factories import C1, SPOUSE, STUDENT, Filed, hire
from tests.office import Office, read

CITY = ("investigator", "reviewer", "approver")


def offer(office: Office, filed: Filed, name: str) -> Offer:
    with office.acting("clerk") as ctx:
        return next(one for one in list_offers(ctx, filed.id) if one.name == name)


def school(office: Office, filed: Filed, asked: str, student: int = 1) -> Application:
    return office.start(filed, "golden_autumn", asked, member=filed.members[student])


def test_a_cap_over_two_programmes_takes_off_what_the_other_gave(
    office: Office, filed: Filed
) -> None:
    office.approve(filed, "living_aid", "8400")
    found = offer(office, filed, "golden_autumn").finding
    assert found is not None
    assert (found.maximum, found.reasons[-1]["code"]) == (yuan("1600"), "family_year")
    with pytest.raises(InvalidError) as raised:
        school(office, filed, "1600.01")
    assert raised.value.message.values["maximum"] == "1,600.00"
    exactly = school(office, filed, "1600")
    told = exactly.assessment
    assert told["between"]["others"][0]["amount"] == yuan("8400")
    steps = {step["name"]: step for step in told["steps"]}
    assert steps["family_year_given"]["value"] == yuan("8400")
    assert steps["family_year_left"]["value"] == yuan("1600")
    assert steps["family_year_left"]["source"]["zh"] == "附则 一"
    assert "合计至多10,000.00元，已给予8,400.00元，尚余1,600.00元" in told["reasons"][-1]["zh"]
    office.submit(exactly)
    with pytest.raises(InvalidError, match="用完"):
        school(office, filed, "0.01", student=2)
    with office.system() as ctx:
        assert replay(ctx).differences == []


def test_each_student_has_a_cap_of_his_own(office: Office, filed: Filed) -> None:
    with pytest.raises(InvalidError) as raised:
        school(office, filed, "6500.01")
    assert raised.value.message.values["maximum"] == "6,500.00"
    assert school(office, filed, "6500").assessment["maximum"] == yuan("6500")
    second = school(office, filed, "3500", student=2)
    assert second.assessment["maximum"] == yuan("3500"), "the family's, not the student's"


def test_what_is_approved_meanwhile_is_tried_again(office: Office, filed: Filed) -> None:
    living = office.submit(office.start(filed, "living_aid", "5600"))
    studies = office.submit(school(office, filed, "4400"))
    for who in CITY[:2]:
        office.decide(who, living)
    with pytest.raises(ConflictError, match=r"5,600\.00 are left"):
        office.decide("approver", living, amount=yuan("8400"))
    with pytest.raises(ConflictError):
        office.decide("approver", living, amount=yuan("5600.01"))
    assert office.decide("approver", living, amount=yuan("5600")).amount == yuan("5600")
    with office.acting("clerk") as ctx:
        withdraw(ctx, studies.id, "不再需要")
    assert school(office, filed, "4400", student=2).assessment["maximum"] == yuan("4400")


def test_a_draft_is_tried_again_when_it_is_handed_in(office: Office, filed: Filed) -> None:
    draft = school(office, filed, "4400")
    living = office.start(filed, "living_aid", "5600")
    with office.acting("clerk") as ctx:
        withdraw(ctx, draft.id, "另行申请")
        revise_application(ctx, living.id, asked=yuan("8400"))
    second = school(office, filed, "1600")
    with office.system() as ctx:
        ctx.session.get_one(Application, (ctx.tenant_id, living.id)).amount = yuan("8400.01")
    with pytest.raises(InvalidError, match=r"1,599\.99"):
        office.submit(second)
    assert read(office, second).state == "draft"


def test_nothing_is_asked_for_before_what_comes_first(office: Office, filed: Filed) -> None:
    found = offer(office, filed, "medical_relief")
    assert (found.is_open, found.first) == (False, ("living_aid",))
    assert [why.zh for why in found.in_the_way] == ["“生活救助”须先用完"]
    with pytest.raises(ConflictError, match="annex 3"):
        office.start(filed, "medical_relief", "1000")
    part = office.approve(filed, "living_aid", "8000")
    office.publish(part)
    office.wait_out_notice()
    assert offer(office, filed, "medical_relief").first == ("living_aid",), "400.00 are left"
    rest = office.grant(filed, "living_aid", "400")
    assert rest.assessment["maximum"] == yuan("400")
    with office.acting("clerk") as ctx:
        assert ctx.today > dt.date(2023, 7, 1)
    started = offer(office, filed, "medical_relief")
    assert (started.first, started.in_the_way) == ((), ())


def test_what_is_not_offered_here_is_waited_for_by_nobody(office: Office, filed: Filed) -> None:
    office.people["admin"] = hire(office.installation, office.city, "tenant_administrator")
    with office.acting("admin") as ctx:
        offer_programme(ctx, "living_aid", "资金用完", offered=False)
    assert offer(office, filed, "medical_relief").in_the_way == ()
    with office.acting("admin") as ctx:
        offer_programme(ctx, "living_aid", "资金到位", offered=True)
    assert offer(office, filed, "medical_relief").first == ("living_aid",)


def test_what_grants_the_household_nothing_is_waited_for_by_nobody(office: Office) -> None:
    statement = {"income": yuan("90000"), "loss": yuan("40000"), "still_difficult": True}
    accident = office.file(relatives=(SPOUSE, STUDENT), statement=statement)
    found = offer(office, accident, "medical_relief")
    assert found.finding is not None
    assert (found.finding.category, found.in_the_way) == ("accidental", ())
    steps = [step["name"] for step in found.finding.steps]
    assert "living_first" not in steps


def test_what_excludes_each_other_holds_from_its_day(office: Office) -> None:
    statement = {**C1, "self_paid": yuan("9000")}
    filed = office.file(relatives=(SPOUSE, STUDENT, STUDENT), statement=statement)
    office.grant(filed, "living_aid", "8400")
    office.now = dt.datetime(2023, 6, 30, 1, tzinfo=dt.UTC)
    before = office.start(filed, "medical_relief", "100")
    office.now = dt.datetime(2023, 7, 20, 1, tzinfo=dt.UTC)
    studies = office.submit(school(office, filed, "1600"))
    with pytest.raises(ConflictError, match=studies.number):
        office.submit(before)
    found = offer(office, filed, "medical_relief")
    assert (found.first, found.is_open) == ((), False)
    assert studies.number in found.in_the_way[0].zh


def test_a_cap_of_the_federation_s_own_holds(office: Office) -> None:
    office.people["admin"] = hire(office.installation, office.city, "tenant_administrator")
    own = OwnFigure(
        "family_year.deep", "9000.00", dt.date(2023, 12, 1), "市工办〔2023〕1号", "between"
    )
    with office.acting("admin") as ctx:
        set_override(ctx, own)
        with pytest.raises(InvalidError):
            set_override(ctx, replace(own, value="10000.01", holds_from=dt.date(2023, 12, 2)))
        found = [
            figure["value"]
            for day in (dt.date(2023, 11, 30), dt.date(2023, 12, 1))
            for rule in list_between(ctx, "living_aid", day)
            for figure in rule.figures
            if figure["name"] == "family_year.deep"
        ]
    assert found == [yuan("10000"), yuan("9000")]


def test_two_at_once_do_not_both_slip_through(office: Office, filed: Filed) -> None:
    living = office.submit(office.start(filed, "living_aid", "5600"))
    for who in CITY[:2]:
        office.decide(who, living)
    outcomes: list[str] = []

    def start() -> None:
        try:
            outcomes.append(str(school(office, filed, "4400").asked))
        except DomainError as error:
            outcomes.append(error.code)

    late = threading.Thread(target=start)
    with office.acting("approver", living.id) as ctx:
        decide(ctx, living.id, "approve", amount=yuan("8400"))
        late.start()
        late.join(0.5)
        assert late.is_alive(), "it waits until the approval is in or out"
        waits = ctx.session.scalar(text("select count(*) from pg_locks where not granted"))
        assert waits == 1
    late.join(10)
    assert outcomes == ["invalid"], "5,600 left room for 4,400, but 8,400 do not"


def test_nothing_is_read_where_no_rule_binds(office: Office, filed: Filed) -> None:
    relief = offer(office, filed, "temporary_relief")
    assert relief.finding is not None
    assert relief.finding.beside is None
