"""The decision on a list: handed in as a whole, approved as a whole by somebody who had no part."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import select

from core.access import Subject, require
from core.applications.decisions import OPEN_NOTICE
from core.applications.drafts import reassess
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.audit import Change, record, record_many
from core.between.approving import refuse_exceeding
from core.campaigns.listing import Refused, end_application, find_visit
from core.campaigns.lookup import APPROVE, KEEP, lock_campaign, visits_of
from core.campaigns.models import Campaign, WarmthVisit
from core.context import Context
from core.errors import ConflictError, DomainError, InvalidError, Message, _
from core.funds.budgets import find_fund
from core.households.life.colleagues import acting_person
from core.households.lookup import find_household
from core.households.models import Household
from core.money import format_yuan
from core.outbox import enqueue
from core.policies import RouteStep
from core.routes import APPROVAL, path_at, read_ladders
from core.workdays import add_working_days


class WrongListError(InvalidError):
    """A list that cannot be handed in: `refused` names every household and why."""

    code = "wrong_list"

    def __init__(self, refused: Sequence[Refused]) -> None:
        self.refused = tuple(refused)
        first = self.refused[0]
        super().__init__(
            _("%(count)s households can be given nothing now; the first, %(number)s: %(first)s"),
            remedy=_("Take them off the list, or mend their files. Nothing was handed in."),
            field="visits", count=len(self.refused), number=first.file_number, first=first.message,
        )  # fmt: skip

    def details(self, translate: Callable[[Message], str]) -> dict[str, Any]:
        """Return every household that can be given nothing, and why."""
        told = (
            {"file_number": one.file_number, "head_name": one.head_name,
             "reason": translate(one.message), "remedy": translate(one.remedy)}
            for one in self.refused
        )  # fmt: skip
        return {"refused": list(told)}


def submit_campaign(ctx: Context, campaign_id: uuid.UUID, version: int | None = None) -> Campaign:
    """Hand a list in: every household is judged once more today, all of them or none.

    WrongListError names those that may be given nothing any more, ConflictError where the list is
    empty.
    """
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft",), version)
    drafts = {one.id for one in open_applications(ctx, campaign)}
    visits = [one for one in visits_of(ctx, campaign) if one.application_id in drafts]
    _require_any(campaign, drafts)
    refused = [one for visit in visits if (one := _hand_in(ctx, visit)) is not None]
    if refused:
        raise WrongListError(refused)
    campaign.state, campaign.reason = "submitted", None
    campaign.submitted_by, campaign.submitted_at = acting_person(ctx), ctx.now
    campaign.due_on = add_working_days(ctx.today, approval_of(ctx, campaign.programme).due_days)
    campaign.version += 1
    record(ctx, "campaign.submitted", campaign, before={"state": "draft"},
           after={"state": "submitted", "visits": len(visits)})  # fmt: skip
    return campaign


def approve_campaign(ctx: Context, campaign_id: uuid.UUID, version: int | None = None) -> Campaign:
    """Approve a list: what stands on it goes to public notice as the region asks, then is granted.

    ForbiddenError for whoever filed one of the households, put it on the list or handed it in;
    ConflictError where the fund has not enough left for the whole list, or other aid was granted
    meanwhile that leaves less for one of it.
    """
    campaign = lock_campaign(ctx, campaign_id, "campaign.read", ("submitted",), version)
    applications = open_applications(ctx, campaign)
    require(ctx, APPROVE, subject_of(ctx, campaign, applications))
    _require_any(campaign, applications)
    _check_left(ctx, campaign, applications)
    for one in applications:
        refuse_exceeding(ctx, one, one.asked)
        one.state, one.amount, one.version = "approved", one.asked, one.version + 1
        enqueue(ctx, OPEN_NOTICE, {"application": str(one.id)})
    _decide(ctx, campaign, "approved", None)
    _note_all(ctx, applications, "application.approval.approve", "in_route", "approved")
    record(ctx, "campaign.approved", campaign, before={"state": "submitted"},
           after={"state": "approved", "visits": len(applications)})  # fmt: skip
    return campaign


def return_campaign(
    ctx: Context, campaign_id: uuid.UUID, reason: str, version: int | None = None
) -> Campaign:
    """Send a list back to be changed; a reason is needed."""
    _require_reason(reason)
    campaign = lock_campaign(ctx, campaign_id, "campaign.read", ("submitted",), version)
    applications = open_applications(ctx, campaign)
    require(ctx, APPROVE, subject_of(ctx, campaign, applications))
    for one in applications:
        one.state, one.version = "draft", one.version + 1
    _decide(ctx, campaign, "draft", reason)
    _note_all(ctx, applications, "application.approval.return", "in_route", "draft", reason)
    record(ctx, "campaign.returned", campaign, before={"state": "submitted"},
           after={"state": "draft"}, reason=reason)  # fmt: skip
    return campaign


def strike_visit(
    ctx: Context, campaign_id: uuid.UUID, visit_id: uuid.UUID, reason: str
) -> WarmthVisit:
    """Refuse one household of a list that waits for its approval; a reason is needed."""
    _require_reason(reason)
    campaign = lock_campaign(ctx, campaign_id, "campaign.read", ("submitted",))
    applications = open_applications(ctx, campaign)
    require(ctx, APPROVE, subject_of(ctx, campaign, applications))
    visit = find_visit(ctx, campaign, visit_id)
    application = next((one for one in applications if one.id == visit.application_id), None)
    if application is None:
        raise ConflictError(_("This household was refused already."))
    end_application(ctx, application, "rejected", reason)
    return visit


def withdraw_campaign(
    ctx: Context, campaign_id: uuid.UUID, reason: str, version: int | None = None
) -> Campaign:
    """Give a campaign up before it is approved, with all that stands on its list."""
    _require_reason(reason)
    campaign = lock_campaign(ctx, campaign_id, KEEP, ("draft", "submitted"), version)
    for one in open_applications(ctx, campaign):
        end_application(ctx, one, "withdrawn", reason)
    before = campaign.state
    campaign.state, campaign.reason = "withdrawn", reason.strip()
    campaign.version += 1
    record(ctx, "campaign.withdrawn", campaign, before={"state": before},
           after={"state": "withdrawn"}, reason=reason)  # fmt: skip
    return campaign


def open_applications(ctx: Context, campaign: Campaign, *, lock: bool = True) -> list[Application]:
    """Return the applications of a list that are a draft or on their way, held unless told not
    to."""
    query = (
        select(Application)
        .where(
            Application.tenant_id == ctx.tenant_id, Application.campaign_id == campaign.id,
            Application.state.in_(("draft", "in_route")),
        )
        .order_by(Application.id)
    )  # fmt: skip
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(ctx.session.scalars(query))


def subject_of(ctx: Context, campaign: Campaign, applications: Sequence[Application]) -> Subject:
    """Return what access is asked for when someone wants to decide on a list: whoever began it,
    handed it in, or filed or listed one of its households, had a part in it."""
    filed = ctx.session.scalars(
        select(Household.filed_by).where(
            Household.tenant_id == ctx.tenant_id,
            Household.id.in_([one.household_id for one in applications]),
        )
    )
    people = {campaign.created_by, campaign.submitted_by, *filed}
    people |= {one.started_by for one in applications}
    parties = frozenset(one for one in people if one is not None)
    return Subject(ctx.tenant_id, approval_path(ctx, campaign), parties=parties)


def approval_path(ctx: Context, campaign: Campaign) -> str:
    """Return the path of the unit that decides on a list: of the level at which the region's route
    ends for this programme, at or above the campaign's union."""
    ladder = read_ladders(ctx, [campaign.unit_id])[campaign.unit_id]
    return path_at(ladder, approval_of(ctx, campaign.programme).level) or ""


