"""Measures that run: what departments were asked to do, due first, the overdue ones marked."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from core.households.life.overdue import list_measures
from web import excel
from web.labels import label
from web.pages.addressing import whole
from web.request import context

blueprint = Blueprint("measure", __name__, url_prefix="/<tenant>/measures")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the running measures, or only of those overdue."""
    page = whole("page", 1)
    found = list_measures(context(), overdue=_overdue(), page=page, size=SIZE)
    more = bool(list_measures(context(), overdue=_overdue(), page=page * SIZE + 1, size=1))
    return render_template(
        "measures/list.html", measures=found, page=page, more=more, overdue=_overdue()
    )


@blueprint.get("/excel")
def download() -> Response:
    """Hand the running measures out as a workbook, all of them or only those overdue."""
    titles = [_("Due on"), _("Overdue"), _("State"), _("Department"), _("What is asked for"),
              _("Who sees to it"), _("File number"), _("Head"), _("Union")]  # fmt: skip
    rows = (
        [one.due_on, _("Yes") if one.overdue else "", label("measure", one.state), one.department,
         one.content, one.responsible, one.file_number, one.head_name, one.unit]
        for one in list_measures(context(), overdue=_overdue())
    )  # fmt: skip
    return excel.hand_out(
        _("Overdue measures") if _overdue() else _("Running measures"), titles, rows
    )


def _overdue() -> bool:
    return request.args.get("overdue") == "1"
