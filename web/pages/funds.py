"""Funds: what there is, what is left, which granted applications still have no money reserved."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.applications.listing import Filters, list_applications
from core.errors import NotFoundError
from core.funds.budgets import create_fund, find_fund
from core.funds.donations import list_donations
from core.funds.queries import list_changes, list_funds, list_payments
from core.funds.reservations import release, reserve
from core.money import format_yuan, parse_yuan
from core.paging import WHOLE
from core.programmes import paying_programmes
from web import excel
from web.display import programme_title
from web.labels import STAGES, label
from web.pages.addressing import posted_id, whole
from web.pages.payments import write_payments
from web.request import context

blueprint = Blueprint("fund", __name__, url_prefix="/<tenant>/funds")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show the funds and what waits for a reservation."""
    ctx = context()
    funds = list_funds(ctx)
    unpaid = list_applications(ctx, Filters(state="granted", unpaid=True, tenant=ctx.tenant.slug))
    return render_template(
        "funds/list.html", funds=funds, unpaid=unpaid.data, more=unpaid.more,
        choices=[(one["id"], f"{one['name']} {one['year']} · {format_yuan(one['left'])}")
                 for one in funds],
        programmes=paying_programmes(ctx), year=ctx.today.year,
        stages=[(code, label("stage", code)) for code in STAGES if code],
        proposed=list_changes(ctx, state="proposed"),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook."""
    titles = [_("Number"), _("Fund"), _("Year"), _("Source"), _("Programmes"), _("Donor"),
              _("Stages of education"), _("Budget (yuan)"),
              _("Reserved (yuan)"), _("Paid (yuan)"), _("Left (yuan)")]  # fmt: skip
    rows = [
        [one["number"], one["name"], one["year"], one["source"],
         "、".join(map(programme_title, one["programmes"])) or _("all"), one["donor"],
         "、".join(label("stage", stage) for stage in one["stages"]),
         *(excel.yuan(one[name]) for name in ("budget", "reserved", "paid", "left"))]
        for one in list_funds(context())
    ]  # fmt: skip
    return excel.hand_out(_("Funds"), titles, rows)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Set up a fund."""
    form = request.form
    fund = create_fund(
        context(), form.get("name", ""), form.get("source", ""), form.get("year", 0, type=int),
        parse_yuan(form.get("budget", ""), field="budget"), programmes=form.getlist("programmes"),
        donor=form.get("donor", ""), stages=form.getlist("stages"),
    )  # fmt: skip
    flash(_("The fund %(name)s is set up.", name=fund.name))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/<uuid:fund_id>")
def show(fund_id: uuid.UUID) -> str:
    """Show a fund's payments."""
    ctx, page, state = context(), whole("page", 1), request.args.get("state", "")
    payments = list_payments(ctx, fund_id=fund_id, state=state, page=page, size=SIZE + 1)
    fund = next((one for one in list_funds(ctx) if one["id"] == fund_id), None)
    if fund is None:
        raise NotFoundError
    return render_template(
        "funds/show.html", fund=fund, payments=payments[:SIZE], more=len(payments) > SIZE,
        page=page, state=state, stages=[label("stage", stage) for stage in fund["stages"]],
        changes=list_changes(ctx, fund_id=fund_id), me=ctx.actor.person_id,
    )  # fmt: skip


@blueprint.get("/<uuid:fund_id>/excel")
def download_payments(fund_id: uuid.UUID) -> Response:
    """Hand a fund's payments out as a workbook, as they are narrowed, cards masked."""
    ctx = context()
    fund = find_fund(ctx, fund_id)
    state = request.args.get("state", "")
    payments = list_payments(ctx, fund_id=fund_id, state=state, size=WHOLE)
    return write_payments(f"{_('Payments')}-{fund.name} {fund.year}", payments)


@blueprint.get("/<uuid:fund_id>/donations/excel")
def download_donations(fund_id: uuid.UUID) -> Response:
    """Hand out what was paid from a donor's fund, for the donor: nobody is named in full."""
    ctx = context()
    found = list_donations(ctx, fund_id)
    titles = [_("Paid on"), _("Programme"), _("Stage of education"), _("Name"), _("School"),
              _("Union"), _("Amount (yuan)")]  # fmt: skip
    rows = [
        [one.paid_on, programme_title(one.programme), label("stage", one.stage), one.name,
         one.school, one.unit, excel.yuan(one.amount)]
        for one in found
    ]  # fmt: skip
    total = [_("Total"), "", "", "", "", "", excel.yuan(sum(one.amount for one in found))]
    fund = find_fund(ctx, fund_id)
    return excel.hand_out(f"{fund.donor}-{fund.name} {fund.year}", titles, [*rows, total])


@blueprint.post("/reserve")
def keep() -> ResponseReturnValue:
    """Reserve the amounts of the chosen applications on a fund, all or none."""
    ctx, fund_id = context(), posted_id("fund")
    chosen = [uuid.UUID(text) for text in request.form.getlist("application")]
    for application_id in chosen:
        reserve(ctx, application_id, fund_id)
    flash(_("Reserved for %(count)s applications.", count=len(chosen)))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/payments/<uuid:payment_id>/release")
def give_back(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Give a reservation back to its fund."""
    payment = release(context(), payment_id, request.form.get("reason", ""))
    flash(_("The payment %(number)s is released.", number=payment.number))
    return redirect(url_for(".show", fund_id=payment.fund_id), 303)
