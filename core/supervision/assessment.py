"""Assessing federations and counties: each indicator a part of a whole, scored by its weight.

Points are whole hundredths. An indicator's are its weight times its share, half up; the total is
their sum, over the weights of what there was to measure, out of 100, half up. What was not there
to be done well or badly, such as steps where none was due, is left out and neither wins nor loses.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.context import Context
from core.policies.assessment import Assessment
from core.supervision.files import RULES
from core.supervision.standards import WrongPayments
from core.supervision.wrong_payments import County, count_wrong_payments

_COUNTY = """join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join units c on c.tenant_id = u.tenant_id and c.path = split_part(u.path, '.', 1) || '.'"""
FILES = f"""
select h.tenant_id, c.name, count(*),
  count(*) filter (where coalesce(h.verified_on, h.filed_on) >= r.due_before),
  count(*) filter (where h.contact_person <> ''),
  count(*) filter (where exists (
    select from plans x where x.tenant_id = h.tenant_id and x.household_id = h.id)),
  count(*) filter (where exists (
    select from measures x where x.tenant_id = h.tenant_id and x.household_id = h.id
    and x.state not in ('refused', 'cancelled')))
from households h join {RULES} using (tenant_id) {_COUNTY}
where h.state = 'active' group by h.tenant_id, c.id, c.name
"""  # noqa: S608 (constants of this module)
STEPS = f"""
select h.tenant_id, c.name,
  count(*) filter (where s.state = 'done' or s.due_on < %(today)s),
  count(*) filter (where s.state = 'done'
    and (s.decided_at at time zone 'Asia/Shanghai')::date <= s.due_on)
from steps s
join applications a on a.tenant_id = s.tenant_id and a.id = s.application_id
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id {_COUNTY}
where s.tenant_id = any (%(tenants)s)
  and (s.state = 'open' or s.state = 'done' and s.decided_at >= %(begins)s
    and s.decided_at < %(ends)s)
group by h.tenant_id, c.id, c.name
"""  # noqa: S608 (constants of this module)
OBJECTIONS = f"""
select h.tenant_id, c.name, count(*), count(*) filter (where o.state = 'dismissed')
from objections o
join notices n on n.tenant_id = o.tenant_id and n.id = o.notice_id
join applications a on a.tenant_id = n.tenant_id and a.id = n.application_id
join households h on h.tenant_id = a.tenant_id and h.id = a.household_id {_COUNTY}
where o.tenant_id = any (%(tenants)s) and o.state in ('upheld', 'dismissed')
  and o.decided_at >= %(begins)s and o.decided_at < %(ends)s
group by h.tenant_id, c.id, c.name
"""  # noqa: S608 (constants of this module)
FUNDS = """
select tenant_id, sum(budget)::bigint, sum(reserved + paid)::bigint
from funds where tenant_id = any (%(tenants)s) and year = %(year)s group by tenant_id
"""

Part = tuple[int, int]
"""What was done well, of how much there was to do."""
Place = tuple[uuid.UUID, str]
"""A county of a federation, or the federation itself: ""."""


@dataclass(frozen=True)
class Score:
    """A place's points by indicator, in hundredths; None where there was nothing to measure."""

    place: Place
    points: Mapping[str, int | None]
    total: int


class Ranked(NamedTuple):
    """A score and its rank; equal totals share one."""

    rank: int
    score: Score


def measure_places(ctx: Context, asked: Mapping[str, Any]) -> dict[Place, dict[str, Part]]:
    """Return every county's and every federation's parts by indicator."""
    parts: dict[Place, dict[str, Part]] = {}
    for place, name, done, whole in _county_parts(ctx, asked):
        for one in (place, (place[0], "")):
            known = parts.setdefault(one, {}).get(name, (0, 0))
            parts[one][name] = (known[0] + done, known[1] + whole)
    for tenant, budget, used in ctx.session.fetch(FUNDS, asked):
        if (tenant, "") in parts:
            parts[tenant, ""]["funds"] = (used, budget)
    return parts


def _county_parts(ctx: Context, asked: Mapping[str, Any]) -> Iterable[tuple[Place, str, int, int]]:
    for tenant, county, files, verified, *kept in ctx.session.fetch(FILES, asked):
        pack = ctx.policies.pack(ctx.installation.tenant_by_id(tenant).pack)
        place, (contact, plan, measure) = (tenant, county), kept
        yield place, "verified", verified, files if pack.care.verification_months else 0
        yield place, "contact", contact, files
        yield place, "plan", plan, files
        yield place, "measure", measure, files if pack.measures else 0
    for name, query in (("in_time", STEPS), ("objections", OBJECTIONS)):
        for tenant, county, whole, done in ctx.session.fetch(query, asked):
            yield (tenant, county), name, done, whole
    for one in count_wrong_payments(ctx, asked):
        if one.name is not None:
            yield (one.tenant_id, one.name), "tolerance", int(_tolerated(ctx, one)), 1


def _tolerated(ctx: Context, one: County) -> bool:
    pack = ctx.policies.pack(ctx.installation.tenant_by_id(one.tenant_id).pack)
    paid = WrongPayments(one.cases, one.wrong, one.recovered)
    return paid.is_tolerated(pack.care.tolerance_percent)


def score(assessment: Assessment, place: Place, parts: Mapping[str, Part]) -> Score | None:
    """Return a place's score; None where nothing at all was there to be measured."""
    points: dict[str, int | None] = {}
    for name, weight in assessment.weights.items():
        done, whole = parts.get(name, (0, 0))
        points[name] = half_up(100 * weight * min(done, whole), whole) if whole > 0 else None
    measured = sum(
        weight for name, weight in assessment.weights.items() if points[name] is not None
    )
    if not measured:
        return None
    won = sum(one for one in points.values() if one is not None)
    return Score(place, points, half_up(100 * won, measured))


def rank(scores: Iterable[Score]) -> list[Ranked]:
    """Return scores from the best to the worst; equal ones share a rank and the next is skipped."""
    ordered = sorted(scores, key=lambda one: -one.total)
    totals = [one.total for one in ordered]
    return [Ranked(totals.index(one.total) + 1, one) for one in ordered]


def half_up(part: int, whole: int) -> int:
    """Return part ÷ whole as a whole number, halves upwards; both are 0 or more."""
    return (2 * part + whole) // (2 * whole)
