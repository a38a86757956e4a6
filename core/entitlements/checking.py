"""The yearly check of what runs, and ending it by hand."""

from __future__ import annotations

import uuid

from core.access import Subject, require
from core.applications.assessment import assess_application, judging_programme
from core.applications.lookup import unit_path
from core.applications.models import Application
from core.audit import record
from core.between.beside import look_beside
from core.context import Context
from core.entitlements.following import follow_files
from core.entitlements.models import Entitlement
from core.entitlements.opening import next_check
from core.errors import ConflictError, InvalidError, NotFoundError, StaleError, _
from core.households.lookup import find_household
from core.policies.between import CAP


def recheck(ctx: Context, entitlement_id: uuid.UUID, version: int | None = None) -> Entitlement:
    """Judge what runs anew today, for another year: it goes on, is lowered, or ends.

    More than was granted is never given so: that takes a new application. Whoever started or handed
    in the application cannot check it. ConflictError where it has ended.
    """
    entitlement, application = _lock(ctx, entitlement_id, version, "entitlement.check")
    household = find_household(ctx, application.household_id, "application.read")
    rule = judging_programme(ctx, application)
    beside = look_beside(ctx, household, rule, besides=application.id, held=True)
    finding = assess_application(
        ctx, household, rule, application.answers, application.asked, besides=application.id,
        beside=None if beside is None else beside.only(CAP),
    )  # fmt: skip
    before = {"amount": entitlement.amount, "recheck_due": _text(entitlement.recheck_due)}
    entitlement.version += 1
    entitlement.recheck_due = next_check(ctx)
    if finding.is_eligible:
        entitlement.amount = min(entitlement.amount, finding.maximum)
    else:
        entitlement.state, entitlement.reason = "ended", "not_eligible"
        entitlement.since = ctx.today
    ctx.session.flush()
    record(ctx, "entitlement.checked", entitlement, before=before, after={
        "amount": entitlement.amount, "recheck_due": _text(entitlement.recheck_due),
        "state": entitlement.state, "reasons": [one["code"] for one in finding.reasons],
    })  # fmt: skip
    follow_files(ctx, only=entitlement.id)
    ctx.session.refresh(entitlement)
    return entitlement


def end_entitlement(
    ctx: Context, entitlement_id: uuid.UUID, reason: str, version: int | None = None
) -> Entitlement:
    """End what runs or is suspended, for a reason that is told; nothing is paid from now on."""
    entitlement, _application = _lock(ctx, entitlement_id, version, "entitlement.end")
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    before = entitlement.state
    entitlement.state, entitlement.reason = "ended", "by_hand"
    entitlement.note, entitlement.since = reason.strip(), ctx.today
    entitlement.version += 1
    ctx.session.flush()
    record(ctx, "entitlement.ended", entitlement, before={"state": before},
           after={"state": "ended", "cause": "by_hand"}, reason=reason)  # fmt: skip
    return entitlement


def _lock(
    ctx: Context, entitlement_id: uuid.UUID, version: int | None, permission: str
) -> tuple[Entitlement, Application]:
    entitlement = ctx.session.get(
        Entitlement, (ctx.tenant_id, entitlement_id), with_for_update=True, populate_existing=True
    )
    if entitlement is None:
        raise NotFoundError
    application = ctx.session.get_one(Application, (ctx.tenant_id, entitlement.application_id))
    began = {application.started_by, application.submitted_by} - {None}
    parties = frozenset(person for person in began if person is not None)
    require(ctx, permission,
            Subject(ctx.tenant_id, unit_path(ctx, application), parties=parties))  # fmt: skip
    if version is not None and entitlement.version != version:
        raise StaleError
    if entitlement.state == "ended":
        raise ConflictError(
            _("This entitlement has ended already."), remedy=_("Let the household apply anew.")
        )
    return entitlement, application


def _text(day: object) -> str | None:
    return None if day is None else str(day)
