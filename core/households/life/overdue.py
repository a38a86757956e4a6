"""What waits too long: files not verified in time, measures not done by their day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from core.context import Context
from core.households.life.states import OVERDUE, bind_day
from core.households.queries import readable_paths
from core.paging import WHOLE

FILES = f"""
select h.id, h.file_number, h.head_name, h.state, u.full_name, h.contact_person, h.phone_masked,
  coalesce(h.verified_on, h.filed_on) as last
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s) and {OVERDUE}
order by last, h.file_number limit %(size)s offset %(offset)s
"""  # noqa: S608 (constants of this module alone)

MEASURES = """
select m.id, m.version, h.id, h.file_number, h.head_name, u.full_name, m.line, m.department,
  m.content, m.responsible, m.due_on, m.state, m.due_on < %(today)s
from measures m
join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where m.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and m.state in ('open', 'accepted') and (not %(overdue)s or m.due_on < %(today)s)
order by m.due_on, m.id limit %(size)s offset %(offset)s
"""


class OverdueFile(NamedTuple):
    """A file that must be verified: since when it is due, and who looks after it."""

    id: uuid.UUID
    file_number: str
    head_name: str
    state: str
    unit: str
    contact_person: str
    phone: str
    last: dt.date


class RunningMeasure(NamedTuple):
    """A measure that has not come to its end."""

    id: uuid.UUID
    version: int
    household_id: uuid.UUID
    file_number: str
    head_name: str
    unit: str
    line: str
    department: str
    content: str
    responsible: str
    due_on: dt.date
    state: str
    overdue: bool


def list_overdue(ctx: Context, *, page: int = 1, size: int = WHOLE) -> list[OverdueFile]:
    """Return the files of the actor's units that are overdue for verification, longest first."""
    values = {**_place(ctx, page, size), **bind_day(ctx)}
    return [OverdueFile(*row) for row in ctx.session.fetch(FILES, values)]


def list_measures(
    ctx: Context, *, overdue: bool = False, page: int = 1, size: int = WHOLE
) -> list[RunningMeasure]:
    """Return the running measures of the actor's units, or only those overdue, due first."""
    values = {**_place(ctx, page, size), "today": ctx.today, "overdue": overdue}
    return [RunningMeasure(*row) for row in ctx.session.fetch(MEASURES, values)]


def _place(ctx: Context, page: int, size: int) -> dict[str, object]:
    paths = readable_paths(ctx, "household.read")
    return {"tenant": ctx.tenant_id, "paths": paths, "size": size, "offset": (page - 1) * size}
