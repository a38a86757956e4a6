"""The pool: contributions booked once and matched, its standing, free enrolment by a fund."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from core.enrolments.contributions import FREE_CODE, Receipt, match_contributions, receive
from core.enrolments.free import confirm_free, list_missing, propose_free, refuse_free
from core.enrolments.queries import list_employers
from core.enrolments.receipts import COLUMNS, SHEET
from core.enrolments.standing import Standing, read_standing, usual_contribution
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from core.funds.budgets import create_fund
from core.funds.ledger import trial_balance
from core.funds.models import Fund
from core.households.export import write_rows
from core.households.models import Member
from core.installation import Installation
from core.overrides import set_override
from core.tenancy import ParameterOverride
from core.verification import files
from core.verification.models import DepartmentFile
from tests.core.claims.city import BENEFIT, City, quiet, staff
from tests.core.enrolments.test_enrolments import MILL, codes
from tests.factories import SPOUSE, Filed, file_household, found_tree

DAY = dt.date(2018, 3, 1)
RECEIPT = Receipt("红果镇煤矿", MILL, 300_00, DAY, "回单-1")


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    found_tree(module_installation)
    return staff(module_installation, "lps")


def test_money_is_booked_once_and_matched_with_who_is_enrolled(city: City) -> None:
    for _worker in range(3):
        city.enrol()
    stranger = codes(1)[0]
    with city.acting("finance") as ctx:
        receive(ctx, city.period.id, replace(RECEIPT, amount=200_00))
        receive(ctx, city.period.id, replace(RECEIPT, employer="水厂", employer_code=stranger,
                                             reference="回单-2"))  # fmt: skip
        found = {one.employer_code: one for one in match_contributions(ctx, city.period)}
        mill, other = found[MILL], found[stranger]
        assert (mill.workers, mill.due, mill.received, mill.missing) == (3, 300_00, 200_00, 100_00)
        assert (other.workers, other.missing) == (0, -300_00)
    with pytest.raises(ConflictError, match="回单-1"), city.acting("finance") as ctx:
        receive(ctx, city.period.id, RECEIPT)
    with city.acting("finance") as ctx:
        receive(ctx, city.period.id, replace(RECEIPT, amount=100_00, reference="回单-3"))
        unmatched = match_contributions(ctx, city.period, unmatched=True)
        assert [one.employer_code for one in unmatched] == [stranger]
        balances = {one.account: one.balance for one in trial_balance(ctx, city.pool().id)}
    assert city.pool().budget == 600_00
    assert (balances["available"], balances["source"]) == (600_00, -600_00)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"employer_code": "91520221KJAY4NUGY3"}, "employer_code"),
        ({"employer": " "}, "employer"), ({"reference": ""}, "reference"),
        ({"amount": 0}, "amount"), ({"received_on": dt.date(2018, 7, 1)}, "received_on"),
    ],
)  # fmt: skip
def test_a_receipt_that_cannot_be_is_refused(city: City, told: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as raised, city.acting("finance") as ctx:
        receive(ctx, city.period.id, replace(RECEIPT, **told))
    assert raised.value.field == field
    with pytest.raises(ForbiddenError), city.acting("clerk") as ctx:
        receive(ctx, city.period.id, RECEIPT)


def test_loss_ratio_and_reserve_are_exact_and_follow_the_federation_s_figure(city: City) -> None:
    before = _standing(city)
    city.receive(10_000)
    claim = city.approve(city.enter())
    city.enter()
    now = _standing(city)
    assert (now.reserved - before.reserved, claim.granted) == (BENEFIT, BENEFIT)
    assert (now.in_route - before.in_route, now.asked - before.asked) == (1, BENEFIT)
    assert now.left == now.budget - now.reserved - now.paid
    assert now.loss_ratio == (2000 * now.reserved + now.received) // (2 * now.received)
    assert now.reserve == now.received // 10
    wanted = ParameterOverride(
        programme="medical_mutual_aid", name="reserve_share", value="20",
        holds_from=dt.date(2018, 6, 1), source="市总工会〔2018〕5号",
    )  # fmt: skip
    with city.acting("administrator") as ctx:
        set_override(ctx, wanted)
        assert usual_contribution(ctx) == 100_00
    assert _standing(city).reserve == now.received // 5


def _standing(city: City) -> Standing:
    with city.acting("finance") as ctx:
        return read_standing(ctx, city.period)


def ill(city: City) -> Filed:
    """File a household whose spouse has a major illness."""
    filed = file_household(city.installation, city.tenant, relatives=(SPOUSE,))
    with city.installation.system(city.tenant) as ctx:
        spouse = ctx.session.get_one(Member, (city.tenant.id, filed.members[0]))
        spouse.health = "serious_illness"
    return filed


def test_all_who_are_missing_are_enrolled_by_one_act_that_a_fund_pays(city: City) -> None:
    ill(city)
    ill(city)
    with city.acting("finance") as ctx:
        fund = create_fund(ctx, "工会帮扶资金", "本级工会经费", 2018, 150_00)
        assert len(list_missing(ctx)) == 2
        free = propose_free(ctx, city.period.id, fund.id)
        assert (len(free.members), free.amount) == (2, 200_00)
    with pytest.raises(ForbiddenError), city.acting("finance") as ctx:
        confirm_free(ctx, free.id)
    with pytest.raises(ConflictError, match="left"), city.acting("second_finance") as ctx:
        confirm_free(ctx, free.id)
    with city.acting("finance") as ctx:
        refuse_free(ctx, free.id, "资金不足")
        larger = create_fund(ctx, "医疗帮扶资金", "本级工会经费", 2018, 1_000_00)
        again = propose_free(ctx, city.period.id, larger.id)
    with pytest.raises(ConflictError, match="waits"), city.acting("finance") as ctx:
        propose_free(ctx, city.period.id, larger.id)
    third = ill(city)
    with pytest.raises(ConflictError, match="Others"), city.acting("second_finance") as ctx:
        confirm_free(ctx, again.id)
    assert third
    with city.acting("second_finance") as ctx:
        refuse_free(ctx, again.id, "又有新增")
        last = propose_free(ctx, city.period.id, larger.id)
    before = city.pool().budget
    with city.acting("finance") as ctx:
        confirm_free(ctx, last.id)
        assert list_missing(ctx) == []
        (own,) = [x for x in list_employers(ctx, city.period) if x.employer_code == FREE_CODE]
        assert (own.workers, own.contribution) == (3, 300_00)
        matched = [x for x in match_contributions(ctx, city.period) if x.employer_code == FREE_CODE]
        assert [one.missing for one in matched] == [0]
        paying = ctx.session.get_one(Fund, (ctx.tenant_id, larger.id))
        books = {one.account: one.balance for one in trial_balance(ctx, larger.id)}
    assert (paying.paid, paying.reserved, books["paid"]) == (300_00, 0, 300_00)
    assert books["available"] == 700_00
    assert city.pool().budget == before + 300_00
    with pytest.raises(DomainError, match="Nobody"), city.acting("finance") as ctx:
        propose_free(ctx, city.period.id, larger.id)


def test_vouchers_come_in_by_excel_once_and_every_fault_is_named(city: City) -> None:
    good = vars(replace(RECEIPT, reference="表1"))
    rows = [
        good, {**good, "reference": "表2", "amount": 0}, {**good, "reference": "表1"},
        {**good, "reference": "回单-1"}, {**good, "reference": "表3", "employer_code": "X"},
    ]  # fmt: skip
    before = city.pool().budget
    item = bring(city, *rows)
    assert [(one["row"], one["code"]) for one in item.faults] == [
        (3, "no_amount"), (4, "voucher_twice"), (6, "credit_code_check"), (5, "voucher_booked"),
    ]  # fmt: skip
    assert (item.counts["added"], item.counts["amount"]) == (1, 300_00)
    assert city.pool().budget == before + 300_00
    again = bring(city, good)
    assert (again.counts["added"], again.counts["unchanged"]) == (0, 1)
    assert city.pool().budget == before + 300_00


def bring(city: City, *rows: dict[str, Any]) -> DepartmentFile:
    """Bring a list of vouchers in."""
    data = write_rows(SHEET, COLUMNS, rows)
    with city.acting("finance") as ctx:
        source = str(city.period.id)
        item = files.take_file(ctx, files.CONTRIBUTIONS, source, "缴费.xlsx", data)
        return files.run_file(ctx, item.id, quiet)
