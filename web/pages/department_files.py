"""Workbooks of other departments: sent, checked by a worker, looked through, put in."""

from __future__ import annotations

import uuid
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

from core.departments.imports import SOURCE
from core.enrolments.periods import list_periods
from core.errors import DomainError, Message, NotFoundError
from core.outbox import OutboxEntry, failure_of, find_job
from core.programmes import programme_names
from core.verification import files
from core.verification.discovery.lists import LISTS
from core.verification.sources import list_sources
from web import excel
from web.admissions import approving_departments
from web.display import programme_title
from web.pages.addressing import uploaded, whole
from web.request import context
from web.translation import pick, translate
from web.verification_codes import COUNTS

blueprint = Blueprint("department_file", __name__, url_prefix="/<tenant>/departments")
SIZE = 100
AT_WORK = ("checking", "importing")
OWN_PAGES = {
    files.ENROLMENTS: "mutual_aid.show_list", files.CONTRIBUTIONS: "mutual_aid.show_list",
    files.CLAIMS: "claim.show_list", files.APPLICATIONS: "application_form.show_list",
}  # fmt: skip


@blueprint.get("/<kind>")
def show_list(kind: str) -> ResponseReturnValue:
    """Show the form and one's own files of a kind; some kinds have pages of their own."""
    _check(kind)
    if kind in OWN_PAGES:
        return redirect(url_for(OWN_PAGES[kind]))
    found = files.list_files(context(), kind)
    return render_template("departments/list.html", kind=kind, files=found, sources=titles(kind))


@blueprint.post("/<kind>")
def start(kind: str) -> ResponseReturnValue:
    """Take a workbook in; a worker checks it."""
    _check(kind)
    file = uploaded("file")
    source = request.form.get("source", "")
    item, job = files.start_file(context(), kind, source, file.filename or "", file.read())
    return redirect(url_for(".show", file_id=item.id, job=job.id), 303)


@blueprint.get("/file/<uuid:file_id>")
def show(file_id: uuid.UUID) -> str:
    """Show one file: its progress, its faults, its result."""
    item, page = files.find_file(context(), file_id), whole("page", 1)
    job = _job()
    return render_template(
        "departments/show.html", item=item, job=job, failure=failure_of(job) if job else None,
        faults=[_told(one) for one in item.faults[(page - 1) * SIZE :][:SIZE]],
        working=item.state in AT_WORK and not (job and job.state == "failed"),
        total=len(item.faults), page=page, size=SIZE, source=titles(item.kind).get(item.source),
        counts=[(name, item.counts[name]) for name in COUNTS if name in item.counts],
    )  # fmt: skip


@blueprint.get("/file/<uuid:file_id>/progress")
def follow(file_id: uuid.UUID) -> Response:
    """Answer htmx: how far it is; once it is over, the page around it is loaded anew."""
    item, job = files.find_file(context(), file_id), _job()
    response = make_response(render_template("departments/progress.html", item=item, job=job))
    if item.state not in AT_WORK or (job is not None and job.state == "failed"):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/file/<uuid:file_id>/confirm")
def confirm(file_id: uuid.UUID) -> ResponseReturnValue:
    """Have the good rows put in."""
    _item, job = files.confirm_file(context(), file_id)
    flash(_("The rows are being put in."))
    return redirect(url_for(".show", file_id=file_id, job=job.id), 303)


@blueprint.get("/file/<uuid:file_id>/faults")
def download(file_id: uuid.UUID) -> Response:
    """Hand out the faults as a workbook, to be mended side by side with the file."""
    item = files.find_file(context(), file_id)
    names = [_("Sheet"), _("Row"), _("Column"), _("What is wrong"), _("What to do")]
    cells = [[row["sheet"], row["row"], row["column"], row["message"], row["remedy"]]
             for row in map(_told, item.faults)]  # fmt: skip
    return excel.hand_out(f"{_('Faults')}-{item.filename}", names, cells)


def titles(kind: str) -> dict[str, str]:
    """Return what the sources, or the kinds of lists, are called in the language spoken now."""
    if kind == files.AID:
        return {SOURCE: str(_("Shared ledger"))}
    if kind == files.ADMISSIONS:
        return approving_departments()
    if kind in (files.ENROLMENTS, files.CLAIMS, files.CONTRIBUTIONS):
        return {str(one.id): one.name for one in list_periods(context())}
    if kind == files.APPLICATIONS:
        return {name: programme_title(name) for name in programme_names(context())}
    known = list_sources() if kind == files.ANSWERS else LISTS.values()
    return {one.name: pick(one.title) for one in known}


def _check(kind: str) -> None:
    if kind not in files.PERMISSIONS:
        raise NotFoundError


def _job() -> OutboxEntry | None:
    job_id = request.args.get("job", type=uuid.UUID)
    try:
        return find_job(context(), job_id) if job_id else None
    except DomainError:
        return None


def _told(fault: dict[str, Any]) -> dict[str, Any]:
    values = fault.get("values", {})
    return {
        **fault,
        "message": translate(Message(fault["message"], values)),
        "remedy": translate(Message(fault["remedy"], values)),
    }
