"""Counts of household files: by category, union, standing; new ones; those nobody looks after."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple

from core.context import Context
from core.enrolments.missing import NOT_ENROLLED
from core.households.life.states import standing_by

BY_CATEGORY = """
select category, count(*), coalesce(sum(member_count), 0)
from households where tenant_id = any (%(tenants)s) and state = 'active'
group by category
"""

BY_UNION = """
select h.tenant_id, c.id, c.name, h.category, count(*), coalesce(sum(h.member_count), 0),
  count(*) filter (where h.filed_on between %(first)s and %(last)s)
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join units c on %(by_county)s and c.tenant_id = u.tenant_id
  and c.path = split_part(u.path, '.', 1) || '.'
where h.tenant_id = any (%(tenants)s) and h.state = 'active'
group by h.tenant_id, c.id, c.name, c.number, h.category
order by h.tenant_id, c.number nulls first
"""

RULES = (
    "unnest(%(tenants)s, %(due_before)s, %(measured)s, %(enrolling)s, %(admitting)s::text[]) "
    "as r (tenant_id, due_before, measured, enrolling, admitting)"
)
"""For each tenant what its region asks: by when files are verified, whether measures are taken,
whether those with a major illness are enrolled in mutual aid, which department admits by
category."""
CARE = f"""
select count(*), count(*) filter (where h.category is null),
  count(*) filter (where h.category = 'none'),
  count(*) filter (where h.contact_person = ''),
  count(*) filter (where coalesce(h.verified_on, h.filed_on) < r.due_before),
  count(*) filter (where not exists (
    select from plans x where x.tenant_id = h.tenant_id and x.household_id = h.id)),
  count(*) filter (where r.measured and not exists (
    select from measures x where x.tenant_id = h.tenant_id and x.household_id = h.id
    and x.state not in ('refused', 'cancelled'))),
  count(*) filter (where r.enrolling and {NOT_ENROLLED})
from households h join {RULES} using (tenant_id)
where h.state = 'active'
"""  # noqa: S608 (constants of this module alone)

BY_STANDING = f"""
select {standing_by("r.due_before", "r.admitting")}, count(*), coalesce(sum(h.member_count), 0)
from households h join {RULES} using (tenant_id)
group by 1
"""  # noqa: S608 (constants of this module alone)

STEPS = """
select e.way, count(*), coalesce(sum(h.member_count), 0)
from file_events e
join households h on h.tenant_id = e.tenant_id and h.id = e.household_id
where e.tenant_id = any (%(tenants)s) and e.on_date between %(first)s and %(last)s
group by e.way
"""


class Category(NamedTuple):
    """Files in force of a category; None are those not judged yet."""

    code: str | None
    households: int
    people: int


class UnionFiles(NamedTuple):
    """Files in force under a union: a county of the city, or the whole of a federation (None).

    `by_category` are its households by category; `filed` those filed within the period.
    """

    tenant_id: uuid.UUID
    county: str | None
    households: int
    people: int
    by_category: dict[str | None, int]
    filed: int


class Care(NamedTuple):
    """Files in force, and those among them that want attention."""

    households: int
    unjudged: int
    ineligible: int
    without_contact: int
    unverified: int
    without_plan: int
    without_measure: int
    not_enrolled: int


class Standing(NamedTuple):
    """Files that stand in one way today, one of `states.STANDINGS`."""

    code: str
    households: int
    people: int


class Step(NamedTuple):
    """Files that went one way within the period, one of `states.WAYS`."""

    way: str
    households: int
    people: int


def count_by_category(ctx: Context, asked: Mapping[str, Any]) -> list[Category]:
    """Count files in force by category."""
    return [Category(*row) for row in ctx.session.fetch(BY_CATEGORY, asked)]


def count_by_union(ctx: Context, asked: Mapping[str, Any]) -> list[UnionFiles]:
    """Count files in force by county, or by federation where several are asked about."""
    by_union = groupby(ctx.session.fetch(BY_UNION, asked), key=lambda row: row[:3])
    return [_add_up(list(rows)) for _union, rows in by_union]


def _add_up(rows: list[Any]) -> UnionFiles:
    tenant, _unit, county, *_rest = rows[0]
    by_category = {category: households for *_, category, households, _people, _filed in rows}
    households, people, filed = (sum(row[place] for row in rows) for place in (4, 5, 6))
    return UnionFiles(tenant, county, households, people, by_category, filed)


def count_care(ctx: Context, asked: Mapping[str, Any]) -> Care:
    """Count the files never judged, judged not eligible, without a contact person, verified too
    long ago for their region, without a plan, without a measure where the region names lines,
    with a major illness outside mutual aid where the region enrols whoever has one."""
    return Care(*ctx.session.fetch(CARE, asked)[0])


def count_by_standing(ctx: Context, asked: Mapping[str, Any]) -> list[Standing]:
    """Count all files by how they stand today, those closed among them."""
    return [Standing(*row) for row in ctx.session.fetch(BY_STANDING, asked)]


def count_steps_of_files(ctx: Context, asked: Mapping[str, Any]) -> list[Step]:
    """Count the files that were left or came back within the period, by way."""
    return [Step(*row) for row in ctx.session.fetch(STEPS, asked)]
