"""Entries on people who were in no file: given to the file in which they stand by now."""

from __future__ import annotations

from core import audit
from core.audit import Change
from core.context import Context
from core.households.bulk import update_many

UNFILED = """
select a.id, m.household_id, m.id from department_aid a
join members m on m.tenant_id = a.tenant_id and m.id_index = a.id_index and m.active
where a.tenant_id = %(tenant)s and a.household_id is null
for update of a
"""


def attach_waiting(ctx: Context) -> int:
    """Give entries to the people who were filed meanwhile; return how many.

    Done by the clock in the name of the system, for nobody need know that they wait.
    """
    rows = ctx.session.fetch(UNFILED, {"tenant": ctx.tenant_id})
    ids, households, members = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"id": ids, "household_id": households, "member_id": members}
    update_many(ctx, "department_aid", columns)
    audit.record_many(ctx, (
        Change("aid.attached", "department_aid", aid, after={"household_id": str(household)})
        for aid, household in zip(ids, households, strict=True)
    ))  # fmt: skip
    return len(rows)
