"""Who is visited: households put on the list of a campaign, each judged as for any other aid."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, select

from core.applications.drafts import reassess, start_application
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.audit import record
from core.campaigns.drafting import find_parcel
from core.campaigns.lookup import KEEP, lock_campaign, unit_path
from core.campaigns.models import Campaign, Parcel, WarmthVisit
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, DomainError, InvalidError, Message, NotFoundError, _
from core.households.listing import Filters, list_households
from core.households.lookup import find_household
from core.households.models import Household
from core.tenancy import Unit

MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Brought:
    """What a household is brought: money in fen, a parcel, or both."""

    money: int = 0
    parcel_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Refused:
    """A household that was not put on the list, why, and what can be done."""

    household_id: uuid.UUID
    file_number: str
    head_name: str
    message: Message
    remedy: Message


@dataclass
class Listed:
    """How many households were put on the list, and those that were not; `already` stood on it."""

    count: int = 0
    already: int = 0
    refused: list[Refused] = field(default_factory=list)


def choose_households(
    ctx: Context, campaign_id: uuid.UUID, filters: Filters, brought: Brought
) -> Listed:
    """Put every file of the campaign's union that fits the filters on its list.

    Each is judged; what may not be given to it is named with the reason, and stops nobody else.
    InvalidError for more than MOST_AT_ONCE, so that nobody is left out unseen.
    """
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",))
    path = unit_path(ctx, campaign)
    if not filters.unit.startswith(path):
        filters = replace(filters, unit=path)
    found = _find_all(ctx, filters)
    return put_on_list(ctx, campaign, ((one, brought) for one in found))


def put_on_list(
    ctx: Context, campaign: Campaign, chosen: Iterable[tuple[uuid.UUID, Brought]]
) -> Listed:
    """Put households on the list of a draft that is held; see `choose_households`."""
    there = set(ctx.session.scalars(
        select(WarmthVisit.household_id).where(
            WarmthVisit.tenant_id == ctx.tenant_id, WarmthVisit.campaign_id == campaign.id
        )
    ))  # fmt: skip
    listed = Listed()
    for household_id, brought in sorted(chosen, key=lambda one: one[0]):
        if household_id in there:
            listed.already += 1
            continue
        try:
            with ctx.session.begin_nested():
                add_visit(ctx, campaign, household_id, brought)
            listed.count += 1
        except DomainError as error:
            listed.refused.append(_refuse(ctx, household_id, error))
    return listed


def add_visit(
    ctx: Context, campaign: Campaign, household_id: uuid.UUID, brought: Brought
) -> WarmthVisit:
    """Put one household on the list of a draft that is held, as its application is begun.

    Raises what `start_application` raises, InvalidError where nothing is brought, ConflictError
    for a household of another union.
    """
    household = find_household(ctx, household_id, "application.start", lock=True)
    _require_within(ctx, campaign, household)
    parcel = _parcel(ctx, campaign, brought)
    value = _check_value(brought.money, parcel)
    application = start_application(
        ctx, household.id, campaign.programme, _tell(parcel), value, campaign_id=campaign.id
    )
    visit = WarmthVisit(
        tenant_id=ctx.tenant_id, id=new_id(), campaign_id=campaign.id, household_id=household.id,
        application_id=application.id, parcel_id=parcel.id if parcel else None,
        money=brought.money, goods=parcel.value if parcel else 0,
    )  # fmt: skip
    ctx.session.add(visit)
    ctx.session.flush()
    return visit


def change_visit(
    ctx: Context, campaign_id: uuid.UUID, visit_id: uuid.UUID, brought: Brought
) -> WarmthVisit:
    """Bring a household on the list of a draft something else; it is judged anew."""
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",))
    visit = find_visit(ctx, campaign, visit_id)
    household = find_household(ctx, visit.household_id, "application.start", lock=True)
    application = lock_application(ctx, visit.application_id, "application.start")
    if application.state != "draft":
        raise ConflictError(
            _("The application %(number)s was refused."),
            remedy=_("Take the household off the list."), number=application.number,
        )  # fmt: skip
    parcel = _parcel(ctx, campaign, brought)
    value, before = _check_value(brought.money, parcel), application.asked
    reassess(ctx, application, household, answers=_tell(parcel), asked=value)
    application.version += 1
    visit.money, visit.goods = brought.money, parcel.value if parcel else 0
    visit.parcel_id = parcel.id if parcel else None
    ctx.session.flush()
    record(ctx, "application.revised", application, before={"asked": before},
           after={"asked": value, "answers": application.answers})  # fmt: skip
    return visit


def take_off(
    ctx: Context, campaign_id: uuid.UUID, visit_ids: Sequence[uuid.UUID], reason: str
) -> int:
    """Take households off the list of a draft again; return how many. A reason is needed."""
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",))
    visits = [find_visit(ctx, campaign, one) for one in dict.fromkeys(visit_ids)]
    for visit in visits:
        application = lock_application(ctx, visit.application_id, "application.start")
        if application.state == "draft":
            end_application(ctx, application, "withdrawn", reason)
    ctx.session.execute(
        delete(WarmthVisit).where(
            WarmthVisit.tenant_id == ctx.tenant_id, WarmthVisit.id.in_([one.id for one in visits])
        )
    )
    return len(visits)


def find_visit(ctx: Context, campaign: Campaign, visit_id: uuid.UUID) -> WarmthVisit:
    """Return a visit of the campaign; NotFoundError where it has none of this id."""
    visit = ctx.session.get(WarmthVisit, (ctx.tenant_id, visit_id))
    if visit is None or visit.campaign_id != campaign.id:
        raise NotFoundError
    return visit


def end_application(ctx: Context, application: Application, state: str, reason: str) -> None:
    """End the application of a visit without anything given: withdrawn, or rejected."""
    before = application.state
    application.state, application.closed_at = state, ctx.now
    application.version += 1
    record(ctx, f"application.{state}", application, before={"state": before},
           after={"state": state}, reason=reason)  # fmt: skip


def _find_all(ctx: Context, filters: Filters) -> list[uuid.UUID]:
    found = list_households(ctx, filters, size=MOST_AT_ONCE)
    if found.more:
        raise InvalidError(
            _("More than %(most)s files fit."),
            remedy=_("Narrow the choice, for example union by union."),
            field="category", most=MOST_AT_ONCE,
        )  # fmt: skip
    return [uuid.UUID(one["id"]) for one in found.data]


def _require_within(ctx: Context, campaign: Campaign, household: Household) -> None:
    path = ctx.session.scalars(
        select(Unit.path).where(Unit.tenant_id == ctx.tenant_id, Unit.id == household.unit_id)
    ).one()
    if not path.startswith(unit_path(ctx, campaign)):
        raise ConflictError(
            _("The file %(number)s is of another union than the campaign."),
            remedy=_("Put it on the list of its own union."),
            number=household.file_number,
        )


def _parcel(ctx: Context, campaign: Campaign, brought: Brought) -> Parcel | None:
    return find_parcel(ctx, campaign, brought.parcel_id) if brought.parcel_id else None


def _check_value(money: int, parcel: Parcel | None) -> int:
    if money < 0 or not (money or parcel):
        raise InvalidError(
            _("Say what is brought: an amount of money, a parcel, or both."), field="money"
        )
    return money + (parcel.value if parcel else 0)


def _tell(parcel: Parcel | None) -> dict[str, str]:
    """Return the answers of the application: the goods by name, measure and number."""
    if parcel is None:
        return {}
    told = (f"{one['name']}{one['quantity']}{one['measure']}" for one in parcel.articles)
    return {"goods": f"{parcel.name}：{'、'.join(told)}"}


def _refuse(ctx: Context, household_id: uuid.UUID, error: DomainError) -> Refused:
    household = find_household(ctx, household_id, "household.read")
    return Refused(
        household.id, household.file_number, household.head_name, error.message, error.remedy
    )
