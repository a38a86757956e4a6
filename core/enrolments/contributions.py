"""Contributions received for a period: they fill its pool, and are matched with who is enrolled."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select, update

from core.access import Subject, require
from core.audit import record
from core.context import Context
from core.db import new_id
from core.enrolments.models import Contribution, MutualAidPeriod
from core.enrolments.periods import find_period
from core.enrolments.pools import pool_of
from core.errors import ConflictError, InvalidError, _
from core.funds.ledger import post
from core.funds.models import Fund
from core.households.identifiers import valid_credit_codes
from core.money import MAXIMUM_FEN

FREE_CODE = "FREE"
"""Stands for a credit code where the federation itself enrols people free of charge."""
MATCHED = """
select coalesce(e.employer, c.employer), coalesce(e.code, c.code), coalesce(e.workers, 0),
  coalesce(e.due, 0)::bigint, coalesce(c.received, 0)::bigint
from (
  select max(employer) as employer, employer_code as code, count(*) as workers,
    sum(contribution) as due
  from enrolments where tenant_id = %(tenant)s and period_id = %(period)s group by employer_code
) e
full join (
  select max(employer) as employer, employer_code as code, sum(amount) as received
  from contributions where tenant_id = %(tenant)s and period_id = %(period)s
  group by employer_code
) c using (code)
where not %(unmatched)s or coalesce(e.due, 0) <> coalesce(c.received, 0)
order by 1, 2
"""


@dataclass(frozen=True)
class Receipt:
    """Money a work unit paid in: fen, on a day, by the voucher `reference`."""

    employer: str
    employer_code: str
    amount: int
    received_on: dt.date
    reference: str


class Matched(NamedTuple):
    """A work unit: what its enrolled workers owe for the period, and what it paid in, fen."""

    employer: str
    employer_code: str
    workers: int
    due: int
    received: int

    @property
    def missing(self) -> int:
        """What is still to come, below 0 where it paid more than its workers owe."""
        return self.due - self.received


def receive(ctx: Context, period_id: uuid.UUID, receipt: Receipt) -> Contribution:
    """Book money a work unit paid in; the pool has it at once.

    InvalidError for an amount, day or code that cannot be, ConflictError for a voucher of the
    period that is booked already.
    """
    require(ctx, "contribution.record", Subject(ctx.tenant_id))
    period = find_period(ctx, period_id)
    _check(ctx, receipt)
    return book(ctx, period, receipt)


def book(
    ctx: Context,
    period: MutualAidPeriod,
    receipt: Receipt,
    free_enrolment_id: uuid.UUID | None = None,
) -> Contribution:
    """Book a checked receipt: into the pool's budget and its ledger."""
    pool = pool_of(ctx, period)
    _refuse_twice(ctx, period, receipt)
    made = Contribution(
        tenant_id=ctx.tenant_id, id=new_id(), period_id=period.id,
        employer=receipt.employer.strip(), employer_code=receipt.employer_code.strip().upper(),
        amount=receipt.amount, received_on=receipt.received_on,
        reference=receipt.reference.strip(), free_enrolment_id=free_enrolment_id,
        recorded_by=ctx.actor.person_id, recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    _raise(ctx, pool, receipt.amount)
    post(ctx, pool.id, "source", "available", "contribution", [(made.id, made.amount)])
    record(ctx, "mutual_aid.received", made, after={
        "period": period.name, "employer": made.employer, "employer_code": made.employer_code,
        "amount": made.amount, "on": made.received_on.isoformat(), "reference": made.reference,
    })  # fmt: skip
    return made


def match_contributions(
    ctx: Context, period: MutualAidPeriod, *, unmatched: bool = False
) -> list[Matched]:
    """Return by work unit what is owed and what came in; only where they differ if so asked."""
    require(ctx, "enrolment.read")
    values = {"tenant": ctx.tenant_id, "period": period.id, "unmatched": unmatched}
    return [Matched(*row) for row in ctx.session.fetch(MATCHED, values)]


def _check(ctx: Context, receipt: Receipt) -> None:
    code = receipt.employer_code.strip().upper()
    if not valid_credit_codes([code])[0]:
        raise InvalidError(
            _("“%(value)s” is no unified social credit code."), field="employer_code", value=code,
            remedy=_("Write the 18 characters of the work unit's licence."),
        )  # fmt: skip
    for field in ("employer", "reference"):
        if not getattr(receipt, field).strip():
            raise InvalidError(_("Say who paid and by which voucher."), field=field)
    if not 0 < receipt.amount <= MAXIMUM_FEN:
        raise InvalidError(_("Enter an amount of more than 0."), field="amount")
    if receipt.received_on > ctx.today:
        raise InvalidError(_("The day lies in the future."), field="received_on")


def _refuse_twice(ctx: Context, period: MutualAidPeriod, receipt: Receipt) -> None:
    query = select(Contribution.id).where(
        Contribution.tenant_id == ctx.tenant_id,
        Contribution.period_id == period.id,
        Contribution.reference == receipt.reference.strip(),
    )
    if ctx.session.scalar(query) is not None:
        raise ConflictError(
            _("The voucher %(reference)s is booked for this period already."),
            remedy=_("Look at the contributions received; money is booked once."),
            field="reference", reference=receipt.reference.strip(),
        )  # fmt: skip


def _raise(ctx: Context, pool: Fund, amount: int) -> None:
    ctx.session.execute(
        update(Fund)
        .where(Fund.tenant_id == ctx.tenant_id, Fund.id == pool.id)
        .values(budget=Fund.budget + amount)
        .execution_options(synchronize_session="fetch")
    )
