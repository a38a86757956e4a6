"""Batches: made by one, released by another, the bank's file exact and shown only then."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from sqlalchemy import select, update

from core.audit.models import AuditRecord
from core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, UnavailableError
from core.funds.bank_file import HEADINGS, bank_file
from core.funds.batches import dissolve_batch, make_batch, send_batch
from core.funds.models import Batch, Payment
from core.funds.queries import list_batches, list_funds, list_payments, read_batch
from core.funds.reservations import release
from core.money import parse_yuan as yuan
from tests.core.funds.grants import (
    balances,
    fetch_file,
    grant_many,
    payments,
    rows_of,
    sent_batch,
)
from tests.factories import acting, hire
from tests.office import Office


def test_a_batch_takes_all_that_is_reserved(office: Office) -> None:
    fund = office.fund()
    for application in grant_many(office, 3, "12.34"):
        office.reserve(application, fund)
    with office.acting("finance") as ctx:
        batch = make_batch(ctx, fund.id)
    assert (batch.state, batch.count, batch.total) == ("draft", 3, yuan("37.02"))
    assert [one.sequence for one in payments(office, batch.id)] == [1, 2, 3]
    assert {one.state for one in payments(office, batch.id)} == {"batched"}


def test_a_batch_takes_the_payments_chosen(office: Office) -> None:
    fund = office.fund()
    ids = [office.reserve(application, fund) for application in grant_many(office, 3)]
    with office.acting("finance") as ctx:
        batch = make_batch(ctx, fund.id, ids[1:])
    assert [one.id for one in payments(office, batch.id)] == ids[1:]
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="nothing to pay"):
        make_batch(ctx, fund.id, ids[:2])


def test_an_empty_batch_is_not_made(office: Office) -> None:
    fund = office.fund()
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="nothing to pay"):
        make_batch(ctx, fund.id)
    with office.acting("finance") as ctx, pytest.raises(NotFoundError):
        make_batch(ctx, office.city.id)


def test_a_payment_is_in_one_batch_however_many_make_them_at_once(office: Office) -> None:
    fund = office.fund()
    for application in grant_many(office, 4):
        office.reserve(application, fund)

    def make(_number: int) -> str:
        try:
            with office.acting("finance") as ctx:
                return make_batch(ctx, fund.id).number
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(make, range(6)))
    assert outcomes.count("conflict") == 5


def test_numbers_of_batches_count_on(office: Office) -> None:
    fund, numbers = office.fund(), []
    for application in grant_many(office, 2):
        office.reserve(application, fund)
        with office.acting("finance") as ctx:
            numbers.append(make_batch(ctx, fund.id).number)
    assert [number[-4:] for number in numbers] == ["0001", "0002"]
    assert numbers[0].startswith("2023")


def test_who_made_it_does_not_release_it(office: Office) -> None:
    fund = office.fund()
    office.reserve(grant_many(office, 1)[0], fund)
    with office.acting("finance") as ctx:
        batch = make_batch(ctx, fund.id)
    with office.acting("finance") as ctx, pytest.raises(ForbiddenError, match="someone else"):
        send_batch(ctx, batch.id)
    with office.acting("approver") as ctx, pytest.raises(ForbiddenError):
        send_batch(ctx, batch.id)
    with office.acting("second_finance") as ctx:
        assert send_batch(ctx, batch.id).state == "sent"
    assert balances(office, fund)["in_transit"] == "100.00"
    with office.acting("second_finance") as ctx, pytest.raises(ConflictError):
        send_batch(ctx, batch.id)


def test_cards_leave_only_after_the_release(office: Office) -> None:
    fund = office.fund()
    office.reserve(grant_many(office, 1)[0], fund)
    with office.acting("finance") as ctx:
        batch = make_batch(ctx, fund.id)
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="not released"):
        bank_file(ctx, batch.id)


def test_a_batch_not_yet_released_can_be_taken_apart(office: Office) -> None:
    fund = office.fund()
    payment_id = office.reserve(grant_many(office, 1)[0], fund)
    with office.acting("finance") as ctx:
        batch = make_batch(ctx, fund.id)
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="not merely reserved"):
        release(ctx, payment_id, "卡号有误")
    with office.acting("finance") as ctx:
        dissolve_batch(ctx, batch.id, "漏了一笔")
    with office.acting("finance") as ctx:
        assert release(ctx, payment_id, "卡号有误").state == "released"


def test_what_the_bank_has_is_not_taken_apart(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    with office.acting("finance") as ctx, pytest.raises(ConflictError):
        dissolve_batch(ctx, batch, "太迟")


def test_the_file_has_a_row_a_payment_with_the_full_card(office: Office) -> None:
    _fund, batch = sent_batch(office, 2, "1234.5")
    rows = rows_of(fetch_file(office, batch))
    made = payments(office, batch)
    assert [row["付款编号"] for row in rows] == [one.number for one in made]
    assert [row["序号"] for row in rows] == ["1", "2"]
    assert {row["收款账号"] for row in rows} == {"6217003194875749113"}
    assert {row["金额（元）"] for row in rows} == {"1234.50"}
    assert {row["收款人"] for row in rows} == {"王建国"}


def test_every_cell_is_text_so_that_excel_keeps_the_card(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    sheet = openpyxl.load_workbook(io.BytesIO(fetch_file(office, batch))).worksheets[0]
    assert {cell.data_type for cell in sheet[2][: len(HEADINGS)]} == {"s"}


def test_a_name_like_a_formula_stays_a_name(office: Office) -> None:
    fund = office.fund()
    filed = office.file(name='=HYPERLINK("http://x","王")')
    office.reserve(grant_many(office, 1, household=filed)[0], fund)
    data = fetch_file(office, office.send(fund))
    assert rows_of(data)[0]["收款人"] == '=HYPERLINK("http://x","王")'
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["C2"].data_type == "s"


def test_the_second_sheet_proves_the_first(office: Office) -> None:
    _fund, batch = sent_batch(office, 3, "10")
    data = fetch_file(office, batch)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[1]
    proof = {str(title): str(value) for title, value in sheet.iter_rows(values_only=True)}
    lines = [
        "|".join(row[title] for title in ("序号", "付款编号", "收款人", "收款账号", "金额（元）"))
        for row in rows_of(data)
    ]
    assert proof["SHA-256"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert (proof["笔数"], proof["合计（元）"]) == ("3", "30.00")


def test_the_file_is_the_same_each_time_and_every_look_is_audited(office: Office) -> None:
    _fund, batch = sent_batch(office, 2)
    assert fetch_file(office, batch) == fetch_file(office, batch)
    with office.system() as ctx:
        looks = ctx.session.scalars(
            select(AuditRecord).where(
                AuditRecord.object_id == batch, AuditRecord.event == "batch.unmasked"
            )
        ).all()
    assert len(looks) == 2
    assert looks[0].reason == "送银行"


def test_a_file_that_is_not_the_one_made_before_is_withheld(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    fetch_file(office, batch)
    with office.system() as ctx:
        ctx.session.execute(
            update(Payment).where(Payment.batch_id == batch).values(payee_name="李四")
        )
    with pytest.raises(UnavailableError, match="not the one made before"):
        fetch_file(office, batch)


def test_cards_are_for_those_who_may_unmask_them(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    with office.acting("approver") as ctx, pytest.raises(ForbiddenError):
        bank_file(ctx, batch)


def test_lists_mask_the_cards(office: Office) -> None:
    fund, batch = sent_batch(office, 2, "100")
    with office.acting("finance") as ctx:
        (of_fund,) = [one for one in list_funds(ctx) if one["id"] == fund.id]
        shown = read_batch(ctx, batch)
        reserved = list_payments(ctx, fund_id=fund.id, state="reserved")
        numbers = [one["number"] for one in list_batches(ctx)]
    assert of_fund["left"] == fund.budget - yuan("200")
    assert shown["number"] in numbers
    assert [one["card"] for one in shown["payments"]] == ["***************9113"] * 2
    assert reserved == []
    assert "6217003194875749113" not in str(shown)


def test_a_city_does_not_see_the_money_of_another(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    stranger = hire(office.installation, office.tree.city_b, "finance")
    with acting(office.installation, office.tree.city_b, stranger, at=office.now) as ctx:
        assert list_funds(ctx) == []
        assert ctx.session.scalars(select(Batch)).all() == []
        with pytest.raises(NotFoundError):
            read_batch(ctx, batch)
