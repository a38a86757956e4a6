"""Medical mutual aid: the periods, the work units that enrolled their workers, workbooks in."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import find_period, list_periods, open_period
from core.enrolments.queries import list_employers, list_workers
from core.enrolments.standing import usual_contribution
from core.enrolments.workbook import COLUMNS, SHEET
from core.errors import InvalidError
from core.errors import _ as mark
from core.households.export import write_rows
from core.money import parse_yuan
from core.verification import files
from web import excel
from web.pages import entries
from web.pages.addressing import uploaded
from web.request import context

blueprint = Blueprint("mutual_aid", __name__, url_prefix="/<tenant>/mutual-aid")


@blueprint.get("")
def show_list() -> str:
    """Show the periods, and the work units of the one chosen with their sums."""
    ctx = context()
    periods = list_periods(ctx)
    period = _chosen(periods)
    employers = list_employers(ctx, period) if period else []
    return render_template(
        "mutual_aid/list.html", periods=periods, period=period, employers=employers,
        workers=sum(one.workers for one in employers),
        raised=sum(one.contribution for one in employers), usual=usual_contribution(ctx),
    )  # fmt: skip


@blueprint.post("/periods")
def open_() -> ResponseReturnValue:
    """Open a period."""
    period = open_period(
        context(), request.form.get("name", ""), entries.day("starts_on"), entries.day("ends_on"),
        parse_yuan(request.form.get("contribution", ""), field="contribution"),
    )  # fmt: skip
    flash(_("The period is open."))
    return redirect(url_for(".show_list", period=period.id), 303)


@blueprint.post("/<uuid:period_id>/workbooks")
def bring(period_id: uuid.UUID) -> ResponseReturnValue:
    """Take a workbook of enrolments in; a worker checks it."""
    ctx, file = context(), uploaded("file")
    period = find_period(ctx, period_id)
    item, job = files.start_file(
        ctx, files.ENROLMENTS, str(period.id), file.filename or "", file.read()
    )
    return redirect(url_for("department_file.show", file_id=item.id, job=job.id), 303)


@blueprint.get("/<uuid:period_id>/units/<code>")
def show_unit(period_id: uuid.UUID, code: str) -> str:
    """Show the workers a work unit enrolled, masked."""
    ctx = context()
    period = find_period(ctx, period_id)
    return render_template(
        "mutual_aid/unit.html", period=period, code=code, workers=list_workers(ctx, period, code)
    )


@blueprint.get("/form")
def form() -> Response:
    """Hand out the blank workbook."""
    list_periods(context())
    return excel.send_file(write_rows(SHEET, COLUMNS, ()), f"{SHEET}.xlsx")


@blueprint.get("/<uuid:period_id>/excel")
def download(period_id: uuid.UUID) -> Response:
    """Hand the work units of a period out as a workbook."""
    ctx = context()
    period = find_period(ctx, period_id)
    titles = [_("Work unit"), _("Credit code"), _("Workers"), _("Contribution (yuan)")]
    rows = (
        [one.employer, one.employer_code, one.workers, excel.yuan(one.contribution)]
        for one in list_employers(ctx, period)
    )
    return excel.hand_out(f"{_('Medical mutual aid')}-{period.name}", titles, rows)


def _chosen(periods: list[MutualAidPeriod]) -> MutualAidPeriod | None:
    asked = request.args.get("period", "")
    if not asked:
        return periods[0] if periods else None
    for period in periods:
        if str(period.id) == asked:
            return period
    raise InvalidError(mark("There is no period “%(name)s”."), field="period", name=asked)
