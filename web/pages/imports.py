"""Importing a workbook: send it, see what is wrong with it, decide, see what became of it."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.errors import DomainError, Message
from core.federations import list_units
from core.households.imports.service import confirm_import, find_import, list_imports, start_import
from core.households.models import Import
from core.households.template import write_template
from core.outbox import OutboxEntry, failure_of, find_job
from core.paging import WHOLE
from web import excel
from web.labels import label
from web.pages.addressing import posted_day, uploaded, whole
from web.request import context
from web.translation import translate

blueprint = Blueprint("import_", __name__, url_prefix="/<tenant>/imports")
SIZE = 100
AT_WORK = ("checking", "importing")
ALL_OR_NOTHING = "all_or_nothing"


@blueprint.get("")
def show_list() -> str:
    """Show the form and one's own imports."""
    ctx = context()
    return render_template("imports/list.html", imports=list_imports(ctx), today=ctx.today)


@blueprint.post("")
def start() -> ResponseReturnValue:
    """Take a workbook in; a worker checks it."""
    ctx = context()
    file = uploaded("file")
    item, job = start_import(
        ctx, file.filename or "", file.read(), judged_on=posted_day("judged_on", ctx.today),
        keep_good=request.form.get("mode") != ALL_OR_NOTHING,
    )  # fmt: skip
    return redirect(url_for(".show", import_id=item.id, job=job.id), 303)


@blueprint.get("/excel")
def download_list() -> Response:
    """Hand the list of one's own imports out as a workbook."""
    titles = [_("Workbook"), _("State"), _("Files"), _("Good"), _("Faults"), _("Begun at"),
              _("Finished at")]  # fmt: skip
    rows = [
        [one.filename, label("import", one.state), one.rows, one.good, len(one.faults),
         one.started_at, one.finished_at]
        for one in list_imports(context(), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("My imports"), titles, rows)


@blueprint.get("/template")
def template() -> Response:
    """Hand out an empty workbook with the words each column takes."""
    units = [unit.full_name for unit in list_units(context(), "household.import") if unit.parent_id]
    return excel.send_file(write_template(units), "困难职工档案模板.xlsx")


@blueprint.get("/<uuid:import_id>")
def show(import_id: uuid.UUID) -> str:
    """Show one import: its progress, its faults, its result."""
    item, page = find_import(context(), import_id), whole("page", 1)
    kept = [fault for fault in item.faults if _fits(fault)]
    job = _job()
    return render_template(
        "imports/show.html", item=item, job=job, failure=failure_of(job) if job else None,
        faults=[_told(one) for one in kept[(page - 1) * SIZE :][:SIZE]],
        working=item.state in AT_WORK and not (job and job.state == "failed"),
        total=len(kept), page=page, size=SIZE,
        column_choices=_columns(item),
    )  # fmt: skip


@blueprint.get("/<uuid:import_id>/progress")
def follow(import_id: uuid.UUID) -> Response:
    """Answer htmx: how far it is; once it is over, the page around it is loaded anew."""
    item, job = find_import(context(), import_id), _job()
    response = make_response(render_template("imports/progress.html", item=item, job=job))
    if item.state not in AT_WORK or (job is not None and job.state == "failed"):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/<uuid:import_id>/confirm")
def confirm(import_id: uuid.UUID) -> ResponseReturnValue:
    """Have the good rows put in."""
    _item, job = confirm_import(context(), import_id, keep_good=True)
    flash(_("The files are being put in."))
    return redirect(url_for(".show", import_id=import_id, job=job.id), 303)


@blueprint.get("/<uuid:import_id>/faults")
def download(import_id: uuid.UUID) -> Response:
    """Hand out the faults as a workbook, to be mended side by side with the file."""
    item: Import = find_import(context(), import_id)
    rows = [_told(fault) for fault in item.faults]
    titles = [_("Sheet"), _("Row"), _("Column"), _("What is wrong"), _("What to do")]
    cells = [[row["sheet"], row["row"], row["column"], row["message"], row["remedy"]]
             for row in rows]  # fmt: skip
    return excel.hand_out(f"{_('Faults')}-{item.filename}", titles, cells)


def _columns(item: Import) -> list[tuple[str, str]]:
    counts = Counter(fault["column"] for fault in item.faults)
    return [(column, f"{column} ({count})") for column, count in sorted(counts.items()) if column]


def _job() -> OutboxEntry | None:
    job_id = request.args.get("job", type=uuid.UUID)
    try:
        return find_job(context(), job_id) if job_id else None
    except DomainError:
        return None


def _fits(fault: dict[str, Any]) -> bool:
    column = request.args.get("column", "")
    return not column or fault["column"] == column


def _told(fault: dict[str, Any]) -> dict[str, Any]:
    values = fault.get("values", {})
    return {
        **fault,
        "message": translate(Message(fault["message"], values)),
        "remedy": translate(Message(fault["remedy"], values)),
    }
