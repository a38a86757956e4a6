"""Sums of money: budgets and what was done with them, payments, grants nobody has paid yet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from core.context import Context

FUNDS = """
select tenant_id, name, source, donor, year, budget, reserved, paid
from funds where tenant_id = any (%(tenants)s) and year = %(year)s
order by tenant_id, number
"""

PAYMENTS = """
select coalesce(a.programme, c.scheme),
  count(*) filter (where p.reserved_at >= %(begins)s and p.reserved_at < %(ends)s),
  coalesce(sum(p.amount)
    filter (where p.reserved_at >= %(begins)s and p.reserved_at < %(ends)s), 0)::bigint,
  count(*) filter (where p.paid_on between %(first)s and %(last)s),
  coalesce(sum(p.amount) filter (where p.paid_on between %(first)s and %(last)s), 0)::bigint
from payments p
left join applications a on a.tenant_id = p.tenant_id and a.id = p.application_id
left join claims c on c.tenant_id = p.tenant_id and c.id = p.claim_id
where p.tenant_id = any (%(tenants)s)
  and (p.reserved_at >= %(begins)s and p.reserved_at < %(ends)s
    or p.paid_on between %(first)s and %(last)s)
group by 1
"""

OWED = """
select count(*) filter (where not returned.found),
  coalesce(sum(a.amount) filter (where not returned.found), 0)::bigint,
  count(*) filter (where returned.found),
  coalesce(sum(a.amount) filter (where returned.found), 0)::bigint
from applications a
cross join lateral (
  select exists (
    select from payments p where p.tenant_id = a.tenant_id and p.application_id = a.id
    and p.state = 'failed') as found
) returned
where a.tenant_id = any (%(tenants)s) and a.state = 'granted' and a.amount > 0
  and not exists (
    select from entitlements e where e.tenant_id = a.tenant_id and e.application_id = a.id)
  and not exists (
    select from payments p where p.tenant_id = a.tenant_id and p.application_id = a.id
    and p.state not in ('failed', 'released'))
"""


class Fund(NamedTuple):
    """A fund of the period's year as it stands now; fen. `donor` gave it, "" where nobody did."""

    tenant_id: uuid.UUID
    name: str
    source: str
    donor: str
    year: int
    budget: int
    reserved: int
    paid: int

    @property
    def used(self) -> int:
        """What is reserved or paid."""
        return self.reserved + self.paid

    @property
    def left(self) -> int:
        """What can still be reserved."""
        return self.budget - self.used


class Paid(NamedTuple):
    """Payments of a programme: reserved within the period, and paid within it; fen."""

    programme: str
    reserved: int
    reserved_amount: int
    paid: int
    paid_amount: int


class Owed(NamedTuple):
    """Grants for which no money is on its way: never tried, and sent back by the bank; fen."""

    untried: int
    untried_amount: int
    returned: int
    returned_amount: int


def read_funds(ctx: Context, asked: Mapping[str, Any]) -> list[Fund]:
    """Return the funds of the period's year."""
    return [Fund(*row) for row in ctx.session.fetch(FUNDS, asked)]


def sum_payments(ctx: Context, asked: Mapping[str, Any]) -> list[Paid]:
    """Sum the payments of the period by programme."""
    return [Paid(*row) for row in ctx.session.fetch(PAYMENTS, asked)]


def sum_owed(ctx: Context, asked: Mapping[str, Any]) -> Owed:
    """Sum what was granted, is not paid, and is not on its way."""
    return Owed(*ctx.session.fetch(OWED, asked)[0])
