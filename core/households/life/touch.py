"""Noting that somebody worked on a file: the filter 一年未改 finds those nobody did."""

from __future__ import annotations

import uuid

from core.context import Context
from core.errors import ConflictError, _
from core.households.lookup import find_household
from core.households.models import Household


def open_file(ctx: Context, household_id: uuid.UUID, permission: str) -> Household:
    """Return a file that is not closed, locked, for work on it; ConflictError for a closed one."""
    household = find_household(ctx, household_id, permission, lock=True)
    if household.state == "exited":
        raise ConflictError(
            _("The file %(number)s is closed; this cannot be done with it."),
            remedy=_("Let the household return first."),
            number=household.file_number,
        )
    return household


def touch(ctx: Context, household: Household) -> None:
    """Note that the file was worked on now."""
    household.changed_at = ctx.now
    ctx.session.flush()
