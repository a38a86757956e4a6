"""Leaving the files: reviewed by the region's rule or for a reason, by one, confirmed by another.

Whoever proposes an exit is not the one who confirms it. At the confirmation the rule judges anew:
what it rests on must still be so.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from core import audit
from core.access import Subject, allowed, require
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.explanations import hash_form, split_steps
from core.households.judgements import keep_figures, keep_form
from core.households.life.closing import leave
from core.households.life.colleagues import acting_person, refuse_to_come, require_text
from core.households.life.grounds import phase_out_months, review, store_grounds
from core.households.life.models import ExitReview
from core.households.life.states import CLOSINGS, LEAVING, RECOVERY, check_step
from core.households.lookup import find_household
from core.households.models import Household
from core.tenancy import Unit

STAYS = "stays"


def review_household(
    ctx: Context, household_id: uuid.UUID, on: dt.date, remark: str = ""
) -> ExitReview:
    """Review by the region's exit rule whether a household may leave, and keep what was found.

    A way out is proposed with it, and waits for a second person; where there is none, the review
    is kept as it is and the file stays. ConflictError where the file is closed already or a
    proposal waits; the errors of `grounds.review` where nothing can be decided.
    """
    household = _open(ctx, household_id, on)
    reviewed = review(ctx, household, on)
    stays = reviewed.way in (STAYS, household.state)
    item = _make(ctx, household, reviewed.way, on, remark.strip(), STAYS if stays else "proposed")
    form, _found = split_steps(reviewed.steps)
    store_grounds(item, reviewed, hash_form(form))
    item.phase_out_months = phase_out_months(reviewed) if item.way == RECOVERY else 0
    keep_figures(ctx, reviewed.figures)
    keep_form(ctx, hash_form(form), form)
    return _add(ctx, item)


def propose_closing(
    ctx: Context, household_id: uuid.UUID, way: str, on: dt.date, remark: str
) -> ExitReview:
    """Propose to close a file for another reason than the rule's: one of CLOSINGS, explained."""
    if way not in CLOSINGS:
        raise InvalidError(_("“%(way)s” is no reason to close a file."), field="way", way=way)
    household = _open(ctx, household_id, on, also=("phase_out",))
    remark = require_text(remark, "remark")
    return _add(ctx, _make(ctx, household, way, on, remark, "proposed"))


def confirm_exit(ctx: Context, review_id: uuid.UUID) -> ExitReview:
    """Let a household leave as proposed, today; whoever proposed it cannot.

    ConflictError where the rule, judging the proposal's day anew, does not find the very same any
    more: nothing changes then.
    """
    item, household = _lock(ctx, review_id, "exit.confirm", by_another=True)
    if item.programme is not None:
        _refuse_changed(item, review_again(ctx, household, item))
    _decide(ctx, item, "confirmed", "")
    leave(ctx, household, item)
    return item


def refuse_exit(ctx: Context, review_id: uuid.UUID, reason: str) -> ExitReview:
    """Put a proposed exit aside, also one's own; a reason is needed, the file stays."""
    item, household = _lock(ctx, review_id, "household.read", by_another=False)
    if not allowed(ctx, "exit.propose", _subject(ctx, household)):
        require(ctx, "exit.confirm", _subject(ctx, household))
    reason = require_text(reason, "reason")
    _decide(ctx, item, "refused", reason)
    audit.record(ctx, "exit.refused", item, before={"state": "proposed"},
                 after={"state": "refused"}, reason=reason)  # fmt: skip
    return item


def withdraw_proposal(ctx: Context, household: Household) -> None:
    """Put aside what waits for a second person of a file that goes another way meanwhile."""
    query = select(ExitReview).where(
        ExitReview.tenant_id == ctx.tenant_id,
        ExitReview.household_id == household.id,
        ExitReview.state == "proposed",
    )
    for item in ctx.session.scalars(query.with_for_update()):
        _decide(ctx, item, "refused", "")


def review_again(ctx: Context, household: Household, item: ExitReview) -> bool:
    """Say whether the rule finds for a review's day what is kept of it."""
    found = review(ctx, household, item.on_date)
    same = (found.way, found.facts, found.figures.sha256)
    return same == (item.way, item.facts, item.parameters)


def _refuse_changed(item: ExitReview, same: bool) -> None:
    if not same:
        raise ConflictError(
            _("What the proposal of %(day)s rests on is not the same any more."),
            remedy=_("Put it aside and review the household again."),
            day=item.on_date.isoformat(),
        )


def _open(
    ctx: Context, household_id: uuid.UUID, on: dt.date, also: tuple[str, ...] = ()
) -> Household:
    household = find_household(ctx, household_id, "exit.propose", lock=True)
    refuse_to_come(ctx, on, "on")
    if household.state not in (*LEAVING, *also):
        check_step(household, RECOVERY)
    waiting = ctx.session.scalar(
        select(ExitReview.id).where(
            ExitReview.tenant_id == ctx.tenant_id,
            ExitReview.household_id == household.id,
            ExitReview.state == "proposed",
        )
    )
    if waiting is not None:
        raise ConflictError(
            _("An exit of the file %(number)s waits for a second person already."),
            remedy=_("Have it confirmed or refused first."),
            number=household.file_number,
        )
    return household


def _make(
    ctx: Context, household: Household, way: str, on: dt.date, remark: str, state: str
) -> ExitReview:
    return ExitReview(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, on_date=on, way=way,
        remark=remark, state=state, proposed_by=acting_person(ctx), proposed_at=ctx.now,
    )  # fmt: skip


def _add(ctx: Context, item: ExitReview) -> ExitReview:
    ctx.session.add(item)
    ctx.session.flush()
    event = "exit.proposed" if item.state == "proposed" else "exit.reviewed"
    after = {"household_id": str(item.household_id), "way": item.way,
             "on": item.on_date.isoformat()}  # fmt: skip
    audit.record(ctx, event, item, after=after, reason=item.remark)
    return item


def _lock(
    ctx: Context, review_id: uuid.UUID, permission: str, *, by_another: bool
) -> tuple[ExitReview, Household]:
    """Return a review that waits and its file, both locked, the file first as everywhere."""
    found = ctx.session.get(ExitReview, (ctx.tenant_id, review_id))
    if found is None:
        raise NotFoundError
    household = find_household(ctx, found.household_id, "household.read", lock=True)
    ctx.session.refresh(found, with_for_update=True)
    parties = frozenset({found.proposed_by}) if by_another else frozenset[uuid.UUID]()
    require(ctx, permission, _subject(ctx, household, parties))
    if found.state != "proposed":
        raise ConflictError(
            _("This exit was decided on already."), remedy=_("Look at the file again.")
        )
    return found, household


def _subject(
    ctx: Context, household: Household, parties: frozenset[uuid.UUID] = frozenset()
) -> Subject:
    path = ctx.session.get_one(Unit, (ctx.tenant_id, household.unit_id)).path
    return Subject(ctx.tenant_id, path, parties)


def _decide(ctx: Context, item: ExitReview, state: str, reason: str) -> None:
    item.state, item.decided_by, item.decided_at = state, ctx.actor.person_id, ctx.now
    item.decision_reason = reason
    ctx.session.flush()
