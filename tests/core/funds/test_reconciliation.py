"""Reconciling: the bank's answer booked whole, once, or refused with every faulty row named."""

from __future__ import annotations

import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError
from core.funds.batches import make_batch
from core.funds.ledger import ledger_of
from core.funds.models import Batch, Payment
from core.funds.reconciliation import Reconciliation, import_result
from core.funds.result_file import WrongResultError
from core.money import parse_yuan as yuan
from tests.core.funds.grants import (
    FAILURE,
    answer,
    balances,
    fetch_file,
    fund_now,
    grant_many,
    payments,
    rows_of,
    sent_batch,
)
from tests.office import Office, read


def take(office: Office, batch: uuid.UUID, data: bytes) -> Reconciliation:
    with office.acting("finance") as ctx:
        return import_result(ctx, batch, data)


def test_paid_payments_close_their_applications(office: Office) -> None:
    fund, batch = sent_batch(office, 2)
    outcome = take(office, batch, answer(rows_of(fetch_file(office, batch))))
    assert outcome == Reconciliation(paid=2, paid_total=yuan("200"), failed=0, failed_total=0)
    for payment in payments(office, batch):
        assert (payment.state, str(payment.paid_on)) == ("paid", "2023-06-30")
    now = fund_now(office, fund)
    assert (now.reserved, now.paid) == (0, yuan("200"))
    assert balances(office, fund)["paid"] == "200.00"
    assert balances(office, fund)["in_transit"] == "0.00"


