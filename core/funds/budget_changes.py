"""Raising and lowering a fund's budget: proposed with a reason by one person, confirmed by another.

Money that is reserved or paid is never taken away. The ledger carries every change that was made.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select, update

from core.access import Subject, require
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, _
from core.funds.budgets import find_fund
from core.funds.ledger import post
from core.funds.models import BudgetChange, Fund
from core.money import MAXIMUM_FEN, format_yuan


def propose_change(ctx: Context, fund_id: uuid.UUID, amount: int, reason: str) -> BudgetChange:
    """Propose to raise a fund's budget by an amount of fen, or to lower it by a negative one.

    InvalidError without a reason or beyond what budgets may be; ConflictError where less is left
    than is to be taken away, or a change of this fund waits already.
    """
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    fund = find_fund(ctx, fund_id, lock=True)
    _check(ctx, fund, amount, reason)
    change = BudgetChange(
        tenant_id=ctx.tenant_id, id=new_id(), fund_id=fund.id, amount=amount,
        reason=reason.strip(), state="proposed", proposed_by=_person(ctx), proposed_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(change)
    ctx.session.flush()
    record(ctx, "budget.change_proposed", change, reason=change.reason,
           after={"fund": fund.name, "amount": amount})  # fmt: skip
    return change


def confirm_change(ctx: Context, change_id: uuid.UUID) -> BudgetChange:
    """Make a proposed change; whoever proposed it cannot.

    ConflictError where less is left by now than is to be taken away: nothing changes then.
    """
    change = _lock(ctx, change_id)
    parties = frozenset({change.proposed_by})
    require(ctx, "budget.confirm", Subject(ctx.tenant_id, parties=parties))
    _expect_proposed(change)
    fund = find_fund(ctx, change.fund_id)
    before = _move(ctx, fund, change.amount)
    sides = ("source", "available") if change.amount > 0 else ("available", "source")
    post(ctx, fund.id, *sides, "budget_change", [(change.id, abs(change.amount))])
    _decide(ctx, change, "confirmed")
    record(ctx, "budget.changed", fund, before={"budget": before},
           after={"budget": before + change.amount}, reason=change.reason)  # fmt: skip
    return change


def refuse_change(ctx: Context, change_id: uuid.UUID, reason: str) -> BudgetChange:
    """Put a proposed change aside, also one's own; a reason is needed, the budget stays."""
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    change = _lock(ctx, change_id)
    _expect_proposed(change)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    _decide(ctx, change, "refused")
    record(ctx, "budget.change_refused", change, before={"state": "proposed"},
           after={"state": "refused"}, reason=reason)  # fmt: skip
    return change


def _check(ctx: Context, fund: Fund, amount: int, reason: str) -> None:
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    if amount == 0 or abs(amount) > MAXIMUM_FEN:
        raise InvalidError(
            _("A budget is raised or lowered by an amount of more than 0."), field="amount"
        )
    _refuse_out_of_range(fund, amount)
    waiting = ctx.session.scalar(
        select(BudgetChange.id).where(
            BudgetChange.tenant_id == ctx.tenant_id,
            BudgetChange.fund_id == fund.id,
            BudgetChange.state == "proposed",
        )
    )
    if waiting is not None:
        raise ConflictError(
            _("A change of the budget of %(fund)s waits for a second person already."),
            remedy=_("Have it confirmed or refused first."),
            fund=fund.name,
        )


def _refuse_out_of_range(fund: Fund, amount: int) -> None:
    left = fund.budget - fund.reserved - fund.paid
    if left + amount < 0:
        raise ConflictError(
            _("The fund %(fund)s has %(left)s yuan left; it cannot be lowered by %(amount)s."),
            remedy=_("Lower it by no more than what is neither reserved nor paid."),
            field="amount", fund=fund.name, left=format_yuan(left), amount=format_yuan(-amount),
        )  # fmt: skip
    if fund.budget + amount > MAXIMUM_FEN:
        raise InvalidError(
            _("A fund's budget is at most %(most)s yuan."),
            field="amount", most=format_yuan(MAXIMUM_FEN),
        )  # fmt: skip


def _move(ctx: Context, fund: Fund, amount: int) -> int:
    """Change the budget in one conditional UPDATE and return what it was before."""
    changed: int | None = ctx.session.scalar(
        update(Fund)
        .where(
            Fund.tenant_id == ctx.tenant_id,
            Fund.id == fund.id,
            Fund.reserved + Fund.paid <= Fund.budget + amount,
            Fund.budget + amount <= MAXIMUM_FEN,
        )
        .values(budget=Fund.budget + amount)
        .returning(Fund.budget)
        .execution_options(synchronize_session=False)
    )
    ctx.session.refresh(fund)
    if changed is None:
        _refuse_out_of_range(fund, amount)
        raise ConflictError(_("Someone else changed this meanwhile."))
    return changed - amount


def _decide(ctx: Context, change: BudgetChange, state: str) -> None:
    change.state, change.decided_by, change.decided_at = state, ctx.actor.person_id, ctx.now
    ctx.session.flush()


def _lock(ctx: Context, change_id: uuid.UUID) -> BudgetChange:
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    change = ctx.session.scalars(
        select(BudgetChange)
        .where(BudgetChange.tenant_id == ctx.tenant_id, BudgetChange.id == change_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if change is None:
        raise NotFoundError
    return change


def _expect_proposed(change: BudgetChange) -> None:
    if change.state != "proposed":
        raise ConflictError(
            _("This change of the budget was decided on already."),
            remedy=_("Look at the fund again."),
        )


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for a budget."))
    return ctx.actor.person_id
