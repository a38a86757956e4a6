"""What becomes of a grant that lasts: an entitlement from the first of the next month on."""

from __future__ import annotations

import datetime as dt

from bangfu_sdk import Kind

from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.db import new_id
from core.entitlements.models import Entitlement
from core.errors import ConflictError, _
from core.households.life.states import add_months


def lasts(application: Application) -> bool:
    """Return whether what was asked for goes on month after month once it is granted."""
    kind = application.assessment.get("kind")
    return kind is not None and Kind(kind).lasts


def begin_entitlement(ctx: Context, application: Application) -> Entitlement:
    """Begin the entitlement of an application that was granted, or whose home was assigned.

    It runs from the first of the next month, for the rent of the month of the grant is paid by then
    and the run of a month comes once, for everybody.
    """
    made = Entitlement(
        tenant_id=ctx.tenant_id, id=new_id(), application_id=application.id,
        household_id=application.household_id, programme=application.programme,
        amount=application.amount or 0, starts_on=add_months(ctx.today.replace(day=1), 1),
        recheck_due=next_check(ctx), state="running", reason="", note="", since=ctx.today,
        version=1, granted_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(made)
    ctx.session.flush()
    record(ctx, "entitlement.begun", made, after={
        "application": application.number, "amount": made.amount,
        "starts_on": made.starts_on.isoformat(),
    })  # fmt: skip
    return made


def next_check(ctx: Context) -> dt.date | None:
    """Return by when what runs today is to be checked again: as often as the region verifies its
    files, None where it does not."""
    months = ctx.pack.care.verification_months
    return add_months(ctx.today, months) if months else None


def refuse_single(application: Application) -> None:
    """Raise ConflictError for an application that is paid by the month, not once."""
    if lasts(application):
        raise ConflictError(
            _("The application %(number)s is paid every month, by the run of the month."),
            remedy=_("Run the month for its fund."),
            number=application.number,
        )
