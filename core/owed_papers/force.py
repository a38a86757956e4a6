"""No new aid for a household whose papers of earlier aid are overdue."""

from __future__ import annotations

from core.context import Context
from core.errors import ConflictError, _
from core.households.models import Household
from core.owed_papers.standing import STANDING

OVERDUE = f"""
select a.number, o.due_on from owed_papers o
join applications a on a.tenant_id = o.tenant_id and a.id = o.application_id
where o.tenant_id = %(tenant)s and o.household_id = %(household)s and {STANDING} = 'overdue'
order by o.due_on limit 1
"""  # noqa: S608 (STANDING is a constant)


def refuse_owing(ctx: Context, household: Household) -> None:
    """Raise ConflictError where the household was paid first and its papers did not follow in time,
    until they are handed in or the money came back."""
    values = {"tenant": ctx.tenant_id, "household": household.id, "today": ctx.today}
    for number, due_on in ctx.session.fetch(OVERDUE, values):
        raise ConflictError(
            _("The papers of the application %(number)s, which was paid first, were due on "
              "%(due)s: there is no new aid before."),
            remedy=_("Hand them in, or have the payment recorded as a wrong one and paid back."),
            number=number, due=due_on.isoformat(),
        )  # fmt: skip
