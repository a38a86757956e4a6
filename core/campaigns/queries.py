"""Campaigns and their lists, as pages, the API, commands and the printed receipts show them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from sqlalchemy import select

from core.access import allowed, prefixes, require
from core.campaigns.deciding import approval_path, open_applications, subject_of
from core.campaigns.lookup import APPROVE, READ, find_campaign
from core.campaigns.models import Campaign, Parcel
from core.context import Context
from core.errors import NotFoundError
from core.households.queries import readable_paths
from core.paging import WHOLE, clamp, skip

CAMPAIGNS = """
select c.id, c.number, c.name, c.programme, c.unit_id, u.full_name, c.fund_id, f.name, f.number,
  c.starts_on, c.ends_on, c.state, c.version, c.submitted_at, c.due_on, c.decided_by_name,
  c.decided_at, c.reason,
  coalesce(v.visits, 0), coalesce(v.money, 0)::bigint, coalesce(v.goods, 0)::bigint,
  coalesce(v.handed_over, 0), coalesce(v.missed, 0), coalesce(v.recorded, 0),
  coalesce(v.handed_over_value, 0)::bigint, coalesce(v.unheld, 0)
from campaigns c
join units u on u.tenant_id = c.tenant_id and u.id = c.unit_id
join funds f on f.tenant_id = c.tenant_id and f.id = c.fund_id
left join lateral (
  select count(*) as visits, sum(w.money) as money, sum(w.goods) as goods,
    count(*) filter (where a.state = 'paid') as handed_over,
    count(*) filter (where h.state = 'confirmed' and h.outcome = 'missed') as missed,
    count(*) filter (where h.state = 'recorded') as recorded,
    sum(p.amount) filter (where p.state = 'paid') as handed_over_value,
    count(*) filter (where a.state = 'granted' and p.id is null) as unheld
  from warmth_visits w
  join applications a on a.tenant_id = w.tenant_id and a.id = w.application_id
  left join lateral (
    select p.* from payments p
    where p.tenant_id = a.tenant_id and p.application_id = a.id and p.state <> 'failed'
      and (p.state <> 'released' or a.state = 'withdrawn')
    order by p.id desc limit 1) p on true
  left join handovers h
    on h.tenant_id = p.tenant_id and h.payment_id = p.id and h.state <> 'refused'
  where w.tenant_id = c.tenant_id and w.campaign_id = c.id) v on true
where c.tenant_id = %(tenant)s
  and (u.path like any (%(paths)s)
    or exists (select from unnest(%(paths)s::text[]) held where held like u.path || '%%'))
  and (%(state)s = '' or c.state = %(state)s) and (%(id)s::uuid is null or c.id = %(id)s)
order by c.id desc limit %(size)s offset %(offset)s
"""

VISITS = """
select w.id, w.household_id, w.application_id, h.file_number, h.head_name, h.head_id_masked,
  h.phone_masked, h.address, u.full_name, a.category, w.money, k.id, k.name, w.goods, a.number,
  a.state, p.id, p.number, o.id, o.state, o.outcome, o.happened_on, o.receiver, o.relation,
  o.givers, o.remark, o.receipt_id, r.filename, d.reason
from warmth_visits w
join applications a on a.tenant_id = w.tenant_id and a.id = w.application_id
join households h on h.tenant_id = w.tenant_id and h.id = w.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join parcels k on k.tenant_id = w.tenant_id and k.id = w.parcel_id
left join lateral (
  select p.* from payments p
  where p.tenant_id = a.tenant_id and p.application_id = a.id and p.state <> 'failed'
    and (p.state <> 'released' or a.state = 'withdrawn')
  order by p.id desc limit 1) p on true
left join handovers o
  on o.tenant_id = p.tenant_id and o.payment_id = p.id and o.state <> 'refused'
left join receipts r on r.tenant_id = o.tenant_id and r.id = o.receipt_id
left join lateral (
  select o.reason from handovers o
  where o.tenant_id = p.tenant_id and o.payment_id = p.id and o.state = 'refused'
  order by o.id desc limit 1) d on true
where w.tenant_id = %(tenant)s and w.campaign_id = %(campaign)s
  and u.path like any (%(paths)s)
  and (%(step)s = '' or case %(step)s
    when 'waiting' then p.state = 'reserved' and o.id is null
    when 'recorded' then o.state = 'recorded'
    when 'handed_over' then a.state = 'paid'
    when 'missed' then o.state = 'confirmed' and o.outcome = 'missed'
    when 'refused' then a.state = 'rejected' end)
