"""Lists of household files by the filters staff know, a page at a time, in one round trip."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, TypeVar

from core.context import Context
from core.enrolments.missing import NOT_ENROLLED
from core.households.employment import NOBODY_EMPLOYED
from core.households.life.gaps import GAPS, INCOMPLETE, LIST_OF_GAPS
from core.households.life.states import DERIVED, RECOVERY, SAFETY_NET, STANDING, bind_day
from core.households.queries import readable_paths
from core.paging import clamp, skip

ID_LENGTH = 18
UNJUDGED = "unjudged"
Day = TypeVar("Day", dt.date, dt.datetime)

FROM = """
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s)"""

LIST = """
select count(*) > %(size)s, {total}, coalesce(json_agg(json_build_object(
  'id', id, 'version', version, 'file_number', file_number, 'state', state,
  'category', category, 'judged_on', judged_on, 'unit', unit_name, 'head_name', head_name,
  'head_id', head_id_masked, 'member_count', member_count, 'work_status', work_status,
  'main_cause', main_cause, 'phone', phone_masked, 'contact_person', contact_person,
  'filed_on', filed_on, 'verified_on', verified_on, 'changed_at', changed_at,
  'standing', standing, 'exit_way', exit_way, 'phase_out_until', phase_out_until, 'gaps', gaps)
  order by place) filter (where place <= %(size)s), '[]')::text
from (
  select found.*, row_number() over () as place
  from (
    select h.tenant_id, h.id, u.full_name as unit_name, {standing} as standing, {gaps} as gaps
    {source}
    order by {order} limit %(size)s + 1 offset %(offset)s
  ) found
) page
join households using (tenant_id, id)
"""

SORTS = {
    "file_number": "h.file_number",
    # The encoding of the national standard lists the common characters by their pinyin.
    "head_name": "convert_to(h.head_name, 'GB18030')",
    "category": "array_position(array['deep', 'relative', 'accidental', 'none'], h.category)",
    "member_count": "h.member_count",
    "main_cause": "h.main_cause",
    "unit": "convert_to(u.full_name, 'GB18030')",
    "contact_person": "convert_to(h.contact_person, 'GB18030')",
    "filed_on": "h.filed_on",
    "verified_on": "coalesce(h.verified_on, h.filed_on)",
    "changed_at": "h.changed_at",
}
"""What a list can be sorted by; the file number, which is unique, settles what is equal."""

CONDITIONS = {
    "category": "h.category = %(category)s",
    "unjudged": "h.category is null",
    "unit": "u.path like %(unit)s",
    "state": "h.state = %(state)s",
    "id_index": """exists (
      select from members m where m.tenant_id = h.tenant_id and m.household_id = h.id
      and m.id_index = %(id_index)s)""",
    "text": "(strpos(h.head_name, %(text)s) > 0 or strpos(h.file_number, %(text)s) > 0)",
    "changed_before": "h.changed_at < %(changed_before)s",
    "never_aided": """not exists (
      select from applications a where a.tenant_id = h.tenant_id and a.household_id = h.id
      and a.state = 'paid')""",
    **GAPS,
    "incomplete": INCOMPLETE,
    "standing": f"{STANDING} = %(standing)s",
    "nobody_employed": NOBODY_EMPLOYED,
    "not_enrolled": NOT_ENROLLED,
    "way": "h.exit_way = %(way)s",
    "closed": "h.exit_way <> all(%(closed)s)",
}


OTHERWISE = "otherwise"
"""The `way` of files closed neither by recovery nor by safety net."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; an empty filter narrows nothing.

    `category` may be "unjudged"; `unit` is the path of a unit, with all below it; `search` is a
    part of the head's name or of the file number, or a whole ID number of any member; `state` is
    a stored state or a standing of `life.states`; `way` is how the file was left, "otherwise"
    for all that is neither recovery nor safety net.
    `unchanged` (一年未改), `never_aided` (未帮扶过), `no_contact`, `no_plan`, `no_measure`,
    `no_visit` and `verification_overdue` keep only files nobody changed for a year, that were
    never paid any aid, that have no contact person, plan, measure or visit, that were not verified
    as the region asks; `incomplete` those without a contact person, a plan or a measure;
    `nobody_employed` (零就业家庭) those in which somebody could work and nobody does,
    `not_enrolled` those with a major illness that mutual aid does not cover.
    """

    category: str = ""
    unit: str = ""
    state: str = ""
    search: str = ""
    unchanged: bool = False
    never_aided: bool = False
    no_contact: bool = False
    verification_overdue: bool = False
    no_plan: bool = False
    no_measure: bool = False
    no_visit: bool = False
    incomplete: bool = False
    nobody_employed: bool = False
    not_enrolled: bool = False
    way: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list: its JSON array, whether more follows, and the count if asked for."""

    body: str
    more: bool
    total: int | None

    @property
    def data(self) -> list[dict[str, Any]]:
        """The JSON as Python reads it."""
        return list(json.loads(self.body))


