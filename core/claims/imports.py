"""One-stop settlement: bills that hospital or insurer settled at discharge, thousands at once."""

from __future__ import annotations

from core.claims.entering import ClaimPlan, plan_bills
from core.claims.workbook import read_bills
from core.context import Context
from core.enrolments.periods import find_period


def plan_file(ctx: Context, source: str, data: bytes) -> ClaimPlan:
    """Read, check and judge a workbook for the period `source` names, storing nothing."""
    period = find_period(ctx, source)
    bills, rows, faults = read_bills(data, ctx.today)
    return plan_bills(ctx, period, bills, rows=rows, faulty=faults)
