"""Deciding on the open step of an application: approve, return for completion, reject."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from core.applications.lookup import lock_application
from core.applications.models import Application, Step
from core.applications.route import STEPS, require_turn, steps_of
from core.applications.urgency import check_urgent, stored_terms
from core.audit import record
from core.between.approving import refuse_exceeding
from core.between.beside import hold
from core.context import Context
from core.errors import ConflictError, ForbiddenError, InvalidError, _
from core.households.models import Household
from core.money import format_yuan
from core.outbox import enqueue
from core.routes import APPROVAL, APPROVE, RETURN, open_step, sign

REJECT = "reject"
OPEN_NOTICE = "open_notice"
"""The job that opens the public notice of an approved application."""


def decide(
    ctx: Context,
    application_id: uuid.UUID,
    decision: str,
    *,
    amount: int | None = None,
    reason: str = "",
    findings: Sequence[Mapping[str, Any]] = (),
    version: int | None = None,
) -> Application:
    """Take the open step: "approve", "return" or "reject"; the last two need a reason.

    An approver may set `amount` (fen) inside the range that was assessed. `findings` are what
    an investigator found. ForbiddenError for whoever had a hand in it before; ConflictError
    where it is not the actor's turn, or someone else decided meanwhile.
    """
    _require_confined(ctx, application_id)
    _check(decision, reason)
    seen = STEPS.open_id(ctx, application_id)
    application = lock_application(ctx, application_id, "application.read", version)
    step = _open_step(ctx, application, seen)
    require_turn(ctx, application, step)
    _settle_amount(ctx, application, step, decision, amount)
    sign(ctx, step, decision, reason, findings)
    before = application.state
    _FOLLOW[decision](ctx, application, step)
    application.version += 1
    after = {
        "state": application.state, "step": step.kind, "level": step.level,
        "amount": step.amount, "round": step.round,
    }  # fmt: skip
    event = f"application.{step.kind}.{decision}"
    record(ctx, event, application, before={"state": before}, after=after, reason=reason)
    ctx.session.flush()
    return application


def _check(decision: str, reason: str) -> None:
    if decision not in _FOLLOW:
        raise InvalidError(_("“%(decision)s” is no decision."), field="decision", decision=decision)
    if decision != APPROVE and not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")


def _require_confined(ctx: Context, application_id: uuid.UUID) -> None:
    """A federation above decides in a transaction that can write this application alone."""
    foreign = not ctx.actor.is_system and ctx.actor.tenant_id != ctx.tenant_id
    if foreign and ctx.session.scope.application != application_id:
        raise ForbiddenError(_("Your role does not allow this."))


def _open_step(ctx: Context, application: Application, seen: uuid.UUID | None) -> Step:
    step = next((one for one in steps_of(ctx, application) if one.state == "open"), None)
    if step is None or application.state != "in_route":
        raise ConflictError(
            _("The application %(number)s waits for no decision."),
            remedy=_("Look at it again."),
            number=application.number,
        )
    if step.id != seen:
        raise ConflictError(
            _("Someone else decided this step meanwhile."), remedy=_("Look at it again.")
        )
    return step


def _settle_amount(
    ctx: Context, application: Application, step: Step, decision: str, amount: int | None
) -> None:
    if decision != APPROVE or step.kind != APPROVAL:
        if amount is not None:
            raise InvalidError(_("Only an approver sets the amount."), field="amount")
        return
    step.amount = _amount_before(ctx, application, step) if amount is None else amount
    least, most = application.assessment["minimum"], application.assessment["maximum"]
    if not least <= step.amount <= most or (step.amount == 0 and most > 0):
        raise InvalidError(
            _("The amount must be from %(minimum)s to %(maximum)s yuan."),
            field="amount", minimum=format_yuan(least), maximum=format_yuan(most),
        )  # fmt: skip
    _check_tier(ctx, application, step.amount)
    refuse_exceeding(ctx, application, step.amount)


def _amount_before(ctx: Context, application: Application, step: Step) -> int:
    """What the approver before proposed, or what was asked for."""
    earlier = [
        one.amount
        for one in steps_of(ctx, application)
        if one.round == step.round and one.position < step.position and one.amount is not None
    ]
    return earlier[-1] if earlier else application.asked


def _check_tier(ctx: Context, application: Application, amount: int) -> None:
    """Refuse more than was asked for where so much would have gone to a higher approver, and more
    than may go the urgent route."""
    if application.urgent:
        hold(ctx, application.household_id)
        household = ctx.session.get_one(Household, (ctx.tenant_id, application.household_id))
        limit = stored_terms(ctx, application).limit
        check_urgent(ctx, household, amount, limit, application.id)
        return
    if _goes_further(ctx, application, amount):
        raise InvalidError(
            _("So much is for a higher federation to approve; %(asked)s yuan were asked for."),
            remedy=_("Return it, so that the amount can be asked for and go the longer way."),
            field="amount", asked=format_yuan(application.asked),
        )  # fmt: skip


def _goes_further(ctx: Context, application: Application, amount: int) -> bool:
    """Say whether so much takes more steps than what was asked for, by the route of today or, where
    the wheel that brought it is away, by that of the day it was judged."""
    stages = ctx.pack.routes.get(application.programme)
    kept = application.assessment.get("tiers", [application.asked + 1])
    tiers = kept if stages is None else [stage.from_amount for stage in stages]
    return any(application.asked < tier <= amount for tier in tiers)


def _approve(ctx: Context, application: Application, step: Step) -> None:
    following = STEPS.after(ctx, application, step)
    if following is not None:
        open_step(ctx, following)
        return
    application.state, application.amount = "approved", step.amount
    enqueue(ctx, OPEN_NOTICE, {"application": str(application.id)})


def _return(ctx: Context, application: Application, _step: Step) -> None:
    STEPS.void(ctx, application)
    application.state = "returned"


def _reject(ctx: Context, application: Application, _step: Step) -> None:
    STEPS.void(ctx, application)
    application.state, application.closed_at = "rejected", ctx.now


_FOLLOW = {APPROVE: _approve, RETURN: _return, REJECT: _reject}
