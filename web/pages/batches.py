"""Payment batches: made, released by a second person, sent as a file, reconciled by the bank's."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.funds.bank_file import bank_file
from core.funds.batches import dissolve_batch, find_batch, make_batch, send_batch
from core.funds.queries import list_batches, list_funds, list_payments, read_batch
from core.funds.reconciliation import import_result
from core.funds.result_file import WrongResultError
from core.money import format_yuan
from core.paging import WHOLE
from web import excel
from web.labels import label
from web.pages.addressing import posted_id, uploaded, whole
from web.pages.payments import write_payments
from web.request import abandon, context

blueprint = Blueprint("batch", __name__, url_prefix="/<tenant>/batches")
SIZE = 50
INVALID = 422


@blueprint.get("")
def show_list() -> str:
    """Show the batches, and the funds with payments waiting for one."""
    ctx, page = context(), whole("page", 1)
    found = list_batches(ctx, page=page, size=SIZE + 1)
    funds = [(fund, list_payments(ctx, fund_id=fund["id"], state="reserved", size=500))
             for fund in list_funds(ctx) if fund["reserved"]]  # fmt: skip
    return render_template(
        "batches/list.html", batches=found[:SIZE], more=len(found) > SIZE, page=page,
        waiting=[(fund, payments) for fund, payments in funds if payments],
    )  # fmt: skip


@blueprint.get("/excel")
def download_list() -> Response:
    """Hand the list out as a workbook."""
    titles = [_("Number"), _("Fund"), _("State"), _("Payments"), _("Total (yuan)"), _("Made at"),
              _("Sent at"), _("Reconciled at")]  # fmt: skip
    rows = [
        [row["number"], row["fund"], label("batch", row["state"]), row["count"],
         excel.yuan(row["total"]), row["made_at"], row["sent_at"], row["reconciled_at"]]
        for row in list_batches(context(), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("Payment batches"), titles, rows)


@blueprint.post("")
def make() -> ResponseReturnValue:
    """Put all reserved payments of a fund into a batch, or the one that is named."""
    one = [posted_id("payment")] if "payment" in request.form else None
    batch = make_batch(context(), posted_id("fund"), one)
    flash(_("The batch %(number)s is made. Someone else must release it.", number=batch.number))
    return redirect(url_for(".show", batch_id=batch.id), 303)


@blueprint.get("/<uuid:batch_id>")
def show(batch_id: uuid.UUID) -> str:
    """Show a batch with its payments."""
    return _draw(batch_id)


@blueprint.get("/<uuid:batch_id>/excel")
def download_payments(batch_id: uuid.UUID) -> Response:
    """Hand a batch's payments out as a workbook, cards masked."""
    batch = find_batch(context(), batch_id)
    payments = list_payments(context(), batch_id=batch.id, size=WHOLE)
    return write_payments(_("Batch %(number)s", number=batch.number), payments)


@blueprint.post("/<uuid:batch_id>/send")
def send(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Release a batch to the bank."""
    send_batch(context(), batch_id)
    flash(_("The batch is released. Download its file and give it to the bank."))
    return redirect(url_for(".show", batch_id=batch_id), 303)


@blueprint.post("/<uuid:batch_id>/dissolve")
def dissolve(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Take a batch apart again."""
    dissolve_batch(context(), batch_id, request.form.get("reason", ""))
    flash(_("The batch is dissolved; its payments are reserved again."))
    return redirect(url_for(".show_list"), 303)


@blueprint.post("/<uuid:batch_id>/file")
def download(batch_id: uuid.UUID) -> Response:
    """Hand out the bank's file; that card numbers were shown is on record."""
    ctx = context()
    data = bank_file(ctx, batch_id, request.form.get("reason", ""))
    return excel.send_file(data, f"{_('Payments')}-{find_batch(ctx, batch_id).number}.xlsx")


@blueprint.post("/<uuid:batch_id>/result")
def take_result(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Book what the bank did, or show every faulty row."""
    try:
        result = import_result(context(), batch_id, uploaded("file").read())
    except WrongResultError as error:
        abandon()
        return _draw(batch_id, error), INVALID
    flash(_(
        "%(paid)s payments of %(paid_total)s yuan were paid, %(failed)s of %(failed_total)s came "
        "back.",
        paid=result.paid, paid_total=format_yuan(result.paid_total),
        failed=result.failed, failed_total=format_yuan(result.failed_total),
    ))  # fmt: skip
    return redirect(url_for(".show", batch_id=batch_id), 303)


def _draw(batch_id: uuid.UUID, error: WrongResultError | None = None) -> str:
    ctx = context()
    batch = read_batch(ctx, batch_id)
    mine = batch["made_by"] == ctx.actor.person_id
    faults = error.faults if error else ()
    return render_template("batches/show.html", batch=batch, mine=mine, faults=faults)
