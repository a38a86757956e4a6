"""The form two visitors take along (入户调查表): what is declared, and room for what they see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from core import audit
from core.context import Context
from core.errors import InvalidError, _
from core.households.life.touch import open_file
from core.households.queries import read_household

MOST = 50


def open_visit_forms(ctx: Context, household_ids: Sequence[uuid.UUID]) -> list[dict[str, Any]]:
    """Return the files whose forms are to be printed, numbers masked; each print is audited.

    InvalidError for none or for more than MOST at once; NotFoundError for a file that is not of
    the actor's units, ConflictError for a closed one: then no form is made at all.
    """
    wanted = list(dict.fromkeys(household_ids))
    if not 0 < len(wanted) <= MOST:
        raise InvalidError(
            _("Forms are printed for 1 to %(most)s files at once; these are %(count)s."),
            remedy=_("Print them page by page."), field="file", most=MOST, count=len(wanted),
        )  # fmt: skip
    files = [open_file(ctx, one, "visit.record") for one in wanted]
    for household in files:
        audit.record(ctx, "visit.form_printed", household, after={"on": ctx.today.isoformat()})
    return [read_household(ctx, household.id).data for household in files]
