"""Reserving: never beyond the budget, never twice, and given back where it must be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.applications.models import Application
from core.audit.models import AuditRecord
from core.db import make_engine
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.funds.budgets import create_fund
from core.funds.ledger import ledger_of
from core.funds.models import Fund, Payment, Transfer
from core.funds.reservations import release, reserve
from core.money import parse_yuan as yuan
from tests.core.funds.grants import balances, fund_now, grant_many
from tests.office import Office


def test_a_budget_stands_on_the_ledger(office: Office) -> None:
    fund = office.fund("5000")
    assert balances(office, fund) == {
        "source": "-5,000.00", "available": "5,000.00", "reserved": "0.00",
        "in_transit": "0.00", "paid": "0.00",
    }  # fmt: skip


def test_reserving_moves_the_amount_on_fund_and_ledger(office: Office) -> None:
    fund, (application,) = office.fund("5000"), grant_many(office, 1, "100")
    office.reserve(application, fund)
    now = fund_now(office, fund)
    assert (now.reserved, now.paid) == (yuan("100"), 0)
    assert balances(office, fund)["available"] == "4,900.00"
    assert balances(office, fund)["reserved"] == "100.00"


def test_thirty_two_at_once_never_overspend(own_office: Office) -> None:
    """48 grants of 100 yuan on a fund of 1,000: exactly ten are reserved, by exactly the budget."""
    office, fund = own_office, own_office.fund("1000")
    applications = grant_many(office, 48)
    office.installation.engine.dispose()
    office.installation.engine = make_engine(
        office.installation.settings.database_url, pool_size=32
    )
    barrier = threading.Barrier(32, timeout=60)
    started = threading.local()

    def try_one(application: Application) -> str:
        if not getattr(started, "yes", False):
            started.yes = True
            barrier.wait()
        try:
            office.reserve(application, fund)
        except ConflictError as error:
            assert "0.00 yuan left" in str(error)
            return "refused"
        return "reserved"

    with ThreadPoolExecutor(32) as pool:
        outcomes = list(pool.map(try_one, applications))
    assert (outcomes.count("reserved"), outcomes.count("refused")) == (10, 38)
    now = fund_now(office, fund)
    assert now.reserved == now.budget
    assert balances(office, fund)["available"] == "0.00"
    with office.system() as ctx:
        assert ctx.session.scalar(select(func.sum(Payment.amount))) == yuan("1000")


def test_thirty_two_reserving_one_grant_reserve_it_once(own_office: Office) -> None:
    office, fund = own_office, own_office.fund("100000")
    (application,) = grant_many(office, 1)

    def try_it(_number: int) -> str:
        try:
            office.reserve(application, fund)
        except DomainError as error:
            return error.code
        return "reserved"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(try_it, range(32)))
    assert outcomes.count("reserved") == 1
    assert outcomes.count("conflict") == 31
    assert fund_now(office, fund).reserved == yuan("100")


def test_the_last_fen_can_be_reserved_and_not_one_more(office: Office) -> None:
    fund = office.fund("100")
    first, second = grant_many(office, 1, "99.99"), grant_many(office, 1, "0.02")
    office.reserve(first[0], fund)
    with pytest.raises(ConflictError, match=r"0\.01 yuan left; 0\.02"):
        office.reserve(second[0], fund)
    assert fund_now(office, fund).reserved == yuan("99.99")


def test_the_database_itself_refuses_to_overspend(office: Office) -> None:
    fund = office.fund("100")
    with pytest.raises(IntegrityError, match="budget"), office.system() as ctx:
        ctx.session.execute(update(Fund).where(Fund.id == fund.id).values(reserved=yuan("100.01")))


def test_the_database_itself_refuses_a_second_live_payment(office: Office) -> None:
    fund, (application,) = office.fund(), grant_many(office, 1)
    office.reserve(application, fund)
    with pytest.raises(IntegrityError, match="live"), office.system() as ctx:
        ctx.session.add(
            Payment(
                tenant_id=ctx.tenant_id, application_id=application.id,
                household_id=application.household_id, fund_id=fund.id, number="twice",
                state="reserved", amount=1, payee_name="", bank_name="", card_masked="",
                reserved_at=ctx.now,
            )
        )  # fmt: skip


@pytest.mark.parametrize("statement", ["update transfers set amount = 1", "delete from transfers"])
def test_nobody_rewrites_the_ledger(office: Office, statement: str) -> None:
    office.fund()
    with pytest.raises(ProgrammingError, match="permission denied"), office.system() as ctx:
        ctx.session.connection().exec_driver_sql(statement)


def test_only_granted_aid_is_paid(office: Office) -> None:
    fund, application = office.fund(), office.approve(office.file())
    with pytest.raises(ConflictError, match="not granted"):
        office.reserve(application, fund)


def test_a_grant_has_one_payment(office: Office) -> None:
    fund, (application,) = office.fund(), grant_many(office, 1)
    office.reserve(application, fund)
    with pytest.raises(ConflictError, match="already"):
        office.reserve(application, fund)


def test_a_payment_needs_a_card(office: Office) -> None:
    fund, (application,) = office.fund(), grant_many(office, 1, household=office.file(card=""))
    with pytest.raises(ConflictError, match="no bank card"):
        office.reserve(application, fund)
    assert fund_now(office, fund).reserved == 0


def test_a_fund_pays_for_its_programmes_and_year(office: Office) -> None:
    (application,) = grant_many(office, 1)
    with pytest.raises(ConflictError, match="does not pay for this"):
        office.reserve(application, office.fund(programmes=["medical_relief"]))
    with pytest.raises(ConflictError, match="year 2021"):
        office.reserve(application, office.fund(year=2021))
    office.reserve(application, office.fund(programmes=["living_aid"]))


def test_the_card_is_kept_sealed_as_it_was_when_reserved(office: Office) -> None:
    fund, (application,) = office.fund(), grant_many(office, 1)
    payment_id = office.reserve(application, fund)
    with office.system() as ctx:
        payment = ctx.session.get_one(Payment, (ctx.tenant_id, payment_id))
        assert payment.card_masked.endswith("9113")
        assert payment.card_cipher is not None
        assert b"6217003194875749113" not in payment.card_cipher
        assert ctx.vault.decrypt(
            ctx.tenant_id, "payments.card_cipher", payment.id, payment.card_cipher
        ) == "6217003194875749113"  # fmt: skip


def test_a_released_reservation_is_there_for_others_again(office: Office) -> None:
    fund, (application,) = office.fund("100"), grant_many(office, 1)
    payment_id = office.reserve(application, fund)
    with office.acting("finance") as ctx:
        released = release(ctx, payment_id, "卡号有误")
        causes = [entry.cause for entry in ledger_of(ctx, released)]
    assert causes == ["reservation", "release"]
    assert balances(office, fund)["available"] == "100.00"
    again = office.reserve(application, fund)
    assert again != payment_id


def test_releasing_needs_a_reason_a_payment_and_happens_once(office: Office) -> None:
    payment_id = office.reserve(grant_many(office, 1)[0], office.fund())
    with office.acting("finance") as ctx, pytest.raises(InvalidError):
        release(ctx, payment_id, "")
    with office.acting("finance") as ctx, pytest.raises(NotFoundError):
        release(ctx, office.city.id, "x")
    with office.acting("finance") as ctx:
        release(ctx, payment_id, "卡号有误")
    with office.acting("finance") as ctx, pytest.raises(ConflictError):
        release(ctx, payment_id, "卡号有误")


def test_only_finance_moves_money(office: Office) -> None:
    fund, (application,) = office.fund(), grant_many(office, 1)
    for who in ("approver", "supervisor"):
        with office.acting(who) as ctx, pytest.raises(ForbiddenError):
            reserve(ctx, application.id, fund.id)
        with office.acting(who) as ctx, pytest.raises(ForbiddenError):
            create_fund(ctx, "x", "x", 2023, 1)


@pytest.mark.parametrize(
    ("name", "source", "year", "budget", "field"),
    [
        (" ", "中央", 2023, 1, "name"),
        ("基金", "", 2023, 1, "name"),
        ("基金", "中央", 1999, 1, "year"),
        ("基金", "中央", 2023, 0, "budget"),
        ("基金", "中央", 2023, -5, "budget"),
    ],
)
def test_a_senseless_fund_is_refused(
    office: Office, name: str, source: str, year: int, budget: int, field: str
) -> None:
    with office.acting("finance") as ctx, pytest.raises(InvalidError) as caught:
        create_fund(ctx, name, source, year, budget)
    assert caught.value.field == field


def test_a_name_is_used_once_a_year(office: Office) -> None:
    office.fund(name="春节慰问")
    with pytest.raises(ConflictError, match="春节慰问"):
        office.fund(name="春节慰问")
    office.fund(name="春节慰问", year=2024)


def test_every_movement_is_audited(office: Office) -> None:
    fund, (application,) = office.fund(), grant_many(office, 1)
    payment_id = office.reserve(application, fund)
    with office.system() as ctx:
        events = ctx.session.scalars(
            select(AuditRecord.event).where(AuditRecord.object_id.in_((fund.id, payment_id)))
        ).all()
        told = ctx.session.scalars(
            select(AuditRecord.after).where(AuditRecord.object_id == payment_id)
        ).one()
    assert set(events) == {"fund.created", "payment.reserved"}
    assert told["card"].startswith("***")


def test_a_cause_moves_money_once(office: Office) -> None:
    fund = office.fund()
    with office.system() as ctx:
        first = ctx.session.scalars(select(Transfer).where(Transfer.cause_id == fund.id)).one()
    with pytest.raises(IntegrityError, match="cause"), office.system() as ctx:
        ctx.session.add(
            Transfer(
                tenant_id=ctx.tenant_id, debit_id=first.debit_id, credit_id=first.credit_id,
                amount=1, cause=first.cause, cause_id=first.cause_id, at=ctx.now,
            )
        )  # fmt: skip
