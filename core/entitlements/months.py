"""The run of a month: one act makes the payments of all that runs on a fund, once a month each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select

from core.access import Subject, require
from core.applications.models import Application
from core.audit import Change, record, record_many
from core.context import Context
from core.db import new_id
from core.entitlements.following import follow_files
from core.entitlements.models import Entitlement
from core.errors import ConflictError, InvalidError, _
from core.funds.budgets import find_fund, pays_for
from core.funds.ledger import post
from core.funds.models import Fund, Payment
from core.funds.reservations import CARD_PLACE, OVER, open_card, take
from core.households.models import Household
from core.money import format_yuan
from core.pii import mask_card

NAMED = 10
"""How many of those that do not fit are named in the refusal."""


class Due(NamedTuple):
    """What one month of one entitlement takes to be paid."""

    entitlement: Entitlement
    application: Application
    household: Household


@dataclass(frozen=True)
class MonthRun:
    """What a run made: so many payments of so much in fen. `no_card` are the numbers of
    applications left out because their household has no bank card."""

    month: dt.date
    count: int
    total: int
    no_card: tuple[str, ...]


def run_month(ctx: Context, fund_id: uuid.UUID, month: dt.date) -> MonthRun:
    """Reserve the month of every running entitlement the fund pays for; it is given by its first.

    What has a payment for the month, on any fund, gets no second one, so a run can be repeated: for
    what failed, was without a card, or was suspended then. ConflictError where the fund is of
    another year or has too little left: those that do not fit are named and nothing is done.
    """
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    fund = find_fund(ctx, fund_id, lock=True)
    _check_month(ctx, fund, month)
    follow_files(ctx)
    due = _find_due(ctx, fund, month)
    payable = [one for one in due if one.household.card_cipher is not None]
    no_card = tuple(one.application.number for one in due if one.household.card_cipher is None)
    total = sum(one.entitlement.amount for one in payable)
    _check_left(fund, payable, total)
    if payable:
        take(ctx, fund, total)
        _pay(ctx, fund, month, payable)
    made = MonthRun(month, len(payable), total, no_card)
    record(ctx, "entitlement.month_run", fund, after={
        "month": month.isoformat(), "count": made.count, "total": total, "no_card": [*no_card],
    })  # fmt: skip
    return made


def _check_month(ctx: Context, fund: Fund, month: dt.date) -> None:
    if month.day != 1 or month > ctx.today:
        raise InvalidError(
            _("A month is paid once it has begun, and is named by its first day."), field="month"
        )
    if fund.year not in (month.year, ctx.today.year):
        raise ConflictError(
            _("The fund %(fund)s is for the year %(year)s."),
            remedy=_("Choose a fund of the year of the month, or of this year."),
            fund=fund.name, year=fund.year,
        )  # fmt: skip


def _find_due(ctx: Context, fund: Fund, month: dt.date) -> list[Due]:
    """Return what is to be paid for a month, held until this transaction ends.

    The rows are held before it is asked what was paid: of two runs at once the second sees the
    payments of the first.
    """
    rows = ctx.session.execute(
        select(Entitlement, Application, Household)
        .join(Application, (Application.tenant_id == Entitlement.tenant_id)
              & (Application.id == Entitlement.application_id))
        .join(Household, (Household.tenant_id == Entitlement.tenant_id)
              & (Household.id == Entitlement.household_id))
        .where(Entitlement.tenant_id == ctx.tenant_id, Entitlement.state == "running",
               Entitlement.amount > 0, Entitlement.starts_on <= month)
        .order_by(Entitlement.id)
        .with_for_update(of=Entitlement)
    ).all()  # fmt: skip
    paid = set(ctx.session.scalars(
        select(Payment.application_id).where(
            Payment.tenant_id == ctx.tenant_id, Payment.month == month,
            Payment.state.not_in(OVER),
        )
    ))  # fmt: skip
    due = (Due(*row) for row in rows)
    return [one for one in due if one.application.id not in paid and pays_for(fund, one[1])]


def _check_left(fund: Fund, payable: Sequence[Due], total: int) -> None:
    left = fund.budget - fund.reserved - fund.paid
    if total <= left:
        return
    beyond, sum_ = [], 0
    for one in payable:
        sum_ += one.entitlement.amount
        if sum_ > left:
            beyond.append(one.application.number)
    raise ConflictError(
        _("The fund %(fund)s has %(left)s yuan left; the month takes %(total)s. %(count)s do not"
          " fit, among them %(numbers)s. Nothing was paid."),
        remedy=_("Raise its budget, or run the month on another fund."),
        fund=fund.name, left=format_yuan(left), total=format_yuan(total), count=len(beyond),
        numbers=", ".join(beyond[:NAMED]),
    )  # fmt: skip


def _pay(ctx: Context, fund: Fund, month: dt.date, payable: Sequence[Due]) -> None:
    counted = ctx.session.execute(
        select(Payment.application_id, func.count())
        .where(
            Payment.tenant_id == ctx.tenant_id,
            Payment.application_id.in_([one.application.id for one in payable]),
        )
        .group_by(Payment.application_id)
    )
    made = {row[0]: row[1] for row in counted}
    rows = [_payment(ctx, fund, month, one, made.get(one.application.id, 0)) for one in payable]
    ctx.session.execute(insert(Payment), rows)
    post(ctx, fund.id, "available", "reserved", "reservation",
         [(row["id"], row["amount"]) for row in rows])  # fmt: skip
    record_many(ctx, [
        Change("payment.reserved", "payments", row["id"], {}, {
            "number": row["number"], "fund": fund.name, "amount": row["amount"],
            "month": month.isoformat(), "card": row["card_masked"],
        })
        for row in rows
    ])  # fmt: skip


def _payment(ctx: Context, fund: Fund, month: dt.date, due: Due, before: int) -> dict[str, Any]:
    payment_id, household = new_id(), due.household
    card = open_card(ctx, "households.card_cipher", household.id, household.card_cipher)
    return {
        "tenant_id": ctx.tenant_id, "id": payment_id, "application_id": due.application.id,
        "household_id": household.id, "claim_id": None, "fund_id": fund.id, "month": month,
        "number": f"{due.application.number}-{before + 1}", "state": "reserved",
        "amount": due.entitlement.amount, "payee_name": household.head_name,
        "bank_name": household.bank_name, "card_masked": mask_card(card),
        "card_cipher": ctx.vault.encrypt(ctx.tenant_id, CARD_PLACE, payment_id, card),
        "reserved_at": ctx.now,
    }  # fmt: skip
