"""How far an actor sees: his units in the tenant worked on, and the tenants below it."""

from __future__ import annotations

from typing import Any

from core.access import prefixes
from core.context import Context
from core.households.queries import readable_paths

IN_REACH = """
(a.tenant_id = %(tenant)s and u.path like any (%(paths)s) or a.tenant_id = any (%(below)s))"""
"""Condition on applications `a` and their units `u`, with the values of `reach`."""


def reach(ctx: Context, permission: str = "application.read") -> dict[str, Any]:
    """Return the values of IN_REACH; ForbiddenError where the actor may read nothing here."""
    below = [one for one in ctx.tenant.descendants if prefixes(ctx, permission, one)]
    return {"tenant": ctx.tenant_id, "paths": readable_paths(ctx, permission), "below": below}
