"""Noting what became of a student who was helped."""

from __future__ import annotations

import datetime as dt
import uuid

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, _
from core.follow_ups.models import FINDINGS, FollowUp
from core.follow_ups.queries import find_followed
from core.households.life.colleagues import acting_person, refuse_to_come
from core.households.life.touch import touch
from core.households.lookup import find_household

RECORD = "follow_up.record"
EXPLAINED = ("left", "unknown")
"""Findings that need words: why, or who was asked in vain."""
LONGEST = 500


def record_follow_up(
    ctx: Context, member_id: uuid.UUID, finding: str, seen_on: dt.date, remark: str = ""
) -> FollowUp:
    """Note what was found of a student on a day; once he has graduated or left he is asked about no
    more, until he is helped again.

    NotFoundError for one who is not followed, InvalidError for a finding that is none, a day to
    come or before the last one, or one that needs words and has none.
    """
    followed = find_followed(ctx, member_id)
    household = find_household(ctx, followed.household_id, RECORD, lock=True)
    followed = find_followed(ctx, member_id)
    remark = remark.strip()
    _check(finding, remark)
    refuse_to_come(ctx, seen_on, "seen_on")
    _check_order(seen_on, followed.seen_on or followed.helped_on)
    follow_up = FollowUp(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, member_id=member_id,
        finding=finding, seen_on=seen_on, remark=remark, recorded_by=acting_person(ctx),
        recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(follow_up)
    touch(ctx, household)
    after = {"household_id": str(household.id), "finding": finding, "seen_on": seen_on.isoformat()}
    audit.record(ctx, "student.followed_up", follow_up, after=after, reason=remark)
    return follow_up


def _check(finding: str, remark: str) -> None:
    if finding not in FINDINGS:
        raise InvalidError(
            _("“%(finding)s” is nothing that can be found of a student."),
            remedy=_("Choose one of: %(known)s."), field="finding", finding=finding,
            known=", ".join(FINDINGS),
        )  # fmt: skip
    if finding in EXPLAINED and not remark:
        raise InvalidError(_("A remark is needed: what was found, or who was asked."),
                           field="remark")  # fmt: skip
    if len(remark) > LONGEST:
        raise InvalidError(_("The remark is too long."), field="remark")


def _check_order(seen_on: dt.date, last: dt.date) -> None:
    if seen_on < last:
        raise InvalidError(
            _("The student was helped or asked about on %(last)s already."),
            remedy=_("Note a day from then on."), field="seen_on", last=last.isoformat(),
        )  # fmt: skip
