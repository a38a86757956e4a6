"""The supervision reports a newcomer finds: asked for here, made by the real worker."""

from __future__ import annotations

from sqlalchemy import func, select

from core.demo.federations import CITIES
from core.demo.stage import Stage, find_stages
from core.installation import Installation
from core.outbox import OutboxEntry
from core.supervision.models import Report
from core.supervision.service import request_report

SUPERVISING = "province"
MONTHS_OF_A_QUARTER = 3


def ask_for_reports(installation: Installation) -> list[OutboxEntry]:
    """Have the province report on each city's last quarter; return the jobs written down now."""
    (stage,) = find_stages(installation, (SUPERVISING,))
    found = (_ask(stage, slug) for slug in CITIES)
    return [entry for entry in found if entry is not None]


def _ask(stage: Stage, slug: str) -> OutboxEntry | None:
    period = f"{stage.quarter.year}Q{(stage.quarter.month - 1) // MONTHS_OF_A_QUARTER + 1}"
    with stage.acting("supervisor", stage.today) as ctx:
        known = select(func.count()).where(
            Report.tenant_id == ctx.tenant_id,
            Report.subject_tenant == stage.installation.tenant(slug).id,
            Report.period == period,
        )
        if ctx.session.scalar(known):
            return None
        return request_report(ctx, slug, period)[1]