def approval_of(ctx: Context, programme: str) -> RouteStep:
    """Return the last approval of the region's route, without those for large amounts."""
    return [one for one in ctx.pack.route(programme, 0) if one.kind == APPROVAL][-1]


def _hand_in(ctx: Context, visit: WarmthVisit) -> Refused | None:
    """Judge and hand in one visit; return why that cannot be, where it cannot."""
    household = find_household(ctx, visit.household_id, "application.submit", lock=True)
    application = lock_application(ctx, visit.application_id, "application.submit")
    try:
        with ctx.session.begin_nested():
            reassess(ctx, application, household)
    except DomainError as error:
        return Refused(household.id, household.file_number, household.head_name, error.message,
                       error.remedy)  # fmt: skip
    application.state, application.round = "in_route", application.round + 1
    application.submitted_by, application.submitted_at = acting_person(ctx), ctx.now
    application.version += 1
    after = {"state": "in_route", "round": application.round, "asked": application.asked}
    record(ctx, "application.submitted", application, before={"state": "draft"}, after=after)
    return None


def _check_left(ctx: Context, campaign: Campaign, applications: Sequence[Application]) -> None:
    fund = find_fund(ctx, campaign.fund_id, lock=True)
    left, needed = fund.budget - fund.reserved - fund.paid, sum(one.asked for one in applications)
    if needed > left:
        raise ConflictError(
            _("The fund %(fund)s has %(left)s yuan left; %(amount)s are needed."),
            remedy=_("Have its budget raised, or return the list."),
            fund=fund.name, left=format_yuan(left), amount=format_yuan(needed),
        )  # fmt: skip


def _decide(ctx: Context, campaign: Campaign, state: str, reason: str | None) -> None:
    campaign.state, campaign.reason = state, reason and reason.strip()
    campaign.decided_by, campaign.decided_by_name = ctx.actor.person_id, ctx.actor.name
    campaign.decided_at = ctx.now
    campaign.version += 1
    ctx.session.flush()


def _note_all(
    ctx: Context, applications: Sequence[Application], event: str, before: str, after: str,
    reason: str = "",
) -> None:  # fmt: skip
    """Audit each application; one statement for all of a list."""
    record_many(ctx, [
        Change(event, "applications", one.id, {"state": before},
               {"state": after, "amount": one.amount}, reason)
        for one in applications
    ])  # fmt: skip


def _require_any(campaign: Campaign, on_the_list: Collection[object]) -> None:
    if not on_the_list:
        raise ConflictError(
            _("Nobody is left on the list of the campaign %(number)s."),
            remedy=_("Choose households first, or give the campaign up."), number=campaign.number,
        )  # fmt: skip


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
