"""Files overdue for verification: they get no new aid until two people have verified them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from core.households.life.overdue import list_overdue
from core.households.life.states import verification_due_before
from web import excel
from web.labels import label
from web.pages.addressing import whole
from web.request import context

blueprint = Blueprint("overdue", __name__, url_prefix="/<tenant>/overdue")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the overdue files, those waiting longest first."""
    ctx, page = context(), whole("page", 1)
    return render_template(
        "households/overdue.html", files=list_overdue(ctx, page=page, size=SIZE), page=page,
        more=bool(list_overdue(ctx, page=page * SIZE + 1, size=1)),
        months=ctx.pack.care.verification_months, due_before=verification_due_before(ctx),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand all overdue files out as a workbook."""
    titles = [_("File number"), _("Head"), _("State"), _("Last verified"), _("Contact person"),
              _("Mobile phone"), _("Union")]  # fmt: skip
    rows = (
        [one.file_number, one.head_name, label("standing_of_file", one.state), one.last,
         one.contact_person, one.phone, one.unit]
        for one in list_overdue(context())
    )  # fmt: skip
    return excel.hand_out(_("Files overdue for verification"), titles, rows)
