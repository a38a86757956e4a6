"""Reading the shared ledger: every department sees the entries of all, people masked."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

from core.access import departments
from core.context import Context
from core.departments.workbook import PERMISSION
from core.errors import NotFoundError
from core.households.queries import readable_paths
from core.paging import clamp, skip
from core.pii import mask_name

READ = "ledger.read"
FROM: Final[LiteralString] = """
from department_aid a
left join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
left join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where a.tenant_id = %(tenant)s
  and (u.path like any (%(paths)s)
    or h.id is null and (%(whole)s or a.department = any (%(own)s)))
  and (%(department)s = '' or a.department = %(department)s)
  and (%(measure)s = '' or a.measure = %(measure)s)
  and (%(kind)s = '' or a.kind = %(kind)s)
  and (%(since)s::date is null or a.on_date >= %(since)s)
  and (%(until)s::date is null or a.on_date <= %(until)s)
  and (%(household)s::uuid is null or a.household_id = %(household)s)
  and (%(file_number)s = '' or h.file_number = %(file_number)s)
  and (not %(unfiled)s or h.id is null)
  and (%(entry)s::uuid is null or a.id = %(entry)s)
"""
LISTED: Final[LiteralString] = f"""
select a.id, a.on_date, a.department, a.measure, a.kind, a.category, a.amount, a.note,
  a.household_id, coalesce(h.file_number, ''), coalesce(h.head_name, ''),
  coalesce(u.full_name, ''), coalesce(m.name, a.name_masked), coalesce(m.id_masked, a.id_masked),
  coalesce((select p.name from people p
    where p.tenant_id = a.tenant_id and p.id = a.recorded_by), ''),
  a.recorded_at, a.reverses_id, exists (select 1 from department_aid b
    where b.tenant_id = a.tenant_id and b.reverses_id = a.id)
{
    FROM.replace(
        "left join units",
        '''left join members m
  on m.tenant_id = a.tenant_id and m.id = a.member_id
left join units''',
        1,
    )
}
order by a.on_date desc, a.id desc limit %(size)s offset %(offset)s
"""  # noqa: S608 (constants of this module alone)
TOTALS: Final[LiteralString] = f"""
select count(*), coalesce(sum(a.amount), 0)::bigint {FROM}
"""
AIDED: Final[LiteralString] = """
select h.id, h.file_number, h.head_name, h.category, u.full_name, u.path, h.member_count,
  coalesce((select json_agg(json_build_object('id', m.id, 'name', m.name,
      'id_number', m.id_masked) order by m.position)
    from members m where m.tenant_id = h.tenant_id and m.household_id = h.id
    and not m.departed), '[]')
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and (h.id = %(household)s or h.file_number = %(file_number)s)
"""


@dataclass(frozen=True)
class Filters:
    """What a list of the ledger is narrowed to; empty values narrow nothing."""

    department: str = ""
    measure: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    household_id: uuid.UUID | None = None
    file_number: str = ""
    unfiled: bool = False


class Listed(NamedTuple):
    """An entry as it is shown: amounts in fen, people masked.

    `person` and `person_id` are the member helped, or the one who is in no file; empty where it
    was the household as a whole. `taken_back` says that a reversing entry stands against it.
    """

    id: uuid.UUID
    on: dt.date
    department: str
    measure: str
    kind: str
    category: str
    amount: int
    note: str
    household_id: uuid.UUID | None
    file_number: str
    head: str
    unit: str
    person: str
    person_id: str
    recorded_by: str
    recorded_at: dt.datetime
    reverses_id: uuid.UUID | None
    taken_back: bool


class Totals(NamedTuple):
    """How many entries a list has, and what they sum up to, in fen."""

    entries: int
    amount: int


class Person(NamedTuple):
    """A member of a household as the ledger shows him: masked."""

    id: uuid.UUID
    name: str
    id_number: str


class Aided(NamedTuple):
    """A household as every department sees it: no more than whom the ledger is about."""

    id: uuid.UUID
    file_number: str
    head: str
    category: str | None
    unit: str
    unit_path: str
    member_count: int
    people: tuple[Person, ...]


def list_aid(
    ctx: Context, filters: Filters, *, page: int = 1, size: int = 50
) -> tuple[list[Listed], Totals]:
    """Return a page of the ledger, the newest help first, and the totals of the whole list.

    Entries on people in no file are seen by who reads the whole tenant's ledger, and by their own
    department.
    """
    asked = _ask(ctx, filters)
    [totals] = ctx.session.fetch(TOTALS, asked)
    asked |= {"size": clamp(size), "offset": skip(page, size)}
    return [_show(row) for row in ctx.session.fetch(LISTED, asked)], Totals(*totals)


def find_entry(ctx: Context, entry_id: uuid.UUID) -> Listed:
    """Return one entry; NotFoundError where it is not one the actor sees."""
    rows = ctx.session.fetch(LISTED, _ask(ctx, Filters(), entry_id) | {"size": 1, "offset": 0})
    if not rows:
        raise NotFoundError
    return _show(rows[0])


def find_aided(
    ctx: Context, household_id: uuid.UUID | None = None, *, file_number: str = ""
) -> Aided:
    """Return a household by id or file number; NotFoundError where none is within the actor's
    units."""
    values = {
        "tenant": ctx.tenant_id, "household": household_id, "file_number": file_number.strip(),
        "paths": readable_paths(ctx, READ),
    }  # fmt: skip
    rows = ctx.session.fetch(AIDED, values)
    if not rows:
        raise NotFoundError
    found = Aided(*rows[0])
    people = (Person(uuid.UUID(one["id"]), mask_name(one["name"]), one["id_number"])
              for one in rows[0][-1])  # fmt: skip
    return found._replace(head=mask_name(found.head), people=tuple(people))


def _ask(ctx: Context, filters: Filters, entry_id: uuid.UUID | None = None) -> dict[str, Any]:
    paths = readable_paths(ctx, READ)
    return {
        "tenant": ctx.tenant_id, "paths": paths, "whole": "%" in paths,
        "own": list(departments(ctx, PERMISSION)), "department": filters.department,
        "measure": filters.measure, "kind": filters.kind, "since": filters.since,
        "until": filters.until, "household": filters.household_id,
        "file_number": filters.file_number.strip(), "unfiled": filters.unfiled, "entry": entry_id,
    }  # fmt: skip


def _show(row: tuple[Any, ...]) -> Listed:
    # A name that is masked already stays as it is.
    one = Listed(*row)
    return one._replace(head=mask_name(one.head), person=mask_name(one.person))
