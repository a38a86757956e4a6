"""The category by which a household in its phase-out keeps its help."""

from __future__ import annotations

from sqlalchemy import select

from core.context import Context
from core.households.life.states import has_ended
from core.households.models import Household, Judgement


def kept_category(ctx: Context, household: Household, found: str) -> str:
    """Return the category a household in its phase-out is helped by, "" where none is kept.

    A household that recovered is judged to be in no category any more; it keeps its help until its
    phase-out is over, by the newest category it was judged in up to the day it left. One that is
    `found` in a category again is helped by that.
    """
    codes = [category.code for category in ctx.pack.categories]
    if household.state != "phase_out" or has_ended(ctx, household) or found in codes:
        return ""
    query = (
        select(Judgement.category)
        .where(
            Judgement.tenant_id == ctx.tenant_id,
            Judgement.household_id == household.id,
            Judgement.category.in_(codes),
            Judgement.on_date <= household.state_since,
        )
        .order_by(Judgement.on_date.desc(), Judgement.id.desc())
        .limit(1)
    )
    return ctx.session.scalar(query) or ""
