"""Lists of applications: the queue of what waits for an actor, and all by filters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from core.access import prefixes
from core.applications.reach import IN_REACH, reach
from core.context import Context
from core.households.listing import Page
from core.paging import clamp, skip
from core.routes import KINDS

QUEUE_SIZE = 200

WAITING = """
select json_build_object(
  'id', a.id, 'tenant', t.slug, 'tenant_name', t.name, 'number', a.number,
  'version', a.version, 'programme', a.programme, 'category', a.category, 'asked', a.asked,
  'applied_on', a.applied_on, 'submitted_at', a.submitted_at, 'round', a.round,
  'household', json_build_object(
    'id', h.id, 'file_number', h.file_number, 'head_name', h.head_name,
    'head_id', h.head_id_masked),
  'unit', u.full_name, 'step', s.id, 'kind', s.kind, 'level', s.level,
  'opened_at', s.opened_at, 'due_on', s.due_on, 'overdue', s.due_on < %(today)s,
  'focus', a.focus, 'urgent', a.urgent_reason <> '')
from steps s
join applications a on a.tenant_id = s.tenant_id and a.id = s.application_id
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
join tenants t on t.id = s.tenant_id
where s.state = 'open' and s.deciding_tenant = %(mine)s and s.tenant_id = any (%(tenants)s)
and exists (
  select from unnest(%(kinds)s::text[], %(paths)s::text[]) as held (kind, path)
  where held.kind = s.kind
  and (s.tenant_id <> s.deciding_tenant or s.unit_path like held.path))
and %(me)s <> all (array_remove(array[h.filed_by, a.started_by, a.submitted_by], null))
and not exists (
  select from steps other
  where other.tenant_id = s.tenant_id and other.application_id = s.application_id
  and other.position <> s.position and other.decided_by = %(me)s)
order by a.urgent_reason = '', s.due_on >= %(today)s, not a.focus, s.due_on, s.id limit %(size)s
"""

LIST = """
select count(*) > %(size)s, coalesce(json_agg(json_build_object(
  'id', id, 'tenant', tenant, 'number', number, 'version', version, 'state', state,
  'programme', programme, 'category', category, 'applied_on', applied_on, 'asked', asked,
  'amount', amount, 'unit', unit, 'head_name', head_name, 'head_id', head_id_masked,
  'household_id', household_id, 'step', step, 'due_on', due_on, 'focus', focus,
  'urgent', urgent_reason <> '')
  order by place) filter (where place <= %(size)s), '[]')::text
from (
  select found.*, row_number() over (order by id desc) as place from (
  select a.*, t.slug as tenant, u.full_name as unit, h.head_name, h.head_id_masked,
    s.kind as step, s.due_on
  from applications a
  join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
  join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
  join tenants t on t.id = a.tenant_id
  left join steps s
    on s.tenant_id = a.tenant_id and s.application_id = a.id and s.state = 'open'
  where a.tenant_id = any (%(tenants)s) and {conditions}
  order by a.id desc limit %(size)s + 1 offset %(offset)s
  ) found
) page
"""

CONDITIONS = {
    "state": "a.state = %(state)s",
    "programme": "a.programme = %(programme)s",
    "category": "a.category = %(category)s",
    "household_id": "a.household_id = %(household_id)s",
    "unit": "u.path like %(unit)s",
    "slug": "t.slug = %(slug)s",
    "search": "(strpos(a.number, %(search)s) > 0 or strpos(h.head_name, %(search)s) > 0)",
    "overdue_on": "s.due_on < %(overdue_on)s",
    "focus": "a.focus",
    "urgent": "a.urgent_reason <> ''",
    "unpaid": """not exists (
      select from entitlements e where e.tenant_id = a.tenant_id and e.application_id = a.id)
      and not exists (
      select from payments p where p.tenant_id = a.tenant_id and p.application_id = a.id
      and p.state not in ('failed', 'released'))""",
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; an empty filter narrows nothing.

    `unit` is the path of a unit, with all below it; `tenant` the slug of a tenant below;
    `search` a part of number or head's name; `overdue` keeps those whose open step is late;
    `unpaid` those with no payment, neither made nor on its way; `focus` those the region wants
    helped first; `urgent` those that cannot wait.
    """

    state: str = ""
    programme: str = ""
    category: str = ""
    household_id: uuid.UUID | None = None
    unit: str = ""
    tenant: str = ""
    search: str = ""
    overdue: bool = False
    unpaid: bool = False
    focus: bool = False
    urgent: bool = False


def waiting_for_me(ctx: Context, *, size: int = QUEUE_SIZE) -> list[dict[str, Any]]:
    """Return the open steps the actor may take of his tenant and all below: what cannot wait, then
    what is overdue, what the region wants helped first, and the rest, each by its due day.

    What he filed, started or already decided a step of is left out: someone else must take it.
    """
    me = ctx.actor
    if me.is_system or me.tenant_id is None:
        return []
    held = [
        (kind, f"{path}%") for kind in KINDS for path in prefixes(ctx, f"step.{kind}", me.tenant_id)
    ]
    values = {
        "mine": me.tenant_id, "me": me.person_id, "tenants": list(ctx.session.scope.readable),
        "kinds": [kind for kind, _path in held], "paths": [path for _kind, path in held],
        "today": ctx.today, "size": size,
    }  # fmt: skip
    return [row[0] for row in ctx.session.fetch(WAITING, values)] if held else []


def list_applications(ctx: Context, filters: Filters, *, page: int = 1, size: int = 50) -> Page:
    """Return a page of the applications within the actor's reach, newest first, masked."""
    size, values = clamp(size), reach(ctx)
    given = _given(ctx, filters)
    conditions = " and ".join((IN_REACH, *(CONDITIONS[name] for name in given)))
    values |= given
    values |= {"tenants": [values["tenant"], *values["below"]], "size": size,
               "offset": skip(page, size)}  # fmt: skip
    more, body = ctx.session.fetch(LIST.format(conditions=conditions), values)[0]
    return Page(body=body, more=more, total=None)


def _given(ctx: Context, filters: Filters) -> dict[str, Any]:
    wanted = {
        "state": filters.state,
        "programme": filters.programme,
        "category": filters.category,
        "household_id": filters.household_id,
        "unit": f"{filters.unit}%" if filters.unit else "",
        "slug": filters.tenant,
        "search": filters.search.strip(),
        "overdue_on": ctx.today if filters.overdue else None,
        "unpaid": filters.unpaid,
        "focus": filters.focus,
        "urgent": filters.urgent,
    }
    return {name: value for name, value in wanted.items() if value}
