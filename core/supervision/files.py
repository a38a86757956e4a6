"""Counts of household files: by category, by union, what is new, what nobody looks after."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.context import Context

BY_CATEGORY = """
select category, count(*), coalesce(sum(member_count), 0)
from households where tenant_id = any (%(tenants)s) and state = 'active'
group by category
"""

BY_UNION = """
select h.tenant_id, c.name, count(*), coalesce(sum(h.member_count), 0),
  count(*) filter (where h.category = 'deep'), count(*) filter (where h.category = 'relative'),
  count(*) filter (where h.category = 'accidental'), count(*) filter (where h.category = 'none'),
  count(*) filter (where h.filed_on between %(first)s and %(last)s)
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join units c on %(by_county)s and c.tenant_id = u.tenant_id
  and c.path = split_part(u.path, '.', 1) || '.'
where h.tenant_id = any (%(tenants)s) and h.state = 'active'
group by h.tenant_id, c.id, c.name, c.number
order by h.tenant_id, c.number nulls first
"""

CARE = """
select count(*), count(*) filter (where category is null),
  count(*) filter (where category = 'none'),
  count(*) filter (where contact_person = ''),
  count(*) filter (where coalesce(verified_on, filed_on) < %(verified_before)s)
from households where tenant_id = any (%(tenants)s) and state = 'active'
"""


class Category(NamedTuple):
    """Files in force of a category; None are those not judged yet."""

    code: str | None
    households: int
    people: int


class UnionFiles(NamedTuple):
    """Files in force under a union: a county of the city, or the whole of a federation (None)."""

    tenant_id: uuid.UUID
    county: str | None
    households: int
    people: int
    deep: int
    relative: int
    accidental: int
    ineligible: int
    filed: int


class Care(NamedTuple):
    """Files in force, and those among them that want attention."""

    households: int
    unjudged: int
    ineligible: int
    without_contact: int
    unverified: int


def count_by_category(ctx: Context, asked: Mapping[str, Any]) -> list[Category]:
    """Count files in force by category."""
    return [Category(*row) for row in ctx.session.fetch(BY_CATEGORY, asked)]


def count_by_union(ctx: Context, asked: Mapping[str, Any]) -> list[UnionFiles]:
    """Count files in force by county, or by federation where several are asked about."""
    return [UnionFiles(*row) for row in ctx.session.fetch(BY_UNION, asked)]


def count_care(ctx: Context, asked: Mapping[str, Any]) -> Care:
    """Count the files never judged, judged not eligible, without a contact person, long not
    verified.
    """
    return Care(*ctx.session.fetch(CARE, asked)[0])
