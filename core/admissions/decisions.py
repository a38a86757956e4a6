"""Deciding on the open step of an admission: pass on or approve, return for completion, refuse."""

from __future__ import annotations

import uuid

from core import audit
from core.admissions.beginning import check_ready
from core.admissions.ending import STEPS
from core.admissions.lookup import lock_admission
from core.admissions.models import ADMITTED, IN_ROUTE, REFUSED, RETURNED, Admission, AdmissionStep
from core.admissions.route import require_turn
from core.context import Context
from core.errors import ConflictError, InvalidError, _
from core.households.models import Household
from core.routes import APPROVE, INVESTIGATION, RETURN, open_step, sign

REFUSE = "refuse"


def decide(
    ctx: Context,
    admission_id: uuid.UUID,
    decision: str,
    *,
    reason: str = "",
    findings: str = "",
    version: int | None = None,
) -> Admission:
    """Take the open step: "approve", "return" or "refuse"; the last two need a reason.

    An investigation that is passed on says what it found. ForbiddenError for whoever had a hand
    in it before or is of another department; ConflictError where it is not the actor's turn,
    someone else decided meanwhile, or the file came into another department's category.
    """
    _check(decision, reason)
    seen = STEPS.open_id(ctx, admission_id)
    admission, household = lock_admission(ctx, admission_id, version)
    step = _open_step(ctx, admission, seen)
    require_turn(ctx, admission, household, step)
    if step.kind == INVESTIGATION and decision == APPROVE and not findings.strip():
        raise InvalidError(
            _("Say what the investigation found."), field="findings",
            remedy=_("Visit the household and write down what was seen."),
        )  # fmt: skip
    told = [{"text": findings.strip()}] if findings.strip() else []
    sign(ctx, step, decision, reason, told)
    before = admission.state
    _FOLLOW[decision](ctx, admission, household, step)
    admission.version += 1
    after = {"state": admission.state, "step": step.kind, "level": step.level,
             "department": admission.department, "round": step.round}  # fmt: skip
    event = f"admission.{step.kind}.{decision}"
    audit.record(ctx, event, admission, before={"state": before}, after=after, reason=reason)
    ctx.session.flush()
    return admission


def _check(decision: str, reason: str) -> None:
    if decision not in _FOLLOW:
        raise InvalidError(_("“%(decision)s” is no decision."), field="decision", decision=decision)
    if decision != APPROVE and not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")


def _open_step(ctx: Context, admission: Admission, seen: uuid.UUID | None) -> AdmissionStep:
    step = next((one for one in STEPS.of(ctx, admission) if one.state == "open"), None)
    if step is None or admission.state != IN_ROUTE:
        raise ConflictError(
            _("This admission waits for no decision."), remedy=_("Look at it again.")
        )
    if step.id != seen:
        raise ConflictError(
            _("Someone else decided this step meanwhile."), remedy=_("Look at it again.")
        )
    return step


def _approve(ctx: Context, admission: Admission, household: Household, step: AdmissionStep) -> None:
    following = STEPS.after(ctx, admission, step)
    if following is not None:
        open_step(ctx, following)
        return
    department = check_ready(ctx, household)
    if department != admission.department:
        raise ConflictError(
            _("The household came into a category that %(department)s admits."),
            remedy=_("Have the admission withdrawn and begun anew."),
            department=ctx.word(ctx.pack.department(department).name),
        )
    admission.state, admission.category = ADMITTED, household.category or ""
    admission.decided_on, admission.closed_at = ctx.today, ctx.now
    household.admitted_by, household.changed_at = department, ctx.now


def _return(
    ctx: Context, admission: Admission, _household: Household, _step: AdmissionStep
) -> None:
    STEPS.void(ctx, admission)
    admission.state = RETURNED


def _refuse(ctx: Context, admission: Admission, _household: Household, step: AdmissionStep) -> None:
    STEPS.void(ctx, admission)
    admission.state, admission.reason = REFUSED, step.reason
    admission.decided_on, admission.closed_at = ctx.today, ctx.now


_FOLLOW = {APPROVE: _approve, RETURN: _return, REFUSE: _refuse}
