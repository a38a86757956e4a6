"""Admission to help: what waits for a person, all admissions, one with what it is decided by."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.admissions import listing
from core.admissions.beginning import begin, begin_again, withdraw
from core.admissions.decisions import decide
from core.admissions.many import begin_many, count_awaiting
from core.admissions.queries import read_admission
from core.admissions.workbook import COLUMNS, SHEET
from core.audit.queries import read_history
from core.errors import ConflictError, InvalidError
from core.federations import list_units
from core.households.export import write_rows
from core.paging import WHOLE
from core.routes import KINDS
from web import excel
from web.display import day, may
from web.errors import on_domain_error
from web.labels import ADMISSION_STATES, label
from web.pages import entries
from web.pages.addressing import posted_id, whole
from web.pages.households import read_filters
from web.pages.route import Drawn, draw_step
from web.request import abandon, context
from web.shared_ledger import choices, department_name

blueprint = Blueprint("admission", __name__, url_prefix="/<tenant>/admissions")
SIZE = 50
WAITING, ALL, OVERDUE = "waiting", "all", "overdue"
COLUMNS_SHOWN = (
    ("due_on", lazy_gettext("Due on")), ("file_number", lazy_gettext("File number")),
    ("category", lazy_gettext("Category")), ("department", lazy_gettext("Admitted by")),
    ("state", lazy_gettext("State")), ("submitted_at", lazy_gettext("Handed in on")),
    ("unit", lazy_gettext("Union")),
)  # fmt: skip
DECIDED = {
    "approve": lazy_gettext("The step is approved."),
    "return": lazy_gettext("The admission is returned for completion."),
    "refuse": lazy_gettext("The admission is refused."),
}


class Shown(NamedTuple):
    """A list as it was asked for."""

    view: str
    filters: listing.Filters
    sort: str
    rows: list[listing.Listed]
    total: int


@blueprint.get("")
def show_list() -> str:
    """Show what waits for the person, or a page of all admissions, or of those overdue."""
    ctx, page = context(), whole("page", 1)
    shown = _find(page, SIZE)
    return render_template(
        "admissions/list.html", shown=shown, page=page, size=SIZE, columns=COLUMNS_SHOWN,
        deciding=_decides(), states=ADMISSION_STATES.items(),
        categories=[(one.code, label("category", one.code)) for one in ctx.pack.categories],
        departments=[(one, name) for one, name in choices(ctx.pack.departments)
                     if one in ctx.pack.admitting.values()],
        units=[(one.path, one.full_name) for one in list_units(ctx, "admission.read") if one.path],
        awaiting=count_awaiting(ctx) if may("admission.begin") and ctx.pack.admission else None,
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    titles = [_("Due on"), _("Step"), _("File number"), _("Head"), _("Category"),
              _("Admitted by"), _("State"), _("Handed in on"), _("Decided on"), _("Reason"),
              _("Union")]  # fmt: skip
    rows = (
        [one.due_on, label("step_kind", one.kind) if one.kind else "", one.file_number, one.head,
         label("category", one.category), department_name(one.department),
         label("admission", one.state), one.submitted_at, one.decided_on, one.reason, one.unit]
        for one in _find(1, WHOLE).rows
    )  # fmt: skip
    return excel.hand_out(_("Admission to help"), titles, rows)


@blueprint.get("/form")
def form() -> Response:
    """Hand out the blank workbook of earlier admissions."""
    listing.list_admissions(context(), listing.Filters(), size=1)
    return excel.send_file(write_rows(SHEET, COLUMNS, ()), f"{SHEET}.xlsx")


@blueprint.get("/<uuid:admission_id>")
def show(admission_id: uuid.UUID) -> str:
    """Show one admission."""
    return _draw_one(admission_id)


@blueprint.errorhandler(ConflictError)
@blueprint.errorhandler(InvalidError)
def show_again(error: ConflictError | InvalidError) -> ResponseReturnValue:
    """Show the page again with all that was entered, and what is wrong with it."""
    admission_id = (request.view_args or {}).get("admission_id")
    if admission_id is None:
        return on_domain_error(error)
    abandon()
    entries.refuse(error)
    return _draw_one(admission_id), error.status


def _draw_one(admission_id: uuid.UUID) -> str:
    ctx = context()
    found = read_admission(ctx, admission_id)
    step = next((one for one in found["steps"] if one["state"] == "open"), None)
    return render_template(
        "admissions/show.html", admission=found, open_step=step, route=_draw(found),
        history=read_history(ctx, [admission_id]),
    )  # fmt: skip


@blueprint.post("")
def begin_one() -> ResponseReturnValue:
    """Begin the admission of one household."""
    admission = begin(context(), posted_id("household"))
    flash(_("The admission is begun; it waits for the investigation."))
    return redirect(url_for(".show", admission_id=admission.id), 303)


@blueprint.post("/many")
def begin_all() -> ResponseReturnValue:
    """Begin the admission of every file that awaits it, narrowed as the list of files was."""
    count = begin_many(context(), read_filters(request.form))
    flash(_("Admissions begun: %(count)s", count=f"{count:,}"))
    return redirect(url_for(".show_list", view=ALL), 303)


@blueprint.post("/<uuid:admission_id>/decide")
def take_step(admission_id: uuid.UUID) -> ResponseReturnValue:
    """Decide on the open step."""
    told = request.form
    decision = told.get("decision", "")
    decide(
        context(), admission_id, decision, reason=told.get("reason", ""),
        findings=told.get("findings", ""), version=told.get("version", type=int),
    )  # fmt: skip
    flash(str(DECIDED[decision]))
    return redirect(url_for(".show", admission_id=admission_id), 303)


@blueprint.post("/<uuid:admission_id>/submission")
def hand_in_again(admission_id: uuid.UUID) -> ResponseReturnValue:
    """Hand in again what came back for completion."""
    begin_again(context(), admission_id, request.form.get("version", type=int))
    flash(_("The admission is handed in again."))
    return redirect(url_for(".show", admission_id=admission_id), 303)


@blueprint.post("/<uuid:admission_id>/withdrawal")
def take_back(admission_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw an admission that is on its way."""
    told = request.form
    withdraw(context(), admission_id, told.get("reason", ""), told.get("version", type=int))
    flash(_("The admission is withdrawn."))
    return redirect(url_for(".show", admission_id=admission_id), 303)


