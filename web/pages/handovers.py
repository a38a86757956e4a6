"""Aid that could not wait, handed over in person: in money and goods, signed for, confirmed."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.applications.queries import read_application
from core.errors import NotFoundError
from core.handovers.goods import Article
from core.handovers.in_person import hold_in_person
from core.handovers.recording import Given, keep_receipt, open_receipt, record_handovers
from core.handovers.settling import confirm_handovers, refuse_handover
from web import excel
from web.pages import entries
from web.pages.addressing import posted_id, uploaded
from web.request import context

blueprint = Blueprint(
    "handover", __name__, url_prefix="/<tenant>/applications/<uuid:application_id>/in-person"
)


@blueprint.post("")
def hold(application_id: uuid.UUID) -> ResponseReturnValue:
    """Hold the amount to be handed over in person."""
    hold_in_person(context(), application_id, posted_id("fund"), read_articles())
    flash(_("It is held on the fund, to be handed over in person."))
    return _back(application_id)


@blueprint.get("/receipt")
def print_receipt(application_id: uuid.UUID) -> str:
    """Show the receipt to be signed, as it is printed."""
    ctx = context()
    found = read_application(ctx, application_id)
    waiting = [one for one in found["payments"] if _waits(one)]
    if not waiting:
        raise NotFoundError
    return render_template(
        "handovers/receipt.html", application=found, payment=waiting[0], today=ctx.today,
        federation=ctx.tenant,
    )  # fmt: skip


@blueprint.post("/<uuid:payment_id>")
def record(application_id: uuid.UUID, payment_id: uuid.UUID) -> ResponseReturnValue:
    """Record that it was handed over, with the signed receipt; or why nobody was met."""
    ctx, day, receiver = context(), entries.day("on"), entries.text("receiver")
    receipt = None
    if receiver:
        file = uploaded("file")
        receipt = keep_receipt(ctx, file.filename or "", file.read())
    given = Given(
        payment_id, day, (entries.text("first"), entries.text("second")), receiver,
        entries.text("relation"), entries.text("remark"),
    )  # fmt: skip
    record_handovers(ctx, [given], receipt)
    flash(_("It is recorded; another person confirms it."))
    return _back(application_id)


@blueprint.post("/<uuid:handover_id>/confirmation")
def confirm(application_id: uuid.UUID, handover_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm what was recorded."""
    confirm_handovers(context(), [handover_id])
    flash(_("The hand-over is confirmed and booked."))
    return _back(application_id)


@blueprint.post("/<uuid:handover_id>/refusal")
def refuse(application_id: uuid.UUID, handover_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse what was recorded wrongly."""
    refuse_handover(context(), handover_id, entries.text("reason"))
    flash(_("The record is refused; it is to be made anew."))
    return _back(application_id)


@blueprint.get("/receipts/<uuid:receipt_id>")
def show_receipt(application_id: uuid.UUID, receipt_id: uuid.UUID) -> Response:
    """Hand out the scan of the signed receipt; who opened it is on record."""
    read_application(context(), application_id)
    receipt, data = open_receipt(context(), receipt_id)
    return excel.send_file(data, receipt.filename, receipt.media_type)


def read_articles() -> list[Article]:
    """Return the rows of a form that name something."""
    told = zip(*(request.form.getlist(f"article_{name}") for name in
                 ("name", "measure", "quantity", "price")), strict=False)  # fmt: skip
    return [
        Article(
            name.strip(), measure.strip(), _count(quantity), entries.fen(price, "article_price")
        )
        for name, measure, quantity, price in told
        if name.strip()
    ]


def _count(text: str) -> int:
    return int(text) if text.strip().isdecimal() else 0


def _waits(payment: dict[str, object]) -> bool:
    return payment["means"] == "in_person" and payment["state"] == "reserved"


def _back(application_id: uuid.UUID) -> ResponseReturnValue:
    address = url_for("application.show", application_id=application_id, _anchor="payments")
    return redirect(address, 303)
