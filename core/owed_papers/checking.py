"""Checking papers that were handed in: settled, given back, or the aid was not due."""

from __future__ import annotations

import uuid

from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.errors import InvalidError, _
from core.funds.reservations import release_of
from core.owed_papers.lookup import lock_owed
from core.owed_papers.models import FAILED, HANDED_IN, OWED, SETTLED, OwedPapers

APPROVE, RETURN, REJECT = "approve", "return", "reject"
CAME_TO = {APPROVE: SETTLED, RETURN: OWED, REJECT: FAILED}
"""What is decided on papers, and what becomes of them. Given back they are owed by the same day."""


def check(
    ctx: Context, owed_id: uuid.UUID, decision: str, reason: str = "", version: int | None = None
) -> OwedPapers:
    """Decide on papers: "approve", "return" or, where the aid was not due, "reject"; the last two
    need a reason. Nobody does who had a hand in the application or handed them in.

    What is not paid yet is then not paid any more; what is paid is to be recorded as a wrong one.
    """
    if decision not in CAME_TO:
        raise InvalidError(_("“%(decision)s” is no decision."), field="decision", decision=decision)
    if decision != APPROVE and not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    owed, application = lock_owed(ctx, owed_id, "papers.check", HANDED_IN, version)
    owed.checked_by, owed.checked_on = ctx.actor.person_id, ctx.today
    move(ctx, owed, application, CAME_TO[decision], reason)
    return owed


def move(ctx: Context, owed: OwedPapers, application: Application, state: str, reason: str) -> None:
    """Bring papers into a state, for a reason; both rows are held by the caller."""
    before = owed.state
    owed.state, owed.reason = state, reason.strip()
    owed.version += 1
    ctx.session.flush()
    record(ctx, f"papers.{'returned' if state == OWED else state}", owed, before={"state": before},
           after={"state": state}, reason=reason)  # fmt: skip
    if state == FAILED:
        _take_back(ctx, application, reason)


def _take_back(ctx: Context, application: Application, reason: str) -> None:
    """Reject what was granted and neither given to the bank nor handed over yet."""
    if application.state != "granted" or not release_of(ctx, application, reason):
        return
    application.state, application.closed_at = "rejected", ctx.now
    application.version += 1
    ctx.session.flush()
    record(ctx, "application.rejected", application, before={"state": "granted"},
           after={"state": "rejected"}, reason=reason)  # fmt: skip