order by u.path, h.file_number limit %(size)s offset %(offset)s
"""
STEPS = ("waiting", "recorded", "handed_over", "missed", "refused")
"""What a list is narrowed to: waiting to be handed over, recorded, confirmed, missed, refused."""


class Told(NamedTuple):
    """A campaign with what its list comes to; amounts in fen."""

    id: uuid.UUID
    number: str
    name: str
    programme: str
    unit_id: uuid.UUID
    unit: str
    fund_id: uuid.UUID
    fund: str
    fund_number: int
    starts_on: dt.date
    ends_on: dt.date
    state: str
    version: int
    submitted_at: dt.datetime | None
    due_on: dt.date | None
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None
    visits: int
    money: int
    goods: int
    handed_over: int
    missed: int
    recorded: int
    handed_over_value: int
    unheld: int

    @property
    def value(self) -> int:
        """Money and goods together, in fen."""
        return self.money + self.goods


class Visited(NamedTuple):
    """A household on the list: what it is brought, how far that is, masked; amounts in fen.

    `refusal` is why what was recorded of it before was refused.
    """

    id: uuid.UUID
    household_id: uuid.UUID
    application_id: uuid.UUID
    file_number: str
    head_name: str
    head_id: str
    phone: str
    address: str
    unit: str
    category: str
    money: int
    parcel_id: uuid.UUID | None
    parcel: str | None
    goods: int
    application: str
    state: str
    payment_id: uuid.UUID | None
    payment: str | None
    handover_id: uuid.UUID | None
    handover_state: str | None
    outcome: str | None
    happened_on: dt.date | None
    receiver: str | None
    relation: str | None
    givers: list[str] | None
    remark: str | None
    receipt_id: uuid.UUID | None
    receipt: str | None
    refusal: str | None

    @property
    def value(self) -> int:
        """Money and goods together, in fen."""
        return self.money + self.goods

    @property
    def is_waiting(self) -> bool:
        """Whether it waits to be handed over."""
        return self.payment_id is not None and self.handover_id is None and self.state == "granted"


def list_campaigns(
    ctx: Context, *, state: str = "", page: int = 1, size: int = WHOLE
) -> list[Told]:
    """Return the campaigns of the actor's unions, the newest first."""
    require(ctx, READ)
    return _list(ctx, state=state, size=clamp(size), offset=skip(page, size))


def read_campaign(ctx: Context, campaign_id: uuid.UUID) -> Told:
    """Return one of them; NotFoundError for one out of reach."""
    find_campaign(ctx, campaign_id)
    found = _list(ctx, campaign=campaign_id)
    if not found:
        raise NotFoundError
    return found[0]


def find_by_number(ctx: Context, number: str) -> Told:
    """Return a campaign by its number; NotFoundError where there is none within reach."""
    found = [one for one in list_campaigns(ctx) if one.number == number]
    if not found:
        raise NotFoundError
    return found[0]


def list_visits(
    ctx: Context, campaign_id: uuid.UUID, *, step: str = "", page: int = 1, size: int = WHOLE
) -> list[Visited]:
    """Return the households on the list within the actor's units, by union and file number."""
    find_campaign(ctx, campaign_id)
    asked = {
        "tenant": ctx.tenant_id, "campaign": campaign_id, "paths": readable_paths(ctx, READ),
        "step": step if step in STEPS else "", "size": clamp(size), "offset": skip(page, size),
    }  # fmt: skip
    return [Visited(*row) for row in ctx.session.fetch(VISITS, asked)]


def list_parcels(ctx: Context, campaign_id: uuid.UUID) -> list[Parcel]:
    """Return what is brought in a campaign besides money, by name."""
    campaign = find_campaign(ctx, campaign_id)
    query = select(Parcel).where(
        Parcel.tenant_id == ctx.tenant_id, Parcel.campaign_id == campaign.id
    )
    return list(ctx.session.scalars(query.order_by(Parcel.name)))


def waiting_campaigns(ctx: Context) -> list[Told]:
    """Return the submitted lists the actor may decide on, those due first."""
    if ctx.actor.is_system or not allowed(ctx, APPROVE):
        return []
    found = [one for one in list_campaigns(ctx, state="submitted") if _may_decide(ctx, one.id)]
    return sorted(found, key=lambda one: (one.due_on or dt.date.max, one.number))


def may_decide(ctx: Context, campaign_id: uuid.UUID) -> bool:
    """Return whether the actor may decide on a list that waits: his level, and no part in it."""
    return _may_decide(ctx, campaign_id)


def _may_decide(ctx: Context, campaign_id: uuid.UUID) -> bool:
    campaign = ctx.session.get_one(Campaign, (ctx.tenant_id, campaign_id))
    held = prefixes(ctx, APPROVE, ctx.tenant_id)
    if campaign.state != "submitted" or not held:
        return False
    if not any(approval_path(ctx, campaign).startswith(one) for one in held):
        return False
    applications = open_applications(ctx, campaign, lock=False)
    return allowed(ctx, APPROVE, subject_of(ctx, campaign, applications))


def _list(
    ctx: Context,
    *,
    state: str = "",
    campaign: uuid.UUID | None = None,
    size: int = WHOLE,
    offset: int = 0,
) -> list[Told]:
    asked = {
        "tenant": ctx.tenant_id, "paths": readable_paths(ctx, READ), "state": state,
        "id": campaign, "size": size, "offset": offset,
    }  # fmt: skip
    return [Told(*row) for row in ctx.session.fetch(CAMPAIGNS, asked)]
