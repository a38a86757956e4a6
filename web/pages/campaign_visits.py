"""The visits of a campaign: who is chosen, what is brought, what was handed over and signed for."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.campaigns.closing import settle_campaign
from core.campaigns.deciding import strike_visit
from core.campaigns.holding import hold_what_is_open
from core.campaigns.listing import Brought, change_visit, choose_households, take_off
from core.campaigns.queries import Visited, list_visits, read_campaign
from core.campaigns.workbook import (
    LIST_COLUMNS,
    LIST_SHEET,
    RESULT_COLUMNS,
    RESULT_SHEET,
    import_list,
    import_results,
    result_rows,
)
from core.errors import InvalidError
from core.errors import _ as mark
from core.handovers.models import Receipt
from core.handovers.recording import Given, keep_receipt, open_receipt, record_handovers
from core.handovers.settling import refuse_handover
from core.households.export import write_rows
from core.money import format_yuan
from web import excel
from web.pages import entries
from web.pages.addressing import posted_id, uploaded
from web.pages.campaigns import blueprint, draw
from web.pages.households import read_filters
from web.request import context


@blueprint.post("/<uuid:campaign_id>/households")
def choose(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Put on the list what fits the filters, and show whom the rule refuses."""
    listed = choose_households(context(), campaign_id, read_filters(request.form), _brought())
    flash(_("%(count)s households are put on the list.", count=listed.count))
    if listed.already:
        flash(_("%(count)s stood on it already.", count=listed.already))
    if listed.refused:
        return draw(campaign_id, listed.refused)
    return _back(campaign_id)


