"""Differences between answers and declarations: the list of tasks, and the one to be decided."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.context import Context
from core.errors import InvalidError
from core.federations import list_units
from core.households.evidence import add_evidence
from core.households.queries import read_household
from core.paging import WHOLE
from core.verification import differences
from core.verification.differences import Filters, Listed
from web import excel
from web.display import day
from web.labels import label
from web.pages.addressing import whole
from web.request import context
from web.verification_codes import DIFFERENCE_KINDS
from web.verified import source_title, told

blueprint = Blueprint("difference", __name__, url_prefix="/<tenant>/differences")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the tasks, the first due first."""
    ctx, page = context(), whole("page", 1)
    rows, total = differences.list_differences(ctx, _filters(), page=page, size=SIZE)
    return render_template(
        "differences/list.html", rows=rows, total=total, page=page, size=SIZE, filters=_filters(),
        units=_units(ctx), kinds=DIFFERENCE_KINDS.items(),
        states=[(one, label("difference", one)) for one in differences.STATES],
        today=ctx.today,
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    rows, _total = differences.list_differences(context(), _filters(), size=WHOLE)
    titles = [_("Due on"), _("File number"), _("Head"), _("Union"), _("Difference"),
              _("Declared"), _("Told"), _("Source"), _("Answered on"), _("State"), _("Assigned to"),
              _("Reason")]  # fmt: skip
    return excel.hand_out(_("Differences"), titles, map(_cells, rows))


@blueprint.get("/<uuid:difference_id>")
def show(difference_id: uuid.UUID) -> str:
    """Show one difference, the file's papers, and the ways to decide it."""
    ctx = context()
    one = differences.read_difference(ctx, difference_id)
    household = read_household(ctx, one.household_id).data
    papers = [(paper["id"], f"{label('evidence', paper['kind'])} · {paper['filename']}")
              for paper in household["evidence"]]  # fmt: skip
    return render_template(
        "differences/show.html", one=one, household=household, papers=papers, today=ctx.today
    )


@blueprint.post("/<uuid:difference_id>/decide")
def decide(difference_id: uuid.UUID) -> ResponseReturnValue:
    """Decide it; a paper sent along is kept with the file first."""
    ctx, form = context(), request.form
    evidence_id = _paper(ctx, difference_id)
    one = differences.decide_difference(
        ctx, difference_id, form.get("outcome", ""), form.get("reason", ""), evidence_id
    )
    flash(_("Decided: %(state)s.", state=label("difference", one.state)))
    return redirect(url_for(".show", difference_id=difference_id), 303)


@blueprint.post("/<uuid:difference_id>/take")
def take(difference_id: uuid.UUID) -> ResponseReturnValue:
    """Take it over oneself, or give it back."""
    ctx = context()
    person = None if request.form.get("give_back") else ctx.actor.person_id
    differences.assign_difference(ctx, difference_id, person)
    return redirect(url_for(".show", difference_id=difference_id), 303)


@blueprint.post("/<uuid:difference_id>/again")
def again(difference_id: uuid.UUID) -> ResponseReturnValue:
    """Compare the file anew after it was changed."""
    ctx = context()
    one = differences.read_difference(ctx, difference_id)
    differences.compare_again(ctx, one.household_id)
    flash(_("The file was compared again."))
    return redirect(url_for(".show", difference_id=difference_id), 303)


def _paper(ctx: Context, difference_id: uuid.UUID) -> uuid.UUID | None:
    """Return the paper that is to show it: one sent now, or one of the file."""
    file = request.files.get("file")
    if file is not None and file.filename:
        one = differences.read_difference(ctx, difference_id)
        paper = add_evidence(ctx, one.household_id, kind=request.form.get("kind", "other"),
                             filename=file.filename, data=file.read())  # fmt: skip
        return paper.id
    chosen = request.form.get("evidence", "")
    try:
        return uuid.UUID(chosen) if chosen else None
    except ValueError:
        raise InvalidError(_("Nothing was chosen."), field="evidence") from None


def _filters() -> Filters:
    asked = request.args
    state = asked.get("state", "")
    return Filters(
        state=state if state in differences.STATES else "", kind=asked.get("kind", ""),
        unit=asked.get("unit", ""), household=asked.get("household", type=uuid.UUID),
        mine=asked.get("mine") == "1", overdue=asked.get("overdue") == "1",
    )  # fmt: skip


def _cells(one: Listed) -> list[object]:
    return [
        one.due_on, one.file_number, one.head_name, one.unit,
        label("difference_kind", one.kind), told(one.declared, one.kind), told(one.told, one.kind),
        source_title(one.source), day(one.answered_on), label("difference", one.state),
        one.assignee or "", one.reason,
    ]  # fmt: skip


def _units(ctx: Context) -> list[tuple[str, str]]:
    units = list_units(ctx, "verification.read")
    return [(unit.path, unit.full_name) for unit in units if unit.path]
