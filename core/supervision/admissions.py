"""Admission to help: who awaits it, what is on its way and late, what the period decided."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.households.life.states import unadmitted_by
from core.policies import Pack
from core.supervision.figures import TEXT, Value, column, say, table
from core.supervision.files import RULES
from core.supervision.words import name_tenant, name_text
from core.tenancy import TenantView

_COUNTY = """join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join units c on %(by_county)s and c.tenant_id = u.tenant_id
  and c.path = split_part(u.path, '.', 1) || '.'"""
COUNTED = f"""
select tenant_id, county, department, sum(awaiting), sum(people), sum(running), sum(to_approve),
  sum(late), sum(admitted), sum(refused)
from (
  select h.tenant_id, c.number, c.name as county, r.admitting::jsonb ->> h.category as department,
    count(*) as awaiting, sum(h.member_count) as people, 0 as running, 0 as to_approve, 0 as late,
    0 as admitted, 0 as refused
  from households h join {RULES} using (tenant_id)
  {_COUNTY}
  where h.state = 'active' and {unadmitted_by("r.admitting")}
  group by 1, 2, 3, 4
  union all
  select h.tenant_id, c.number, c.name, a.department, 0, 0,
    count(*) filter (where a.state in ('in_route', 'returned')),
    count(*) filter (where s.kind = 'approval'),
    count(*) filter (where s.due_on < %(today)s),
    count(*) filter (where a.state = 'admitted' and a.decided_on between %(first)s and %(last)s),
    count(*) filter (where a.state = 'refused' and a.decided_on between %(first)s and %(last)s)
  from admissions a
  join households h on h.tenant_id = a.tenant_id and h.id = a.household_id
  {_COUNTY}
  left join admission_steps s
    on s.tenant_id = a.tenant_id and s.admission_id = a.id and s.state = 'open'
  where a.tenant_id = any (%(tenants)s)
  group by 1, 2, 3, 4
) found
group by tenant_id, number, county, department
order by tenant_id, number nulls first, department
"""  # noqa: S608 (constants of this module alone)


class Counted(NamedTuple):
    """Admissions of a county of the city, or of a whole federation (None), by one department.

    `awaiting` are files in force judged into its categories that it did not admit, with their
    `people`; of admissions, `running` are on their way, `to_approve` wait for its own approval,
    `late` are past the day of their open step, `admitted` and `refused` were decided within the
    period.
    """

    tenant_id: uuid.UUID
    county: str | None
    department: str
    awaiting: int
    people: int
    running: int
    to_approve: int
    late: int
    admitted: int
    refused: int


COUNTS = Counted._fields[3:]


def count_admissions(
    ctx: Context, subject: TenantView, asked: Mapping[str, Any]
) -> list[Counted] | None:
    """Count by union and department; None where no region of a tenant named asks for admission."""
    if not any(pack.admission for pack in _packs(ctx, subject)):
        return None
    return [Counted(*row[:3], *map(int, row[3:])) for row in ctx.session.fetch(COUNTED, asked)]


def add_up(found: Iterable[Counted]) -> Counter[str]:
    """Return the sum of every count by its name."""
    total: Counter[str] = Counter()
    for one in found:
        total.update({name: getattr(one, name) for name in COUNTS})
    return total


def tabulate_admissions(
    ctx: Context, subject: TenantView, found: list[Counted] | None
) -> dict[str, Any]:
    """Return the table by union and the one by department; none where there is no admission."""
    if found is None:
        return {}
    return {
        "admissions": _by_union(ctx, found),
        "admissions_waiting": _by_department(ctx, subject, found),
    }


def find_late_admissions(found: list[Counted] | None) -> Iterator[dict[str, Any]]:
    """Yield a finding where admissions are past the day of their step."""
    total = add_up(found or ())
    if total["late"]:
        yield say(
            "Admissions past their day: %(late)s of %(running)s on their way. Have them decided.",
            late=total["late"], running=total["running"],
        )  # fmt: skip


def _by_union(ctx: Context, found: list[Counted]) -> dict[str, Any]:
    names = ("awaiting", "running", "late", "admitted", "refused")
    columns = [
        column(say("Union"), TEXT), column(say("Awaiting admission")), column(say("On their way")),
        column(say("Past their day")), column(say("Admitted this quarter")),
        column(say("Not admitted this quarter")),
    ]  # fmt: skip
    unions: dict[tuple[uuid.UUID, str | None], list[Counted]] = {}
    for one in found:
        unions.setdefault((one.tenant_id, one.county), []).append(one)
    rows: list[list[Value]] = [
        [county or name_tenant(ctx.installation.tenant_by_id(tenant)), *_pick(own, names)]
        for (tenant, county), own in unions.items()
    ]
    return table(say("Admission to help by union"), columns, rows, query="admissions.by_union",
                 at=ctx.now, total=[say("Total"), *_pick(found, names)])  # fmt: skip


def _by_department(ctx: Context, subject: TenantView, found: list[Counted]) -> dict[str, Any]:
    names = ("awaiting", "people", "running", "to_approve", "admitted", "refused")
    columns = [
        column(say("Department"), TEXT), column(say("Awaiting admission")), column(say("People")),
        column(say("On their way")), column(say("Waiting for its approval")),
        column(say("Admitted this quarter")), column(say("Not admitted this quarter")),
    ]  # fmt: skip
    rows: list[list[Value]] = [
        [name, *_pick([one for one in found if one.department == code], names)]
        for code, name in _name_departments(ctx, subject).items()
    ]
    return table(say("Admission to help by department"), columns, rows,
                 query="admissions.by_department", at=ctx.now,
                 total=[say("Total"), *_pick(found, names)])  # fmt: skip


def _pick(found: Iterable[Counted], names: tuple[str, ...]) -> list[Value]:
    total = add_up(found)
    return [total[name] for name in names]


def _name_departments(ctx: Context, subject: TenantView) -> dict[str, Value]:
    """Return the departments that admit in the regions, as the first region calls each."""
    names: dict[str, Value] = {}
    for pack in _packs(ctx, subject):
        for code in dict.fromkeys(pack.admitting.values()):
            names.setdefault(code, name_text(pack.department(code).name))
    return names


def _packs(ctx: Context, subject: TenantView) -> list[Pack]:
    tenants = (ctx.installation.tenant_by_id(one) for one in subject.readable)
    return [ctx.policies.pack(slug) for slug in dict.fromkeys(one.pack for one in tenants)]
