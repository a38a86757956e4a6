"""Students to be asked about: who was helped, when he is due, when he should graduate."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from core.context import Context
from core.errors import NotFoundError
from core.households.lookup import find_household
from core.households.models import Member
from core.households.queries import readable_paths
from core.paging import WHOLE
from core.policies import Pack

FOLLOWED = """
with rules as (
  select * from unnest(
    %(tenants)s::uuid[], %(follow_months)s::int[], %(begin_months)s::int[],
    %(begin_days)s::int[], %(study_years)s::jsonb[]
  ) as r (tenant_id, months, month, day, years)
),
helped as (
  select tenant_id, household_id, member_id, max(applied_on) as helped_on, count(*) as times
  from applications
  where tenant_id = any (%(tenants)s) and school_year is not null and member_id is not null
    and state in ('granted', 'paid', 'fulfilled')
  group by tenant_id, household_id, member_id
),
known as (
  select h.*, m.name, m.id_masked, m.education_stage, m.school, f.finding, f.seen_on,
    greatest(h.helped_on, f.seen_on) as last_on, r.months,
    make_date(m.enrolment_year + (r.years ->> nullif(m.education_stage, ''))::int,
      r.month, r.day) - 1 as graduates_on,
    f.finding in ('graduated', 'left') and f.seen_on >= h.helped_on as ended
  from helped h
  join rules r on r.tenant_id = h.tenant_id
  join members m on m.tenant_id = h.tenant_id and m.id = h.member_id
  left join lateral (
    select finding, seen_on from follow_ups f
    where f.tenant_id = h.tenant_id and f.member_id = h.member_id
    order by seen_on desc, id desc limit 1) f on true
),
followed as (
  select known.*, least((last_on + make_interval(months => months))::date,
    case when graduates_on > last_on then graduates_on end) as due_on
  from known
)
"""
"""Students who were granted aid for a school year, each with the day on which he is due: so many
months after he was helped or asked about, and on the day he should graduate."""
LISTED = f"""
{FOLLOWED}
select f.member_id, f.name, f.id_masked, f.education_stage, f.school, f.household_id,
  h.file_number, h.head_name, u.full_name, f.helped_on, f.times, f.finding, f.seen_on,
  f.graduates_on, f.due_on, f.due_on < %(today)s
from followed f
join households h on h.tenant_id = f.tenant_id and h.id = f.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where f.ended is not true and u.path like any (%(paths)s)
  and (not %(due)s or f.due_on <= %(today)s)
  and (%(member)s::uuid is null or f.member_id = %(member)s)
order by f.due_on, f.member_id limit %(size)s offset %(offset)s
"""  # noqa: S608 (a constant of this module)
HISTORY = """
select f.finding, f.seen_on, f.remark, p.name, f.recorded_at
from follow_ups f
left join people p on p.tenant_id = f.tenant_id and p.id = f.recorded_by
where f.tenant_id = %(tenant)s and f.member_id = %(member)s
order by f.seen_on desc, f.id desc
"""


class Followed(NamedTuple):
    """A student who was helped and has not come to an end, with what was found of him last."""

    member_id: uuid.UUID
    name: str
    id_number: str
    education_stage: str
    school: str
    household_id: uuid.UUID
    file_number: str
    head_name: str
    unit: str
    helped_on: dt.date
    times: int
    finding: str | None
    seen_on: dt.date | None
    graduates_on: dt.date | None
    due_on: dt.date
    overdue: bool


class Found(NamedTuple):
    """What was found of a student once."""

    finding: str
    seen_on: dt.date
    remark: str
    by: str
    recorded_at: dt.datetime


def list_followed(
    ctx: Context, *, due: bool = False, page: int = 1, size: int = WHOLE
) -> list[Followed]:
    """Return the students of the actor's units who are followed, or those due today, due first."""
    return _list(ctx, due=due, size=size, offset=(page - 1) * size)


def find_followed(ctx: Context, member_id: uuid.UUID) -> Followed:
    """Return one of them; NotFoundError where nobody of this id is followed within reach."""
    found = _list(ctx, member=member_id)
    if not found:
        raise NotFoundError
    return found[0]


def read_findings(ctx: Context, member_id: uuid.UUID) -> list[Found]:
    """Return what was found of a student, the newest first; NotFoundError where there is no such
    member within reach."""
    member = ctx.session.get(Member, (ctx.tenant_id, member_id))
    if member is None:
        raise NotFoundError
    find_household(ctx, member.household_id, "household.read")
    asked = {"tenant": ctx.tenant_id, "member": member_id}
    return [Found(*row) for row in ctx.session.fetch(HISTORY, asked)]


def bind_rules(packs: Iterable[tuple[uuid.UUID, Pack]]) -> dict[str, Any]:
    """Return the values FOLLOWED asks for; a region without a school year follows nobody."""
    ruled = [(tenant, pack.school_year) for tenant, pack in packs]
    rules = [(tenant, year) for tenant, year in ruled if year is not None]
    return {
        "tenants": [tenant for tenant, _year in rules],
        "follow_months": [year.follow_up_months for _tenant, year in rules],
        "begin_months": [year.month for _tenant, year in rules],
        "begin_days": [year.day for _tenant, year in rules],
        "study_years": [json.dumps(dict(year.years)) for _tenant, year in rules],
    }


def _list(
    ctx: Context,
    *,
    due: bool = False,
    member: uuid.UUID | None = None,
    size: int = WHOLE,
    offset: int = 0,
) -> list[Followed]:
    asked = {
        **bind_rules([(ctx.tenant_id, ctx.pack)]), "paths": readable_paths(ctx, "household.read"),
        "today": ctx.today, "due": due, "member": member, "size": size, "offset": offset,
    }  # fmt: skip
    return [Followed(*row) for row in ctx.session.fetch(LISTED, asked)]
