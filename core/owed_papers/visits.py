"""Home visits that make the investigation of aid that was paid first good."""

from __future__ import annotations

from sqlalchemy import Select, select

from core.applications.models import Application
from core.context import Context
from core.households.life.models import Visit

NOBODY_MET = "nobody_met"


def list_visits(ctx: Context, application: Application) -> list[Visit]:
    """Return the visits of the household since the day of the application at which somebody was
    met, the newest first."""
    return list(ctx.session.scalars(select_visits(ctx, application)))


def select_visits(ctx: Context, application: Application) -> Select[Visit]:
    """Return the query of `list_visits`."""
    return (
        select(Visit)
        .where(
            Visit.tenant_id == ctx.tenant_id, Visit.household_id == application.household_id,
            Visit.visited_on >= application.applied_on, Visit.conclusion != NOBODY_MET,
        )
        .order_by(Visit.visited_on.desc(), Visit.id.desc())
    )  # fmt: skip
