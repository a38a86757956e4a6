"""Reading owed papers: the list by standing, and what waits for somebody."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

from core.access import prefixes
from core.context import Context
from core.errors import NotFoundError
from core.households.queries import readable_paths
from core.owed_papers.models import HANDED_IN, OWED
from core.owed_papers.standing import STANDING
from core.paging import WHOLE

LISTED = f"""
select o.id, o.application_id, a.number, a.programme, o.household_id, h.file_number, h.head_name,
  u.full_name, coalesce(a.amount, a.asked), a.urgent_reason, o.granted_on, (
    select max(p.paid_on) from payments p
    where p.tenant_id = o.tenant_id and p.application_id = o.application_id),
  o.due_on, {STANDING}, o.handed_in_on, (
    select p.name from people p where p.tenant_id = o.tenant_id and p.id = o.handed_in_by),
  o.note, o.reason, o.version
from owed_papers o
join applications a on a.tenant_id = o.tenant_id and a.id = o.application_id
join households h on h.tenant_id = o.tenant_id and h.id = o.household_id
join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
where o.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and (%(standing)s = '' or {STANDING} = %(standing)s)
  and (%(state)s = '' or o.state = %(state)s)
  and (%(number)s = '' or a.number = %(number)s)
  and (%(one)s::uuid is null or o.id = %(one)s)
  and (%(household)s::uuid is null or o.household_id = %(household)s)
  and (%(without)s::uuid is null or %(without)s <> all (array_remove(
    array[h.filed_by, a.started_by, a.submitted_by, o.handed_in_by], null)) and not exists (
      select from steps s where s.tenant_id = o.tenant_id
        and s.application_id = o.application_id and s.decided_by = %(without)s))
order by o.due_on, o.id limit %(size)s offset %(offset)s
"""  # noqa: S608 (STANDING is a constant)


class Listed(NamedTuple):
    """Papers that are owed, or were. `amount` fen; `paid_on` the day the money went, `reason` why
    they were given back or the aid was not due."""

    id: uuid.UUID
    application_id: uuid.UUID
    number: str
    programme: str
    household_id: uuid.UUID
    file_number: str
    head_name: str
    unit: str
    amount: int
    urgent_reason: str
    granted_on: dt.date
    paid_on: dt.date | None
    due_on: dt.date
    standing: str
    handed_in_on: dt.date | None
    handed_in_by: str | None
    note: str
    reason: str
    version: int


def list_owed(
    ctx: Context,
    *,
    standing: str = "",
    number: str = "",
    one: uuid.UUID | None = None,
    household_id: uuid.UUID | None = None,
    page: int = 1,
    size: int = WHOLE,
) -> list[Listed]:
    """Return the papers of the actor's units by their due day; `standing` is one of STANDINGS."""
    paths = readable_paths(ctx, "application.read")
    return _fetch(
        ctx, paths, standing=standing, number=number, one=one, household=household_id, size=size,
        offset=(page - 1) * size,
    )  # fmt: skip


def find_owed(ctx: Context, owed_id: uuid.UUID) -> Listed:
    """Return papers by their id; NotFoundError where the actor may see none of this id."""
    found = list_owed(ctx, one=owed_id, size=1)
    if not found:
        raise NotFoundError
    return found[0]


def find_by_number(ctx: Context, number: str) -> Listed:
    """Return the papers of an application's number; NotFoundError where it owes none."""
    found = list_owed(ctx, number=number, size=1) if number else []
    if not found:
        raise NotFoundError
    return found[0]


def waiting_for_me(ctx: Context) -> list[Listed]:
    """Return what the actor has to hand in, and what he has to check because others handed it in,
    each by its due day."""
    me = ctx.actor
    if me.is_system or me.tenant_id != ctx.tenant_id:
        return []
    owed = _held(ctx, "papers.hand_in")
    check = _held(ctx, "papers.check")
    rows = [
        *(_fetch(ctx, owed, state=OWED) if owed else ()),
        *(_fetch(ctx, check, state=HANDED_IN, without=me.person_id) if check else ()),
    ]
    return [one for one in rows if one.standing not in ("paid_back", "lapsed")]


def _held(ctx: Context, permission: str) -> list[str]:
    return [f"{path}%" for path in prefixes(ctx, permission, ctx.tenant_id)]


def _fetch(ctx: Context, paths: list[str], **wanted: Any) -> list[Listed]:
    values: dict[str, Any] = {
        "tenant": ctx.tenant_id, "paths": paths, "today": ctx.today, "standing": "", "state": "",
        "number": "", "one": None, "household": None, "without": None, "size": WHOLE, "offset": 0,
        **wanted,
    }  # fmt: skip
    return [Listed(*row) for row in ctx.session.fetch(LISTED, values)]
