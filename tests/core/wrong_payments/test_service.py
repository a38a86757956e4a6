"""Wrong payments: recorded by one, confirmed by another, recovered to the fen, all on record."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.wrong_payments.models import KINDS, WrongPayment
from core.wrong_payments.queries import (
    Filters,
    find_by_payment,
    list_wrong_payments,
    read_wrong_payment,
)
from core.wrong_payments.service import (
    Found,
    add_recovery,
    confirm_wrong_payment,
    record_wrong_payment,
    refuse_wrong_payment,
)
from tests.core.funds.grants import grant_many
from tests.core.wrong_payments.conftest import Pay
from tests.factories import ELSEWHERE, GRASSROOTS, acting, hire
from tests.office import Office

TODAY = dt.date(2023, 6, 30)
FOUND = Found("false_statement", 10_000, TODAY, "市审计局", "隐瞒门面租金收入")


def propose(office: Office, payment: uuid.UUID, **values: Any) -> uuid.UUID:
    with office.acting("finance") as ctx:
        return record_wrong_payment(ctx, payment, replace(FOUND, **values)).id


def confirm(office: Office, payment: uuid.UUID, **values: Any) -> uuid.UUID:
    wrong = propose(office, payment, **values)
    with office.acting("approver") as ctx:
        confirm_wrong_payment(ctx, wrong)
    return wrong


def recover(office: Office, wrong: uuid.UUID, amount: int, day: dt.date = TODAY) -> None:
    with office.acting("finance") as ctx:
        add_recovery(ctx, wrong, day, amount, "银行回单0630")


def show(office: Office, wrong: uuid.UUID, who: str = "clerk") -> dict[str, Any]:
    with office.acting(who) as ctx:
        return read_wrong_payment(ctx, wrong)


def events(office: Office, wrong: uuid.UUID) -> list[AuditRecord]:
    with office.system() as ctx:
        query = select(AuditRecord).where(AuditRecord.object_id == wrong).order_by(AuditRecord.id)
        return list(ctx.session.scalars(query))


def test_from_the_record_to_the_last_fen(office: Office, pay: Pay) -> None:
    wrong = propose(office, pay("100"), amount=8_000)
    assert show(office, wrong)["standing"] == "proposed"
    with office.acting("approver") as ctx:
        confirm_wrong_payment(ctx, wrong)
    assert show(office, wrong)["standing"] == "open"
    for amount, standing in ((7_999, "partly"), (1, "recovered"), (-1, "partly"), (1, "recovered")):
        recover(office, wrong, amount)
        assert show(office, wrong)["standing"] == standing
    shown = show(office, wrong)
    assert (shown["amount"], shown["recovered"], shown["paid"]) == (8_000, 8_000, 10_000)
    assert [one["amount"] for one in shown["recoveries"]] == [7_999, 1, -1, 1]
    assert shown["recorded_by_name"] == office.people["finance"].name
    assert shown["decided_by_name"] == office.people["approver"].name


def test_every_change_is_on_record(office: Office, pay: Pay) -> None:
    wrong = confirm(office, pay())
    recover(office, wrong, 4_000)
    recorded, confirmed, recovered = events(office, wrong)
    assert [one.event for one in (recorded, confirmed, recovered)] == [
        "wrong_payment.recorded", "wrong_payment.confirmed", "wrong_payment.recovered",
    ]  # fmt: skip
    assert recorded.after is not None
    assert (recorded.after["amount"], recorded.after["kind"]) == (10_000, "false_statement")
    assert recorded.reason == FOUND.reason
    assert recovered.before == {"recovered": 0}
    assert recovered.after == {"recovered": 4_000, "on": "2023-06-30"}
    assert {one.actor_id for one in (recorded, confirmed)} == {
        office.people["finance"].person_id, office.people["approver"].person_id,
    }  # fmt: skip


def test_whoever_recorded_it_neither_confirms_nor_refuses(office: Office, pay: Pay) -> None:
    wrong = propose(office, pay())
    for act in (confirm_wrong_payment, lambda ctx, one: refuse_wrong_payment(ctx, one, "因")):
        with office.acting("finance") as ctx, pytest.raises(ForbiddenError) as raised:
            act(ctx, wrong)
        assert raised.value.remedy
    assert show(office, wrong, "finance")["can"] == []
    assert show(office, wrong, "second_finance")["can"] == ["confirm"]
    with office.acting("second_finance") as ctx:
        confirm_wrong_payment(ctx, wrong)
    assert show(office, wrong, "finance")["can"] == ["recover"]
    assert show(office, wrong, "clerk")["can"] == []


def test_what_was_put_aside_is_no_wrong_payment_and_may_be_recorded_anew(
    office: Office, pay: Pay
) -> None:
    payment = pay()
    wrong = propose(office, payment)
    with office.acting("approver") as ctx, pytest.raises(InvalidError):
        refuse_wrong_payment(ctx, wrong, " ")
    with office.acting("approver") as ctx:
        refuse_wrong_payment(ctx, wrong, "收入已申报")
    assert (show(office, wrong)["standing"], show(office, wrong)["decision"]) == (
        "refused", "收入已申报",
    )  # fmt: skip
    with pytest.raises(ConflictError):
        recover(office, wrong, 1)
    again = confirm(office, payment)
    assert show(office, again)["standing"] == "open"
    with pytest.raises(ConflictError) as raised, office.acting("second_approver") as ctx:
        confirm_wrong_payment(ctx, again)
    assert raised.value.remedy


def test_a_payment_has_one_live_record(office: Office, pay: Pay) -> None:
    payment = pay()
    propose(office, payment)
    with pytest.raises(ConflictError) as raised:
        propose(office, payment)
    assert "recorded as a wrong one already" in raised.value.message.text


def test_two_who_record_at_once_make_one(office: Office, pay: Pay) -> None:
    payment = pay()
    outcomes: list[uuid.UUID | None] = []
    barrier = threading.Barrier(2)

    def one() -> None:
        barrier.wait()
        try:
            outcomes.append(propose(office, payment))
        except ConflictError:
            outcomes.append(None)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcome is None for outcome in outcomes) == [False, True]


def test_two_recoveries_at_once_never_exceed_what_was_wrong(office: Office, pay: Pay) -> None:
    wrong = confirm(office, pay())
    failures: list[DomainError] = []
    barrier = threading.Barrier(2)

    def one() -> None:
        barrier.wait()
        try:
            recover(office, wrong, 6_000)
        except ConflictError as error:
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(failures) == 1
    assert show(office, wrong)["recovered"] == 6_000


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "theft"}, "kind"),
        ({"amount": 10_001}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"found_on": dt.date(2023, 7, 1)}, "found_on"),
        ({"found_on": dt.date(2023, 6, 29)}, "found_on"),
        ({"found_by": " "}, "found_by"),
        ({"reason": ""}, "reason"),
    ],
)
def test_nonsense_is_refused_with_its_field(
    office: Office, pay: Pay, values: dict[str, Any], field: str
) -> None:
    payment = pay()
    with pytest.raises(InvalidError) as raised:
        propose(office, payment, **values)
    assert raised.value.field == field
    with office.system() as ctx:
        query = select(WrongPayment).where(WrongPayment.payment_id == payment)
        assert ctx.session.scalars(query).all() == []


@pytest.mark.parametrize(
    ("amount", "day", "note"),
    [(10_001, TODAY, "回单"), (-1, TODAY, "回单"), (0, TODAY, "回单"), (1, TODAY, "  "),
     (1, dt.date(2023, 7, 1), "回单"), (1, dt.date(2023, 6, 29), "回单")],
)  # fmt: skip
def test_a_recovery_that_cannot_be_is_refused(
    office: Office, pay: Pay, amount: int, day: dt.date, note: str
) -> None:
    wrong = confirm(office, pay())
    with pytest.raises((InvalidError, ConflictError)), office.acting("finance") as ctx:
        add_recovery(ctx, wrong, day, amount, note)
    assert show(office, wrong)["recoveries"] == []


def test_nothing_comes_back_before_a_second_person_has_confirmed(office: Office, pay: Pay) -> None:
    wrong = propose(office, pay())
    with pytest.raises(ConflictError) as raised:
        recover(office, wrong, 1)
    assert "second person" in raised.value.remedy.text


def test_money_that_was_only_reserved_was_not_paid_wrongly(office: Office) -> None:
    (application,) = grant_many(office, 1)
    payment = office.reserve(application, office.fund())
    with pytest.raises(ConflictError):
        propose(office, payment)


@pytest.mark.parametrize("who", ["clerk", "investigator", "reviewer", "approver"])
def test_roles_without_the_right_record_nothing(office: Office, pay: Pay, who: str) -> None:
    payment = pay()
    with office.acting(who) as ctx, pytest.raises(ForbiddenError):
        record_wrong_payment(ctx, payment, FOUND)


def test_a_supervisor_of_the_city_records_and_does_not_confirm(office: Office, pay: Pay) -> None:
    supervisor = hire(office.installation, office.city, "supervisor")
    payment, other = pay(), pay()
    with acting(office.installation, office.city, supervisor, at=office.now) as ctx:
        wrong = record_wrong_payment(ctx, payment, FOUND).id
    second = propose(office, other)
    for one in (wrong, second):
        with (
            acting(office.installation, office.city, supervisor, at=office.now) as ctx,
            pytest.raises(ForbiddenError),
        ):
            confirm_wrong_payment(ctx, one)


def test_the_province_reads_and_changes_nothing(office: Office, pay: Pay) -> None:
    payment = pay()
    wrong = confirm(office, payment)
    assert show(office, wrong, "supervisor")["can"] == []
    for act in (
        lambda ctx: record_wrong_payment(ctx, payment, FOUND),
        lambda ctx: add_recovery(ctx, wrong, TODAY, 1, "回单"),
        lambda ctx: confirm_wrong_payment(ctx, wrong),
    ):
        with office.acting("supervisor") as ctx, pytest.raises(DomainError):
            act(ctx)


def test_another_city_knows_nothing_of_it(office: Office, pay: Pay) -> None:
    payment = pay()
    wrong = confirm(office, payment)
    neighbour = hire(office.installation, office.tree.city_b, "finance", "approver")
    for act in (
        lambda ctx: record_wrong_payment(ctx, payment, FOUND),
        lambda ctx: add_recovery(ctx, wrong, TODAY, 1, "回单"),
        lambda ctx: confirm_wrong_payment(ctx, wrong),
        lambda ctx: read_wrong_payment(ctx, wrong),
    ):
        with (
            acting(office.installation, office.tree.city_b, neighbour, at=office.now) as ctx,
            pytest.raises(NotFoundError),
        ):
            act(ctx)


def test_another_union_s_clerk_does_not_see_it(office: Office, pay: Pay) -> None:
    payment = pay(household=office.file(unit=ELSEWHERE))
    wrong = propose(office, payment)
    with office.acting("clerk") as ctx:
        with pytest.raises(NotFoundError):
            read_wrong_payment(ctx, wrong)
        assert wrong not in {uuid.UUID(one["id"]) for one in list_wrong_payments(ctx, size=500)}


def test_a_list_is_narrowed_by_county_year_standing_and_household(office: Office, pay: Pay) -> None:
    here, there = office.file(unit=GRASSROOTS), office.file(unit=ELSEWHERE)
    open_one, proposed = confirm(office, pay(household=here)), propose(office, pay(household=there))
    done = confirm(office, pay(household=here))
    recover(office, done, 10_000)

    def found(**values: Any) -> set[uuid.UUID]:
        with office.acting("approver") as ctx:
            listed = list_wrong_payments(ctx, Filters(**values), size=500)
        return {uuid.UUID(one["id"]) for one in listed} & {open_one, proposed, done}

    assert found() == found(year=2023) == {open_one, proposed, done}
    assert found(year=2022) == set()
    assert found(standing="outstanding") == {open_one, proposed}
    assert found(standing="recovered") == {done}
    assert found(household=here.id) == {open_one, done}
    with office.system() as ctx:
        ((path,),) = ctx.session.fetch(
            "select path from units where tenant_id = %(tenant)s and full_name = '钟山区总工会'",
            {"tenant": ctx.tenant_id},
        )
    assert found(unit=path) == {proposed}


def test_pages_of_a_list_do_not_overlap(office: Office, pay: Pay) -> None:
    file = office.file()
    made = [propose(office, pay(household=file)) for _ in range(3)]
    with office.acting("approver") as ctx:
        pages = [
            [uuid.UUID(one["id"]) for one in
             list_wrong_payments(ctx, Filters(household=file.id), page=page, size=2)]
            for page in (1, 2, 3)
        ]  # fmt: skip
    assert pages == [[made[2], made[1]], [made[0]], []]


def test_a_record_is_found_by_the_number_of_its_payment(office: Office, pay: Pay) -> None:
    wrong = propose(office, pay(), kind=KINDS[-1])
    with office.acting("approver") as ctx:
        assert find_by_payment(ctx, read_wrong_payment(ctx, wrong)["payment"]) == wrong
        with pytest.raises(NotFoundError) as raised:
            find_by_payment(ctx, "20230000000000")
    assert "20230000000000" in str(raised.value.message.values)
