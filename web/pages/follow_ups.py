"""Students who were helped: who is due to be asked about, and noting what became of one."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.follow_ups.models import FINDINGS
from core.follow_ups.queries import find_followed, list_followed, read_findings
from core.follow_ups.service import record_follow_up
from web import excel
from web.labels import label
from web.pages import entries
from web.pages.addressing import whole
from web.request import context

blueprint = Blueprint("follow_up", __name__, url_prefix="/<tenant>/students")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the students who are followed, or only of those due."""
    page, ctx = whole("page", 1), context()
    found = list_followed(ctx, due=_due(), page=page, size=SIZE)
    more = bool(list_followed(ctx, due=_due(), page=page * SIZE + 1, size=1))
    return render_template("follow_ups/list.html", students=found, page=page, more=more, due=_due())


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    titles = [_("Due on"), _("Overdue"), _("Student"), _("ID number"), _("Stage of education"),
              _("School"), _("Helped last"), _("Times helped"), _("Found last"), _("On"),
              _("Should graduate on"), _("File number"), _("Head"), _("Union")]  # fmt: skip
    rows = (
        [one.due_on, _("Yes") if one.overdue else "", one.name, one.id_number,
         label("stage", one.education_stage), one.school, one.helped_on, one.times,
         label("study", one.finding) if one.finding else "", one.seen_on, one.graduates_on,
         one.file_number, one.head_name, one.unit]
        for one in list_followed(context(), due=_due())
    )  # fmt: skip
    return excel.hand_out(_("Students due") if _due() else _("Students helped"), titles, rows)


@blueprint.get("/<uuid:member_id>")
def show(member_id: uuid.UUID) -> str:
    """Show one student, what was found of him, and the form for what is found now."""
    ctx = context()
    return render_template(
        "follow_ups/show.html", student=find_followed(ctx, member_id),
        found=read_findings(ctx, member_id),
        findings=[(code, label("study", code)) for code in FINDINGS],
    )  # fmt: skip


@blueprint.post("/<uuid:member_id>")
def note(member_id: uuid.UUID) -> ResponseReturnValue:
    """Note what was found."""
    ctx = entries.context()
    record_follow_up(
        ctx, member_id, entries.choice("finding", FINDINGS), entries.day("seen_on"),
        entries.text("remark"),
    )  # fmt: skip
    flash(_("What was found of the student is kept."))
    return redirect(url_for(".show_list", due=1), 303)


def _due() -> bool:
    return request.args.get("due") == "1"
