"""Free enrolment: members of filed households with a major illness, a fund paying for them.

Source: Baotou 2019, measure line 2: all filed households with a major illness are enrolled. One
person proposes it for all who are missing, another one confirms it; then they are enrolled and
their contribution moves from the fund into the pool, in both ledgers.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select, update

from core.access import Subject, require
from core.audit import Change, record, record_many
from core.context import Context
from core.db import new_id
from core.enrolments.contributions import FREE_CODE, Receipt, book
from core.enrolments.imports import ID_PLACE
from core.enrolments.missing import MISSING
from core.enrolments.models import Enrolment, FreeEnrolment, MutualAidPeriod
from core.enrolments.periods import find_period
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, _
from core.funds.budgets import find_fund
from core.funds.ledger import post
from core.funds.models import Fund
from core.funds.reservations import take
from core.households.rows import ID_PLACE as MEMBER_PLACE

PROPOSE, CONFIRM = "fund.manage", "budget.confirm"


class Missing(NamedTuple):
    """A member of a filed household who has a major illness and is in no period that runs."""

    id: uuid.UUID
    name: str
    id_cipher: bytes
    id_index: bytes
    id_masked: str
    file_number: str


def list_missing(ctx: Context) -> list[Missing]:
    """Return who is missing today, by file."""
    require(ctx, "enrolment.read")
    values = {"tenant": ctx.tenant_id, "today": ctx.today}
    return [Missing(*row) for row in ctx.session.fetch(MISSING, values)]


def propose_free(ctx: Context, period_id: uuid.UUID, fund_id: uuid.UUID) -> FreeEnrolment:
    """Propose to enrol everybody who is missing in a period, a fund paying for all.

    InvalidError where the period does not run today or the fund is a pool, ConflictError where
    nobody is missing or a proposal of the period waits already.
    """
    require(ctx, PROPOSE, Subject(ctx.tenant_id))
    period, fund = find_period(ctx, period_id), find_fund(ctx, fund_id)
    _check(ctx, period, fund)
    people = list_missing(ctx)
    if not people:
        raise ConflictError(
            _("Nobody with a major illness is missing today."),
            remedy=_("Look at the list of files; there is nothing to enrol."),
        )
    _refuse_waiting(ctx, period)
    made = FreeEnrolment(
        tenant_id=ctx.tenant_id, id=new_id(), period_id=period.id, fund_id=fund.id,
        members=sorted(one.id for one in people), amount=len(people) * period.contribution,
        state="proposed", proposed_by=_person(ctx), proposed_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    record(ctx, "mutual_aid.free_proposed", made, after={
        "period": period.name, "fund": fund.name, "people": len(people), "amount": made.amount,
    })  # fmt: skip
    return made


def confirm_free(ctx: Context, free_id: uuid.UUID) -> FreeEnrolment:
    """Enrol those it was proposed for; whoever proposed it cannot confirm it.

    ConflictError where other people are missing by now than it was proposed for, or the fund has
    not enough left: nothing changes then.
    """
    free = _lock(ctx, free_id)
    parties = frozenset({free.proposed_by})
    require(ctx, CONFIRM, Subject(ctx.tenant_id, parties=parties))
    _expect_proposed(free)
    period, fund = find_period(ctx, free.period_id), find_fund(ctx, free.fund_id)
    people = list_missing(ctx)
    if sorted(one.id for one in people) != sorted(free.members):
        raise ConflictError(
            _("Others are missing by now than this was proposed for."),
            remedy=_("Refuse it and propose it anew."),
        )
    _spend(ctx, fund, free)
    _enrol(ctx, period, people)
    receipt = Receipt(fund.name, FREE_CODE, free.amount, ctx.today, str(free.id))
    book(ctx, period, receipt, free.id)
    _decide(ctx, free, "confirmed")
    record(ctx, "mutual_aid.free_confirmed", free, before={"state": "proposed"}, after={
        "state": "confirmed", "people": len(people), "amount": free.amount,
    })  # fmt: skip
    return free


def refuse_free(ctx: Context, free_id: uuid.UUID, reason: str) -> FreeEnrolment:
    """Put a proposal aside, also one's own; a reason is needed."""
    require(ctx, PROPOSE, Subject(ctx.tenant_id))
    free = _lock(ctx, free_id)
    _expect_proposed(free)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    _decide(ctx, free, "refused")
    free.reason = reason.strip()
    record(ctx, "mutual_aid.free_refused", free, before={"state": "proposed"},
           after={"state": "refused"}, reason=reason)  # fmt: skip
    return free


