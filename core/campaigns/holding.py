"""Money and goods of a granted visit, held on the campaign's fund until they are handed over."""

from __future__ import annotations

import uuid

from sqlalchemy import exists, select

from core.access import Subject, require
from core.applications.models import Application
from core.audit import record
from core.campaigns.drafting import check_fund
from core.campaigns.lookup import lock_campaign
from core.campaigns.models import Campaign
from core.context import Context
from core.errors import ConflictError
from core.funds.budgets import find_fund
from core.funds.models import Fund, Payment
from core.funds.reservations import OVER, Cause, Payee, hold
from core.households.models import Household


def hold_where_enough(ctx: Context, application: Application) -> Payment | None:
    """Hold what a granted visit brings on the fund of its campaign; None where the fund has not
    enough left, then finance has to see to it."""
    campaign = ctx.session.get_one(Campaign, (ctx.tenant_id, application.campaign_id))
    try:
        with ctx.session.begin_nested():
            return _hold(ctx, find_fund(ctx, campaign.fund_id), application)
    except ConflictError:
        return None


def hold_what_is_open(
    ctx: Context, campaign_id: uuid.UUID, fund_id: uuid.UUID | None = None
) -> int:
    """Hold what is granted and not held yet, from another fund where one is given; return how many
    visits. All of them or none: ConflictError where the fund has not enough left."""
    require(ctx, "fund.manage", Subject(ctx.tenant_id))
    campaign = lock_campaign(ctx, campaign_id, "campaign.read", ("approved",))
    if fund_id is not None and fund_id != campaign.fund_id:
        _change_fund(ctx, campaign, find_fund(ctx, fund_id))
    fund = find_fund(ctx, campaign.fund_id, lock=True)
    open_ = _unheld(ctx, campaign)
    for application in open_:
        _hold(ctx, fund, application)
    return len(open_)


def _unheld(ctx: Context, campaign: Campaign) -> list[Application]:
    held = exists().where(
        Payment.tenant_id == Application.tenant_id, Payment.application_id == Application.id,
        Payment.state.not_in(OVER),
    )  # fmt: skip
    return list(
        ctx.session.scalars(
            select(Application)
            .where(
                Application.tenant_id == ctx.tenant_id, Application.campaign_id == campaign.id,
                Application.state == "granted", ~held,
            )
            .order_by(Application.id)
            .with_for_update()
        )
    )  # fmt: skip


def _hold(ctx: Context, fund: Fund, application: Application) -> Payment:
    household = ctx.session.get_one(Household, (ctx.tenant_id, application.household_id))
    cause = Cause(application.number, application_id=application.id, household_id=household.id)
    return hold(ctx, fund, application.amount or 0, Payee(household.head_name), cause)


def _change_fund(ctx: Context, campaign: Campaign, fund: Fund) -> None:
    check_fund(fund, campaign.programme, campaign.starts_on.year)
    before = find_fund(ctx, campaign.fund_id).name
    campaign.fund_id = fund.id
    campaign.version += 1
    ctx.session.flush()
    record(ctx, "campaign.fund_changed", campaign, before={"fund": before},
           after={"fund": fund.name})  # fmt: skip
