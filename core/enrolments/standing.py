"""How a pool stands: what came in, what claims took, what is left, loss ratio and reserve."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk import half_up, share_of

from core.access import require
from core.context import Context
from core.enrolments.models import MutualAidPeriod
from core.errors import DomainError
from core.item_limit import CONTRIBUTION, RESERVE_SHARE
from core.overrides import read_overrides
from core.policies import Figures

STANDING = """
select coalesce(f.budget, 0), coalesce(f.reserved, 0), coalesce(f.paid, 0),
  (select coalesce(sum(amount), 0)::bigint from contributions
    where tenant_id = p.tenant_id and period_id = p.id),
  (select coalesce(sum(contribution), 0)::bigint from enrolments
    where tenant_id = p.tenant_id and period_id = p.id),
  c.claims, c.in_route, c.asked, c.differences
from mutual_aid_periods p
left join funds f on f.tenant_id = p.tenant_id and f.period_id = p.id
cross join lateral (
  select count(*) filter (where state <> 'refused') as claims,
    count(*) filter (where state in ('in_route', 'returned')) as in_route,
    coalesce(sum(granted) filter (where state in ('in_route', 'returned')), 0)::bigint as asked,
    count(*) filter (where difference = 'open' and state <> 'refused') as differences
  from claims where tenant_id = p.tenant_id and period_id = p.id
) c
where p.tenant_id = %(tenant)s and p.id = %(period)s
"""


@dataclass(frozen=True)
class Standing:
    """A pool in fen. `due` is what the enrolled owe, `received` what came in, `budget` that and
    what was added by decision; `asked` is on claims in route, `reserve_share` per cent."""

    budget: int
    reserved: int
    paid: int
    received: int
    due: int
    claims: int
    in_route: int
    asked: int
    differences: int
    reserve_share: int | None

    @property
    def left(self) -> int:
        """What claims can still be paid from."""
        return self.budget - self.reserved - self.paid

    @property
    def reserve(self) -> int | None:
        """What is to be kept as reserve, none where the region has no figure for it."""
        return None if self.reserve_share is None else share_of(self.received, self.reserve_share)

    @property
    def loss_ratio(self) -> int | None:
        """Paid and reserved by what was contributed, per mille half up; none before money came."""
        spent = 1000 * (self.paid + self.reserved)
        return half_up(spent, self.received) if self.received else None


def read_standing(ctx: Context, period: MutualAidPeriod) -> Standing:
    """Return how the pool of a period stands now."""
    require(ctx, "enrolment.read")
    figures = scheme_figures(ctx, period)
    share = figures.values.get(RESERVE_SHARE) if figures else None
    values = {"tenant": ctx.tenant_id, "period": period.id}
    [row] = ctx.session.fetch(STANDING, values)
    return Standing(*(*row, share))


def scheme_figures(ctx: Context, period: MutualAidPeriod | None = None) -> Figures | None:
    """Return the figures of the region's scheme today, or on the nearest day of a period.

    None where the region has no scheme, its plugin is out of order, or no figure holds then.
    """
    on = min(max(ctx.today, period.starts_on), period.ends_on) if period else ctx.today
    place = ctx.pack.place(ctx.tenant.division_code)
    try:
        return ctx.pack.figures(ctx.pack.scheme, on, read_overrides(ctx), place)
    except DomainError:
        return None


def usual_contribution(ctx: Context) -> int | None:
    """Return what the region has a worker contribute today, fen; None where it says nothing."""
    figures = scheme_figures(ctx)
    return figures.values.get(CONTRIBUTION) if figures else None