@blueprint.post("/<uuid:campaign_id>/workbook")
def bring_list(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Put the households of a workbook on the list."""
    listed = import_list(context(), campaign_id, uploaded("file").read())
    flash(_("%(count)s households are put on the list.", count=listed.count))
    return _back(campaign_id)


@blueprint.get("/<uuid:campaign_id>/form")
def form(campaign_id: uuid.UUID) -> Response:
    """Hand out the blank workbook of a list, or that of the results with the visits that wait."""
    told = read_campaign(context(), campaign_id)
    if told.state == "draft":
        return excel.send_file(write_rows(LIST_SHEET, LIST_COLUMNS, ()), f"{LIST_SHEET}.xlsx")
    rows = result_rows(list_visits(context(), campaign_id, step="waiting"))
    data = write_rows(RESULT_SHEET, RESULT_COLUMNS, rows)
    return excel.send_file(data, f"{RESULT_SHEET}-{told.number}.xlsx")


@blueprint.post("/<uuid:campaign_id>/change")
def change(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Bring those that are ticked something else."""
    ticked, brought = _ticked(), _brought("_instead")
    for visit_id in ticked:
        change_visit(context(), campaign_id, visit_id, brought)
    flash(_("%(count)s households are brought that instead.", count=len(ticked)))
    return _back(campaign_id)


@blueprint.post("/<uuid:campaign_id>/removal")
def remove(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Take those that are ticked off the list."""
    count = take_off(context(), campaign_id, _ticked(), entries.text("reason"))
    flash(_("%(count)s households are taken off the list.", count=count))
    return _back(campaign_id)


@blueprint.post("/<uuid:campaign_id>/refusal")
def strike(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse those that are ticked."""
    ticked = _ticked()
    for visit_id in ticked:
        strike_visit(context(), campaign_id, visit_id, entries.text("reason"))
    flash(_("%(count)s households are refused.", count=len(ticked)))
    return _back(campaign_id)


@blueprint.post("/<uuid:campaign_id>/reservation")
def hold(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Hold what is granted and not held yet."""
    count = hold_what_is_open(context(), campaign_id, posted_id("fund"))
    flash(_("What %(count)s households are brought is held on the fund.", count=count))
    return _back(campaign_id)


@blueprint.post("/<uuid:campaign_id>/handovers")
def record(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Record that those that are ticked were handed what is theirs; each head signed himself."""
    day, givers = entries.day("on"), (entries.text("first"), entries.text("second"))
    receipt = _receipt()
    given = [Given(_payment(one), day, givers, one.head_name) for one in _chosen(campaign_id)]
    record_handovers(context(), given, receipt)
    return _recorded(campaign_id, len(given))


@blueprint.post("/<uuid:campaign_id>/misses")
def miss(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Record that nobody was met at those that are ticked."""
    day, reason = entries.day("on"), entries.text("reason")
    given = [Given(_payment(one), day, remark=reason) for one in _chosen(campaign_id)]
    record_handovers(context(), given, None)
    return _recorded(campaign_id, len(given))


@blueprint.post("/<uuid:campaign_id>/results")
def bring_results(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Record what a workbook says of the visits, with the signed receipt beside it."""
    count = import_results(context(), campaign_id, uploaded("workbook").read(), _receipt("scan"))
    return _recorded(campaign_id, count)


@blueprint.post("/<uuid:campaign_id>/settlement")
def settle(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm all that is recorded."""
    done = settle_campaign(context(), campaign_id)
    flash(_(
        "%(paid)s visits of %(paid_total)s yuan are booked, %(missed)s of %(missed_total)s went "
        "back to the fund.",
        paid=done.handed_over, paid_total=format_yuan(done.handed_over_total),
        missed=done.missed, missed_total=format_yuan(done.missed_total),
    ))  # fmt: skip
    return _back(campaign_id)


@blueprint.post("/<uuid:campaign_id>/handovers/<uuid:handover_id>/refusal")
def refuse(campaign_id: uuid.UUID, handover_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse what was recorded wrongly."""
    refuse_handover(context(), handover_id, entries.text("reason"))
    flash(_("The record is refused; it is to be made anew."))
    return _back(campaign_id)


@blueprint.get("/<uuid:campaign_id>/receipts")
def print_receipts(campaign_id: uuid.UUID) -> str:
    """Show the list to be signed, as it is printed."""
    ctx = context()
    visits = list_visits(ctx, campaign_id, step="waiting")
    return render_template(
        "campaigns/receipts.html", campaign=read_campaign(ctx, campaign_id), visits=visits,
        today=ctx.today, federation=ctx.tenant,
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/receipts/<uuid:receipt_id>")
def show_receipt(campaign_id: uuid.UUID, receipt_id: uuid.UUID) -> Response:
    """Hand out the scan of a signed list; who opened it is on record."""
    read_campaign(context(), campaign_id)
    receipt, data = open_receipt(context(), receipt_id)
    return excel.send_file(data, receipt.filename, receipt.media_type)


def _brought(form: str = "") -> Brought:
    """Return what is brought, by the fields of one of the two forms that ask for it."""
    parcel = posted_id(f"parcel{form}") if entries.text(f"parcel{form}") else None
    return Brought(entries.yuan(f"money{form}") or 0, parcel)


def _ticked() -> list[uuid.UUID]:
    try:
        ticked = [uuid.UUID(one) for one in request.form.getlist("visit")]
    except ValueError:
        ticked = []
    if not ticked:
        raise InvalidError(
            mark("Nothing was chosen."), remedy=mark("Tick the households on the list first."),
            field="visit",
        )  # fmt: skip
    return ticked


def _chosen(campaign_id: uuid.UUID) -> list[Visited]:
    """Return the visits that are ticked; one that does not wait is answered as such."""
    ticked = set(_ticked())
    return [one for one in list_visits(context(), campaign_id) if one.id in ticked]


def _payment(visit: Visited) -> uuid.UUID:
    if visit.payment_id is None:
        raise InvalidError(
            mark("What %(name)s is brought is not granted yet, or not held on the fund."),
            remedy=mark("Tick only those that wait for their visit."), field="visit",
            name=visit.head_name,
        )  # fmt: skip
    return visit.payment_id


def _receipt(field: str = "file") -> Receipt | None:
    file = request.files.get(field)
    if file is None or not file.filename:
        return None
    return keep_receipt(context(), file.filename, file.read())


def _recorded(campaign_id: uuid.UUID, count: int) -> ResponseReturnValue:
    flash(_("%(count)s visits are recorded; another person confirms them.", count=count))
    return _back(campaign_id)


def _back(campaign_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", campaign_id=campaign_id), 303)
