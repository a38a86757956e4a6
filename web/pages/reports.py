"""Supervision reports: asked for here, made by a worker, opened as PDF."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.context import Context
from core.outbox import list_jobs
from core.paging import WHOLE
from core.supervision.models import Report
from core.supervision.service import JOB, list_reports, open_report, request_report
from web import excel
from web.labels import label
from web.pages.jobs import UNFINISHED
from web.request import context, installation
from web.translation import LANGUAGES, NAMES, language

blueprint = Blueprint("report", __name__, url_prefix="/<tenant>/reports")
QUARTERS_SHOWN = 8


@blueprint.get("")
def show_list() -> str:
    """Show the form, what is being made, and what was made."""
    ctx = context()
    reports = list_reports(ctx)
    asked = [job for job in list_jobs(ctx) if job.job == JOB]
    running = [job for job in asked if job.state in UNFINISHED]
    return render_template(
        "reports/list.html", reports=reports, jobs=running, periods=_quarters(ctx.today),
        subjects=_subjects(ctx), names={one.id: _name(one) for one in reports},
        failed={job.payload["report_id"]: job.id for job in asked if job.state == "failed"},
        quarters={one.id: _write_period(one.period) for one in reports},
        languages=[(code, NAMES[code]) for code in LANGUAGES],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook."""
    titles = [_("Report"), _("Quarter"), _("State"), _("Sheets"), _("Asked at"),
              _("Finished at")]  # fmt: skip
    rows = [
        [_name(one), one.period, label("report", one.state), one.pages, one.asked_at,
         one.finished_at]
        for one in list_reports(context(), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("Supervision reports"), titles, rows)


@blueprint.post("")
def ask() -> ResponseReturnValue:
    """Have a worker make a report."""
    form = request.form
    request_report(
        context(), form.get("subject", ""), form.get("period", ""),
        form.get("language", language()),
    )  # fmt: skip
    flash(_("The report is being made."))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/<uuid:report_id>/pdf")
def hand_out(report_id: uuid.UUID) -> Response:
    """Hand out a report's PDF; that it was opened is on record."""
    report, pdf = open_report(context(), report_id)
    title = _("Supervision report")
    name = f"{title}-{_name(report)}-{report.period}.pdf"
    return excel.send_file(pdf, name, "application/pdf")


def _subjects(ctx: Context) -> list[tuple[str, str]]:
    below = [installation().tenant_by_id(one) for one in ctx.tenant.descendants]
    known = [ctx.tenant, *sorted(below, key=lambda tenant: tenant.slug)]
    spoken = language()
    return [(one.slug, one.name if spoken == "zh" else one.name_en) for one in known]


def _name(report: Report) -> str:
    tenant = installation().tenant_by_id(report.subject_tenant)
    return tenant.name if language() == "zh" else tenant.name_en


def _quarters(today: dt.date) -> list[tuple[str, str]]:
    """Return the newest quarters that have begun, as the service and as people write them."""
    count = today.year * 4 + (today.month - 1) // 3
    numbers = [divmod(count - back, 4) for back in range(QUARTERS_SHOWN)]
    return [(f"{year}Q{place + 1}", _write_quarter(year, place + 1)) for year, place in numbers]


def _write_period(period: str) -> str:
    """Return a quarter such as 2026Q4 as people write it."""
    year, quarter = period.split("Q")
    return _write_quarter(int(year), int(quarter))


def _write_quarter(year: int, quarter: int) -> str:
    return str(_("%(year)s, quarter %(quarter)s", year=year, quarter=quarter))
