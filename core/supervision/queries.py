"""All figures of a report, read at one moment: counts and sums of the tenants named, no people."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from core.context import Context
from core.db import open_session
from core.households.life.states import due_before, write_admitting
from core.supervision import (
    admissions,
    aid,
    claims,
    department_aid,
    employment,
    files,
    lines,
    milestones,
    money,
    mutual_aid,
    owed_papers,
    population,
    ranking,
    referrals,
    students,
    trail,
    trend,
    wrong_payments,
)
from core.supervision.periods import Period, midnight
from core.tenancy import CITY, TenantView


@dataclass(frozen=True)
class Numbers:
    """Everything a report counts. Stocks are those of the moment of reading, flows the period's."""

    categories: list[files.Category]
    unions: list[files.UnionFiles]
    care: files.Care
    standings: list[files.Standing]
    admissions: list[admissions.Counted] | None
    moves: list[files.Step]
    applications: list[aid.Applied]
    steps: list[aid.Steps]
    notices: aid.Notices
    objections: aid.Objections
    funds: list[money.Fund]
    payments: list[money.Paid]
    owed: money.Owed
    paid_first: list[owed_papers.PaidFirst] | None
    families: list[employment.Families]
    lines: list[lines.Line]
    referrals: list[referrals.Referrals]
    students: students.Students
    ranking: ranking.Ranking | None
    population: population.Population | None
    mutual_aid: list[mutual_aid.TakingPart]
    pools: list[claims.Pool]
    milestones: list[milestones.Progress]
    wrong_payments: list[wrong_payments.County]
    department_aid: list[department_aid.Given]
    months: list[trend.Month]
    seals: dict[uuid.UUID, tuple[trail.Seal, trail.Signed | None]]


def read_numbers(ctx: Context, subject: TenantView, period: Period) -> Numbers:
    """Return the figures of a tenant, and of all below it, for a period."""
    asked = _ask(ctx, subject, period)
    return Numbers(
        categories=files.count_by_category(ctx, asked),
        unions=files.count_by_union(ctx, asked),
        care=files.count_care(ctx, asked),
        standings=files.count_by_standing(ctx, asked),
        admissions=admissions.count_admissions(ctx, subject, asked),
        moves=files.count_steps_of_files(ctx, asked),
        applications=aid.count_applications(ctx, asked),
        steps=aid.count_steps(ctx, asked),
        notices=aid.count_notices(ctx, asked),
        objections=aid.count_objections(ctx, asked),
        funds=money.read_funds(ctx, asked),
        payments=money.sum_payments(ctx, asked),
        owed=money.sum_owed(ctx, asked),
        paid_first=owed_papers.count_paid_first(ctx, subject, asked),
        families=employment.count_families(ctx, asked),
        ranking=ranking.read_ranking(ctx, subject, asked, min(period.last, ctx.today)),
        referrals=referrals.count_referrals(ctx, subject, asked),
        students=students.count_students(ctx, subject, asked),
        lines=lines.read_lines(ctx, subject, min(period.last, ctx.today)),
        population=population.read_population(ctx, subject, min(period.last, ctx.today)),
        mutual_aid=mutual_aid.count_taking_part(ctx, asked),
        pools=claims.read_pools(ctx, asked, min(period.last, ctx.today)),
        milestones=milestones.measure_milestones(ctx, asked),
        wrong_payments=wrong_payments.count_wrong_payments(ctx, asked),
        department_aid=department_aid.sum_aid(
            ctx, subject, period.first.replace(month=1), period.last
        ),
        months=trend.count_by_month(ctx, asked),
        seals={tenant: trail.read_seal(ctx, tenant) for tenant in subject.readable},
    )


@contextmanager
def snapshot(ctx: Context) -> Iterator[Context]:
    """Yield the Context on a transaction of its own that sees one moment and changes nothing.

    Only what is committed is seen there.
    """
    with open_session(ctx.installation.engine, ctx.session.scope) as session:
        session.stand_still(read_only=True)
        yield replace(ctx, session=session)


def _ask(ctx: Context, subject: TenantView, period: Period) -> dict[str, Any]:
    first_month = period.months[0]
    tenants = [ctx.installation.tenant_by_id(one) for one in subject.readable]
    packs = [ctx.policies.pack(one.pack) for one in tenants]
    return {
        "tenants": list(subject.readable), "measured": [bool(pack.measures) for pack in packs],
        "admitting": [write_admitting(pack) for pack in packs],
        "enrolling": [pack.care.enrol_major_illness for pack in packs],
        "due_before": [due_before(pack.care.verification_months, ctx.today) for pack in packs],
        "by_county": subject.level == CITY,
        "year": period.year, "first": period.first, "last": period.last,
        "begins": period.begins, "ends": period.ends, "today": ctx.today,
        "months": period.months,
        "trend_first": first_month, "trend_begins": midnight(first_month),
    }  # fmt: skip
