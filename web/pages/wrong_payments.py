"""Wrong payments: the list, and what is done with one where its payment is shown."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.federations import list_units
from core.money import parse_yuan
from core.paging import WHOLE
from core.wrong_payments.queries import (
    STANDINGS,
    Filters,
    list_wrong_payments,
    read_wrong_payment,
)
from core.wrong_payments.service import (
    Found,
    add_recovery,
    confirm_wrong_payment,
    record_wrong_payment,
    refuse_wrong_payment,
)
from web import excel
from web.display import programme_title
from web.labels import label
from web.pages.addressing import posted_day, whole
from web.request import context

blueprint = Blueprint("wrong_payment", __name__, url_prefix="/<tenant>/wrong-payments")
SIZE = 50
BACK = "back"


@blueprint.get("")
def show_list() -> str:
    """Show a page of the records."""
    ctx, page, filters = context(), whole("page", 1), _filters()
    found = list_wrong_payments(ctx, filters, page=page, size=SIZE)
    more = bool(list_wrong_payments(ctx, filters, page=page * SIZE + 1, size=1))
    counties = [
        (unit.path, unit.full_name)
        for unit in list_units(ctx, "application.read") if unit.level == "county"
    ]  # fmt: skip
    standings = [("outstanding", _("Outstanding"))]
    standings += [(one, label("wrong_payment", one)) for one in STANDINGS]
    return render_template(
        "wrong_payments/list.html", records=found, page=page, more=more, filters=filters,
        counties=counties, standings=standings, tolerance=ctx.pack.care.tolerance_percent,
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the records out as a workbook, as the list is narrowed."""
    titles = [_("Payment"), _("Application"), _("File number"), _("Name"), _("Union"),
              _("Programme"), _("Paid on"), _("Amount paid (yuan)"), _("Kind"),
              _("Paid wrongly (yuan)"), _("Recovered (yuan)"), _("State"), _("Found on"),
              _("Found by"), _("Reason"), _("Recorded by"), _("Confirmed by")]  # fmt: skip
    found = list_wrong_payments(context(), _filters(), size=WHOLE)
    return excel.hand_out(_("Wrong payments"), titles, map(_cells, found))


@blueprint.post("/payments/<uuid:payment_id>")
def record(payment_id: uuid.UUID) -> ResponseReturnValue:
    """Record that a payment was wrong."""
    form = request.form
    found = Found(
        kind=form.get("kind", ""), amount=parse_yuan(form.get("amount", ""), field="amount"),
        found_on=posted_day("found_on"), found_by=form.get("found_by", ""),
        reason=form.get("reason", ""),
    )  # fmt: skip
    made = record_wrong_payment(context(), payment_id, found)
    flash(_("The wrong payment is recorded. It counts once someone else has confirmed it."))
    return _back(made.id)


@blueprint.post("/<uuid:wrong_id>/confirm")
def confirm(wrong_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm what somebody else recorded."""
    confirm_wrong_payment(context(), wrong_id)
    flash(_("The wrong payment is confirmed."))
    return _back(wrong_id)


@blueprint.post("/<uuid:wrong_id>/refuse")
def refuse(wrong_id: uuid.UUID) -> ResponseReturnValue:
    """Put a record aside."""
    refuse_wrong_payment(context(), wrong_id, request.form.get("reason", ""))
    flash(_("The record is put aside; the payment counts as right."))
    return _back(wrong_id)


@blueprint.post("/<uuid:wrong_id>/recoveries")
def recover(wrong_id: uuid.UUID) -> ResponseReturnValue:
    """Enter what came back, or take an entry back."""
    form = request.form
    amount = parse_yuan(form.get("recovered", ""), field="recovered")
    signed = -amount if form.get("way") == BACK else amount
    add_recovery(context(), wrong_id, posted_day("day"), signed, form.get("note", ""))
    flash(_("The recovery is entered."))
    return _back(wrong_id)


def _filters() -> Filters:
    asked = request.args
    return Filters(
        unit=asked.get("unit", ""), year=whole("year", 0, least=0),
        standing=asked.get("standing", ""),
    )  # fmt: skip


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["payment"], row["application"], row["file_number"], row["head_name"], row["unit"],
        programme_title(row["programme"]), row["paid_on"], excel.yuan(row["paid"]),
        label("wrong_kind", row["kind"]), excel.yuan(row["amount"]), excel.yuan(row["recovered"]),
        label("wrong_payment", row["standing"]), row["found_on"], row["found_by"], row["reason"],
        row["recorded_by_name"], row["decided_by_name"],
    ]  # fmt: skip


def _back(wrong_id: uuid.UUID) -> ResponseReturnValue:
    found = read_wrong_payment(context(), wrong_id)
    address = (
        url_for("claim.show", claim_id=found["claim_id"], _anchor="wrong-payments")
        if found["claim_id"]
        else url_for(
            "application.show", application_id=found["application_id"], _anchor="wrong-payments"
        )
    )
    return redirect(address, 303)
