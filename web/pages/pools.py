"""The pool of a period of mutual aid: its standing, contributions, free enrolment."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import allowed
from core.enrolments.contributions import Receipt, match_contributions, receive
from core.enrolments.free import confirm_free, list_free, list_missing, propose_free, refuse_free
from core.enrolments.periods import find_period, list_periods
from core.enrolments.receipts import COLUMNS, SHEET
from core.enrolments.standing import read_standing, scheme_figures
from core.errors import ConflictError, InvalidError
from core.funds.queries import list_funds
from core.households.export import write_rows
from core.verification import files
from web import excel
from web.pages import entries
from web.pages.addressing import posted_id, uploaded
from web.request import context

blueprint = Blueprint("pool", __name__, url_prefix="/<tenant>/mutual-aid")
REFUSED = 422


@blueprint.get("/<uuid:period_id>/pool")
def show(period_id: uuid.UUID) -> str:
    """Show the pool of a period."""
    return _show(period_id)


@blueprint.get("/<uuid:period_id>/pool/excel")
def download(period_id: uuid.UUID) -> Response:
    """Hand out what every work unit owes and paid in."""
    ctx = context()
    period = find_period(ctx, period_id)
    titles = [_("Work unit"), _("Credit code"), _("Workers"), _("Owed (yuan)"),
              _("Received (yuan)"), _("Still to come (yuan)")]  # fmt: skip
    rows = (
        [one.employer, one.employer_code, one.workers, excel.yuan(one.due),
         excel.yuan(one.received), excel.yuan(one.missing)]
        for one in match_contributions(ctx, period, unmatched=_unmatched())
    )  # fmt: skip
    title = _("Contributions")
    return excel.hand_out(f"{title}-{period.name}", titles, rows)


@blueprint.post("/<uuid:period_id>/pool/contributions")
def book(period_id: uuid.UUID) -> ResponseReturnValue:
    """Book money a work unit paid in."""
    ctx = context()
    try:
        receipt = Receipt(
            entries.text("employer"), entries.text("employer_code"), entries.yuan("amount") or 0,
            entries.day("received_on"), entries.text("reference"),
        )  # fmt: skip
        receive(ctx, period_id, receipt)
    except (InvalidError, ConflictError) as error:
        entries.refuse(error)
        return _show(period_id), REFUSED
    flash(_("The contribution is booked."))
    return redirect(url_for(".show", period_id=period_id), 303)


@blueprint.get("/contributions/form")
def form() -> Response:
    """Hand out the blank list of vouchers."""
    list_periods(context())
    return excel.send_file(write_rows(SHEET, COLUMNS, ()), f"{SHEET}.xlsx")


@blueprint.post("/<uuid:period_id>/pool/workbooks")
def bring(period_id: uuid.UUID) -> ResponseReturnValue:
    """Take a list of vouchers in; a worker checks it."""
    ctx, file = context(), uploaded("file")
    item, job = files.start_file(
        ctx, files.CONTRIBUTIONS, str(find_period(ctx, period_id).id), file.filename or "",
        file.read(),
    )  # fmt: skip
    return redirect(url_for("department_file.show", file_id=item.id, job=job.id), 303)


@blueprint.post("/<uuid:period_id>/pool/free")
def propose(period_id: uuid.UUID) -> ResponseReturnValue:
    """Propose to enrol everybody who is missing, a fund paying."""
    propose_free(context(), period_id, posted_id("fund"))
    flash(_("The free enrolment is proposed; a colleague confirms it."))
    return redirect(url_for(".show", period_id=period_id, _anchor="free"), 303)


@blueprint.post("/free/<uuid:free_id>/confirm")
def confirm(free_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm a free enrolment."""
    free = confirm_free(context(), free_id)
    flash(_("They are enrolled; the fund paid their contributions into the pool."))
    return redirect(url_for(".show", period_id=free.period_id, _anchor="free"), 303)


@blueprint.post("/free/<uuid:free_id>/refuse")
def refuse(free_id: uuid.UUID) -> ResponseReturnValue:
    """Put a free enrolment aside."""
    free = refuse_free(context(), free_id, entries.text("reason"))
    flash(_("The free enrolment is put aside."))
    return redirect(url_for(".show", period_id=free.period_id, _anchor="free"), 303)


def _show(period_id: uuid.UUID) -> str:
    ctx = context()
    period = find_period(ctx, period_id)
    figures, standing = scheme_figures(ctx, period), read_standing(ctx, period)
    funds = list_funds(ctx) if allowed(ctx, "fund.read") else []
    pool = next((one for one in funds if one["period_id"] == period.id), None)
    return render_template(
        "mutual_aid/pool.html", period=period, standing=standing, pool=pool,
        matched=match_contributions(ctx, period, unmatched=_unmatched()), unmatched=_unmatched(),
        missing=len(list_missing(ctx)), free=list_free(ctx, period), me=ctx.actor.person_id,
        funds=[(one["id"], f"{one['name']} {one['year']}") for one in funds
               if one["period_id"] is None],
        figures=[figures.shown(name) for name in figures.values] if figures else [],
        running=period.starts_on <= ctx.today <= period.ends_on,
    )  # fmt: skip


def _unmatched() -> bool:
    return "unmatched" in request.args
