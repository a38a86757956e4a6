"""Reading entitlements: the list, narrowed by state or programme."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

from core.context import Context
from core.errors import NotFoundError
from core.households.queries import readable_paths
from core.paging import WHOLE

LISTED = """
select e.id, e.application_id, a.number, e.programme, e.household_id, h.file_number, h.head_name,
  u.full_name, e.amount, e.starts_on, e.recheck_due, e.state, e.reason, e.note, e.since,
  e.version, (
    select max(p.month) from payments p
    where p.tenant_id = e.tenant_id and p.application_id = e.application_id
      and p.month is not null and p.state not in ('failed', 'released'))
from entitlements e
join applications a on a.tenant_id = e.tenant_id and a.id = e.application_id
join households h on h.tenant_id = e.tenant_id and h.id = e.household_id
join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
where e.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and (%(state)s = '' or e.state = %(state)s)
  and (%(number)s = '' or a.number = %(number)s)
  and (%(one)s::uuid is null or e.id = %(one)s)
  and (%(household)s::uuid is null or e.household_id = %(household)s)
order by e.id desc limit %(size)s offset %(offset)s
"""


class Listed(NamedTuple):
    """An entitlement; `amount` fen a month, `paid_until` the last month that was paid or is on its
    way."""

    id: uuid.UUID
    application_id: uuid.UUID
    number: str
    programme: str
    household_id: uuid.UUID
    file_number: str
    head_name: str
    unit: str
    amount: int
    starts_on: dt.date
    recheck_due: dt.date | None
    state: str
    reason: str
    note: str
    since: dt.date
    version: int
    paid_until: dt.date | None


def list_entitlements(
    ctx: Context,
    *,
    state: str = "",
    number: str = "",
    one: uuid.UUID | None = None,
    household_id: uuid.UUID | None = None,
    page: int = 1,
    size: int = WHOLE,
) -> list[Listed]:
    """Return the entitlements of the actor's units, the newest first."""
    values: dict[str, Any] = {
        "tenant": ctx.tenant_id, "paths": readable_paths(ctx, "application.read"), "state": state,
        "number": number, "one": one, "household": household_id, "size": size,
        "offset": (page - 1) * size,
    }  # fmt: skip
    return [Listed(*row) for row in ctx.session.fetch(LISTED, values)]


def find_entitlement(ctx: Context, entitlement_id: uuid.UUID) -> Listed:
    """Return an entitlement by its id; NotFoundError where the actor may see none of this id."""
    found = list_entitlements(ctx, one=entitlement_id, size=1)
    if not found:
        raise NotFoundError
    return found[0]


def find_by_number(ctx: Context, number: str) -> Listed:
    """Return the entitlement of an application's number; NotFoundError where there is none."""
    found = list_entitlements(ctx, number=number, size=1) if number else []
    if not found:
        raise NotFoundError
    return found[0]
