"""Home visits (入户调查): by two people, with what they saw and whom they met."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, NotFoundError, _
from core.households.life.colleagues import acting_person, find_two, refuse_to_come, require_text
from core.households.life.models import Visit
from core.households.life.touch import open_file, touch
from core.households.lookup import find_household
from core.money import MAXIMUM_FEN

CONCLUSIONS = ("still_difficult", "improved", "recovered", "nobody_met", "not_as_stated")


@dataclass(frozen=True)
class Seen:
    """What two visitors saw. Income and spending are fen a month, None where not to be told.

    `met` is who was met, `signature` what the household said and whether it signed.
    """

    on: dt.date
    visitors: tuple[uuid.UUID, uuid.UUID]
    met: str
    findings: str
    conclusion: str
    living: str = ""
    housing: str = ""
    income: int | None = None
    spending: int | None = None
    signature: str = ""


def record_visit(ctx: Context, household_id: uuid.UUID, seen: Seen) -> Visit:
    """Record a home visit. InvalidError where one visitor stands alone, for a day to come, an
    unknown conclusion, a missing finding."""
    household = open_file(ctx, household_id, "visit.record")
    refuse_to_come(ctx, seen.on, "on")
    find_two(ctx, seen.visitors, ("first_visitor", "second_visitor"))
    if seen.conclusion not in CONCLUSIONS:
        raise InvalidError(
            _("“%(conclusion)s” is no conclusion of a visit."),
            field="conclusion",
            conclusion=seen.conclusion,
        )
    for name, amount in (("income", seen.income), ("spending", seen.spending)):
        if amount is not None and not 0 <= amount <= MAXIMUM_FEN:
            raise InvalidError(_("The amount is out of range."), field=name)
    visit = Visit(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, visited_on=seen.on,
        first_visitor=seen.visitors[0], second_visitor=seen.visitors[1],
        met=require_text(seen.met, "met"), living=seen.living.strip(),
        housing=seen.housing.strip(), income_seen=seen.income, spending_seen=seen.spending,
        findings=require_text(seen.findings, "findings"), conclusion=seen.conclusion,
        signature=seen.signature.strip(), recorded_by=acting_person(ctx), recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(visit)
    touch(ctx, household)
    audit.record(ctx, "visit.recorded", visit, after={
        "household_id": str(household.id), "on": seen.on.isoformat(),
        "conclusion": visit.conclusion,
    })  # fmt: skip
    return visit


def find_visit(ctx: Context, visit_id: uuid.UUID) -> Visit:
    """Return a visit of a file the actor may read."""
    visit = ctx.session.get(Visit, (ctx.tenant_id, visit_id))
    if visit is None:
        raise NotFoundError
    find_household(ctx, visit.household_id, "household.read")
    return visit
