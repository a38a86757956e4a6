"""How many files there are, by category: for the start page."""

from __future__ import annotations

import uuid

from core.access import prefixes
from core.context import Context
from core.households.listing import UNJUDGED, Filters, narrow, write_source

BELOW = """
select tenant_id, category, count(*) from households
where tenant_id = any(%(tenants)s) and state = 'active' group by tenant_id, category"""


def count_by_category(ctx: Context) -> dict[str, int]:
    """Return the number of files in force within the actor's units by category.

    Files not judged yet count under "unjudged". Raises ForbiddenError as the list does.
    """
    values = narrow(ctx, Filters(state="active"))
    query = f"select h.category, count(*) {write_source(values)} group by h.category"
    rows = ctx.session.fetch(query, values)
    return {category or UNJUDGED: count for category, count in rows}


def count_below(ctx: Context) -> dict[uuid.UUID, dict[str, int]]:
    """Return the same for every tenant below whose files the actor may read, by tenant."""
    below = [one for one in ctx.tenant.descendants if prefixes(ctx, "household.read", one)]
    found: dict[uuid.UUID, dict[str, int]] = {tenant_id: {} for tenant_id in below}
    for tenant_id, category, count in ctx.session.fetch(BELOW, {"tenants": below}):
        found[tenant_id][category or UNJUDGED] = count
    return found
