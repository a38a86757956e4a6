"""Budgets raised and lowered: by two people, with a reason, never below what is spoken for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core.audit.models import AuditRecord
from core.db import new_id
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.funds.budget_changes import confirm_change, propose_change, refuse_change
from core.funds.models import BudgetChange, Fund
from core.funds.queries import list_changes
from core.funds.reservations import reserve
from core.money import MAXIMUM_FEN
from core.money import parse_yuan as yuan
from tests.core.funds.grants import balances, fund_now, grant_many
from tests.office import Office


def propose(office: Office, fund: Fund, amount: str, *, by: str = "finance") -> BudgetChange:
    """Propose a change of so many yuan, with a sign."""
    fen = -yuan(amount[1:]) if amount.startswith("-") else yuan(amount)
    with office.acting(by) as ctx:
        return propose_change(ctx, fund.id, fen, "黔财社〔2023〕12号")


def confirm(office: Office, change: BudgetChange, *, by: str = "second_finance") -> None:
    with office.acting(by) as ctx:
        confirm_change(ctx, change.id)


def test_a_raised_budget_stands_on_fund_ledger_and_trail(office: Office) -> None:
    fund = office.fund("1000")
    change = propose(office, fund, "500.50")
    assert fund_now(office, fund).budget == yuan("1000")
    confirm(office, change)
    assert fund_now(office, fund).budget == yuan("1500.50")
    assert balances(office, fund)["source"] == "-1,500.50"
    assert balances(office, fund)["available"] == "1,500.50"
    with office.system() as ctx:
        query = select(AuditRecord).where(AuditRecord.event == "budget.changed")
        (found,) = ctx.session.scalars(query.where(AuditRecord.object_id == fund.id))
    assert (found.before, found.after) == ({"budget": 100_000}, {"budget": 150_050})
    assert found.reason == "黔财社〔2023〕12号"
    assert found.actor_id == office.people["second_finance"].person_id


def test_a_lowered_budget_gives_back_to_its_source(office: Office) -> None:
    fund = office.fund("1000")
    confirm(office, propose(office, fund, "-1000"))
    assert fund_now(office, fund).budget == 0
    assert set(balances(office, fund).values()) == {"0.00"}


def test_what_is_reserved_or_paid_is_never_taken_away(office: Office) -> None:
    fund = office.fund("1000")
    (application,) = grant_many(office, 1, "300")
    office.reserve(application, fund)
    with pytest.raises(ConflictError, match=r"700\.00 yuan left; it cannot be lowered by 700\.01"):
        propose(office, fund, "-700.01")
    confirm(office, propose(office, fund, "-700"))
    assert balances(office, fund)["reserved"] == "300.00"
    assert balances(office, fund)["available"] == "0.00"


def test_what_was_reserved_since_the_proposal_counts_at_the_confirmation(office: Office) -> None:
    fund = office.fund("1000")
    change = propose(office, fund, "-900")
    (application,) = grant_many(office, 1, "200")
    office.reserve(application, fund)
    with pytest.raises(ConflictError, match=r"800\.00 yuan left"):
        confirm(office, change)
    assert fund_now(office, fund).budget == yuan("1000")
    with office.system() as ctx:
        assert ctx.session.get_one(BudgetChange, (change.tenant_id, change.id)).state == "proposed"


def test_nobody_confirms_what_he_proposed(office: Office) -> None:
    fund = office.fund("1000")
    change = propose(office, fund, "1")
    with pytest.raises(ForbiddenError, match="decided on it before"):
        confirm(office, change, by="finance")
    confirm(office, change)
    with pytest.raises(ConflictError, match="already"):
        confirm(office, change)
    assert fund_now(office, fund).budget == yuan("1001")


@pytest.mark.parametrize("who", ["clerk", "approver", "supervisor", "province"])
def test_finance_alone_proposes_and_confirms(office: Office, who: str) -> None:
    fund = office.fund("1000")
    with pytest.raises((ForbiddenError, NotFoundError)):
        propose(office, fund, "1", by=who)
    change = propose(office, fund, "1")
    with pytest.raises((ForbiddenError, NotFoundError)):
        confirm(office, change, by=who)


def test_one_change_waits_at_a_time_until_it_is_put_aside_with_a_reason(office: Office) -> None:
    fund = office.fund("1000")
    change = propose(office, fund, "1")
    with pytest.raises(ConflictError, match="waits for a second person"):
        propose(office, fund, "2", by="second_finance")
    with office.acting("finance") as ctx:
        with pytest.raises(InvalidError):
            refuse_change(ctx, change.id, " ")
        refuse_change(ctx, change.id, "写错了")
    with pytest.raises(ConflictError):
        confirm(office, change)
    confirm(office, propose(office, fund, "2"))
    with office.acting("finance") as ctx:
        listed = list_changes(ctx, fund_id=fund.id)
    assert [(one["amount"], one["state"]) for one in listed] == [
        (200, "confirmed"), (100, "refused"),
    ]  # fmt: skip
    assert fund_now(office, fund).budget == yuan("1002")


@pytest.mark.parametrize(
    ("amount", "reason"), [(0, "因"), (100, "  "), (MAXIMUM_FEN, "因"), (-MAXIMUM_FEN - 1, "因")]
)
def test_nonsense_is_refused(office: Office, amount: int, reason: str) -> None:
    fund = office.fund("1000")
    with office.acting("finance") as ctx, pytest.raises(InvalidError):
        propose_change(ctx, fund.id, amount, reason)


def test_a_stranger_or_the_system_changes_no_budget(office: Office) -> None:
    fund = office.fund("1000")
    with office.system() as ctx, pytest.raises(ForbiddenError):
        propose_change(ctx, fund.id, 100, "因")
    with office.acting("finance") as ctx, pytest.raises(NotFoundError):
        confirm_change(ctx, new_id())


def test_lowering_and_reserving_at_once_never_overspend(own_office: Office) -> None:
    """Ten reservations of 100 and a lowering by 600 race for 1,000: what wins is all consistent."""
    office, fund = own_office, own_office.fund("1000")
    applications = grant_many(office, 10)
    change = propose(office, fund, "-600")
    barrier = threading.Barrier(11, timeout=60)

    def try_one(place: int) -> bool:
        barrier.wait()
        try:
            if place == 10:
                confirm(office, change)
            else:
                with office.acting("finance") as ctx:
                    reserve(ctx, applications[place].id, fund.id)
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(11) as pool:
        won = list(pool.map(try_one, range(11)))
    now = fund_now(office, fund)
    assert now.budget == yuan("400" if won[10] else "1000")
    assert now.reserved == sum(won[:10]) * yuan("100") <= now.budget
    assert balances(office, fund)["available"] == f"{(now.budget - now.reserved) // 100:,}.00"


def test_the_database_itself_holds_the_wall(office: Office) -> None:
    fund = office.fund("1000")
    (application,) = grant_many(office, 1, "300")
    office.reserve(application, fund)
    with office.system() as ctx, pytest.raises(IntegrityError):
        ctx.session.execute(update(Fund).where(Fund.id == fund.id).values(budget=yuan("299.99")))
