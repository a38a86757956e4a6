"""The route of an application: its steps, whose turn it is, and the four eyes on it."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.access import Subject, allowed, require
from core.applications.models import Application, Step
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, NotFoundError, _
from core.households.models import Household
from core.policies.region import RouteStep
from core.routes import Steps, open_step, path_at, read_ladders
from core.tenancy import TENANT_LEVELS

STEPS = Steps(Step, Step.application_id)


def lay_route(ctx: Context, application: Application) -> None:
    """Write down the steps of a round as the region's route says, and open the first.

    A step above the tenant is laid for the federation of that level above it.
    """
    ladder = read_ladders(ctx, [application.unit_id])[application.unit_id]
    steps = [
        Step(
            tenant_id=ctx.tenant_id, id=new_id(), application_id=application.id,
            round=application.round, position=position, kind=step.kind, level=step.level,
            deciding_tenant=_deciding_tenant(ctx, step.level),
            unit_path=path_at(ladder, step.level), due_days=step.due_days, state="waiting",
            findings=[],
        )
        for position, step in enumerate(
            _route_of(ctx, application), start=1
        )
    ]  # fmt: skip
    ctx.session.add_all(steps)
    open_step(ctx, steps[0])
    ctx.session.flush()


def steps_of(ctx: Context, application: Application) -> list[Step]:
    """Return the steps of every round, in order."""
    return STEPS.of(ctx, application)


def parties(
    ctx: Context, application: Application, step: Step | None = None
) -> frozenset[uuid.UUID]:
    """Return who had a hand in an application, and so may not take this step.

    They filed the household, started or handed in the application, or took another step in any
    round. Whoever took this same step before a return for completion may take it again.
    """
    filed_by = ctx.session.scalar(
        select(Household.filed_by).where(
            Household.tenant_id == application.tenant_id,
            Household.id == application.household_id,
        )
    )
    position = None if step is None else step.position
    deciders = {
        taken.decided_by for taken in steps_of(ctx, application) if taken.position != position
    }
    found = {filed_by, application.started_by, application.submitted_by, *deciders}
    return frozenset(person for person in found if person is not None)


def subject_of(ctx: Context, application: Application, step: Step) -> Subject:
    """Return what access is asked for when someone wants to take a step."""
    return Subject(
        tenant_id=application.tenant_id,
        unit_path=step.unit_path,
        parties=parties(ctx, application, step),
        deciding_tenant=step.deciding_tenant,
    )


def require_turn(ctx: Context, application: Application, step: Step) -> None:
    """Let the actor take the open step or raise: ConflictError where his own comes later.

    He may see the application, so ForbiddenError otherwise, also where the step lies above him.
    """
    subject = subject_of(ctx, application, step)
    if not allowed(ctx, f"step.{step.kind}", subject) and _has_later_step(ctx, application):
        raise ConflictError(
            _("It is not your turn yet: another step comes first."),
            remedy=_("Wait until the application is in your queue."),
        )
    try:
        require(ctx, f"step.{step.kind}", subject)
    except NotFoundError:
        raise ForbiddenError(
            _("This step is for another union to take."),
            remedy=_("Wait until the application is in your queue."),
        ) from None


def _route_of(ctx: Context, application: Application) -> tuple[RouteStep, ...]:
    if application.urgent:
        return ctx.pack.urgent[application.programme].steps
    return ctx.pack.route(application.programme, application.asked)


def _has_later_step(ctx: Context, application: Application) -> bool:
    return any(
        allowed(ctx, f"step.{later.kind}", subject_of(ctx, application, later))
        for later in steps_of(ctx, application)
        if later.state == "waiting"
    )


def _deciding_tenant(ctx: Context, level: str) -> uuid.UUID:
    """Return the tenant of a level above this one, or this one itself."""
    tenant = ctx.tenant
    if level not in TENANT_LEVELS:
        return tenant.id
    while TENANT_LEVELS.index(tenant.level) > TENANT_LEVELS.index(level) and tenant.parent_id:
        tenant = ctx.installation.tenant_by_id(tenant.parent_id)
    return tenant.id
