"""Enrolments by work unit, and the workers of one of them, masked."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from core.access import require
from core.context import Context
from core.enrolments.models import MutualAidPeriod

BY_EMPLOYER = """
select employer, employer_code, count(*), sum(contribution)::bigint, min(enrolled_on)
from enrolments where tenant_id = %(tenant)s and period_id = %(period)s
group by employer, employer_code order by employer, employer_code
"""
WORKERS = """
select name, id_masked, contribution, enrolled_on
from enrolments
where tenant_id = %(tenant)s and period_id = %(period)s and employer_code = %(code)s
order by name, id limit %(most)s
"""
MOST = 1000


class Employer(NamedTuple):
    """What a work unit has contributed to a period, fen, for how many workers."""

    employer: str
    employer_code: str
    workers: int
    contribution: int
    first_day: dt.date


class EnrolledWorker(NamedTuple):
    """A worker enrolled, masked; `contribution` is fen."""

    name: str
    id_number: str
    contribution: int
    enrolled_on: dt.date


def list_employers(ctx: Context, period: MutualAidPeriod) -> list[Employer]:
    """Return the work units of a period by name, each with its sums."""
    require(ctx, "enrolment.read")
    return [Employer(*row) for row in ctx.session.fetch(BY_EMPLOYER, _of(ctx, period.id))]


def list_workers(ctx: Context, period: MutualAidPeriod, code: str) -> list[EnrolledWorker]:
    """Return the workers of one work unit by name, the first thousand."""
    require(ctx, "enrolment.read")
    values = {**_of(ctx, period.id), "code": code, "most": MOST}
    return [EnrolledWorker(*row) for row in ctx.session.fetch(WORKERS, values)]


def _of(ctx: Context, period_id: uuid.UUID) -> dict[str, object]:
    return {"tenant": ctx.tenant_id, "period": period_id}
