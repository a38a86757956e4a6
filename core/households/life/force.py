"""Whether a file gets new aid: by its standing, its verification, and what the region allows."""

from __future__ import annotations

from core.context import Context
from core.errors import ConflictError, _
from core.households.life.states import has_ended, is_overdue, verification_due_before
from core.households.models import Household

IN_FORCE = ("active", "phase_out")


def require_in_force(ctx: Context, household: Household, programme: str) -> None:
    """Let a file pass that may get new aid of a programme, once it is admitted where its region
    asks for that (`require_admitted`); ConflictError says what is to be done.

    In force are active files and those in their phase-out, which keep their help; under the
    safety net a household gets what its region names as regular help.
    """
    standing = "exited" if has_ended(ctx, household) else household.state
    regular = standing == "safety_net" and programme in ctx.pack.care.regular_help
    if standing not in IN_FORCE and not regular:
        raise ConflictError(
            REFUSALS[standing], remedy=REMEDIES[standing], number=household.file_number
        )
    if is_overdue(ctx, household):
        last = household.verified_on or household.filed_on
        raise ConflictError(
            _("The file %(number)s was last verified on %(last)s, which is too long ago."),
            remedy=_("Verify it first: files verified before %(due)s get no new aid."),
            number=household.file_number,
            last=last.isoformat(),
            due=verification_due_before(ctx).isoformat(),
        )


def require_admitted(ctx: Context, household: Household, category: str | None) -> None:
    """Let a file pass that is admitted for a category, or needs no admission in its region;
    ConflictError says who has to admit it. What a household was left in its phase-out it keeps."""
    if household.state != "active" or not ctx.pack.admitting:
        return
    department = ctx.pack.admitting.get(category or "")
    if department is None and household.admitted_by is None:
        raise ConflictError(
            _("The file %(number)s is not admitted to help yet."),
            remedy=_("Judge it, then begin its admission: aid is given once it is admitted."),
            number=household.file_number,
        )
    if department not in (None, household.admitted_by):
        raise ConflictError(
            _("The file %(number)s is not admitted to help: %(department)s decides on it."),
            remedy=_("Begin its admission, or wait for its end: aid is given once it is admitted."),
            number=household.file_number,
            department=ctx.word(ctx.pack.department(department).name),
        )


REFUSALS = {
    "suspended": _("The file %(number)s is suspended; it gets no new aid."),
    "safety_net": _("The file %(number)s is under the safety net; it gets regular help only."),
    "exited": _("The file %(number)s is not in force; aid needs one that is."),
}
REMEDIES = {
    "suspended": _("Take the suspension away first."),
    "safety_net": _("Let the household return to its file where its hardship is back."),
    "exited": _("Let the household return to its file first."),
}
