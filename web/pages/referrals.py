"""Referrals to the departments: what the union asked them to do, and their answers."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.departments.referrals import ANSWERS, answer_referral, list_referrals
from core.paging import WHOLE
from web import excel
from web.labels import label
from web.pages import entries
from web.pages.addressing import whole
from web.request import context
from web.shared_ledger import measure_name

blueprint = Blueprint("referral", __name__, url_prefix="/<tenant>/referrals")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the referrals, due first; all of them, or those running."""
    page, running = whole("page", 1), _running()
    found = list_referrals(context(), running=running, page=page, size=SIZE)
    more = bool(list_referrals(context(), running=running, page=page * SIZE + 1, size=1))
    return render_template(
        "referrals/list.html", referrals=found, page=page, more=more, running=running,
        answers=[(one, label("measure", one)) for one in ANSWERS],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the referrals out as a workbook."""
    titles = [_("Due on"), _("Overdue"), _("State"), _("Measure line"), _("What is asked for"),
              _("Lead department"), _("Cooperating"), _("Who sees to it"), _("File number"),
              _("Head"), _("Union"), _("Outcome")]  # fmt: skip
    rows = (
        [one.due_on, _("Yes") if one.overdue else "", label("measure", one.state),
         measure_name(one.line), one.content, one.department, "、".join(one.cooperating),
         one.responsible, one.file_number, one.head, one.unit, one.outcome]
        for one in list_referrals(context(), running=_running(), size=WHOLE)
    )  # fmt: skip
    return excel.hand_out(_("Referrals"), titles, rows)


@blueprint.post("/<uuid:measure_id>")
def answer(measure_id: uuid.UUID) -> ResponseReturnValue:
    """Answer a referral one's department leads."""
    answer_referral(
        context(), measure_id, entries.text("state"), entries.text("outcome"),
        entries.number("version"),
    )  # fmt: skip
    flash(_("The answer is kept; the union sees it."))
    return redirect(url_for(".show_list"), 303)


def _running() -> bool:
    return request.args.get("all") != "1"