def list_free(ctx: Context, period: MutualAidPeriod) -> list[FreeEnrolment]:
    """Return the proposals of a period, the newest first."""
    require(ctx, "enrolment.read")
    query = select(FreeEnrolment).where(
        FreeEnrolment.tenant_id == ctx.tenant_id, FreeEnrolment.period_id == period.id
    )
    return list(ctx.session.scalars(query.order_by(FreeEnrolment.id.desc())))


def _check(ctx: Context, period: MutualAidPeriod, fund: Fund) -> None:
    if not period.starts_on <= ctx.today <= period.ends_on:
        raise InvalidError(
            _("The period “%(name)s” does not run today."), field="period_id", name=period.name,
            remedy=_("Choose one that does."),
        )  # fmt: skip
    if fund.period_id is not None:
        raise InvalidError(
            _("A pool pays claims, no contributions."), field="fund_id",
            remedy=_("Choose another fund."),
        )  # fmt: skip


def _refuse_waiting(ctx: Context, period: MutualAidPeriod) -> None:
    if any(one.state == "proposed" for one in list_free(ctx, period)):
        raise ConflictError(
            _("A free enrolment of this period waits for a second person already."),
            remedy=_("Have it confirmed or refused first."),
        )


def _spend(ctx: Context, fund: Fund, free: FreeEnrolment) -> None:
    """Take the contributions out of the fund, as paid: they lie in the pool afterwards."""
    take(ctx, fund, free.amount)
    ctx.session.execute(
        update(Fund)
        .where(Fund.tenant_id == ctx.tenant_id, Fund.id == fund.id)
        .values(reserved=Fund.reserved - free.amount, paid=Fund.paid + free.amount)
        .execution_options(synchronize_session="fetch")
    )
    post(ctx, fund.id, "available", "paid", "free_enrolment", [(free.id, free.amount)])


def _enrol(ctx: Context, period: MutualAidPeriod, people: Sequence[Missing]) -> None:
    made = [_enrolment(ctx, period, one) for one in people]
    ctx.session.add_all(made)
    ctx.session.flush()
    record_many(ctx, (
        Change("mutual_aid.enrolled", "enrolments", one.id, after={
            "period": period.name, "employer": one.employer, "employer_code": FREE_CODE,
            "contribution": one.contribution, "on": one.enrolled_on.isoformat(),
        })
        for one in made
    ))  # fmt: skip


def _enrolment(ctx: Context, period: MutualAidPeriod, one: Missing) -> Enrolment:
    enrolment_id = new_id()
    number = ctx.vault.decrypt(ctx.tenant_id, MEMBER_PLACE, one.id, one.id_cipher)
    return Enrolment(
        tenant_id=ctx.tenant_id, id=enrolment_id, period_id=period.id, employer=ctx.tenant.name,
        employer_code=FREE_CODE, name=one.name,
        id_cipher=ctx.vault.encrypt(ctx.tenant_id, ID_PLACE, enrolment_id, number),
        id_index=one.id_index, id_masked=one.id_masked, contribution=period.contribution,
        enrolled_on=ctx.today, enrolled_by=ctx.actor.person_id, enrolled_at=ctx.now,
    )  # fmt: skip


def _lock(ctx: Context, free_id: uuid.UUID) -> FreeEnrolment:
    require(ctx, "enrolment.read")
    free = ctx.session.scalars(
        select(FreeEnrolment)
        .where(FreeEnrolment.tenant_id == ctx.tenant_id, FreeEnrolment.id == free_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if free is None:
        raise NotFoundError
    return free


def _expect_proposed(free: FreeEnrolment) -> None:
    if free.state != "proposed":
        raise ConflictError(
            _("This free enrolment was decided on already."), remedy=_("Look at the period again.")
        )


def _decide(ctx: Context, free: FreeEnrolment, state: str) -> None:
    free.state, free.decided_by, free.decided_at = state, ctx.actor.person_id, ctx.now
    ctx.session.flush()


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for this."))
    return ctx.actor.person_id
