"""Figures a federation set for itself, within what its region allows."""

from __future__ import annotations

from sqlalchemy import select

from core.context import Context
from core.tenancy import ParameterOverride


def read_overrides(ctx: Context) -> list[ParameterOverride]:
    """Return all the tenant ever set; the pack takes those that hold on the day it judges."""
    query = select(ParameterOverride).where(ParameterOverride.tenant_id == ctx.tenant_id)
    return list(ctx.session.scalars(query))