def _find(page: int, size: int) -> Shown:
    asked = request.args
    view = asked.get("view", "") or (WAITING if _decides() and not asked.get("sort") else ALL)
    filters = listing.Filters(
        state=asked.get("state", ""), category=asked.get("category", ""),
        department=asked.get("department", ""), unit=asked.get("unit", ""),
        search=asked.get("search", ""), overdue=view == OVERDUE,
    )  # fmt: skip
    if view == WAITING:
        rows = listing.waiting_for_me(context(), size=WHOLE if size == WHOLE else SIZE * 4)
        return Shown(view, filters, "", rows, listing.count_waiting(context()))
    sort = asked.get("sort", "")
    sort = sort if sort.removeprefix("-") in listing.SORTS else ""
    rows, total = listing.list_admissions(context(), filters, sort=sort, page=page, size=size)
    return Shown(view, filters, sort, rows, total)


def _decides() -> bool:
    return any(may(f"admission.{kind}") for kind in KINDS)


def _draw(found: dict[str, Any]) -> list[Drawn]:
    """Return the beginning and the steps of the newest round; an earlier one has none."""
    if found["way"] == "earlier":
        lines = (found["document"], str(found["decided_on"]))
        return [Drawn(_("Admitted on paper before"), label("admission", found["state"]), "done",
                      lines)]  # fmt: skip
    steps = [one for one in found["steps"] if one["round"] == found["round"]]
    who = found["submitted_by_name"] or ""
    begun = Drawn(_("Application"), _("Handed in"), "done", (who, day(found["submitted_at"])))
    if found["state"] == "returned":
        begun = Drawn(_("Application"), label("admission", "returned"), "open")
    return [begun, *(draw_step(one, _whose(one)) for one in steps)]


def _whose(step: dict[str, Any]) -> str:
    return department_name(step["department"]) if step["department"] else ""
