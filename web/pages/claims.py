"""Claims on medical mutual aid: the list, one with its explanation, entered or brought in."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import allowed
from core.claims.bills import Bill
from core.claims.decisions import DECISIONS, correct_claim, decide_claim, pay_claim
from core.claims.decisions import settle_difference as settle_side
from core.claims.entering import enter_claim
from core.claims.queries import FILTERS, Filters, list_claims, read_claim
from core.claims.workbook import AMOUNTS, COLUMNS, SHEET
from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import find_period, list_periods
from core.errors import ConflictError, InvalidError, NotFoundError
from core.households.export import write_rows
from core.paging import WHOLE
from core.verification import files
from core.wrong_payments.models import KINDS
from core.wrong_payments.queries import Filters as WrongPayments
from core.wrong_payments.queries import list_wrong_payments
from web import excel
from web.labels import label
from web.pages import entries
from web.pages.addressing import posted_id, uploaded, whole
from web.request import context

blueprint = Blueprint("claim", __name__, url_prefix="/<tenant>/mutual-aid/claims")
SIZE = 50
BAD_REQUEST = 422


@blueprint.get("")
def show_list() -> str:
    """Show a page of the claims, as they are narrowed."""
    ctx, page, filters = context(), whole("page", 1), _filters()
    found = list_claims(ctx, filters, page=page, size=SIZE + 1)
    return render_template(
        "claims/list.html", claims=found[:SIZE], page=page, more=len(found) > SIZE,
        filters=filters, periods=_choices(list_periods(ctx)),
        standings=[(one, label("claim", one)) for one in FILTERS if one],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the claims out as a workbook, as the list is narrowed; people and accounts masked."""
    titles = [_("Claim"), _("Period of mutual aid"), _("Name"), _("ID number"), _("Work unit"),
              _("Hospital"), _("Bill number"), _("Admitted on"), _("Discharged on"),
              _("Whole bill (yuan)"), _("Basic insurance (yuan)"),
              _("Serious-illness insurance (yuan)"), _("Self-paid in policy (yuan)"),
              _("Self-paid outside policy (yuan)"), _("Listed illness"), _("By the rule (yuan)"),
              _("Settled at discharge (yuan)"), _("To be paid (yuan)"), _("State"), _("Payee"),
              _("Account")]  # fmt: skip
    found = list_claims(context(), _filters(), size=WHOLE)
    return excel.hand_out(_("Claims"), titles, map(_cells, found))


@blueprint.get("/form")
def form() -> Response:
    """Hand out the blank workbook of bills."""
    list_periods(context())
    return excel.send_file(write_rows(SHEET, COLUMNS, ()), f"{SHEET}.xlsx")


@blueprint.post("/workbooks")
def bring() -> ResponseReturnValue:
    """Take a workbook of bills in; a worker checks and judges it."""
    ctx, file = context(), uploaded("file")
    period = find_period(ctx, posted_id("period"))
    item, job = files.start_file(
        ctx, files.CLAIMS, str(period.id), file.filename or "", file.read()
    )  # fmt: skip
    return redirect(url_for("department_file.show", file_id=item.id, job=job.id), 303)


@blueprint.get("/new")
def new() -> str:
    """Show the form of a claim."""
    return _form()


@blueprint.post("")
def enter() -> ResponseReturnValue:
    """Enter a claim."""
    ctx = context()
    try:
        with ctx.session.begin_nested():
            claim = enter_claim(ctx, posted_id("period"), _bill())
    except (InvalidError, ConflictError) as error:
        entries.refuse(error)
        return _form(), BAD_REQUEST
    flash(_("The claim %(number)s is entered and judged.", number=claim.number))
    return redirect(url_for(".show", claim_id=claim.id), 303)


@blueprint.get("/<uuid:claim_id>")
def show(claim_id: uuid.UUID) -> str:
    """Show one claim: bill, explanation, decisions, payment."""
    return _show(claim_id)


