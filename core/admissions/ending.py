"""What becomes of an admission when the file is closed: the household is admitted anew."""

from __future__ import annotations

from sqlalchemy import select

from core import audit
from core.admissions.models import LIVE, WITHDRAWN, Admission, AdmissionStep
from core.context import Context
from core.households.models import Household
from core.routes import Steps

STEPS = Steps(AdmissionStep, AdmissionStep.admission_id)


def end_admission(ctx: Context, household: Household) -> None:
    """Note that a file which is closed is admitted no longer, and take back what is on its way."""
    before, household.admitted_by = household.admitted_by, None
    if before is not None:
        audit.record(
            ctx, "admission.ended", household,
            before={"department": before}, after={"department": None},
        )  # fmt: skip
    for admission in ctx.session.scalars(
        select(Admission)
        .where(
            Admission.tenant_id == ctx.tenant_id,
            Admission.household_id == household.id,
            Admission.state.in_(LIVE),
        )
        .with_for_update()
    ):
        take_back(ctx, admission, "")


def take_back(ctx: Context, admission: Admission, reason: str) -> None:
    """Withdraw an admission that is on its way; the caller holds it locked."""
    before = admission.state
    STEPS.void(ctx, admission)
    admission.state, admission.closed_at = WITHDRAWN, ctx.now
    admission.reason = reason or None
    admission.version += 1
    audit.record(
        ctx, "admission.withdrawn", admission, before={"state": before},
        after={"state": WITHDRAWN}, reason=reason,
    )  # fmt: skip
    ctx.session.flush()
