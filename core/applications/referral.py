"""Applications that are no money: approved, they become a measure of the department that helps.

What becomes of the measure becomes of the application.
"""

from __future__ import annotations

import uuid
from typing import Any

from bangfu_sdk import Kind
from sqlalchemy import select

from core.applications.models import Application, Step
from core.audit import record
from core.context import Context
from core.db import new_id
from core.entitlements.opening import begin_entitlement, lasts
from core.errors import ConflictError, _
from core.households.life.models import Measure
from core.households.models import Household, Member
from core.pii import mask_name
from core.programmes import referral_line
from core.titles import title_of
from core.workdays import add_working_days

ENDS = {"done": "fulfilled", "refused": "unfulfilled", "cancelled": "unfulfilled"}
"""What an application comes to, by what its measure came to."""


def is_referral(application: Application) -> bool:
    """Return whether an application asks a department for help instead of money."""
    kind = application.assessment.get("kind")
    return kind is not None and Kind(kind).refers


def refer_application(ctx: Context, application: Application) -> Measure:
    """Refer an approved application to the lead department of the line its region names.

    The approver refers; the household's contact person sees to it. Nothing is reserved.
    """
    line, due_days = _line(ctx, application)
    lead, cooperating = _departments(ctx, line)
    household = ctx.session.get_one(Household, (ctx.tenant_id, application.household_id))
    measure = Measure(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=application.household_id,
        application_id=application.id, line=line, department=lead,
        cooperating=cooperating, content=_content(ctx, application),
        responsible=household.contact_person or household.head_name,
        due_on=add_working_days(ctx.today, due_days), state="open", outcome="", version=1,
        referred_on=ctx.today, referred_by=_approver(ctx, application), changed_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(measure)
    _move(ctx, application, "referred", {"department": lead, "line": line})
    return measure


def follow_measure(ctx: Context, measure: Measure) -> None:
    """Let the application a measure was made for come to what the measure came to."""
    if measure.application_id is None or measure.state not in ENDS:
        return
    application = ctx.session.get_one(
        Application, (ctx.tenant_id, measure.application_id),
        with_for_update=True, populate_existing=True,
    )  # fmt: skip
    if application.state == "referred":
        application.closed_at = ctx.now
        _move(ctx, application, ENDS[measure.state], {"outcome": measure.outcome})
        if application.state == "fulfilled" and lasts(application):
            begin_entitlement(ctx, application)


def refuse_money(application: Application) -> None:
    """Raise ConflictError for an application that is a referral: nothing is paid on it."""
    if is_referral(application):
        raise ConflictError(
            _("The application %(number)s is a referral to a department: no money is paid on it."),
            remedy=_("See what the department answered."),
            number=application.number,
        )


def _move(ctx: Context, application: Application, state: str, told: dict[str, Any]) -> None:
    before = application.state
    application.state = state
    application.version += 1
    ctx.session.flush()
    record(ctx, f"application.{state}", application, before={"state": before},
           after={"state": state, **told})  # fmt: skip


def _line(ctx: Context, application: Application) -> tuple[str, int]:
    """Return the measure line and the days to answer: those of today or, where the wheel that
    brought them is away, those of the day it was judged."""
    if application.programme in ctx.pack.referrals:
        line = referral_line(ctx, application.programme)
        return line.measure, line.due_days
    kept = application.assessment["line"]
    return str(kept["measure"]), int(kept["due_days"])


def _departments(ctx: Context, line: str) -> tuple[str, list[str]]:
    found = ctx.pack.measure(line)
    names = [ctx.pack.department(code).name.zh for code in (found.lead, *found.cooperating)]
    return names[0], names[1:]


def _content(ctx: Context, application: Application) -> str:
    """Return what is asked of the department: for whom, and to what he is entitled."""
    title = title_of(ctx, application.programme).zh
    told = "；".join(reason["zh"] for reason in application.assessment["reasons"])
    return f"{title}（{application.number}）{_named(ctx, application)}：{told}"


def _named(ctx: Context, application: Application) -> str:
    if application.member_id is None:
        return ""
    member = ctx.session.get_one(Member, (ctx.tenant_id, application.member_id))
    return " ".join(filter(None, ("", mask_name(member.name), member.school)))


def _approver(ctx: Context, application: Application) -> uuid.UUID:
    """Return who took the last step."""
    decided = ctx.session.scalars(
        select(Step.decided_by)
        .where(
            Step.tenant_id == application.tenant_id, Step.application_id == application.id,
            Step.round == application.round, Step.state == "done",
        )
        .order_by(Step.position.desc())
        .limit(1)
    ).one()  # fmt: skip
    return decided or application.started_by
