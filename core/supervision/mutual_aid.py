"""Medical mutual aid of a report: who takes part by period, and what they raised."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.supervision.figures import TEXT, Value, column, say, table, yuan
from core.supervision.words import name_tenant
from core.tenancy import TenantView

BY_PERIOD = """
select p.tenant_id, p.name, count(distinct e.employer_code), count(*), sum(e.contribution)::bigint
from mutual_aid_periods p
join enrolments e on e.tenant_id = p.tenant_id and e.period_id = p.id
where p.tenant_id = any (%(tenants)s) and p.starts_on <= %(last)s and p.ends_on >= %(first)s
  and e.enrolled_on <= %(last)s
group by p.tenant_id, p.id, p.name, p.starts_on
order by p.tenant_id, p.starts_on, p.name
"""


class TakingPart(NamedTuple):
    """Units and workers enrolled in a period that runs within the report's; raised in fen."""

    tenant_id: uuid.UUID
    period: str
    units: int
    workers: int
    raised: int


def count_taking_part(ctx: Context, asked: Mapping[str, Any]) -> list[TakingPart]:
    """Count who had enrolled by the end of the report's period."""
    return [TakingPart(*row) for row in ctx.session.fetch(BY_PERIOD, asked)]


def tabulate_mutual_aid(
    ctx: Context, subject: TenantView, found: list[TakingPart]
) -> dict[str, Any]:
    """Return the table of who takes part, a row a period."""
    columns = [column(say("Period of mutual aid"), TEXT), column(say("Work units")),
               column(say("Workers")), column(say("Raised (yuan)"))]  # fmt: skip
    rows: list[list[Value]] = [
        [_name(ctx, subject, one), one.units, one.workers, yuan(one.raised)] for one in found
    ]
    total: list[Value] = [say("Total"), sum(one.units for one in found),
                          sum(one.workers for one in found),
                          yuan(sum(one.raised for one in found))]  # fmt: skip
    return table(say("Medical mutual aid"), columns, rows, query="mutual_aid.by_period", at=ctx.now,
                 total=total)  # fmt: skip


def _name(ctx: Context, subject: TenantView, one: TakingPart) -> Value:
    if one.tenant_id == subject.id:
        return one.period
    tenant = name_tenant(ctx.installation.tenant_by_id(one.tenant_id))
    return say("%(tenant)s: %(period)s", tenant=tenant, period=one.period)
