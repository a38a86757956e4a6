"""Finding the one campaign a service is about, for an actor who may do this with it."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.access import Subject, allowed, prefixes, require
from core.campaigns.models import Campaign, WarmthVisit
from core.context import Context
from core.errors import ConflictError, ForbiddenError, NotFoundError, StaleError, _
from core.tenancy import Unit

READ, KEEP, APPROVE = "campaign.read", "campaign.keep", "campaign.approve"


def find_campaign(ctx: Context, campaign_id: uuid.UUID, permission: str = READ) -> Campaign:
    """Return a campaign of the tenant; NotFoundError or ForbiddenError as `require` does."""
    return _find(ctx, campaign_id, permission, lock=False)


def lock_campaign(
    ctx: Context,
    campaign_id: uuid.UUID,
    permission: str,
    states: tuple[str, ...],
    version: int | None = None,
) -> Campaign:
    """Return a campaign that nobody else changes before this transaction ends.

    ConflictError where it is in none of the states, StaleError where it changed after the caller
    saw `version`.
    """
    campaign = _find(ctx, campaign_id, permission, lock=True)
    if campaign.state not in states:
        raise ConflictError(
            _("The campaign %(number)s is not in a state that allows this."),
            remedy=_("Look at it again."),
            number=campaign.number,
        )
    if version is not None and version != campaign.version:
        raise StaleError
    return campaign


def visits_of(ctx: Context, campaign: Campaign) -> list[WarmthVisit]:
    """Return the visits on the list, in the order in which all lock their households."""
    return list(
        ctx.session.scalars(
            select(WarmthVisit)
            .where(WarmthVisit.tenant_id == ctx.tenant_id, WarmthVisit.campaign_id == campaign.id)
            .order_by(WarmthVisit.household_id)
            .execution_options(populate_existing=True)
        )
    )


def unit_path(ctx: Context, campaign: Campaign) -> str:
    """Return the path of the union the campaign is for."""
    return ctx.session.scalars(
        select(Unit.path).where(Unit.tenant_id == campaign.tenant_id, Unit.id == campaign.unit_id)
    ).one()


def _find(ctx: Context, campaign_id: uuid.UUID, permission: str, *, lock: bool) -> Campaign:
    query = select(Campaign).where(Campaign.tenant_id == ctx.tenant_id, Campaign.id == campaign_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    campaign = ctx.session.scalars(query).one_or_none()
    if campaign is None:
        raise NotFoundError
    subject = Subject(ctx.tenant_id, unit_path(ctx, campaign))
    if not is_above(ctx, subject.unit_path):
        require(ctx, permission, subject)
    elif permission != READ and not allowed(ctx, permission, subject):
        raise ForbiddenError(
            _("This campaign is of a union above yours."),
            remedy=_("Ask a colleague of that union."),
        )
    return campaign


def is_above(ctx: Context, path: str) -> bool:
    """Return whether a campaign is of a union above the actor's own: he sees it, for he visits the
    households of his own on its list."""
    return any(held.startswith(path) for held in prefixes(ctx, READ, ctx.tenant_id))
