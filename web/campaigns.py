"""Whether a federation goes on warmth visits, so that only those that do are shown them."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError

from core.campaigns.drafting import list_visiting
from core.campaigns.queries import Told, list_campaigns, waiting_campaigns
from core.context import Context
from web.display import may
from web.request import context


def goes_visiting() -> bool:
    """Return whether there are campaigns here, or a programme that is given in them; not while the
    database is away, for the page that says so has a menu too."""
    if not may("campaign.read"):
        return False
    try:
        return bool(list_visiting(context()) or list_campaigns(context(), size=1))
    except OperationalError:
        return False


def campaigns_of(ctx: Context) -> list[Told]:
    """Return the lists that wait for this person's decision, of his own federation."""
    return waiting_campaigns(ctx) if ctx.tenant_id == ctx.actor.tenant_id else []
