"""The pool of a period of mutual aid: a fund that contributions fill and claims are paid from."""

from __future__ import annotations

from sqlalchemy import select

from core.context import Context
from core.db import new_id
from core.enrolments.models import MutualAidPeriod
from core.funds.budgets import found_fund, next_number
from core.funds.models import Fund


def pool_of(ctx: Context, period: MutualAidPeriod) -> Fund:
    """Return the pool of a period, made where it has none yet; nothing is in it then."""
    query = select(Fund).where(Fund.tenant_id == ctx.tenant_id, Fund.period_id == period.id)
    pool = ctx.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if pool is not None:
        return pool
    made = Fund(
        tenant_id=ctx.tenant_id, id=new_id(), number=next_number(ctx),
        name=f"职工医疗互助金（{period.name}）", source="职工医疗互助缴费",
        year=period.starts_on.year, programmes=[], budget=0, reserved=0, paid=0,
        created_at=ctx.now, period_id=period.id,
    )  # fmt: skip
    found_fund(ctx, made)
    return made