def list_households(
    ctx: Context,
    filters: Filters,
    *,
    sort: str = "",
    page: int = 1,
    size: int = 50,
    count: bool = False,
) -> Page:
    """Return a page of the files within the actor's units, masked.

    `sort` is one of SORTS, with a hyphen before it from the last to the first; by file number
    where it is none of them. `count` asks for the number of all that fit besides, which costs a
    scan of them.
    """
    size, values = clamp(size), narrow(ctx, filters)
    source = write_source(values)
    total = f"(select count(*) {source})" if count else "null"
    query = LIST.format(
        source=source, total=total, order=write_order(sort), standing=STANDING, gaps=LIST_OF_GAPS
    )
    values |= {"size": size, "offset": skip(page, size)}
    more, total, body = ctx.session.fetch(query, values)[0]
    return Page(body=body, more=more, total=total)


def write_source(values: dict[str, Any]) -> str:
    """Return FROM and WHERE for the given filter values; the text is made of constants alone."""
    chosen = [text for name, text in CONDITIONS.items() if name in values]
    return " and ".join((FROM, *chosen))


def write_order(sort: str) -> str:
    """Return ORDER BY for what was asked for; the text is made of constants alone."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        return SORTS["file_number"]
    way = "desc nulls last" if sort.startswith("-") else "asc nulls last"
    return f"{SORTS[name]} {way}, {SORTS['file_number']}"


def narrow(ctx: Context, filters: Filters, permission: str = "household.read") -> dict[str, Any]:
    """Return the query's values: the tenant, the actor's units, and one for each filter set."""
    unjudged, derived = filters.category == UNJUDGED, filters.state in DERIVED
    otherwise = filters.way == OTHERWISE
    wanted = {
        "category": "" if unjudged else filters.category,
        "unjudged": unjudged,
        "unit": f"{filters.unit}%" if filters.unit else "",
        "state": "" if derived else filters.state,
        "standing": filters.state if derived else "",
        "way": "" if otherwise else filters.way,
        "closed": [RECOVERY, SAFETY_NET] if otherwise else None,
        "changed_before": a_year_before(ctx.now) if filters.unchanged else None,
        "never_aided": filters.never_aided,
        "no_contact": filters.no_contact,
        "no_plan": filters.no_plan,
        "no_measure": filters.no_measure,
        "no_visit": filters.no_visit,
        "incomplete": filters.incomplete,
        "nobody_employed": filters.nobody_employed,
        "not_enrolled": filters.not_enrolled,
        "overdue": filters.verification_overdue,
        **_search(ctx, filters.search.strip()),
    }
    given = {name: value for name, value in wanted.items() if value}
    paths = readable_paths(ctx, permission)
    return {"tenant": ctx.tenant_id, "paths": paths, **bind_day(ctx), **given}


def a_year_before(day: Day) -> Day:
    """Return the same day a year before; 29 February becomes the 28th."""
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year - 1)


def is_id_number(text: str) -> bool:
    """Return whether someone looks for a person by the whole ID number."""
    return len(text.strip()) == ID_LENGTH and text.strip()[:-1].isdigit()


def _search(ctx: Context, text: str) -> dict[str, Any]:
    if is_id_number(text):
        return {"id_index": ctx.vault.blind_index("id_number", text)}
    return {"text": text}
