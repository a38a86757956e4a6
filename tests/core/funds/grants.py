"""Granted applications without the way there, where a test is about the money alone."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
from sqlalchemy import select

from core.applications.models import Application
from core.db import new_id
from core.funds.bank_file import HEADINGS, bank_file
from core.funds.ledger import trial_balance
from core.funds.models import Fund, Payment
from core.households.models import Household
from core.money import format_yuan
from core.money import parse_yuan as yuan
from tests.factories import Filed
from tests.office import Office

SUCCESS, FAILURE = ("成功", ""), ("失败", "账号与户名不符")


def grant_many(office: Office, count: int, amount: str = "100", **values: Any) -> list[Application]:
    """Return so many granted applications of one household, `amount` in yuan."""
    filed: Filed = values.pop("household", None) or office.file()
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        made = [
            Application(
                tenant_id=ctx.tenant_id, id=new_id(), household_id=filed.id,
                number=f"{household.file_number}-G-{uuid.uuid4().hex[:8]}",
                unit_id=household.unit_id, programme="living_aid", programme_version="1.0.0",
                state="granted", version=1, round=1, category="deep", applied_on=ctx.today,
                answers={}, asked=yuan(amount), amount=yuan(amount), facts={}, parameters=b"",
                assessment={}, started_by=office.people["clerk"].person_id, started_at=ctx.now,
            )
            for _ in range(count)
        ]  # fmt: skip
        ctx.session.add_all(made)
    return made


def sent_batch(office: Office, count: int, amount: str = "100") -> tuple[Fund, uuid.UUID]:
    """Return a fund and a released batch of so many payments."""
    fund = office.fund()
    for application in grant_many(office, count, amount):
        office.reserve(application, fund)
    return fund, office.send(fund)


def fetch_file(office: Office, batch: uuid.UUID) -> bytes:
    """Return the bank's file as finance fetches it."""
    with office.acting("second_finance") as ctx:
        return bank_file(ctx, batch, "送银行")


def rows_of(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a bank's file by heading, read by another library than wrote it."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    return [
        {str(title): str(cell or "") for title, cell in zip(rows[0], row, strict=True)}
        for row in rows[1:]
    ]


def answer(
    rows: Sequence[Mapping[str, str]],
    outcomes: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """Return a bank's answer as CSV: success for all but the payments named."""
    lines = [",".join((*HEADINGS, "结果", "失败原因"))]
    for row in rows:
        outcome = (outcomes or {}).get(row["付款编号"], SUCCESS)
        lines.append(",".join((*(row[title] for title in HEADINGS), *outcome)))
    return "\n".join(lines).encode("utf-8-sig")


def payments(office: Office, batch: uuid.UUID) -> list[Payment]:
    """Return a batch's payments by their sequence, as the database has them now."""
    with office.system() as ctx:
        return list(
            ctx.session.scalars(
                select(Payment).where(Payment.batch_id == batch).order_by(Payment.sequence)
            )
        )


def balances(office: Office, fund: Fund) -> dict[str, str]:
    """Return what stands on each account of a fund, in yuan."""
    with office.system() as ctx:
        found = trial_balance(ctx, fund.id)
    assert sum(one.balance for one in found) == 0
    return {one.account: format_yuan(one.balance) for one in found}


def fund_now(office: Office, fund: Fund) -> Fund:
    """Return the fund as the database has it now."""
    with office.system() as ctx:
        return ctx.session.get_one(Fund, (fund.tenant_id, fund.id))
