"""Wrong payments of a year by county: cases, wrong ones, what came back, and the tolerance.

A case is a household that was paid aid within the year (救助对象). It is a wrong one where one of
these payments was confirmed to be wrong, and a recovered one where all of that money came back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.supervision.figures import TEXT, Value, column, say, share, table, yuan
from core.supervision.standards import Excess, WrongPayments, find_excess
from core.supervision.words import name_tenant, name_text
from core.tenancy import TenantView

BY_COUNTY = """
select t.tenant_id, c.name, count(*), count(*) filter (where wrong > 0),
  count(*) filter (where wrong > 0 and recovered = wrong), sum(wrong)::bigint,
  sum(recovered)::bigint
from (
  select p.tenant_id, p.household_id, coalesce(sum(w.amount), 0) as wrong,
    coalesce(sum(r.amount), 0) as recovered
  from payments p
  left join wrong_payments w on w.tenant_id = p.tenant_id and w.payment_id = p.id
    and w.state = 'confirmed'
  left join lateral (
    select sum(x.amount) as amount from recoveries x
    where x.tenant_id = w.tenant_id and x.wrong_payment_id = w.id) r on true
  where p.tenant_id = any (%(tenants)s) and p.state = 'paid'
    and p.paid_on between %(year_first)s and %(last)s
  group by p.tenant_id, p.household_id
) t
join households h on h.tenant_id = t.tenant_id and h.id = t.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join units c on c.tenant_id = u.tenant_id and c.path = split_part(u.path, '.', 1) || '.'
group by t.tenant_id, c.id, c.name, c.number
order by t.tenant_id, c.number nulls first
"""

SUMMED = ("cases", "wrong", "recovered", "amount", "recovered_amount")


class County(NamedTuple):
    """A county of a federation, or what lies directly under it (None), in the year; fen."""

    tenant_id: uuid.UUID
    name: str | None
    cases: int
    wrong: int
    recovered: int
    amount: int
    recovered_amount: int


def count_wrong_payments(ctx: Context, asked: Mapping[str, Any]) -> list[County]:
    """Count the cases of the year up to the period's end, by county."""
    values = {**asked, "year_first": asked["first"].replace(month=1, day=1)}
    return [County(*row) for row in ctx.session.fetch(BY_COUNTY, values)]


def tabulate_wrong_payments(
    ctx: Context, subject: TenantView, counties: list[County]
) -> dict[str, Any]:
    """Return the table: each county, after its city's sum where several cities are reported on."""
    columns = [column(say("County"), TEXT), column(say("Households aided")),
               column(say("Paid wrongly")), column(say("All recovered")), column(say("Share")),
               column(say("Tolerated")), column(say("Paid wrongly (yuan)")),
               column(say("Recovered (yuan)"))]  # fmt: skip
    tenants = dict.fromkeys(one.tenant_id for one in counties)
    several = len(subject.readable) > 1
    rows: list[list[Value]] = []
    for tenant in tenants:
        own = [one for one in counties if one.tenant_id == tenant]
        if several:
            city = name_tenant(ctx.installation.tenant_by_id(tenant))
            rows.append(_cells(say("%(city)s, together", city=city), own, None))
        rows += [_cells(_name(ctx, one), [one], _most(ctx, one)) for one in own]
    total = _cells(say("Total"), counties, None)
    return table(say("Wrong payments of the year by county"), columns, rows,
                 query="wrong_payments.by_county", at=ctx.now, total=total)  # fmt: skip


def find_wrong_payments(ctx: Context, counties: list[County]) -> Iterator[dict[str, Any]]:
    """Yield a finding for every county beyond what its region tolerates."""
    for one in counties:
        pack = ctx.policies.pack(ctx.installation.tenant_by_id(one.tenant_id).pack)
        excess = find_excess(pack, WrongPayments(one.cases, one.wrong, one.recovered))
        if excess is not None:
            yield _tell(ctx, one, excess)


def _tell(ctx: Context, one: County, excess: Excess) -> dict[str, Any]:
    values = {
        "county": _name(ctx, one), "wrong": one.wrong, "cases": one.cases,
        "share": share(one.wrong, one.cases), "outstanding": excess.paid.outstanding,
        "amount": yuan(one.amount - one.recovered_amount),
    }  # fmt: skip
    if excess.percent is None or excess.section is None:
        return say(
            "%(county)s: %(wrong)s of %(cases)s households aided this year were paid wrongly "
            "(%(share)s); of %(outstanding)s the money is not all back, %(amount)s yuan. Recover "
            "it, and find out how it came about.",
            **values,
        )
    return say(
        "%(county)s: %(wrong)s of %(cases)s households aided this year were paid wrongly "
        "(%(share)s), while %(most)s are tolerated where all the money comes back (%(percent)s%%, "
        "%(document)s, %(section)s); of %(outstanding)s it is not all back, %(amount)s yuan. "
        "Recover it, and find out how it came about.",
        **values, most=excess.most, percent=excess.percent, document=name_text(excess.document),
        section=name_text(excess.section),
    )  # fmt: skip


def _most(ctx: Context, one: County) -> int:
    pack = ctx.policies.pack(ctx.installation.tenant_by_id(one.tenant_id).pack)
    return WrongPayments(one.cases, one.wrong, one.recovered).most(pack.care.tolerance_percent)


def _name(ctx: Context, one: County) -> Value:
    return one.name or name_tenant(ctx.installation.tenant_by_id(one.tenant_id))


def _cells(title: Value, counted: list[County], most: int | None) -> list[Value]:
    cases, wrong, recovered, paid, back = (
        sum(getattr(one, name) for one in counted) for name in SUMMED
    )
    return [title, cases, wrong, recovered, share(wrong, cases), most, yuan(paid), yuan(back)]
