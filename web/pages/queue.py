"""Waiting for me: the steps a person may take, those due first, of every federation in reach."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from core.admissions.listing import count_waiting as count_admissions
from core.applications.listing import waiting_for_me
from core.claims.waiting import waiting_for_me as claims_waiting_for_me
from core.owed_papers.queries import waiting_for_me as papers_waiting_for_me
from core.paging import WHOLE
from web import excel
from web.campaigns import campaigns_of
from web.display import programme_title
from web.labels import label
from web.pages.owed_papers import write_workbook
from web.request import context

blueprint = Blueprint("queue", __name__, url_prefix="/queue")


@blueprint.get("")
def show() -> str:
    """Show the queue."""
    ctx = context()
    return render_template(
        "queue/show.html", queue=waiting_for_me(ctx), owed_rows=papers_waiting_for_me(ctx),
        claims=claims_waiting_for_me(ctx), admissions=count_admissions(ctx),
        campaigns=campaigns_of(ctx),
    )  # fmt: skip


@blueprint.get("/papers/excel")
def download_papers() -> Response:
    """Hand the owed papers that wait out as a workbook."""
    return write_workbook(_("Papers owed"), papers_waiting_for_me(context()))


@blueprint.get("/claims/excel")
def download_claims() -> Response:
    """Hand the claims that wait out as a workbook."""
    titles = [_("Due on"), _("Step"), _("Number"), _("Name"), _("Hospital"), _("Period"),
              _("To be paid (yuan)"), _("Since")]  # fmt: skip
    rows = [
        [one.due_on, label("step_kind", one.step), one.number, one.name, one.hospital, one.period,
         excel.yuan(one.amount), one.opened_on]
        for one in claims_waiting_for_me(context(), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("Claims on mutual aid"), titles, rows)


@blueprint.get("/excel")
def download() -> Response:
    """Hand the queue out as a workbook."""
    titles = [_("Due on"), _("Step"), _("Application"), _("Name"), _("Programme"), _("Category"),
              _("Amount asked for (yuan)"), _("Federation"), _("Union"),
              _("Help first")]  # fmt: skip
    rows = [
        [row["due_on"], label("step_kind", row["kind"]), row["number"],
         row["household"]["head_name"], programme_title(row["programme"]),
         label("category", row["category"]), excel.yuan(row["asked"]), row["tenant_name"],
         row["unit"], _("Yes") if row["focus"] else _("No")]
        for row in waiting_for_me(context(), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("Waiting for me"), titles, rows)
