"""Handing an application in, again after completion, and taking it back."""

from __future__ import annotations

import uuid

from bangfu_sdk import Programme, QuestionKind
from sqlalchemy import select, update

from core.applications.answers import require_answers
from core.applications.assessment import figures_today, judging_programme
from core.applications.drafts import lock_household, reassess, refuse_listed
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.applications.route import STEPS, lay_route
from core.audit import record
from core.context import Context
from core.errors import ConflictError, InvalidError, _
from core.households.models import Evidence
from core.notices.models import Notice

WITHDRAWABLE = ("draft", "in_route", "returned", "approved", "noticed")


def submit(ctx: Context, application_id: uuid.UUID, version: int | None = None) -> Application:
    """Hand a draft in: judged once more today, from now on frozen, its first step open.

    InvalidError where a required question is not answered or it can no longer be granted.
    """
    return _hand_in(ctx, application_id, version, "draft")


def resubmit(ctx: Context, application_id: uuid.UUID, version: int | None = None) -> Application:
    """Hand in again what came back for completion: a new round of its route begins."""
    return _hand_in(ctx, application_id, version, "returned")


def withdraw(
    ctx: Context, application_id: uuid.UUID, reason: str, version: int | None = None
) -> Application:
    """Take an application back at any time before it is granted; its notice ends with it."""
    application = lock_application(ctx, application_id, "application.submit", version)
    refuse_listed(application)
    _expect(application, WITHDRAWABLE)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    before = application.state
    STEPS.void(ctx, application)
    _stop_notice(ctx, application)
    application.state, application.closed_at = "withdrawn", ctx.now
    application.version += 1
    record(ctx, "application.withdrawn", application, before={"state": before},
           after={"state": "withdrawn"}, reason=reason)  # fmt: skip
    return application


def _hand_in(
    ctx: Context, application_id: uuid.UUID, version: int | None, state: str
) -> Application:
    household = lock_household(ctx, application_id, "application.submit")
    application = lock_application(ctx, application_id, "application.submit", version)
    refuse_listed(application)
    _expect(application, (state,))
    rule = judging_programme(ctx, application)
    figures = figures_today(ctx, rule.name).values
    require_answers(
        rule, application.answers, ctx.language, figures, papers_later=application.urgent
    )
    _check_papers(ctx, rule, application)
    reassess(ctx, application, household)
    application.state, application.round = "in_route", application.round + 1
    application.submitted_by, application.submitted_at = ctx.actor.person_id, ctx.now
    application.version += 1
    ctx.session.flush()
    lay_route(ctx, application)
    after = {"state": "in_route", "round": application.round, "asked": application.asked,
             "urgent": application.urgent}  # fmt: skip
    record(ctx, "application.submitted", application, before={"state": state}, after=after)
    return application


def _check_papers(ctx: Context, programme: Programme, application: Application) -> None:
    """Raise InvalidError for a paper that is answered with and is none of the household's."""
    query = select(Evidence.id).where(
        Evidence.tenant_id == ctx.tenant_id, Evidence.household_id == application.household_id
    )
    own = {str(paper) for paper in ctx.session.scalars(query)}
    for question in programme.questions:
        papers = application.answers.get(question.name, [])
        if question.kind is QuestionKind.EVIDENCE and not own.issuperset(papers):
            raise InvalidError(
                _("A paper that is named is not among those of the household."),
                remedy=_("Add it to the household file, then name it again."),
                field=question.name,
            )


def _expect(application: Application, states: tuple[str, ...]) -> None:
    if application.state not in states:
        raise ConflictError(
            _("The application %(number)s is not in a state that allows this."),
            remedy=_("Look at it again."),
            number=application.number,
        )


def _stop_notice(ctx: Context, application: Application) -> None:
    ctx.session.execute(
        update(Notice)
        .where(
            Notice.tenant_id == ctx.tenant_id,
            Notice.application_id == application.id,
            Notice.state == "open",
        )
        .values(state="stopped", closed_at=ctx.now)
        .execution_options(synchronize_session="fetch")
    )
