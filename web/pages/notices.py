"""Public notices as staff see them: what runs, what was objected to, what was decided on it."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.notices.objections import decide_objection
from core.notices.queries import list_notices, list_objections
from core.paging import WHOLE
from web import excel
from web.display import programme_title
from web.labels import NOTICE_STATES, label
from web.pages.addressing import whole
from web.request import context

blueprint = Blueprint("notice", __name__, url_prefix="/<tenant>/notices")
SIZE = 50
UPHOLD, SEND_BACK = "uphold", "send_back"


@blueprint.get("")
def show_list() -> str:
    """Show the notices and the objections that wait for an answer."""
    ctx, page, state = context(), whole("page", 1), request.args.get("state", "")
    found = list_notices(ctx, state=state, page=page, size=SIZE + 1)
    return render_template(
        "notices/list.html", notices=found[:SIZE], more=len(found) > SIZE, page=page, state=state,
        states=NOTICE_STATES, objections=list_objections(ctx), today=ctx.today,
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    titles = [_("Application"), _("Name"), _("Union"), _("Programme"), _("Amount (yuan)"),
              _("First day"), _("Last day"), _("Working days"), _("State"),
              _("Open objections")]  # fmt: skip
    rows = [
        [row["number"], row["name"], row["unit"], programme_title(row["programme"]),
         excel.yuan(row["amount"]), row["first_day"], row["last_day"], row["working_days"],
         label("notice", row["state"]), row["open_objections"]]
        for row in list_notices(context(), state=request.args.get("state", ""), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("Public notices"), titles, rows)


@blueprint.post("/objections/<uuid:objection_id>")
def decide(objection_id: uuid.UUID) -> ResponseReturnValue:
    """Uphold or dismiss an objection, with an answer."""
    decision = request.form.get("decision", "")
    decide_objection(
        context(), objection_id, uphold=decision in (UPHOLD, SEND_BACK),
        send_back=decision == SEND_BACK, answer=request.form.get("answer", ""),
    )  # fmt: skip
    flash(_("The objection is decided."))
    return redirect(url_for(".show_list"), 303)
