"""Active discovery: who looks eligible and has no file or no aid, as tasks of the townships."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.context import Context
from core.federations import list_units
from core.paging import WHOLE
from core.verification.discovery import proposals
from core.verification.discovery.lists import LISTS
from core.verification.discovery.proposals import Filters, Listed
from core.verification.discovery.screening import REGISTRY, start_screening
from web import excel
from web.labels import label
from web.pages.addressing import whole
from web.request import context
from web.verified import grounds, list_title

blueprint = Blueprint("proposal", __name__, url_prefix="/<tenant>/discovery")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the proposals, newest first."""
    ctx, page = context(), whole("page", 1)
    rows, total = proposals.list_proposals(ctx, _filters(), page=page, size=SIZE)
    return render_template(
        "proposals/list.html", rows=rows, total=total, page=page, size=SIZE, filters=_filters(),
        units=_units(ctx), states=[(one, label("proposal", one)) for one in proposals.STATES],
        reasons=[(one, label("proposal_reason", one)) for one in proposals.REASONS],
        origins=[(name, list_title(name)) for name in (*LISTS, REGISTRY)],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed; names and numbers masked."""
    rows, _total = proposals.list_proposals(context(), _filters(), size=WHOLE)
    titles = [_("Name"), _("ID number"), _("Union"), _("Why"), _("Source"), _("State"),
              _("Found on"), _("File number"), _("Reason")]  # fmt: skip
    return excel.hand_out(_("Active discovery"), titles, map(_cells, rows))


@blueprint.post("/screen")
def screen() -> ResponseReturnValue:
    """Have a worker screen the registry."""
    job = start_screening(context())
    flash(_("The registry is being screened."))
    return redirect(url_for("job.show", job_id=job.id), 303)


@blueprint.post("/<uuid:proposal_id>/take")
def take(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Take it up: on to the form of a new file, to the file that exited, or to applying."""
    proposal = proposals.take_up(context(), proposal_id)
    if proposal.reason == "unaided":
        return redirect(url_for("applying.choose", household_id=proposal.household_id), 303)
    if proposal.reason == "returned":
        flash(_("This file has exited. See whether the household can come back."))
        return redirect(url_for("household.show", household_id=proposal.household_id), 303)
    return redirect(url_for("filing.begin", proposal=proposal.id), 303)


@blueprint.post("/<uuid:proposal_id>/dismiss")
def dismiss(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Dismiss it with a reason."""
    proposals.dismiss(context(), proposal_id, request.form.get("reason", ""))
    flash(_("The proposal is dismissed."))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/<uuid:proposal_id>/dismiss")
def ask_why(proposal_id: uuid.UUID) -> str:
    """Ask for the reason."""
    proposal = proposals.find_proposal(context(), proposal_id)
    return render_template("proposals/dismiss.html", proposal=proposal)


def _filters() -> Filters:
    asked = request.args
    state = asked.get("state", "open")
    return Filters(
        state=state if state in proposals.STATES else "", reason=asked.get("reason", ""),
        origin=asked.get("origin", ""), unit=asked.get("unit", ""),
    )  # fmt: skip


def _cells(one: Listed) -> list[object]:
    return [
        one.name, one.id_number, one.unit, grounds(one), list_title(one.origin),
        label("proposal", one.state), one.found_at, one.file_number or "", one.decision,
    ]  # fmt: skip


def _units(ctx: Context) -> list[tuple[str, str]]:
    units = list_units(ctx, proposals.READ)
    return [(unit.path, unit.full_name) for unit in units if unit.path]
