"""Papers owed of aid that was paid first: the list, handing them in, checking them."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.audit.queries import read_history
from core.context import Context
from core.errors import ConflictError, InvalidError
from core.households.evidence import add_evidence
from core.owed_papers.checking import check
from core.owed_papers.handing_in import hand_in
from core.owed_papers.owing import Item
from core.owed_papers.queries import Listed, list_owed
from core.owed_papers.reading import read_owed
from core.owed_papers.standing import STANDINGS
from web import excel
from web.display import day, programme_title
from web.labels import label
from web.pages import entries
from web.pages.addressing import whole
from web.request import abandon, context

blueprint = Blueprint("owed_papers", __name__, url_prefix="/<tenant>/owed-papers")
SIZE = 50
OTHER = "other"
DECIDED = {
    "approve": lazy_gettext("The papers are settled."),
    "return": lazy_gettext("The papers are given back."),
    "reject": lazy_gettext("It is recorded that the aid was not due."),
}


@blueprint.get("")
def show_list() -> str:
    """Show a page of the list."""
    ctx, page = context(), whole("page", 1)
    found = list_owed(ctx, standing=_standing(), page=page, size=SIZE)
    more = bool(list_owed(ctx, standing=_standing(), page=page * SIZE + 1, size=1))
    return render_template(
        "owed_papers/list.html", rows=found, page=page, more=more, standing=_standing(),
        standings=[(one, label("owed_papers", one)) for one in STANDINGS],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    return write_workbook(_("Papers owed"), list_owed(context(), standing=_standing()))


@blueprint.get("/<uuid:owed_id>")
def show(owed_id: uuid.UUID) -> str:
    """Show what is owed and what was handed in."""
    return _draw(owed_id)


@blueprint.errorhandler(ConflictError)
@blueprint.errorhandler(InvalidError)
def show_again(error: ConflictError | InvalidError) -> ResponseReturnValue:
    """Show the page again with all that was entered, and what is wrong with it."""
    abandon()
    entries.refuse(error)
    return _draw((request.view_args or {})["owed_id"]), error.status


@blueprint.post("/<uuid:owed_id>/papers")
def bring(owed_id: uuid.UUID) -> ResponseReturnValue:
    """Hand in what is owed: papers of the file, and those that are sent now."""
    ctx = context()
    found = read_owed(ctx, owed_id)
    papers = {item.name: _papers(ctx, found.listed, item) for item in found.items}
    visit = entries.text("visit_id")
    hand_in(
        ctx, owed_id, papers, _as_id(visit) if visit else None, entries.text("note"),
        version=entries.number("version"),
    )  # fmt: skip
    flash(_("The papers are handed in. Someone else must check them."))
    return redirect(url_for(".show", owed_id=owed_id), 303)


@blueprint.post("/<uuid:owed_id>/check")
def decide(owed_id: uuid.UUID) -> ResponseReturnValue:
    """Decide on what was handed in."""
    decision = entries.text("decision")
    check(context(), owed_id, decision, entries.text("reason"), entries.number("version"))
    flash(str(DECIDED[decision]))
    return redirect(url_for(".show", owed_id=owed_id), 303)


def write_workbook(title: str, rows: list[Listed]) -> Response:
    """Hand owed papers out as a workbook under a title."""
    titles = [_("Due on"), _("State"), _("Application"), _("Name"), _("File number"),
              _("Programme"), _("Amount granted (yuan)"), _("Granted on"), _("Paid on"),
              _("Handed in on"), _("Handed in by"), _("Why it could not wait"), _("Reason"),
              _("Union")]  # fmt: skip
    cells = (
        [one.due_on, label("owed_papers", one.standing), one.number, one.head_name,
         one.file_number, programme_title(one.programme), excel.yuan(one.amount), one.granted_on,
         one.paid_on, one.handed_in_on, one.handed_in_by, one.urgent_reason, one.reason, one.unit]
        for one in rows
    )  # fmt: skip
    return excel.hand_out(title, titles, cells)


def _papers(ctx: Context, owed: Listed, item: Item) -> list[uuid.UUID]:
    """Return the papers chosen for one item, and what is sent for it, kept with the application."""
    chosen = [_as_id(one) for one in request.form.getlist(item.name)]
    for file in request.files.getlist(f"file-{item.name}"):
        if file.filename:
            paper = add_evidence(
                ctx, owed.household_id, kind=item.kind or OTHER, filename=file.filename,
                data=file.read(), application_id=owed.application_id,
            )  # fmt: skip
            chosen.append(paper.id)
    return chosen


def _as_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidError(_("Nothing was chosen.")) from None


def _draw(owed_id: uuid.UUID) -> str:
    ctx = context()
    found = read_owed(ctx, owed_id)
    return render_template(
        "owed_papers/show.html", found=found, owed=found.listed,
        visits=[(one.id, f"{day(one.visited_on)} · {label('visit_conclusion', one.conclusion)}")
                for one in found.visits],
        history=read_history(ctx, [owed_id]),
    )  # fmt: skip


def _standing() -> str:
    return request.args.get("standing", "")
