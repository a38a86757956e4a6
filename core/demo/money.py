"""The fund of a demonstration's city, and the batch that paid its last quarter."""

from __future__ import annotations

import csv
import datetime as dt
import io

from sqlalchemy import func, select

from core.demo.stage import Stage
from core.funds.bank_file import bank_file
from core.funds.batches import make_batch, payments_of, send_batch
from core.funds.budgets import create_fund
from core.funds.models import Batch, Fund, Payment
from core.funds.reconciliation import import_result
from core.workdays import add_working_days

BUDGET_FEN = 200_000_000
NAME, SOURCE = "困难职工帮扶专项资金", "市财政拨款"
HEADINGS = ("付款编号", "金额（元）", "结果", "失败原因")


def set_up_fund(stage: Stage) -> None:
    """Set up a fund for the year of the last quarter, and for this one where it is another."""
    for year in sorted({stage.quarter.year, stage.today.year}):
        with stage.acting("finance", stage.quarter) as ctx:
            known = select(func.count()).where(Fund.tenant_id == ctx.tenant_id, Fund.year == year)
            if not ctx.session.scalar(known):
                create_fund(ctx, NAME, SOURCE, year, BUDGET_FEN)


def pay(stage: Stage, day: dt.date) -> None:
    """Pay what is reserved in one batch, made on a day, released and answered on the next ones."""
    with stage.acting("finance", day) as ctx:
        fund = ctx.session.scalar(
            select(Payment.fund_id)
            .where(Payment.tenant_id == ctx.tenant_id, Payment.state == "reserved")
            .limit(1)
        )
        if fund is None:
            return
        batch = make_batch(ctx, fund)
    with stage.acting("finance-2", add_working_days(day, 1)) as ctx:
        send_batch(ctx, batch.id)
        bank_file(ctx, batch.id, "交银行代发")
    with stage.acting("finance", add_working_days(day, 3)) as ctx:
        import_result(ctx, batch.id, _bank_answer(payments_of(ctx, batch)))


def has_paid(stage: Stage) -> bool:
    """Return whether the city paid a batch already."""
    with stage.system(stage.today) as ctx:
        query = select(func.count()).where(Batch.tenant_id == ctx.tenant_id)
        return bool(ctx.session.scalar(query))


def _bank_answer(payments: list[Payment]) -> bytes:
    """Write what a bank would: everything paid, except one account that was closed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for payment in payments:
        failed = payment is payments[-1] and len(payments) > 1
        yuan = f"{payment.amount // 100}.{payment.amount % 100:02d}"
        outcome = ("失败", "收款账户已销户") if failed else ("成功", "")
        writer.writerow((payment.number, yuan, *outcome))
    return text.getvalue().encode("utf-8-sig")
