"""What a household could apply for today: every programme of its region, with range and reasons."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from bangfu_sdk import Programme

from core.applications.assessment import Finding, assess_application, find_programme
from core.context import Context
from core.errors import DomainError, Message
from core.households.lookup import find_household
from core.households.models import Household
from core.programmes import programme_names


@dataclass(frozen=True)
class Offer:
    """A programme and what it could grant, or the problem for which that cannot be said."""

    name: str
    programme: Programme | None = None
    finding: Finding | None = None
    problem: Message | None = None


def list_offers(ctx: Context, household_id: uuid.UUID) -> list[Offer]:
    """Return an offer for every programme of the region, those out of order with their reason.

    Raises NotFoundError or ForbiddenError where the actor may not start an application here.
    """
    household = find_household(ctx, household_id, "application.start")
    return [_offer(ctx, household, name) for name in programme_names(ctx)]


def _offer(ctx: Context, household: Household, name: str) -> Offer:
    try:
        programme = find_programme(ctx, name)
        return Offer(name, programme, assess_application(ctx, household, programme, {}, 0))
    except DomainError as error:
        return Offer(name, problem=error.message)
