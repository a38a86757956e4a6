"""Trying the rules between programmes again when an application is approved: another one may have
been granted meanwhile."""

from __future__ import annotations

from core.applications.models import Application
from core.between.beside import hold, read_others, refuse
from core.between.limits import Beside, limit_between
from core.between.stored import stored_beside
from core.context import Context
from core.decisions import Assessed
from core.errors import ConflictError, _
from core.money import format_yuan
from core.policies.between import CAP, EXCLUSION


def refuse_exceeding(ctx: Context, application: Application, amount: int) -> None:
    """Raise ConflictError where the amount about to be approved, in fen, exceeds a cap by now, or
    the household has what it cannot have beside it.

    It is held against the rules and figures the application was judged with, so no plugin is asked;
    what has to come first was tried when it was handed in.
    """
    told = application.assessment.get("between")
    if told is None:
        return
    hold(ctx, application.household_id)
    names = {name for rule in told["rules"] for name in (*rule["programmes"], *rule["after"])}
    now = read_others(ctx, application.household_id, names, application.applied_on, application.id)
    beside = stored_beside(ctx, application, tuple(now)).only(CAP, EXCLUSION)
    refuse(beside)
    _refuse_more(application, beside, amount)


def _refuse_more(application: Application, beside: Beside, amount: int) -> None:
    stored = application.assessment
    asked = Assessed(
        application.programme, application.programme_version, application.applied_on,
        beside.figures, {}, [], [], eligible=True, kind=stored["kind"], minimum=0, maximum=amount,
    )  # fmt: skip
    left = limit_between(beside, asked, application.category).left.maximum
    if left < amount:
        raise ConflictError(
            _("%(number)s: other aid was granted meanwhile; %(left)s are left, not %(amount)s."),
            remedy=_("Grant no more than that, or return it for completion."),
            field="amount", number=application.number, left=format_yuan(left),
            amount=format_yuan(amount),
        )  # fmt: skip
