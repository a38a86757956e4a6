"""How many files there are, by category: for the start page."""

from __future__ import annotations

from core.context import Context
from core.households.listing import UNJUDGED, Filters, narrow, write_source


def count_by_category(ctx: Context) -> dict[str, int]:
    """Return the number of files in force within the actor's units by category.

    Files not judged yet count under "unjudged". Raises ForbiddenError as the list does.
    """
    values = narrow(ctx, Filters(state="active"))
    query = f"select h.category, count(*) {write_source(values)} group by h.category"
    rows = ctx.session.fetch(query, values)
    return {category or UNJUDGED: count for category, count in rows}
