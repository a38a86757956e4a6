"""What households have month after month: the list, the run of a month, checking, ending."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.entitlements.checking import end_entitlement, recheck
from core.entitlements.models import STATES
from core.entitlements.months import run_month
from core.entitlements.queries import list_entitlements
from core.errors import ConflictError, InvalidError
from core.funds.queries import list_funds
from core.money import format_yuan
from web import excel
from web.display import may, programme_title
from web.labels import label
from web.pages import entries
from web.pages.addressing import posted_id, whole
from web.request import context

blueprint = Blueprint("entitlement", __name__, url_prefix="/<tenant>/entitlements")
SIZE, REFUSED = 50, 422


@blueprint.get("")
def show_list() -> str:
    """Show a page of them, and to finance the form that pays a month."""
    ctx, page = context(), whole("page", 1)
    found = list_entitlements(ctx, state=_state(), page=page, size=SIZE)
    more = bool(list_entitlements(ctx, state=_state(), page=page * SIZE + 1, size=1))
    funds = list_funds(ctx) if may("fund.manage") else []
    return render_template(
        "entitlements/list.html", entitlements=found, page=page, more=more, state=_state(),
        states=[(one, label("entitlement", one)) for one in STATES],
        funds=[(one["id"], f"{one['name']} {one['year']} · {format_yuan(one['left'])}")
               for one in funds if one["period_id"] is None],
        month=ctx.today.replace(day=1),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    titles = [_("Application"), _("Programme"), _("Head"), _("File number"), _("Union"),
              _("A month (yuan)"), _("From"), _("Paid until"), _("State"), _("Reason"),
              _("Since"), _("Check due")]  # fmt: skip
    rows = (
        [one.number, programme_title(one.programme), one.head_name, one.file_number, one.unit,
         excel.yuan(one.amount), one.starts_on, one.paid_until, label("entitlement", one.state),
         one.note or (label("entitlement_reason", one.reason) if one.reason else ""), one.since,
         one.recheck_due]
        for one in list_entitlements(context(), state=_state())
    )  # fmt: skip
    return excel.hand_out(_("Entitlements"), titles, rows)


@blueprint.post("/run")
def run() -> ResponseReturnValue:
    """Pay a month from a fund; why it is refused stands at the form."""
    ctx = context()
    try:
        with ctx.session.begin_nested():
            made = run_month(ctx, posted_id("fund"), entries.day("month"))
    except (ConflictError, InvalidError) as error:
        entries.refuse(error)
        return show_list(), REFUSED
    flash(_("%(count)s payments of %(total)s yuan are reserved.", count=made.count,
            total=format_yuan(made.total)))  # fmt: skip
    if made.no_card:
        flash(_("Left out, without a bank card: %(numbers)s.", numbers=", ".join(made.no_card)))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<uuid:entitlement_id>/check")
def check(entitlement_id: uuid.UUID) -> ResponseReturnValue:
    """Check it again, for another year."""
    recheck(context(), entitlement_id)
    flash(_("The entitlement is checked again."))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<uuid:entitlement_id>/end")
def end(entitlement_id: uuid.UUID) -> ResponseReturnValue:
    """End it, for a reason."""
    end_entitlement(context(), entitlement_id, entries.text("reason"))
    flash(_("The entitlement is ended."))
    return redirect(url_for(".show_list"), 303)


def _state() -> str:
    return request.args.get("state", "")
