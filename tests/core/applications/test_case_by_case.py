"""Relief case by case in Guangxi: a year's cap over all that was decided in it (G4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from core.applications.models import Application
from core.applications.offers import list_offers
from core.applications.route import steps_of
from core.applications.submission import withdraw
from core.errors import ConflictError, InvalidError
from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances, state_months
from core.households.judgements import judge_household
from core.households.life.exits import confirm_exit, review_household
from core.households.models import Household
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.replay import replay
from tests.factories import C1, Filed, found_tree
from tests.office import Office

PROGRAMME = "case_by_case_relief"
ANSWERS = {"event": "户主重病，自负费用巨大"}
MARCH = dt.datetime(2019, 3, 15, 1, tzinfo=dt.UTC)
NOVEMBER = dt.datetime(2019, 11, 15, 1, tzinfo=dt.UTC)
NEW_YEAR = dt.datetime(2020, 1, 2, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def nanning(module_installation: Installation) -> Office:
    """The office of a city of Guangxi, with somebody in every role."""
    tree = found_tree(module_installation)
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
    ):
        add_tenant(module_installation, new)
    own = replace(
        tree, city_a=module_installation.tenant("nanning"),
        province=module_installation.tenant("guangxi"),
    )  # fmt: skip
    return Office(module_installation, own, MARCH)


@pytest.fixture
def office(nanning: Office) -> Office:
    """The office on a morning in March 2019."""
    return replace(nanning)


def file_one(
    office: Office,
    income: str = "0",
    known: int = 13,
    admitted_by: str | None = "civil_affairs",
    **circumstances: Any,
) -> Filed:
    """File one ill person in special hardship who bears 90,000.00, admitted on paper; the first so
    many months of income from December 2018 on are known."""
    statement = dict.fromkeys(C1, 0) | {
        "income": yuan(income), "illness": yuan("90000"), "still_difficult": True,
    }  # fmt: skip
    filed = office.file(
        relatives=(), statement=statement, as_of=dt.date(2019, 1, 1), admitted_by=admitted_by
    )
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        household.filed_on, household.verified_on = dt.date(2019, 1, 10), dt.date(2019, 1, 20)
        told = {"special_hardship": True, "property_fits": True} | circumstances
        state_circumstances(ctx, filed.id, dt.date(2019, 1, 1), told)
        months = [dt.date(2018, 12, 1), *(dt.date(2019, month, 1) for month in range(1, 13))]
        state_months(replace(ctx, now=NEW_YEAR), filed.id, dict.fromkeys(months[:known], 0))
    return filed


def ask(office: Office, filed: Filed, asked: str) -> Application:
    return office.start(filed, PROGRAMME, asked, answers=ANSWERS)


def test_g4_what_was_given_in_march_is_taken_off_the_cap_in_november(office: Office) -> None:
    filed = file_one(office)
    first = office.approve(filed, PROGRAMME, "30000", answers=ANSWERS)
    assert first.amount == yuan("30000")
    office.now = NOVEMBER
    with pytest.raises(InvalidError) as raised:
        ask(office, filed, "25000")
    told = raised.value.message.values
    assert (told["maximum"], told["asked"]) == ("20,000.00", "25,000.00")
    with pytest.raises(InvalidError):
        ask(office, filed, "20000.01")
    second = ask(office, filed, "20000")
    assert second.category == "special_hardship"
    assert (second.assessment["given"], second.assessment["maximum"]) == (
        yuan("30000"), yuan("20000"),
    )  # fmt: skip
    assert [aid["number"] for aid in second.assessment["earlier"]] == [first.number]


def test_several_decisions_count_together_and_used_up_is_used_up(office: Office) -> None:
    filed = file_one(office)
    for asked in ("20000", "20000", "10000"):
        office.approve(filed, PROGRAMME, asked, answers=ANSWERS)
    with pytest.raises(InvalidError, match="已全部用完"):
        ask(office, filed, "0.01")


def test_two_started_at_once_do_not_both_slip_through(office: Office) -> None:
    filed = file_one(office)
    ask(office, filed, "30000")
    with pytest.raises(InvalidError):
        ask(office, filed, "20000.01")


def test_what_was_withdrawn_is_not_counted(office: Office) -> None:
    filed = file_one(office)
    first = office.submit(ask(office, filed, "50000"))
    with office.acting("clerk") as ctx:
        withdraw(ctx, first.id, "不再需要")
    assert ask(office, filed, "50000").assessment["given"] == 0


def test_a_new_year_has_its_own_cap(office: Office) -> None:
    filed = file_one(office)
    office.approve(filed, PROGRAMME, "50000", answers=ANSWERS)
    office.now = NEW_YEAR
    assert ask(office, filed, "50000").assessment["given"] == 0


def test_earlier_relief_is_no_income_so_a_household_of_low_income_stays_one(
    office: Office,
) -> None:
    """80,000.00 of income less 90,000.00 of illness is low; with 40,000.00 of relief as income
    30,000.00 would be left, which is 2,500.00 a month."""
    filed = file_one(office, "80000", special_hardship=False, property_fits=False)
    office.approve(filed, PROGRAMME, "40000", answers=ANSWERS)
    office.now = NOVEMBER
    second = ask(office, filed, "10000")
    assert second.category == "low_income"


def test_relief_of_the_government_and_compensation_are_taken_off_first(office: Office) -> None:
    filed = file_one(office, relief=yuan("60000"))
    with pytest.raises(InvalidError) as raised:
        ask(office, filed, "30000.01")
    assert raised.value.message.values["maximum"] == "30,000.00"
    assert ask(office, filed, "30000").assessment["maximum"] == yuan("30000")


def test_a_missing_month_makes_it_not_decidable(office: Office) -> None:
    filed = file_one(office, known=11)
    office.now = NOVEMBER
    assert ask(office, filed, "1000").category == "special_hardship"
    office.now = NEW_YEAR - dt.timedelta(days=10)
    with pytest.raises(InvalidError) as raised:
        ask(office, filed, "1000")
    assert raised.value.code == "not_decidable"
    assert "full month 1 before the day" in str(raised.value)


def test_it_goes_from_the_community_over_the_township_to_the_county(office: Office) -> None:
    application = office.submit(ask(office, file_one(office), "30000"))
    with office.system() as ctx:
        steps = steps_of(ctx, application)
    assert [(step.kind, step.level) for step in steps] == [
        ("investigation", "grassroots"), ("review", "township"), ("approval", "county"),
    ]  # fmt: skip
    assert {step.deciding_tenant for step in steps} == {office.city.id}


def test_nobody_is_given_aid_before_the_county_admitted_him(office: Office) -> None:
    filed = file_one(office, admitted_by=None)
    with pytest.raises(ConflictError, match="is not admitted to help yet"):
        ask(office, filed, "100")
    with office.acting("clerk") as ctx:
        judge_household(ctx, filed.id)
    with pytest.raises(ConflictError) as raised:
        ask(office, filed, "100")
    assert raised.value.message.values["department"] == "民政局"
    with office.acting("clerk") as ctx:
        offers = [one for one in list_offers(ctx, filed.id) if one.name == PROGRAMME]
    assert [one.problem for one in offers] == [raised.value.message]
    assert "Begin its admission" in str(raised.value.remedy)
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        household.admitted_by = "housing"
    with pytest.raises(ConflictError, match="民政局 decides on it"):
        ask(office, filed, "100")
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        household.admitted_by = "civil_affairs"
    assert ask(office, filed, "100").category == "special_hardship"


def test_what_was_handed_in_goes_on_though_the_admission_is_gone(office: Office) -> None:
    filed = file_one(office)
    application = office.submit(ask(office, filed, "30000"))
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).admitted_by = None
    for who in ("investigator", "reviewer", "approver"):
        application = office.decide(who, application)
    assert application.state == "approved"
    with pytest.raises(ConflictError):
        ask(office, filed, "100")


def leave_by_phase_out(office: Office, judged: bool = True) -> Filed:
    """Let somebody in special hardship, judged so before, find work and leave: 11,700.00 a year is
    left to him, the low-income line."""
    filed = file_one(office, "101700")
    day = office.now.date()
    with office.acting("clerk") as ctx:
        if judged:
            judge_household(ctx, filed.id, day - dt.timedelta(days=1))
        state_circumstances(ctx, filed.id, day, {"special_hardship": False})
        months = (dt.date(2018, 12, 1), dt.date(2019, 1, 1), dt.date(2019, 2, 1))
        state_months(ctx, filed.id, dict.fromkeys(months, yuan("2000")))
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        household.work_status = "employed"
        review = review_household(ctx, filed.id, day)
    with office.acting("approver") as ctx:
        assert confirm_exit(ctx, review.id).way == "recovery"
    with office.system() as ctx:
        left = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        assert (left.state, left.phase_out_until) == ("phase_out", dt.date(2019, 9, 15))
    return filed


def test_who_left_by_phase_out_keeps_the_help_of_his_category_to_its_last_day(
    office: Office,
) -> None:
    filed = leave_by_phase_out(office)
    with office.acting("clerk") as ctx:
        (offer,) = [one for one in list_offers(ctx, filed.id) if one.name == PROGRAMME]
        assert offer.finding is not None
        assert (offer.finding.judged.category, offer.finding.category) == (
            "none", "special_hardship",
        )  # fmt: skip
        assert offer.finding.reasons[0]["code"] == "kept_in_phase_out"
    application = ask(office, filed, "30000")
    assert (application.category, application.assessment["kept"]) == (
        "special_hardship", "special_hardship",
    )  # fmt: skip
    assert application.facts["category"] == "special_hardship"
    assert application.assessment["judgement"]["category"] == "none"
    office.now = dt.datetime(2019, 9, 15, 1, tzinfo=dt.UTC)
    assert office.submit(application).category == "special_hardship"
    assert ask(office, filed, "20000").category == "special_hardship"
    with pytest.raises(InvalidError):
        ask(office, filed, "0.01")
    office.now = dt.datetime(2019, 9, 16, 1, tzinfo=dt.UTC)
    with pytest.raises(ConflictError):
        ask(office, filed, "0.01")


def test_what_was_kept_is_replayed_years_later(office: Office) -> None:
    ask(office, leave_by_phase_out(office), "30000")
    with office.system() as ctx:
        found = replay(ctx)
    assert found.differences == []
    assert found.applications > 0


def test_who_was_never_judged_in_a_category_keeps_none(office: Office) -> None:
    filed = leave_by_phase_out(office, judged=False)
    with pytest.raises(InvalidError, match="不享受一事一议"):
        ask(office, filed, "100")


def test_who_falls_back_in_his_phase_out_is_helped_by_what_he_is_now(office: Office) -> None:
    filed = leave_by_phase_out(office)
    with office.acting("clerk") as ctx:
        state_circumstances(ctx, filed.id, office.now.date(), {"orphan": True})
    application = ask(office, filed, "100")
    assert (application.category, application.assessment["kept"]) == ("orphan", "")


def test_a_file_in_force_keeps_nothing_of_an_earlier_category(office: Office) -> None:
    filed = file_one(office, "101700")
    day = office.now.date()
    with office.acting("clerk") as ctx:
        judge_household(ctx, filed.id, day)
        state_circumstances(ctx, filed.id, day, {"special_hardship": False})
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        household.work_status = "employed"
        months = (dt.date(2018, 12, 1), dt.date(2019, 1, 1), dt.date(2019, 2, 1))
        state_months(ctx, filed.id, dict.fromkeys(months, yuan("2000")))
    with pytest.raises(InvalidError, match="不享受一事一议"):
        ask(office, filed, "100")


def test_premiums_are_paid_once_a_year_beside_relief(office: Office) -> None:
    filed = file_one(office)
    insured = {"insured": 1, "premium": yuan("250.01")}
    with office.acting("clerk") as ctx:
        offers = {one.name: one for one in list_offers(ctx, filed.id)}
    assert offers["medical_premium"].asks, "only the application tells how many are insured"
    medical = office.grant(filed, "medical_premium", "250.01", answers=insured)
    assert medical.amount == yuan("250.01")
    with pytest.raises(InvalidError):
        office.start(filed, "medical_premium", "250.01", answers=insured)
    pension = office.grant(filed, "pension_premium", "100", answers={"insured": 1})
    assert (pension.amount, len(pension.assessment["earlier"])) == (yuan("100"), 1)
    relief = ask(office, filed, "50000")
    assert relief.assessment["maximum"] == yuan("50000"), "the cap of relief is its own"
    with office.system() as ctx:
        assert replay(ctx).differences == []
