"""Beginning an admission, handing it in again after completion, and taking it back."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import audit
from core.access import Subject, require
from core.admissions.ending import take_back
from core.admissions.lookup import expect, lock_admission, path_of
from core.admissions.models import (
    BY_ROUTE,
    IN_ROUTE,
    LIVE,
    RETURNED,
    Admission,
)
from core.admissions.route import lay_route, steps_asked
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, _
from core.households.life.colleagues import require_text
from core.households.life.states import REFUSALS, REMEDIES
from core.households.lookup import find_household
from core.households.models import Household

BEGIN = "admission.begin"


def begin(ctx: Context, household_id: uuid.UUID) -> Admission:
    """Begin the admission of a household: a file in force, judged into a category of help.

    ConflictError where the file is not in force, not judged or judged not eligible, admitted by
    that department already, or on its way; and where the region asks for no admission.
    """
    household = find_household(ctx, household_id, BEGIN, lock=True)
    steps_asked(ctx)
    department = check_ready(ctx, household)
    if department == household.admitted_by:
        raise ConflictError(
            _("The file %(number)s is admitted by %(department)s already."),
            remedy=_("Nothing is to be done."), number=household.file_number,
            department=ctx.word(ctx.pack.department(department).name),
        )  # fmt: skip
    _refuse_second(ctx, household)
    admission = Admission(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id,
        category=household.category, department=department, state=IN_ROUTE, way=BY_ROUTE,
        version=1, round=1, began_by=ctx.actor.person_id, began_at=ctx.now,
        submitted_by=ctx.actor.person_id, submitted_at=ctx.now, document="",
    )  # fmt: skip
    ctx.session.add(admission)
    try:
        ctx.session.flush()
    except IntegrityError as error:
        raise _second(household) from error
    lay_route(ctx, admission, household)
    audit.record(ctx, "admission.begun", admission, after=tell(admission, household))
    return admission


def begin_again(ctx: Context, admission_id: uuid.UUID, version: int | None = None) -> Admission:
    """Hand in again what came back for completion: a new round, by the category of today."""
    admission, household = lock_admission(ctx, admission_id, version)
    require(ctx, BEGIN, Subject(ctx.tenant_id, path_of(ctx, household)))
    expect(admission, (RETURNED,))
    admission.department = check_ready(ctx, household)
    admission.category = household.category or ""
    admission.state, admission.round = IN_ROUTE, admission.round + 1
    admission.submitted_by, admission.submitted_at = ctx.actor.person_id, ctx.now
    admission.version += 1
    ctx.session.flush()
    lay_route(ctx, admission, household)
    audit.record(ctx, "admission.submitted", admission, before={"state": RETURNED},
                 after=tell(admission, household))  # fmt: skip
    return admission


def withdraw(
    ctx: Context, admission_id: uuid.UUID, reason: str, version: int | None = None
) -> Admission:
    """Take an admission back while it is on its way, with a reason; it may be begun anew."""
    admission, household = lock_admission(ctx, admission_id, version)
    require(ctx, BEGIN, Subject(ctx.tenant_id, path_of(ctx, household)))
    expect(admission, LIVE)
    take_back(ctx, admission, require_text(reason, "reason"))
    return admission


def check_ready(ctx: Context, household: Household) -> str:
    """Return the department that admits a household; ConflictError where it is not to be admitted
    now, with what is to be done first."""
    if household.state != "active":
        raise ConflictError(
            REFUSALS[household.state], remedy=REMEDIES[household.state],
            number=household.file_number,
        )  # fmt: skip
    if household.category is None:
        raise ConflictError(
            _("The file %(number)s is not judged yet."),
            remedy=_("Judge it first: its category says which department admits it."),
            number=household.file_number,
        )
    department = ctx.pack.admitting.get(household.category)
    if department is None:
        raise ConflictError(
            _("The file %(number)s is judged not eligible: there is no help to admit it to."),
            remedy=_("Judge it again once its circumstances changed, or close it."),
            number=household.file_number,
        )
    return department


def tell(admission: Admission, household: Household) -> dict[str, object]:
    """Return what the audit trail keeps of an admission handed in."""
    return {
        "file_number": household.file_number, "category": admission.category,
        "department": admission.department, "round": admission.round, "state": admission.state,
    }  # fmt: skip


def _refuse_second(ctx: Context, household: Household) -> None:
    live = select(Admission.id).where(
        Admission.tenant_id == ctx.tenant_id,
        Admission.household_id == household.id,
        Admission.state.in_(LIVE),
    )
    if ctx.session.scalar(live) is not None:
        raise _second(household)


def _second(household: Household) -> ConflictError:
    return ConflictError(
        _("The admission of the file %(number)s is on its way already."),
        remedy=_("Look at it, or withdraw it to begin anew."),
        number=household.file_number,
    )
