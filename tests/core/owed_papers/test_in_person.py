"""Aid that could not wait, handed over in person: in cash and goods, signed for, confirmed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from core.applications.models import Application
from core.errors import ConflictError, InvalidError, NotFoundError
from core.funds.batches import make_batch
from core.funds.models import Fund, Payment
from core.funds.reservations import release
from core.handovers.goods import Article
from core.handovers.in_person import hold_in_person
from core.handovers.models import Handover
from core.handovers.recording import Given, keep_receipt, record_handovers
from core.handovers.settling import confirm_handovers
from core.money import parse_yuan as yuan
from core.owed_papers.checking import check
from core.owed_papers.queries import find_by_number, waiting_for_me
from tests.core.funds.grants import balances
from tests.core.owed_papers.conftest import (
    bring,
    file_burnt,
    grant_first,
    owed_of,
)
from tests.factories import Filed
from tests.office import Office, read
from tests.urgent import PDF

QUILT, RICE = Article("棉被", "床", 2, 15_000), Article("大米（10公斤）", "袋", 1, 6_500)


@pytest.fixture
def burnt(office: Office) -> Filed:
    return file_burnt(office)


@pytest.fixture
def granted(office: Office, burnt: Filed) -> Application:
    return grant_first(office, burnt, "1000")


def hold(office: Office, application: Application, fund: Fund, *goods: Article) -> Payment:
    with office.acting("finance") as ctx:
        return hold_in_person(ctx, application.id, fund.id, goods)


def record(office: Office, payment: Payment, **values: Any) -> Handover:
    told = {"givers": ("王一", "李二"), "receiver": "王建国"} | values
    with office.acting("investigator") as ctx:
        receipt = keep_receipt(ctx, "签领单.pdf", PDF) if told.get("receiver") else None
        given = Given(payment.id, ctx.today, **told)
        return record_handovers(ctx, [given], receipt)[0]


def confirm(office: Office, handover: Handover, who: str = "finance") -> None:
    with office.acting(who) as ctx:
        confirm_handovers(ctx, [handover.id])


def payment_now(office: Office, payment_id: uuid.UUID) -> Payment:
    with office.system() as ctx:
        return ctx.session.get_one(Payment, (ctx.tenant_id, payment_id))


def test_cash_and_goods_are_held_handed_over_and_booked(
    office: Office,
    granted: Application,
) -> None:
    fund = office.fund("5000", year=2019)
    payment = hold(office, granted, fund, QUILT, RICE)
    assert (payment.means, payment.amount, payment.card_cipher) == ("in_person", yuan("1000"), None)
    assert [one["name"] for one in payment.goods] == ["棉被", "大米（10公斤）"]
    with office.acting("finance") as ctx, pytest.raises(ConflictError):
        make_batch(ctx, fund.id, [payment.id])
    handover = record(office, payment)
    assert payment_now(office, payment.id).state == "reserved", "not before it is confirmed"
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="on its way"):
        hold_in_person(ctx, granted.id, fund.id)
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="merely reserved"):
        release(ctx, payment.id, "误操作")
    with pytest.raises(NotFoundError):
        confirm(office, handover, "investigator")
    confirm(office, handover)
    assert payment_now(office, payment.id).state == "paid"
    assert read(office, granted).state == "paid"
    assert balances(office, fund)["paid"] == "1,000.00"


def test_goods_are_worth_the_amount_to_the_fen(
    office: Office,
    granted: Application,
) -> None:
    fund = office.fund("5000", year=2019)
    assert hold(office, granted, fund, Article("活动板房", "套", 1, yuan("1000"))).goods
    with pytest.raises(InvalidError) as raised:
        hold(office, granted, fund, Article("活动板房", "套", 1, yuan("1000.01")))
    assert raised.value.message.values == {"worth": "1,000.01", "amount": "1,000.00"}
    with pytest.raises(InvalidError):
        hold(office, granted, fund, Article("棉被", "床", 0, 1))
    assert hold(office, granted, fund).goods == [], "all of it in money; the first is given back"
    assert balances(office, fund)["reserved"] == "1,000.00"


def test_what_could_wait_is_paid_by_the_bank(office: Office) -> None:
    filed = file_burnt(office, admitted_by="civil_affairs")
    ordinary = office.grant(filed, "medical_premium", "250.01",
                            answers={"insured": 1, "premium": yuan("250.01")})  # fmt: skip
    fund = office.fund("5000", year=2019)
    with pytest.raises(ConflictError, match="paid by the bank"):
        hold(office, ordinary, fund)


def test_where_nobody_was_met_nothing_is_owed(
    office: Office,
    burnt: Filed,
    granted: Application,
) -> None:
    payment = hold(office, granted, office.fund("5000", year=2019))
    handover = record(office, payment, receiver="", givers=(), remark="家中无人")
    confirm(office, handover)
    assert read(office, granted).state == "withdrawn"
    office.now += dt.timedelta(days=15)
    with office.acting("clerk") as ctx:
        assert find_by_number(ctx, granted.number).standing == "lapsed"
        assert burnt.id not in [one.household_id for one in waiting_for_me(ctx)]
    assert grant_first(office, burnt, "1000").state == "approved", "and there is new aid"


def test_what_was_handed_over_is_not_taken_back_when_it_was_not_due(
    office: Office,
    burnt: Filed,
    granted: Application,
) -> None:
    payment = hold(office, granted, office.fund("5000", year=2019))
    handover = record(office, payment)
    owed = owed_of(office, granted)
    bring(office, burnt, owed)
    with office.acting("reviewer") as ctx:
        check(ctx, owed.id, "reject", "查无火灾")
    assert payment_now(office, payment.id).state == "reserved"
    confirm(office, handover)
    assert payment_now(office, payment.id).state == "paid", "a wrong payment is recorded on it"
