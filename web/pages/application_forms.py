"""Forms of programmes as workbooks: handed out, filled in, brought back as many applications."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.applications.template import write_form
from core.applications.workbook import list_forms
from core.verification import files
from web import excel
from web.display import programme_title
from web.pages.addressing import uploaded
from web.pages.households import SHOWN, read_filters
from web.request import context

blueprint = Blueprint("application_form", __name__, url_prefix="/<tenant>/application-forms")
HAND_IN, ALL_OR_NOTHING = "hand_in", "all_or_nothing"


@blueprint.get("")
def show_list() -> str:
    """Show the forms there are, what is to become of one that was filled in, and one's own."""
    ctx = context()
    return render_template(
        "forms/list.html", sheets=list_forms(ctx),
        files=files.list_files(ctx, files.APPLICATIONS),
    )  # fmt: skip


@blueprint.post("")
def start() -> ResponseReturnValue:
    """Take a workbook in; a worker tries each of its rows."""
    file = uploaded("file")
    item, job = files.start_file(
        context(), files.APPLICATIONS, request.form.get("source", ""), file.filename or "",
        file.read(), hand_in=request.form.get("then") == HAND_IN,
        keep_good=request.form.get("mode") != ALL_OR_NOTHING,
    )  # fmt: skip
    return redirect(url_for("department_file.show", file_id=item.id, job=job.id), 303)


@blueprint.get("/excel")
def download() -> Response:
    """Hand out the form of a programme, with a row for each household a list was narrowed to."""
    ctx, name = context(), request.args.get("programme", "")
    narrowed = "filled" in request.args or any(request.args.get(one) for one in SHOWN)
    filters = read_filters(request.args) if narrowed else None
    data = write_form(ctx, name, filters)
    return excel.send_file(data, f"{programme_title(name)}-{_('Application form')}.xlsx")
