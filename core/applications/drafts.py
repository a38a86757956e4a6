"""Starting an application and changing it before it is handed in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from bangfu_sdk import Programme, QuestionKind
from sqlalchemy import func, select

from core.applications.answers import read_answers
from core.applications.assessment import (
    Finding,
    assess_application,
    check_grantable,
    find_programme,
    judging_programme,
    keep_finding,
)
from core.applications.beneficiaries import find_beneficiary
from core.applications.lookup import find_application, lock_application
from core.applications.models import Application
from core.applications.papers import read_seen
from core.applications.students import check_school_year, claim_school_year
from core.applications.urgency import (
    check_urgent,
    find_urgent_route,
    read_reason,
    read_terms,
    waives_admission,
)
from core.audit import record
from core.between.beside import refuse_beside
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, InvalidError, _
from core.households.life.force import require_admitted
from core.households.lookup import find_household
from core.households.models import Household, Member
from core.money import MAXIMUM_FEN

OPEN_TO_CHANGE = ("draft", "returned")


def start_application(
    ctx: Context,
    household_id: uuid.UUID,
    programme: str,
    answers: Mapping[str, Any],
    asked: int,
    member_id: uuid.UUID | None = None,
    urgent_reason: str = "",
    papers_seen: Sequence[str] = (),
    campaign_id: uuid.UUID | None = None,
) -> Application:
    """Start a household's application to a programme as a draft; `asked` is fen, `papers_seen`
    names the papers that are there though their files are not attached yet.

    The household is judged today with its earlier aid of the year. InvalidError with the reasons
    where nothing can be granted, or `asked` is out of the range; ConflictError where the file is
    not in force, or the programme is given in campaigns and `campaign_id` is not told. Two people
    starting at once go one after the other. With a reason why it cannot wait it goes the urgent
    route.
    """
    household = find_household(ctx, household_id, "application.start", lock=True)
    rule = find_programme(ctx, programme)
    _check_campaign(rule, campaign_id)
    reason = read_reason(ctx, programme, urgent_reason)
    member = find_beneficiary(ctx, household, rule, member_id, urgent=bool(reason))
    check_school_year(ctx, rule, member)
    one, urgent = _one(rule, member), bool(reason)
    beside = refuse_beside(ctx, household, rule, member=one, urgent=urgent)
    _check_asked(asked)
    told = read_answers(rule, answers, asked, member_id, ctx.language)
    seen = read_seen(rule, papers_seen)
    finding = assess_application(ctx, household, rule, told, asked, member=one, beside=beside)
    _check_finding(ctx, household, programme, finding, asked, reason)
    application = Application(
        tenant_id=ctx.tenant_id, id=new_id(), number=_next_number(ctx, household),
        household_id=household.id, member_id=member_id, unit_id=household.unit_id,
        programme=programme, state="draft", version=1, round=0, applied_on=ctx.today,
        answers=told, asked=asked, started_by=_person(ctx), started_at=ctx.now,
        urgent_reason=reason, papers_seen=seen, campaign_id=campaign_id,
    )  # fmt: skip
    keep_finding(ctx, application, finding)
    claim_school_year(ctx, rule, application, member)
    after = {"number": application.number, "programme": programme, "asked": asked,
             "category": application.category}  # fmt: skip
    after |= {"urgent_reason": reason} if reason else {}
    record(ctx, "application.started", application, after=after)
    return application


def revise_application(
    ctx: Context,
    application_id: uuid.UUID,
    *,
    answers: Mapping[str, Any] | None = None,
    asked: int | None = None,
    urgent_reason: str | None = None,
    papers_seen: Sequence[str] | None = None,
    version: int | None = None,
) -> Application:
    """Change the answers, the amount asked for or the papers seen of a draft, or of what came back
    for completion, or why it cannot wait: with no reason it goes the ordinary route.

    ConflictError once it is on its route: nothing is altered after it was handed in.
    """
    household = lock_household(ctx, application_id, "application.start")
    application = lock_application(ctx, application_id, "application.start", version)
    refuse_listed(application)
    if application.state not in OPEN_TO_CHANGE:
        raise ConflictError(
            _("The application %(number)s is handed in and cannot be changed."),
            remedy=_("Have it returned for completion, or withdraw it."),
            number=application.number,
        )
    before = _told(application)
    if urgent_reason is not None:
        application.urgent_reason = read_reason(ctx, application.programme, urgent_reason)
    if papers_seen is not None:
        rule = judging_programme(ctx, application)
        application.papers_seen = read_seen(rule, papers_seen)
    reassess(ctx, application, household, answers=answers, asked=asked)
    application.version += 1
    after = _told(application)
    record(ctx, "application.revised", application, before=before, after=after)
    return application


def reassess(
    ctx: Context,
    application: Application,
    household: Household,
    *,
    answers: Mapping[str, Any] | None = None,
    asked: int | None = None,
    by: Programme | None = None,
    member_id: uuid.UUID | None = None,
) -> None:
    """Judge an application anew today, with other answers, another amount or by another programme
    or for another member where given. Nothing of it is changed unless it can be granted."""
    rule = judging_programme(ctx, application) if by is None else by
    reason = _reason(ctx, application, rule)
    whom = member_id or application.member_id
    member = find_beneficiary(ctx, household, rule, whom, urgent=bool(reason))
    check_school_year(ctx, rule, member, application.id)
    one, own, urgent = _one(rule, member), application.id, bool(reason)
    beside = refuse_beside(ctx, household, rule, member=one, besides=own, urgent=urgent)
    wanted = application.asked if asked is None else asked
    _check_asked(wanted)
    given = application.answers if answers is None else answers
    told = read_answers(rule, given, wanted, whom, ctx.language)
    finding = assess_application(
        ctx, household, rule, told, wanted, member=one, besides=own, beside=beside
    )
    _check_finding(ctx, household, rule.name, finding, wanted, reason, application.id)
    application.answers, application.asked, application.applied_on = told, wanted, ctx.today
    application.member_id = whom
    if by is not None:
        _become(application, by, reason)
    keep_finding(ctx, application, finding)
    claim_school_year(ctx, rule, application, member)


def _reason(ctx: Context, application: Application, rule: Programme) -> str:
    """Return why it cannot wait; moved to a programme without an urgent route, it can."""
    moved = rule.name != application.programme
    if moved and find_urgent_route(ctx, rule.name) is None:
        return ""
    return read_reason(ctx, rule.name, application.urgent_reason)


def _become(application: Application, rule: Programme, reason: str) -> None:
    """Make an application one to another programme, with the papers seen that this asks for too."""
    asked = {one.name for one in rule.questions if one.kind is QuestionKind.EVIDENCE}
    application.programme, application.urgent_reason = rule.name, reason
    application.papers_seen = [name for name in application.papers_seen if name in asked]
    application.school_year = application.student_index = None


def lock_household(ctx: Context, application_id: uuid.UUID, permission: str) -> Household:
    """Return the household of an application, locked; taken before the application's own lock."""
    application = find_application(ctx, application_id, permission)
    return find_household(ctx, application.household_id, permission, lock=True)


