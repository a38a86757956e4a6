"""Means verification: consents, rounds with their lists, answers on people nobody has filed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.context import Context
from core.federations import list_units
from core.households.listing import Filters
from core.paging import WHOLE
from core.verification import requests, results, rounds
from core.verification.consents import open_consent, request_consent
from core.verification.sources import list_sources
from web import excel
from web.display import may
from web.labels import label
from web.pages.addressing import posted_day, whole
from web.request import context
from web.translation import language, pick

blueprint = Blueprint("verification", __name__, url_prefix="/<tenant>/verification")
SIZE = 50
DUE = dt.timedelta(days=30)
FLAGS = ("verification_overdue", "never_aided")


@blueprint.get("")
def show_list() -> str:
    """Show the rounds and the form that begins one."""
    ctx = context()
    filters = _filters(request.args)
    counts = requests.count_candidates(ctx, filters) if may("verification.request") else None
    return render_template(
        "verification/list.html", rounds=rounds.list_rounds(ctx), units=_units(ctx),
        filters=filters, counts=counts, sources=list_sources(), due_on=ctx.today + DUE,
        categories=[(code, label("category", code)) for code in _categories(ctx)],
    )  # fmt: skip


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Ask the sources about every household that agreed."""
    form = request.form
    item = requests.make_round(
        context(), _filters(form), sources=form.getlist("sources"), due_on=posted_day("due_on"),
        verifies=form.get("verifies") == "1",
    )  # fmt: skip
    flash(_("%(count)s households are to be asked about.", count=item.households))
    return redirect(url_for(".show", round_id=item.id), 303)


@blueprint.get("/rounds/<uuid:round_id>")
def show(round_id: uuid.UUID) -> str:
    """Show one round and how far each household of it is."""
    ctx, page, state = context(), whole("page", 1), request.args.get("state", "")
    item = rounds.read_round(ctx, round_id)
    rows, total = rounds.list_requests(ctx, round_id, state=state, page=page, size=SIZE)
    return render_template(
        "verification/show.html", item=item, rows=rows, total=total, page=page, size=SIZE,
        state=state, states=rounds.STATES,
    )  # fmt: skip


@blueprint.get("/rounds/<uuid:round_id>/excel")
def download(round_id: uuid.UUID) -> Response:
    """Hand the households of a round out as a workbook, masked as on the page."""
    ctx, state = context(), request.args.get("state", "")
    item = rounds.read_round(ctx, round_id)
    rows, _total = rounds.list_requests(ctx, round_id, state=state, size=WHOLE)
    titles = [_("File number"), _("Head"), _("ID number"), _("Union"), _("State"), _("Done on")]
    cells = [
        [one.file_number, one.head_name, one.head_id, one.unit, label("verification", one.state),
         one.done_on]
        for one in rows
    ]  # fmt: skip
    return excel.hand_out(f"{_('Means verification')} {item.name}", titles, cells)


@blueprint.post("/rounds/<uuid:round_id>/list")
def hand_out(round_id: uuid.UUID) -> Response:
    """Hand out the list of people for a source, ID numbers in clear; that it was is on record."""
    source = request.form.get("source", "")
    item, data = requests.export_round(context(), round_id, source)
    return excel.send_file(data, f"核对名单-{item.year}-{item.number}-{source}.xlsx")


@blueprint.get("/consents")
def show_consents() -> str:
    """Show the households that could be asked about, were there a signed consent."""
    ctx, page = context(), whole("page", 1)
    filters = _filters(request.args)
    rows, total = requests.list_missing(ctx, filters, page=page, size=SIZE)
    return render_template(
        "verification/consents.html", rows=rows, total=total, page=page, size=SIZE,
        filters=filters, units=_units(ctx),
    )  # fmt: skip


@blueprint.get("/consents/excel")
def download_consents() -> Response:
    """Hand the households without consent out as a workbook."""
    titles = [_("File number"), _("Head"), _("ID number"), _("Union"), _("Persons")]
    found, _total = requests.list_missing(context(), _filters(request.args), size=WHOLE)
    rows = [[one.file_number, one.head_name, one.head_id, one.unit, one.member_count]
            for one in found]  # fmt: skip
    return excel.hand_out(_("Consent missing"), titles, rows)


@blueprint.post("/consents/<uuid:household_id>")
def print_consent(household_id: uuid.UUID) -> ResponseReturnValue:
    """Have a worker print the authorisation of a household."""
    request_consent(context(), household_id, request.form.get("language") or language())
    flash(_("The authorisation is being printed."))
    place = url_for("household.show", household_id=household_id, _anchor="verification")
    return redirect(place, 303)


@blueprint.get("/forms/<uuid:form_id>")
def show_form(form_id: uuid.UUID) -> Response:
    """Hand out a printed authorisation; that it was opened is on record."""
    _form, pdf = open_consent(context(), form_id)
    return excel.send_file(pdf, "家庭经济状况核对授权委托书.pdf", "application/pdf")


@blueprint.get("/unknown")
def show_unknown() -> str:
    """Show the answers on people who are in no file."""
    page = whole("page", 1)
    rows, total = results.list_unknown(context(), size=SIZE, offset=(page - 1) * SIZE)
    return render_template(
        "verification/unknown.html", rows=rows, total=total, page=page, size=SIZE
    )


@blueprint.get("/unknown/excel")
def download_unknown() -> Response:
    """Hand the answers on people who are in no file out as a workbook, masked."""
    rows, _total = results.list_unknown(context(), size=WHOLE)
    titles = [_("Name"), _("ID number"), _("Source"), _("Answered on"), _("Workbook"), _("Row")]
    sources = {one.name: pick(one.title) for one in list_sources()}
    cells = [[one.name, one.id_number, sources.get(one.source, one.source), one.answered_on,
              one.filename, one.row] for one in rows]  # fmt: skip
    return excel.hand_out(_("Answers on people in no file"), titles, cells)


@blueprint.get("/answers/<uuid:answer_id>")
def show_answer(answer_id: uuid.UUID) -> str:
    """Show what a source said, word for word; that it was looked at is on record."""
    answer, row = results.open_answer(context(), answer_id)
    return render_template("verification/answer.html", answer=answer, row=row)


def _filters(asked: MultiDict[str, str]) -> Filters:
    flags: dict[str, Any] = {name: asked.get(name) == "1" for name in FLAGS}
    return Filters(unit=asked.get("unit", ""), category=asked.get("category", ""), **flags)


def _units(ctx: Context) -> list[tuple[str, str]]:
    units = list_units(ctx, "verification.read")
    return [(unit.path, unit.full_name) for unit in units if unit.path]


def _categories(ctx: Context) -> list[str]:
    return [*(category.code for category in ctx.pack.categories), "none"]
