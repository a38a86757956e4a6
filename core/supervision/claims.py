"""Claims of mutual aid in a report: what pools took in and paid, their loss ratio and reserve."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from bangfu_sdk import share_of
from sqlalchemy import select

from core.context import Context
from core.errors import DomainError
from core.item_limit import RESERVE_SHARE
from core.supervision.figures import TEXT, Value, column, say, share, table, yuan
from core.supervision.words import name_tenant
from core.tenancy import ParameterOverride, TenantView

BY_POOL = """
select p.tenant_id, p.name, c.claims, c.open, r.received, f.budget, m.paid, m.reserved
from mutual_aid_periods p
join funds f on f.tenant_id = p.tenant_id and f.period_id = p.id
cross join lateral (
  select count(*) as claims,
    count(*) filter (where state in ('in_route', 'returned')) as open
  from claims where tenant_id = p.tenant_id and period_id = p.id and entered_at < %(ends)s
    and state <> 'refused'
) c
cross join lateral (
  select coalesce(sum(amount), 0)::bigint as received from contributions
  where tenant_id = p.tenant_id and period_id = p.id and received_on <= %(last)s
) r
cross join lateral (
  select coalesce(sum(amount) filter (where paid_on <= %(last)s), 0)::bigint as paid,
    coalesce(sum(amount) filter (where state not in ('failed', 'released')
      and (paid_on is null or paid_on > %(last)s)), 0)::bigint as reserved
  from payments where tenant_id = p.tenant_id and fund_id = f.id and reserved_at < %(ends)s
) m
where p.tenant_id = any (%(tenants)s) and p.starts_on <= %(last)s and p.ends_on >= %(first)s
order by p.tenant_id, p.starts_on, p.name
"""


class Pool(NamedTuple):
    """A pool by the end of a report's period; fen. `reserve` is none where no figure holds."""

    tenant_id: uuid.UUID
    period: str
    claims: int
    open: int
    received: int
    budget: int
    paid: int
    reserved: int
    reserve: int | None = None

    @property
    def spent(self) -> int:
        """What is paid, and reserved to be."""
        return self.paid + self.reserved


def read_pools(ctx: Context, asked: Mapping[str, Any], on: dt.date) -> list[Pool]:
    """Return the pools of periods that run within the report's, by its end."""
    pools = [Pool(*row) for row in ctx.session.fetch(BY_POOL, asked)]
    tenants = {one.tenant_id for one in pools}
    own = list(ctx.session.scalars(
        select(ParameterOverride).where(ParameterOverride.tenant_id.in_(tenants))
    )) if tenants else []  # fmt: skip
    shares = {one: _share(ctx, one, own, on) for one in tenants}
    return [one._replace(reserve=_reserve(one, shares[one.tenant_id])) for one in pools]


def tabulate_pools(ctx: Context, subject: TenantView, found: list[Pool]) -> dict[str, Any]:
    """Return the table of the pools, a row a period."""
    columns = [
        column(say("Period of mutual aid"), TEXT), column(say("Claims")),
        column(say("In route")), column(say("Received (yuan)")), column(say("Paid (yuan)")),
        column(say("Reserved (yuan)")), column(say("Loss ratio")), column(say("Reserve (yuan)")),
    ]  # fmt: skip
    rows: list[list[Value]] = [
        [_name(ctx, subject, one), one.claims, one.open, yuan(one.received), yuan(one.paid),
         yuan(one.reserved), share(one.spent, one.received),
         None if one.reserve is None else yuan(one.reserve)]
        for one in found
    ]  # fmt: skip
    received = sum(one.received for one in found)
    total: list[Value] = [
        say("Total"), sum(one.claims for one in found), sum(one.open for one in found),
        yuan(received), yuan(sum(one.paid for one in found)),
        yuan(sum(one.reserved for one in found)),
        share(sum(one.spent for one in found), received),
        yuan(sum(one.reserve or 0 for one in found)),
    ]  # fmt: skip
    return table(say("Claims on medical mutual aid"), columns, rows, query="claims.by_pool",
                 at=ctx.now, total=total)  # fmt: skip


def _share(
    ctx: Context, tenant_id: uuid.UUID, own: list[ParameterOverride], on: dt.date
) -> int | None:
    tenant = ctx.installation.tenant_by_id(tenant_id)
    pack = ctx.policies.pack(tenant.pack)
    overrides = [one for one in own if one.tenant_id == tenant_id]
    try:
        figures = pack.figures(pack.scheme, on, overrides, pack.place(tenant.division_code))
    except DomainError:
        return None
    return figures.values.get(RESERVE_SHARE)


def _reserve(pool: Pool, percent: int | None) -> int | None:
    return None if percent is None else share_of(pool.received, percent)


def _name(ctx: Context, subject: TenantView, one: Pool) -> Value:
    if one.tenant_id == subject.id:
        return one.period
    tenant = name_tenant(ctx.installation.tenant_by_id(one.tenant_id))
    return say("%(tenant)s: %(period)s", tenant=tenant, period=one.period)
