"""The route of an admission: its steps, whose turn it is, and the four eyes on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.access import Subject, allowed, require
from core.admissions.ending import STEPS
from core.admissions.models import Admission, AdmissionStep
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, ForbiddenError, NotFoundError, _
from core.households.models import Household
from core.policies.region import RouteStep
from core.routes import APPROVAL, Ladder, open_step, path_at, read_ladders


class Laid(NamedTuple):
    """A step as it is laid for a household of a unit, to be admitted by a department."""

    position: int
    step: RouteStep
    unit_path: str
    department: str


def plan_steps(ctx: Context, ladder: Ladder, department: str) -> Iterator[Laid]:
    """Yield the steps as the region says, the approval for the department's own officer."""
    for position, step in enumerate(steps_asked(ctx), start=1):
        whose = department if step.kind == APPROVAL else ""
        yield Laid(position, step, path_at(ladder, step.level), whose)


def steps_asked(ctx: Context) -> Sequence[RouteStep]:
    """Return the steps of the region; ConflictError where it asks for no admission."""
    if ctx.pack.admission is None:
        raise ConflictError(
            _("This region admits nobody by a route: a file is in force once it is judged."),
            remedy=_("Nothing is to be done."),
        )
    return ctx.pack.admission.steps


def lay_route(ctx: Context, admission: Admission, household: Household) -> None:
    """Write down the steps of a round and open the first."""
    ladder = read_ladders(ctx, [household.unit_id])[household.unit_id]
    steps = [
        AdmissionStep(
            tenant_id=ctx.tenant_id, id=new_id(), admission_id=admission.id,
            round=admission.round, position=laid.position, kind=laid.step.kind,
            level=laid.step.level, unit_path=laid.unit_path, department=laid.department,
            due_days=laid.step.due_days, state="waiting", findings=[],
        )
        for laid in plan_steps(ctx, ladder, admission.department)
    ]  # fmt: skip
    ctx.session.add_all(steps)
    open_step(ctx, steps[0])
    ctx.session.flush()


def parties(
    ctx: Context, admission: Admission, household: Household, step: AdmissionStep
) -> frozenset[uuid.UUID]:
    """Return who had a hand in an admission, and so may not take this step.

    They filed the household, began the admission or handed it in, or took another step in any
    round. Whoever took this same step before a return for completion may take it again.
    """
    deciders = (one.decided_by for one in STEPS.of(ctx, admission) if one.position != step.position)
    found = (household.filed_by, admission.began_by, admission.submitted_by, *deciders)
    return frozenset(person for person in found if person is not None)


def require_turn(
    ctx: Context, admission: Admission, household: Household, step: AdmissionStep
) -> None:
    """Let the actor take the open step or raise: ConflictError where his own comes later,
    ForbiddenError where the step is not his."""
    if not _may_take(ctx, admission, household, step) and any(
        _may_take(ctx, admission, household, later)
        for later in STEPS.of(ctx, admission)
        if later.state == "waiting"
    ):
        raise ConflictError(
            _("It is not your turn yet: another step comes first."),
            remedy=_("Wait until the admission is in your queue."),
        )
    try:
        require(ctx, f"admission.{step.kind}", _subject(ctx, admission, household, step))
    except NotFoundError:
        raise ForbiddenError(
            _("This step is for another union or department to take."),
            remedy=_("Wait until the admission is in your queue."),
        ) from None


def _may_take(
    ctx: Context, admission: Admission, household: Household, step: AdmissionStep
) -> bool:
    subject = _subject(ctx, admission, household, step)
    return allowed(ctx, f"admission.{step.kind}", subject)


def _subject(
    ctx: Context, admission: Admission, household: Household, step: AdmissionStep
) -> Subject:
    return Subject(
        tenant_id=ctx.tenant_id, unit_path=step.unit_path,
        parties=parties(ctx, admission, household, step), department=step.department,
    )  # fmt: skip
