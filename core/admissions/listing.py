"""Lists of admissions: what waits for an actor, and all by filters."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from core.access import UNION, departments, prefixes
from core.admissions.lookup import IN_REACH, open_paths, reach
from core.admissions.models import STATES
from core.context import Context
from core.errors import InvalidError, _
from core.paging import clamp, skip
from core.pii import mask_name
from core.routes import APPROVAL, KINDS

QUEUE_SIZE = 200
FROM: Final[LiteralString] = """
from admissions a
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join admission_steps s
  on s.tenant_id = a.tenant_id and s.admission_id = a.id and s.state = 'open'
where a.tenant_id = %(tenant)s"""
FIELDS: Final[LiteralString] = """
select a.id, a.version, a.state, a.round, a.way, a.category, a.department, h.id, h.file_number,
  h.head_name, h.head_id_masked, u.full_name, u.path, s.kind, s.level, s.due_on,
  coalesce(s.due_on < %(today)s, false), a.submitted_at, a.decided_on, coalesce(a.reason, '')"""
MINE: Final[LiteralString] = """
exists (
  select from unnest(%(kinds)s::text[], %(owners)s::text[], %(paths)s::text[])
    as held (kind, department, path)
  where held.kind = s.kind and held.department = s.department and s.unit_path like held.path)
and %(me)s <> all (array_remove(array[h.filed_by, a.began_by, a.submitted_by], null))
and not exists (
  select from admission_steps other
  where other.tenant_id = s.tenant_id and other.admission_id = s.admission_id
  and other.position <> s.position and other.decided_by = %(me)s)"""
CONDITIONS: dict[str, LiteralString] = {
    "state": "a.state = %(state)s",
    "category": "a.category = %(category)s",
    "department": "a.department = %(department)s",
    "unit": "u.path like %(unit)s",
    "household_id": "h.id = %(household_id)s",
    "search": "(strpos(h.file_number, %(search)s) > 0 or (strpos(h.head_name, %(search)s) > 0 "
    "and u.path like any (%(open)s)))",
    "overdue": "s.due_on < %(today)s",
}
SORTS: dict[str, LiteralString] = {
    "due_on": "s.due_on",
    "file_number": "h.file_number",
    "head_name": "convert_to(h.head_name, 'GB18030')",
    "category": "a.category",
    "department": "a.department",
    "state": "a.state",
    "submitted_at": "a.submitted_at",
    "unit": "convert_to(u.full_name, 'GB18030')",
}
"""What a list can be sorted by; whoever sees people masked sorts by their names in vain."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; an empty filter narrows nothing.

    `unit` is the path of a unit, with all below it; `search` a part of the file number, or of the
    head's name where the actor sees it; `overdue` keeps those whose open step is late.
    """

    state: str = ""
    category: str = ""
    department: str = ""
    unit: str = ""
    search: str = ""
    overdue: bool = False
    household_id: uuid.UUID | None = None


class Listed(NamedTuple):
    """An admission as a list shows it; `kind`, `level` and `due_on` are those of its open step.

    `named` says whether the actor sees the household by name; else the head is masked.
    """

    id: uuid.UUID
    version: int
    state: str
    round: int
    way: str
    category: str
    department: str
    household_id: uuid.UUID
    file_number: str
    head: str
    head_id: str
    unit: str
    unit_path: str
    kind: str | None
    level: str | None
    due_on: dt.date | None
    overdue: bool
    submitted_at: dt.datetime
    decided_on: dt.date | None
    reason: str
    named: bool = False


def waiting_for_me(ctx: Context, *, size: int = QUEUE_SIZE) -> list[Listed]:
    """Return the admissions whose open step the actor may take, those due first.

    What he filed, began or already decided a step of is left out: someone else must take it.
    """
    values = _my_steps(ctx)
    if values is None:
        return []
    query = f"{FIELDS} {FROM} and {MINE} order by s.due_on, s.id limit %(size)s"
    return _show(ctx, ctx.session.fetch(query, {**values, "size": size}))


def count_waiting(ctx: Context) -> int:
    """Return how many admissions wait for the actor."""
    values = _my_steps(ctx)
    if values is None:
        return 0
    return int(ctx.session.fetch(f"select count(*) {FROM} and {MINE}", values)[0][0])


def list_admissions(
    ctx: Context, filters: Filters, *, sort: str = "", page: int = 1, size: int = 50
) -> tuple[list[Listed], int]:
    """Return a page of the admissions within the actor's reach, and how many there are.

    `sort` is one of SORTS, with a hyphen before it from the last to the first; the newest first
    where it is none of them. InvalidError for a state that is none.
    """
    if filters.state and filters.state not in STATES:
        raise InvalidError(
            _("“%(state)s” is no state of an admission."), field="state", state=filters.state,
            remedy=_("Choose one of: %(known)s."), known=", ".join(STATES),
        )  # fmt: skip
    size, given = clamp(size), _given(filters)
    values = {
        **reach(ctx), **given, "today": ctx.today, "open": _patterns(ctx), "size": size,
        "offset": skip(page, size),
    }  # fmt: skip
    chosen = " and ".join((IN_REACH, *(CONDITIONS[name] for name in given)))
    order = f"order by {_order(sort)} limit %(size)s offset %(offset)s"
    rows = ctx.session.fetch(f"{FIELDS} {FROM} and {chosen} {order}", values)
    [(total,)] = ctx.session.fetch(f"select count(*) {FROM} and {chosen}", values)
    return _show(ctx, rows), int(total)


def _my_steps(ctx: Context) -> dict[str, Any] | None:
    """Return the values of MINE: for each kind of step, whose and where the actor takes it."""
    me = ctx.actor
    if me.is_system or me.tenant_id != ctx.tenant_id or not ctx.pack.admitting:
        return None
    held = [
        (kind, "", path)
        for kind in KINDS if kind != APPROVAL
        for path in prefixes(ctx, f"admission.{kind}", ctx.tenant_id, UNION)
    ]  # fmt: skip
    held += [
        (APPROVAL, department, path)
        for department in departments(ctx, f"admission.{APPROVAL}")
        for path in prefixes(ctx, f"admission.{APPROVAL}", ctx.tenant_id, department)
    ]
    if not held:
        return None
    return {
        "tenant": ctx.tenant_id, "me": me.person_id, "today": ctx.today,
        "kinds": [kind for kind, _owner, _path in held],
        "owners": [owner for _kind, owner, _path in held],
        "paths": [f"{path}%" for _kind, _owner, path in held],
    }  # fmt: skip


def _given(filters: Filters) -> dict[str, Any]:
    wanted = {
        "state": filters.state,
        "category": filters.category,
        "department": filters.department,
        "unit": f"{filters.unit}%" if filters.unit else "",
        "household_id": filters.household_id,
        "search": filters.search.strip(),
        "overdue": filters.overdue,
    }
    return {name: value for name, value in wanted.items() if value}


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    if name not in SORTS:
        return "a.id desc"
    way = "desc nulls last" if sort.startswith("-") else "asc nulls last"
    return f"{SORTS[name]} {way}, a.id desc"


def _patterns(ctx: Context) -> list[str]:
    return [f"{path}%" for path in open_paths(ctx)]


def _show(ctx: Context, rows: list[Any]) -> list[Listed]:
    named = open_paths(ctx)
    shown = []
    for one in (Listed(*row) for row in rows):
        if one.unit_path.startswith(named or ("\0",)):
            shown.append(one._replace(named=True))
        else:
            shown.append(one._replace(head=mask_name(one.head)))
    return shown
