"""Warmth visits of the demonstration: taken up, a list that waits for its approval."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select

from core.campaigns.deciding import submit_campaign
from core.campaigns.drafting import add_parcel, begin_campaign
from core.campaigns.listing import Brought, put_on_list
from core.campaigns.lookup import KEEP
from core.campaigns.models import Campaign, Parcel
from core.context import Context
from core.demo.stage import Stage
from core.federations import list_units
from core.funds.budgets import create_fund
from core.handovers.goods import Article
from core.households.models import Household
from core.programmes import is_offered, offer_programme
from core.tenancy import Unit
from core.workdays import add_working_days

VISITS = "warmth_visit"
BUDGET_FEN, MONEY_FEN, LISTED = 20_000_000, 100_000, 12
ARTICLES = (Article("大米（10公斤）", "袋", 1, 6_500), Article("食用油（5升）", "桶", 1, 8_500))


def begin_visits(stage: Stage) -> None:
    """Take warmth visits up and hand a list in, unless there is a campaign already."""
    with stage.system(stage.today) as ctx:
        known = select(func.count()).where(Campaign.tenant_id == ctx.tenant_id)
        if ctx.session.scalar(known):
            return
    with stage.acting("admin", stage.today) as ctx:
        if not is_offered(ctx, VISITS):
            offer_programme(ctx, VISITS, "开展元旦春节送温暖", offered=True)
    with stage.acting("finance", stage.today) as ctx:
        fund = create_fund(ctx, "送温暖资金", "工会经费", stage.today.year, BUDGET_FEN,
                           programmes=(VISITS,))  # fmt: skip
    with stage.acting("clerk", stage.today) as ctx:
        campaign, parcel = _begin(ctx, stage.today, fund.id)
        brought = Brought(MONEY_FEN, parcel.id)
        listed = put_on_list(ctx, campaign, [(one, brought) for one in _choose(ctx, campaign)])
        if listed.count:
            submit_campaign(ctx, campaign.id)


def _begin(ctx: Context, today: dt.date, fund_id: uuid.UUID) -> tuple[Campaign, Parcel]:
    unit = list_units(ctx, KEEP)[0]
    campaign = begin_campaign(
        ctx, f"{today.year}年送温暖 第一批", unit_id=unit.id, fund_id=fund_id,
        starts_on=today, ends_on=add_working_days(today, 30),
    )  # fmt: skip
    return campaign, add_parcel(ctx, campaign.id, "米油", ARTICLES)


def _choose(ctx: Context, campaign: Campaign) -> list[uuid.UUID]:
    """Return some households in hardship of the campaign's union, those verified last first."""
    unit = ctx.session.get_one(Unit, (ctx.tenant_id, campaign.unit_id))
    query = (
        select(Household.id)
        .join(Unit, (Unit.tenant_id == Household.tenant_id) & (Unit.id == Household.unit_id))
        .where(
            Household.tenant_id == ctx.tenant_id, Unit.path.startswith(unit.path),
            Household.category.in_(("deep", "relative")), Household.state == "active",
        )
        .order_by(Household.verified_on.desc().nulls_last(), Household.file_number)
        .limit(LISTED)
    )  # fmt: skip
    return list(ctx.session.scalars(query))