@blueprint.post("/<uuid:claim_id>/decision")
def decide(claim_id: uuid.UUID) -> ResponseReturnValue:
    """Decide on the open step."""
    decision = entries.choice("decision", DECISIONS)
    version = entries.number("version")
    decide_claim(context(), claim_id, decision, entries.text("reason"), version)
    flash(_("The decision is kept."))
    return redirect(url_for(".show", claim_id=claim_id), 303)


@blueprint.post("/<uuid:claim_id>/difference")
def settle(claim_id: uuid.UUID) -> ResponseReturnValue:
    """Settle a difference between hospital and rule."""
    version = entries.number("version")
    side, why = entries.text("side"), entries.text("why")
    settle_side(context(), claim_id, side, why, version)
    flash(_("The difference is settled; another person approves the claim."))
    return redirect(url_for(".show", claim_id=claim_id), 303)


@blueprint.post("/<uuid:claim_id>/correction")
def correct(claim_id: uuid.UUID) -> ResponseReturnValue:
    """Hand a returned claim in again."""
    ctx = context()
    try:
        with ctx.session.begin_nested():
            correct_claim(ctx, claim_id, _bill(), entries.number("version"))
    except (InvalidError, ConflictError) as error:
        entries.refuse(error)
        return _show(claim_id), BAD_REQUEST
    flash(_("The claim is judged anew and goes to review."))
    return redirect(url_for(".show", claim_id=claim_id), 303)


@blueprint.post("/<uuid:claim_id>/payment")
def pay(claim_id: uuid.UUID) -> ResponseReturnValue:
    """Reserve the money of an approved claim again."""
    pay_claim(context(), claim_id)
    flash(_("The money is reserved again."))
    return redirect(url_for(".show", claim_id=claim_id), 303)


def _show(claim_id: uuid.UUID) -> str:
    ctx = context()
    claim = read_claim(ctx, claim_id)
    reads = allowed(ctx, "application.read")
    records = list_wrong_payments(ctx, WrongPayments(claim=claim_id)) if reads else []
    return render_template(
        "claims/show.html", claim=claim, records=records,
        wrong_kinds=[(kind, label("wrong_kind", kind)) for kind in KINDS],
        live={one["payment_id"] for one in records if one["standing"] != "refused"},
    )  # fmt: skip


def _form() -> str:
    periods = list_periods(context())
    if not periods:
        raise NotFoundError
    return render_template(
        "claims/new.html", periods=_choices(periods), period=request.values.get("period", "")
    )


def _bill() -> Bill:
    """Read the bill as it was typed in; what is wrong with it is named by its field."""
    texts = ("name", "id_number", "hospital", "hospital_code", "bill_number", "illness", "payee",
             "payee_name", "bank_name", "card")  # fmt: skip
    told: dict[str, Any] = {name: entries.text(name) for name in texts}
    told |= {name: entries.yuan(name) or 0 for name in AMOUNTS}
    told |= {name: entries.day(name) for name in ("admitted_on", "discharged_on")}
    told |= {"listed_illness": "listed_illness" in request.form}
    return Bill(sheet="", row=0, **told, settled=entries.yuan("settled"))


def _filters() -> Filters:
    asked = request.args
    return Filters(
        period_id=asked.get("period", type=uuid.UUID), standing=asked.get("standing", "")
    )


def _choices(periods: list[MutualAidPeriod]) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in periods]


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["number"], row["period"], row["name"], row["id_number"], row["employer"],
        row["hospital"], row["bill_number"], row["admitted_on"], row["discharged_on"],
        *(excel.yuan(row[name]) for name in AMOUNTS),
        _("Yes") if row["listed_illness"] else _("No"),
        *(excel.yuan(row[name]) for name in ("benefit", "settled", "granted")),
        label("claim", row["step"] or row["state"]), row["payee_name"], row["card"],
    ]  # fmt: skip
