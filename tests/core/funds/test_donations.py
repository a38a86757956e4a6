"""Donors' money from named funds: paid for its purpose alone, and told to the donor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.applications.models import Application
from core.applications.queries import read_application
from core.errors import ConflictError, InvalidError, NotFoundError
from core.funds.budgets import create_fund, fitting_funds
from core.funds.donations import list_donations
from core.funds.models import Fund
from core.funds.reconciliation import import_result
from core.funds.reservations import reserve
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.supervision.money import Fund as Counted
from core.supervision.tables import name_fund
from tests.core.funds.grants import answer, fetch_file, rows_of
from tests.factories import SPOUSE, STUDENT, Relative, found_tree
from tests.office import Office

AID, DONOR = "golden_autumn", "凉都商贸集团"
GIFT: dict[str, Any] = {
    "programmes": [AID], "donor": DONOR, "stages": ["college", "undergraduate"],
}  # fmt: skip
PUPIL = Relative("王小刚", "child", "student", "primary")


@pytest.fixture(scope="module")
def staffed(module_installation: Installation) -> Office:
    """A city with somebody in every role."""
    return Office(module_installation, found_tree(module_installation))


@pytest.fixture
def office(staffed: Office) -> Office:
    """The module's office on the morning of 30 June 2023."""
    return replace(staffed)


@pytest.fixture(scope="module")
def gift(staffed: Office) -> Fund:
    """A gift for students of college and university."""
    staffed.fund(name="工会经费")
    staffed.fund(name="中央财政专项资金")
    return staffed.fund(name="圆梦助学金", **GIFT)


def grant(office: Office, student: Relative = STUDENT) -> Application:
    filed = office.file(relatives=(SPOUSE, student))
    return office.grant(filed, AID, "3000", member=filed.members[1])


def test_a_student_of_the_purpose_is_paid_from_the_gift(office: Office, gift: Fund) -> None:
    application = grant(office)
    with office.acting("finance") as ctx:
        assert gift.id in [one.id for one in fitting_funds(ctx, application)]
    office.reserve(application, gift)
    with office.acting("finance") as ctx:
        (payment,) = read_application(ctx, application.id)["payments"]
    assert (payment["fund"], payment["donor"]) == ("圆梦助学金", DONOR)


def test_another_stage_is_refused_with_the_purpose(office: Office, gift: Fund) -> None:
    application = grant(office, PUPIL)
    with office.acting("finance") as ctx:
        assert gift.id not in [one.id for one in fitting_funds(ctx, application)]
    with office.acting("finance") as ctx, pytest.raises(ConflictError) as caught:
        reserve(ctx, application.id, gift.id)
    told = str(caught.value)
    assert f"was given by {DONOR} for" in told
    assert "Golden Autumn education aid, college, university" in told


def test_another_programme_is_refused_too(office: Office, gift: Fund) -> None:
    application = office.grant(office.file(), "living_aid", "6000")
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="was given by"):
        reserve(ctx, application.id, gift.id)


@pytest.mark.parametrize(
    ("purpose", "field"),
    [
        ({"donor": DONOR}, "programmes"),
        ({"programmes": [AID], "stages": ["primary"]}, "donor"),
        ({"programmes": [AID], "donor": DONOR, "stages": ["nursery"]}, "stages"),
    ],
)
def test_a_gift_without_a_purpose_is_none(
    office: Office, purpose: dict[str, Any], field: str
) -> None:
    with office.acting("finance") as ctx, pytest.raises(InvalidError) as caught:
        create_fund(ctx, "捐赠", "社会捐赠", 2023, yuan("1"), **purpose)
    assert caught.value.field == field


def test_the_donor_is_told_what_was_paid_and_nobody_s_name(office: Office) -> None:
    fund = office.fund(name="春蕾助学金", **GIFT)
    paid, waiting = grant(office), grant(office)
    office.reserve(paid, fund)
    batch = office.send(fund)
    office.reserve(waiting, fund)
    with office.acting("finance") as ctx:
        import_result(ctx, batch, answer(rows_of(fetch_file(office, batch))))
        (one,) = list_donations(ctx, fund.id)
    assert (one.programme, one.stage, one.amount) == (AID, "undergraduate", yuan("3000"))
    assert one.name == "王**"
    with office.acting("clerk") as ctx, pytest.raises(NotFoundError):
        list_donations(ctx, fund.id)


def test_a_fund_that_is_no_gift_has_no_such_list(office: Office) -> None:
    fund = office.fund()
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="nobody's gift"):
        list_donations(ctx, fund.id)


def test_the_report_says_whose_money_it_is(office: Office) -> None:
    with office.system() as ctx:
        given = Counted(ctx.tenant_id, "圆梦助学金", "社会捐赠", DONOR, 2023, 100, 0, 0)
        named = name_fund(ctx, office.city, given)
    assert DONOR in str(named)
