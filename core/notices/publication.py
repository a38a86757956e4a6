"""Opening public notices, and closing those whose days are over: the final decision."""

from __future__ import annotations

import uuid

from sqlalchemy import and_, exists, func, select

from core.access import Subject, require
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.applications.referral import is_referral, refer_application
from core.applications.urgency import stored_terms
from core.audit import record
from core.campaigns.holding import hold_where_enough
from core.context import Context
from core.db import new_id
from core.entitlements.opening import begin_entitlement, lasts
from core.errors import ConflictError, NotFoundError, _
from core.funds.reservations import reserve_where_one_fits
from core.households.models import Household
from core.notices.models import Notice, Objection
from core.owed_papers.owing import begin_owing
from core.pii import mask_name
from core.tenancy import Unit
from core.workdays import add_working_days

SETTLED = (
    "granted", "paid", "rejected", "withdrawn", "returned", "referred", "fulfilled", "unfulfilled",
)  # fmt: skip
"""States in which there is nothing to show any more."""

_open_objections = and_(
    Objection.tenant_id == Notice.tenant_id,
    Objection.notice_id == Notice.id,
    Objection.state == "open",
)


def open_notice(ctx: Context, application_id: uuid.UUID) -> Notice | None:
    """Show an approved application publicly, masked, from the next working day on.

    It runs for the region's number of working days; where that is 0 the application is granted
    at once and there is no notice (None). By the urgent route it is granted at once and shown
    afterwards. Asking twice opens one notice, and for an application that was decided or taken back
    meanwhile none. ConflictError where it is not approved yet.
    """
    require(ctx, "notice.close", Subject(ctx.tenant_id))
    application = lock_application(ctx, application_id, "application.read")
    found = _open_notice_of(ctx, application)
    if found is not None or application.state in SETTLED:
        return found
    if application.state != "approved":
        raise ConflictError(
            _("The application %(number)s is not approved, so there is nothing to show."),
            number=application.number,
        )
    if application.urgent:
        return _grant_first(ctx, application)
    days = _notice_days(ctx, application)
    if days == 0:
        grant(ctx, application)
        return None
    application.state = "noticed"
    application.version += 1
    return _publish(ctx, application, days)


def close_due_notices(ctx: Context) -> list[uuid.UUID]:
    """Grant every application whose notice has ended with no objection open; return their ids.

    The notice of what was granted before it merely ends. Safe to run at any time and twice at once.
    A notice that turns out to have had too few working days, because a calendar was published
    meanwhile, runs on until it has had them.
    """
    require(ctx, "notice.close", Subject(ctx.tenant_id))
    granted = []
    for notice_id, application_id in _due(ctx):
        # Everyone locks the application before its notice, so that nobody waits in a circle.
        application = lock_application(ctx, application_id, "application.read")
        notice = lock_notice(ctx, notice_id)
        if notice.state != "open" or _has_open_objection(ctx, notice) or _runs_on(ctx, notice):
            continue
        notice.state, notice.closed_at = "closed", ctx.now
        record(ctx, "notice.closed", notice, before={"state": "open"}, after={"state": "closed"})
        if application.state == "noticed":
            grant(ctx, application)
            granted.append(application.id)
    return granted


def lock_notice(ctx: Context, notice_id: uuid.UUID) -> Notice:
    """Return a notice that nobody else changes or objects to before this transaction ends."""
    notice = ctx.session.scalars(
        select(Notice)
        .where(Notice.tenant_id == ctx.tenant_id, Notice.id == notice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if notice is None:
        raise NotFoundError
    return notice


def grant(ctx: Context, application: Application) -> None:
    """Make the final decision, and reserve the amount where exactly one fund fits; what is paid by
    the month begins to run, what is no money goes to the department that helps."""
    if is_referral(application):
        refer_application(ctx, application)
        return
    before = application.state
    application.state = "granted"
    application.version += 1
    ctx.session.flush()
    record(ctx, "application.granted", application, before={"state": before},
           after={"state": "granted", "amount": application.amount})  # fmt: skip
    if lasts(application):
        begin_entitlement(ctx, application)
    elif application.campaign_id:
        hold_where_enough(ctx, application)
    elif application.amount:
        reserve_where_one_fits(ctx, application)


def _grant_first(ctx: Context, application: Application) -> Notice | None:
    """Grant what cannot wait; its papers are owed, and it is shown afterwards where the region asks
    for that."""
    grant(ctx, application)
    begin_owing(ctx, application)
    days = stored_terms(ctx, application).notice_days
    return _publish(ctx, application, days) if days else None


def _notice_days(ctx: Context, application: Application) -> int:
    """Return the days of notice of today, or those kept where the wheel that said them is away."""
    usual = ctx.pack.notice_days(application.programme)
    if application.programme in ctx.pack.routes:
        return usual
    return int(application.assessment.get("notice_days", usual))


def _publish(ctx: Context, application: Application, days: int) -> Notice:
    head, unit = ctx.session.execute(
        select(Household.head_name, Unit.full_name)
        .join(Unit, (Unit.tenant_id == Household.tenant_id) & (Unit.id == Household.unit_id))
        .where(Household.tenant_id == ctx.tenant_id, Household.id == application.household_id)
    ).one()
    notice = Notice(
        tenant_id=ctx.tenant_id, id=new_id(), application_id=application.id, state="open",
        first_day=add_working_days(ctx.today, 1), last_day=add_working_days(ctx.today, days),
        working_days=days, name_masked=mask_name(head), unit_name=unit,
        programme=application.programme, amount=application.amount or 0, opened_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(notice)
    ctx.session.flush()
    after = {"first_day": str(notice.first_day), "last_day": str(notice.last_day),
             "amount": notice.amount}  # fmt: skip
    record(ctx, "notice.opened", notice, after=after)
    return notice


def _open_notice_of(ctx: Context, application: Application) -> Notice | None:
    return ctx.session.scalars(
        select(Notice).where(
            Notice.tenant_id == ctx.tenant_id,
            Notice.application_id == application.id,
            Notice.state == "open",
        )
    ).one_or_none()


def _due(ctx: Context) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return notice and application of those that are over and that nobody objects to."""
    found = ctx.session.execute(
        select(Notice.id, Notice.application_id)
        .where(
            Notice.tenant_id == ctx.tenant_id,
            Notice.state == "open",
            Notice.last_day < ctx.today,
            ~exists().where(_open_objections),
        )
        .order_by(Notice.id)
    )
    return [(notice_id, application_id) for notice_id, application_id in found]


def _has_open_objection(ctx: Context, notice: Notice) -> bool:
    found = ctx.session.scalar(select(func.count()).where(_open_objections, Notice.id == notice.id))
    return bool(found)


def _runs_on(ctx: Context, notice: Notice) -> bool:
    """Count the days again by the calendar known today, and prolong the notice where needed."""
    last_day = add_working_days(notice.first_day, notice.working_days - 1)
    if last_day <= notice.last_day:
        return False
    before = {"last_day": str(notice.last_day)}
    notice.last_day = last_day
    record(ctx, "notice.prolonged", notice, before=before, after={"last_day": str(last_day)})
    return last_day >= ctx.today
