"""The run of a month: all that runs, once; never more than the fund has; to the bank and back."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from core.applications.facts import earlier_aid
from core.entitlements.checking import end_entitlement
from core.entitlements.models import Entitlement
from core.entitlements.months import MonthRun, run_month
from core.entitlements.queries import list_entitlements
from core.errors import ConflictError, ForbiddenError, InvalidError
from core.funds.models import Fund, Payment
from core.funds.reconciliation import import_result
from core.households.models import Household
from core.money import parse_yuan as yuan
from tests.core.entitlements.conftest import NOVEMBER, OCTOBER, entitle, paid_for
from tests.core.funds.grants import FAILURE, answer, balances, fetch_file, fund_now, rows_of
from tests.office import Office


@pytest.fixture
def office(baotou: Office) -> Office:
    """The office on a morning in November 2019."""
    baotou.now = dt.datetime(2019, 11, 12, 1, tzinfo=dt.UTC)
    return baotou


def run(office: Office, fund: Fund, month: dt.date = OCTOBER) -> MonthRun:
    with office.acting("finance") as ctx:
        return run_month(ctx, fund.id, month)


def states(office: Office, one: Entitlement) -> list[str]:
    return [payment.state for payment in paid_for(office, one)]


def test_a_month_is_paid_once_however_often_it_is_run(office: Office) -> None:
    entitlements, fund = entitle(office, 3), office.fund("1000", year=2019)
    assert run(office, fund) == MonthRun(OCTOBER, 3, yuan("300"), ())
    assert run(office, fund) == MonthRun(OCTOBER, 0, 0, ())
    assert run(office, office.fund("1000", year=2019)).count == 0
    assert run(office, fund, NOVEMBER).count == 3
    assert fund_now(office, fund).reserved == yuan("600")
    assert balances(office, fund)["reserved"] == "600.00"
    assert [one.month for one in paid_for(office, entitlements[0])] == [OCTOBER, NOVEMBER]


def test_two_runs_of_one_month_at_once_pay_it_once(office: Office) -> None:
    entitle(office, 6)
    funds = [office.fund("600", year=2019), office.fund("600", year=2019)]
    barrier = threading.Barrier(4, timeout=60)

    def try_it(number: int) -> int:
        barrier.wait()
        return run(office, funds[number % 2]).count

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(try_it, range(4)))
    assert sorted(made) == [0, 0, 0, 6]
    assert sum(fund_now(office, fund).reserved for fund in funds) == yuan("600")


def test_where_the_fund_is_too_small_nothing_is_done_and_it_says_what_does_not_fit(
    office: Office,
) -> None:
    entitlements, fund = entitle(office, 3), office.fund("299.99", year=2019)
    with pytest.raises(ConflictError) as caught:
        run(office, fund)
    with office.acting("finance") as ctx:
        (last,) = [one for one in list_entitlements(ctx) if one.id == entitlements[2].id]
    told = caught.value.message.values
    assert (told["left"], told["total"], told["count"], told["numbers"]) == (
        "299.99", "300.00", 1, last.number,
    )  # fmt: skip
    assert fund_now(office, fund).reserved == 0
    assert [states(office, one) for one in entitlements] == [[], [], []]


def test_the_database_itself_refuses_a_second_payment_of_a_month(office: Office) -> None:
    (one,), fund = entitle(office), office.fund("1000", year=2019)
    run(office, fund)
    with pytest.raises(IntegrityError, match="month_live"), office.system() as ctx:
        ctx.session.add(
            Payment(
                tenant_id=ctx.tenant_id, application_id=one.application_id,
                household_id=one.household_id, fund_id=fund.id, number="twice", month=OCTOBER,
                state="reserved", amount=1, payee_name="", bank_name="", card_masked="",
                reserved_at=ctx.now,
            )
        )  # fmt: skip


def test_who_has_no_card_is_named_and_paid_by_a_later_run(office: Office) -> None:
    entitle(office, 2)
    (without,), fund = entitle(office, card=False), office.fund("1000", year=2019)
    made = run(office, fund)
    assert (made.count, len(made.no_card)) == (2, 1)
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, without.household_id))
        household.bank_name, household.card_masked = "中国建设银行", "6217****1111"
        household.card_cipher = ctx.vault.encrypt(
            ctx.tenant_id, "households.card_cipher", household.id, "6217001111111111111"
        )
    assert run(office, fund) == MonthRun(OCTOBER, 1, yuan("100"), ())


def test_a_month_goes_to_the_bank_and_back_and_what_failed_is_paid_again(office: Office) -> None:
    entitlements, fund = entitle(office, 2), office.fund("1000", year=2019)
    run(office, fund)
    batch = office.send(fund)
    rows = rows_of(fetch_file(office, batch))
    assert [row["金额（元）"] for row in rows] == ["100.00", "100.00"]
    with office.acting("finance") as ctx:
        import_result(ctx, batch, answer(rows, {rows[1]["付款编号"]: FAILURE}))
    assert [states(office, one) for one in entitlements] == [["paid"], ["failed"]]
    assert balances(office, fund)["paid"] == "100.00"
    assert run(office, fund).count == 1
    with office.system() as ctx:
        for one in entitlements:
            assert ctx.session.get_one(Entitlement, (ctx.tenant_id, one.id)).state == "running"
        household = ctx.session.get_one(Household, (ctx.tenant_id, entitlements[0].household_id))
        (aid,) = earlier_aid(ctx, household, OCTOBER)
        assert aid.amount == yuan("100"), "as many months of the year as were paid"
        assert earlier_aid(ctx, household, dt.date(2020, 1, 1)) == []
    with office.acting("finance") as ctx:
        paid = {one.id: one.paid_until for one in list_entitlements(ctx, state="running")}
    assert paid[entitlements[0].id] == OCTOBER


def test_what_stopped_or_is_suspended_is_not_paid(office: Office) -> None:
    suspended, exited, ended, running = entitle(office, 4)
    with office.system() as ctx:
        for one, state in ((suspended, "suspended"), (exited, "exited")):
            ctx.session.get_one(Household, (ctx.tenant_id, one.household_id)).state = state
    with office.acting("approver") as ctx:
        end_entitlement(ctx, ended.id, "搬走")
    fund = office.fund("1000", year=2019)
    assert run(office, fund).count == 1
    assert states(office, running) == ["reserved"]
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, suspended.household_id)).state = "active"
    assert run(office, fund).count == 1, "resumed, its month is made up for"


def test_a_month_to_come_another_year_another_purpose_another_person(office: Office) -> None:
    entitle(office)
    fund = office.fund("1000", year=2019)
    for month in (dt.date(2019, 12, 1), dt.date(2019, 10, 2)):
        with pytest.raises(InvalidError, match="first day"):
            run(office, fund, month)
    with pytest.raises(ConflictError, match="for the year"):
        run(office, office.fund("1000", year=2018))
    assert run(office, office.fund("1000", year=2019, programmes=["golden_autumn"])).count == 0
    assert run(office, fund, dt.date(2019, 9, 1)).count == 0, "it begins in October"
    with office.acting("approver") as ctx, pytest.raises(ForbiddenError):
        run_month(ctx, fund.id, OCTOBER)
