"""Relief in kind too: what is granted the ordinary way can be handed over in goods and money."""

from __future__ import annotations

import pytest

from core.applications.models import Application
from core.errors import ConflictError
from core.funds.models import Fund, Payment
from core.handovers.goods import Article
from core.handovers.in_person import hold_in_person
from core.handovers.recording import Given, keep_receipt, record_handovers
from core.handovers.settling import confirm_handovers
from core.money import parse_yuan as yuan
from tests.factories import CHILD, SPOUSE
from tests.office import read
from tests.visiting import SCAN, Visiting

QUILT = Article("棉被", "床", 2, 15_000)
ACCIDENT = {
    "income": 9_000_000, "illness": 0, "schooling": 0, "loss": 4_000_000, "compensation": 0,
    "still_difficult": True,
}  # fmt: skip


@pytest.fixture
def fund(office: Visiting) -> Fund:
    """A fund beside another one, so that nothing is reserved unasked."""
    office.fund()
    return office.fund("10000")


@pytest.fixture
def granted(office: Visiting, fund: Fund) -> Application:
    """Relief after an accident, of 6,000.00, that went the ordinary way."""
    assert fund.budget == yuan("10000")
    filed = office.file(statement=ACCIDENT, relatives=(SPOUSE, CHILD))
    return office.grant(filed, "temporary_relief", "6000")


def hand_over(office: Visiting, payment: Payment, receiver: str) -> None:
    """Record what became of it, and have another person confirm it."""
    with office.acting("clerk") as ctx:
        receipt = keep_receipt(ctx, "签领表.pdf", SCAN) if receiver else None
        told = Given(payment.id, office.now.date(), ("王晓燕", "陈立新"), receiver,
                     remark="" if receiver else "外出")  # fmt: skip
        [handover] = record_handovers(ctx, [told], receipt)
    with office.acting("finance") as ctx:
        confirm_handovers(ctx, [handover.id])


def test_it_is_handed_over_in_goods_and_money_and_booked(
    office: Visiting, granted: Application, fund: Fund
) -> None:
    with office.acting("finance") as ctx:
        payment = hold_in_person(ctx, granted.id, fund.id, [QUILT])
    assert (payment.amount, payment.goods[0]["name"]) == (yuan("6000"), "棉被")
    hand_over(office, payment, "王建国")
    assert read(office, granted).state == "paid"


def test_where_nobody_was_met_it_stays_granted_and_the_bank_can_pay_it(
    office: Visiting, granted: Application, fund: Fund
) -> None:
    with office.acting("finance") as ctx:
        payment = hold_in_person(ctx, granted.id, fund.id)
    hand_over(office, payment, "")
    assert read(office, granted).state == "granted"
    office.reserve(granted, fund)


def test_a_programme_that_gives_nothing_in_kind_is_paid_by_the_bank(office: Visiting) -> None:
    office.fund()
    fund = office.fund("10000")
    granted = office.grant(office.file(), "living_aid", "8400")
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="paid by the bank"):
        hold_in_person(ctx, granted.id, fund.id)