def _check_finding(
    ctx: Context,
    household: Household,
    programme: str,
    finding: Finding,
    asked: int,
    urgent_reason: str,
    besides: uuid.UUID | None = None,
) -> None:
    """Raise where the household is not to have what was found, or not so much by this route."""
    urgent = bool(urgent_reason)
    if not waives_admission(ctx, programme, urgent):
        require_admitted(ctx, household, finding.category)
    check_grantable(ctx, finding, asked)
    if urgent:
        limit = read_terms(ctx, programme, ctx.today).limit
        check_urgent(ctx, household, asked, limit, besides)


def _told(application: Application) -> dict[str, Any]:
    names = ("asked", "answers", "urgent_reason", "papers_seen")
    return {name: getattr(application, name) for name in names}


def refuse_listed(application: Application) -> None:
    """Raise ConflictError for what stands on the list of a campaign: it goes with its list."""
    if application.campaign_id is not None:
        raise ConflictError(
            _("The application %(number)s stands on the list of a campaign."),
            remedy=_("Change it on that list; it is handed in and decided on with it."),
            number=application.number,
        )


def _check_campaign(rule: Programme, campaign_id: uuid.UUID | None) -> None:
    if rule.in_campaigns != (campaign_id is not None):
        raise ConflictError(
            _("“%(title)s” is given in campaigns."),
            remedy=_("Put the household on the list of a campaign."), title=rule.title,
        )  # fmt: skip


def _one(programme: Programme, member: Member) -> Member | None:
    return member if programme.for_one else None


def _check_asked(asked: int) -> None:
    if not 0 <= asked <= MAXIMUM_FEN:
        raise InvalidError(_("The amount asked for is out of range."), field="asked")


def _next_number(ctx: Context, household: Household) -> str:
    """Return file number, year and a count; the household's row is locked by the caller."""
    before = ctx.session.scalar(
        select(func.count()).where(
            Application.tenant_id == ctx.tenant_id, Application.household_id == household.id
        )
    )
    return f"{household.file_number}-{ctx.today.year}-{int(before or 0) + 1:02d}"


def _person(ctx: Context) -> uuid.UUID:
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for an application."))
    return ctx.actor.person_id
