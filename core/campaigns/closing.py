"""Accounting for a campaign: what was recorded of its visits confirmed, and the campaign closed."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from core.applications.models import Application
from core.audit import record
from core.campaigns.lookup import lock_campaign
from core.campaigns.models import Campaign
from core.context import Context
from core.errors import ConflictError, _
from core.funds.models import Payment
from core.handovers.models import Handover
from core.handovers.settling import Settled, confirm_handovers

OVER = ("paid", "withdrawn", "rejected")


def settle_campaign(ctx: Context, campaign_id: uuid.UUID) -> Settled:
    """Confirm all that was recorded of a campaign's visits; see `confirm_handovers`. Once every
    visit is accounted for the campaign is closed."""
    campaign = lock_campaign(ctx, campaign_id, "campaign.read", ("approved",))
    recorded = list(ctx.session.scalars(
        select(Handover.id)
        .join(Payment, (Payment.tenant_id == Handover.tenant_id)
              & (Payment.id == Handover.payment_id))
        .join(Application, (Application.tenant_id == Payment.tenant_id)
              & (Application.id == Payment.application_id))
        .where(Handover.tenant_id == ctx.tenant_id, Handover.state == "recorded",
               Application.campaign_id == campaign.id)
    ))  # fmt: skip
    if not recorded:
        raise ConflictError(
            _("Nothing recorded of the campaign %(number)s waits to be confirmed."),
            remedy=_("Record what was handed over first."), number=campaign.number,
        )  # fmt: skip
    settled = confirm_handovers(ctx, recorded)
    _close_where_done(ctx, campaign)
    return settled


def _close_where_done(ctx: Context, campaign: Campaign) -> None:
    open_ = ctx.session.scalar(
        select(func.count()).where(
            Application.tenant_id == ctx.tenant_id, Application.campaign_id == campaign.id,
            Application.state.not_in(OVER),
        )
    )  # fmt: skip
    if open_:
        return
    campaign.state = "closed"
    campaign.version += 1
    record(ctx, "campaign.closed", campaign, before={"state": "approved"},
           after={"state": "closed"})  # fmt: skip