def test_the_whole_way_of_one_payment_stands_in_the_ledger(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    take(office, batch, answer(rows_of(fetch_file(office, batch))))
    (payment,) = payments(office, batch)
    with office.acting("finance") as ctx:
        trail = [(one.cause, one.debit, one.credit) for one in ledger_of(ctx, payment)]
    assert trail == [
        ("reservation", "available", "reserved"),
        ("dispatch", "reserved", "in_transit"),
        ("payment", "in_transit", "paid"),
    ]


def test_the_filled_in_workbook_itself_is_an_answer(office: Office) -> None:
    _fund, batch = sent_batch(office, 2)
    book = openpyxl.load_workbook(io.BytesIO(fetch_file(office, batch)))
    for row in (2, 3):
        book.worksheets[0].cell(row, 8).value = "成功"
    buffer = io.BytesIO()
    book.save(buffer)
    assert take(office, batch, buffer.getvalue()).paid == 2


def test_failed_payments_give_their_money_back(office: Office) -> None:
    fund, batch = sent_batch(office, 3)
    failing = payments(office, batch)[1]
    outcome = take(
        office, batch, answer(rows_of(fetch_file(office, batch)), {failing.number: FAILURE})
    )
    assert (outcome.paid, outcome.failed, outcome.failed_total) == (2, 1, yuan("100"))
    failed = payments(office, batch)[1]
    assert (failed.state, failed.failure, failed.paid_on) == ("failed", "账号与户名不符", None)
    assert balances(office, fund) == {
        "source": "-1,000,000.00", "available": "999,800.00", "reserved": "0.00",
        "in_transit": "0.00", "paid": "200.00",
    }  # fmt: skip
    assert (fund_now(office, fund).reserved, fund_now(office, fund).paid) == (0, yuan("200"))


def test_after_correction_a_failed_payment_is_paid_by_a_new_one(office: Office) -> None:
    fund, batch = sent_batch(office, 1)
    (failing,) = payments(office, batch)
    take(office, batch, answer(rows_of(fetch_file(office, batch)), {failing.number: FAILURE}))
    with office.system() as ctx:
        application = ctx.session.get_one(Application, (ctx.tenant_id, failing.application_id))
    assert application.state == "granted"
    again = office.reserve(application, fund)
    second = office.send(fund)
    take(office, second, answer(rows_of(fetch_file(office, second))))
    assert read(office, application).state == "paid"
    (paid,) = payments(office, second)
    assert (paid.id, paid.state) == (again, "paid")
    assert paid.number != failing.number
    assert balances(office, fund)["paid"] == "100.00"


def test_nothing_is_paid_twice(office: Office) -> None:
    fund, batch = sent_batch(office, 1)
    take(office, batch, answer(rows_of(fetch_file(office, batch))))
    (payment,) = payments(office, batch)
    with office.system() as ctx:
        application = ctx.session.get_one(Application, (ctx.tenant_id, payment.application_id))
    with pytest.raises(ConflictError, match="not granted"):
        office.reserve(application, fund)


def test_the_same_file_once_more_changes_nothing(office: Office) -> None:
    fund, batch = sent_batch(office, 2)
    data = answer(rows_of(fetch_file(office, batch)))
    first = take(office, batch, data)
    assert take(office, batch, data) == first
    assert balances(office, fund)["paid"] == "200.00"
    with office.system() as ctx:
        events = ctx.session.scalars(
            select(AuditRecord.event).where(AuditRecord.object_id == batch)
        ).all()
    assert events.count("batch.reconciled") == 1


def test_another_file_for_a_reconciled_batch_is_refused(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    rows = rows_of(fetch_file(office, batch))
    take(office, batch, answer(rows))
    with pytest.raises(ConflictError, match="another file"):
        take(office, batch, answer(rows, {rows[0]["付款编号"]: FAILURE}))


def test_an_answer_before_the_release_is_refused(office: Office) -> None:
    fund = office.fund()
    office.reserve(grant_many(office, 1)[0], fund)
    with office.acting("finance") as ctx:
        batch = make_batch(ctx, fund.id)
    with pytest.raises(ConflictError, match="never released"):
        take(office, batch.id, b"x")


def test_every_faulty_row_is_named_and_nothing_is_booked(office: Office) -> None:
    fund, batch = sent_batch(office, 4)
    rows = rows_of(fetch_file(office, batch))
    rows[0]["金额（元）"] = "1000.00"
    rows[1]["付款编号"] = "OTHER-1"
    rows.append(dict(rows[2]))
    rows.append({**rows[3], "付款编号": ""})
    with pytest.raises(WrongResultError) as caught:
        take(office, batch, answer(rows))
    found = [(fault.row, fault.code) for fault in caught.value.faults]
    assert found == [
        (2, "amount"), (3, "unknown"), (4, "twice"), (6, "twice"), (7, "no_number"), (7, "missing"),
    ]  # fmt: skip
    assert all(str(fault.message) and str(fault.remedy) for fault in caught.value.faults)
    assert {one.state for one in payments(office, batch)} == {"sent"}
    assert balances(office, fund)["in_transit"] == "400.00"
    with office.system() as ctx:
        assert ctx.session.get_one(Batch, (ctx.tenant_id, batch)).state == "sent"


def test_a_payment_whose_answer_cannot_be_read_is_not_missing_too(office: Office) -> None:
    _fund, batch = sent_batch(office, 2)
    rows = rows_of(fetch_file(office, batch))
    unanswered = {rows[0]["付款编号"]: ("", ""), rows[1]["付款编号"]: ("处理中", "")}
    with pytest.raises(WrongResultError) as caught:
        take(office, batch, answer(rows, unanswered))
    assert [(fault.row, fault.code) for fault in caught.value.faults] == [
        (2, "no_outcome"), (3, "outcome"),
    ]  # fmt: skip


def test_a_corrected_file_is_taken_after_a_refused_one(office: Office) -> None:
    _fund, batch = sent_batch(office, 2)
    rows = rows_of(fetch_file(office, batch))
    with pytest.raises(WrongResultError):
        take(office, batch, answer(rows[:1]))
    assert take(office, batch, answer(rows)).paid == 2


def test_the_answer_to_another_batch_is_refused(office: Office) -> None:
    _fund, first = sent_batch(office, 1)
    _fund, second = sent_batch(office, 1)
    with pytest.raises(WrongResultError) as caught:
        take(office, second, answer(rows_of(fetch_file(office, first))))
    assert [fault.code for fault in caught.value.faults] == ["unknown", "missing"]


def test_one_answer_taken_at_once_by_many_is_booked_once(office: Office) -> None:
    fund, batch = sent_batch(office, 3)
    data = answer(rows_of(fetch_file(office, batch)))
    with ThreadPoolExecutor(6) as pool:
        outcomes = set(pool.map(lambda _number: take(office, batch, data), range(6)))
    assert outcomes == {Reconciliation(3, yuan("300"), 0, 0)}
    assert balances(office, fund)["paid"] == "300.00"


def test_each_payment_is_audited_with_the_reason_of_a_failure(office: Office) -> None:
    _fund, batch = sent_batch(office, 2)
    paid, failed = payments(office, batch)
    take(office, batch, answer(rows_of(fetch_file(office, batch)), {failed.number: FAILURE}))
    with office.system() as ctx:
        rows = ctx.session.execute(
            select(AuditRecord.object_id, AuditRecord.event, AuditRecord.reason).where(
                AuditRecord.event.in_(("payment.paid", "payment.failed"))
            )
        ).all()
    assert (paid.id, "payment.paid", "") in rows
    assert (failed.id, "payment.failed", "账号与户名不符") in rows


def test_only_finance_reconciles(office: Office) -> None:
    _fund, batch = sent_batch(office, 1)
    with office.acting("approver") as ctx, pytest.raises(ForbiddenError):
        import_result(ctx, batch, b"")


def test_a_fund_agrees_with_its_ledger_at_every_stage(office: Office) -> None:
    fund = office.fund("1000")
    applications = grant_many(office, 6, "100")

    def agree() -> None:
        now, books = fund_now(office, fund), balances(office, fund)
        standing = {name: yuan(value.removeprefix("-")) for name, value in books.items()}
        assert standing["source"] == now.budget
        assert standing["available"] == now.budget - now.reserved - now.paid
        assert standing["reserved"] + standing["in_transit"] == now.reserved
        assert standing["paid"] == now.paid
        with office.system() as ctx:
            live = ctx.session.scalars(
                select(Payment).where(Payment.fund_id == fund.id, Payment.state == "paid")
            ).all()
        assert sum(one.amount for one in live) == now.paid

    agree()
    for application in applications[:4]:
        office.reserve(application, fund)
        agree()
    batch = office.send(fund)
    agree()
    office.reserve(applications[4], fund)
    agree()
    failing = payments(office, batch)[0]
    take(office, batch, answer(rows_of(fetch_file(office, batch)), {failing.number: FAILURE}))
    agree()
