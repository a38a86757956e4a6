"""Yearly re-verification (动态管理): by two people, on a day, with a result."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, StaleError, _
from core.households.life.colleagues import acting_person, find_two, refuse_to_come
from core.households.life.models import Verification
from core.households.life.touch import open_file, touch
from core.households.models import Household

RESULTS = ("unchanged", "changed", "improved", "not_eligible")
EXPLAINED = ("changed", "improved", "not_eligible")
"""Results that must be explained: what changed, and what follows from it."""


@dataclass(frozen=True)
class Verified:
    """What a re-verification found; the two people are of the federation."""

    on: dt.date
    result: str
    people: tuple[uuid.UUID, uuid.UUID]
    remark: str = ""


def record_verification(
    ctx: Context, household_id: uuid.UUID, verified: Verified, version: int
) -> Verification:
    """Record that a file was verified: from then on it is in force for another year.

    InvalidError where one person stands alone, a day to come or before the file was made, or a
    result that needs words has none; StaleError where the file changed meanwhile.
    """
    household = open_file(ctx, household_id, "verification.record")
    if household.version != version:
        raise StaleError
    _check(ctx, household, verified)
    item = Verification(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, on_date=verified.on,
        result=verified.result, remark=verified.remark.strip(), first_person=verified.people[0],
        second_person=verified.people[1], recorded_by=acting_person(ctx), recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(item)
    before = household.verified_on
    household.verified_on = max(verified.on, before or verified.on)
    household.version, household.record_digest = household.version + 1, None
    touch(ctx, household)
    audit.record(
        ctx, "household.verified", household, reason=item.remark,
        before={"verified_on": before and before.isoformat()},
        after={"verified_on": household.verified_on.isoformat(), "result": item.result},
    )  # fmt: skip
    return item


def _check(ctx: Context, household: Household, verified: Verified) -> None:
    refuse_to_come(ctx, verified.on, "on")
    if verified.on < household.filed_on:
        raise InvalidError(
            _("The file was made on %(day)s; it cannot have been verified before."),
            field="on",
            day=household.filed_on.isoformat(),
        )
    if verified.result not in RESULTS:
        raise InvalidError(
            _("“%(result)s” is no result of a verification."),
            field="result",
            result=verified.result,
        )
    find_two(ctx, verified.people, ("first_person", "second_person"))
    if verified.result in EXPLAINED and not verified.remark.strip():
        raise InvalidError(
            _("Say what changed."),
            remedy=_("A result other than “unchanged” needs a remark."),
            field="remark",
        )
