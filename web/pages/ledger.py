"""The shared ledger: every department's entries on one list, their sums, Excel out and in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import require
from core.context import Context
from core.departments.entries import reverse_aid
from core.departments.form import write_form
from core.departments.queries import READ, Filters, Listed, find_aided, find_entry, list_aid
from core.paging import WHOLE
from core.supervision.department_aid import Given, sum_aid
from web import excel
from web.labels import label
from web.pages.addressing import asked_day, whole
from web.request import context
from web.shared_ledger import choices, department_name, kind_choices, measure_name

blueprint = Blueprint("ledger", __name__, url_prefix="/<tenant>/ledger")
SIZE = 50
FIRST_YEAR = 2015


@blueprint.get("")
def show_list() -> str:
    """Show a page of the ledger, the newest help first."""
    ctx, page = context(), whole("page", 1)
    rows, totals = list_aid(ctx, _filters(), page=page, size=SIZE)
    return render_template(
        "ledger/list.html", rows=rows, totals=totals, page=page, size=SIZE, filters=_filters(),
        departments=choices(ctx.pack.departments), measures=choices(ctx.pack.measures),
        kinds=kind_choices(),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed; people masked."""
    rows, _totals = list_aid(context(), _filters(), size=WHOLE)
    titles = [_("Day"), _("Department"), _("Measure line"), _("Kind of aid"), _("Recognised as"),
              _("Amount"), _("File number"), _("Head"), _("Union"), _("Person"), _("ID number"),
              _("Note"), _("Recorded by"), _("Recorded at"), _("State")]  # fmt: skip
    return excel.hand_out(_("Shared ledger"), titles, map(_cells, rows))


@blueprint.get("/sums")
def show_sums() -> str:
    """Show what each department gave in a year, by measure line and kind."""
    ctx, year = context(), _year()
    return render_template(
        "ledger/sums.html", given=_sum(ctx, year), year=year,
        years=[(one, str(one)) for one in range(ctx.today.year, FIRST_YEAR - 1, -1)],
    )  # fmt: skip


@blueprint.get("/sums/excel")
def download_sums() -> Response:
    """Hand the sums of a year out as a workbook."""
    year = _year()
    titles = [_("Department"), _("Measure line"), _("Kind of aid"), _("Entries"), _("Households"),
              _("Persons named"), _("Amount")]  # fmt: skip
    rows = (
        [department_name(one.department), measure_name(one.measure),
         label("aid_kind", one.kind), one.entries, one.households, one.people,
         excel.yuan(one.amount)]
        for one in _sum(context(), year)
    )  # fmt: skip
    return excel.hand_out(_("Aid by department %(year)s", year=year), titles, rows)


@blueprint.get("/form")
def hand_out_form() -> Response:
    """Hand out the blank workbook."""
    ctx = context()
    require(ctx, READ)
    return excel.send_file(write_form(ctx), f"{_('Shared ledger')}.xlsx")


@blueprint.get("/find")
def find() -> ResponseReturnValue:
    """Go to the household of a file number, to record for it."""
    found = find_aided(context(), file_number=request.args.get("file_number", ""))
    return redirect(url_for("aid.show", household_id=found.id), 303)


@blueprint.get("/entry/<uuid:entry_id>/reversal")
def ask_why(entry_id: uuid.UUID) -> str:
    """Ask why an entry is to be taken back."""
    return render_template("ledger/reversal.html", entry=find_entry(context(), entry_id))


@blueprint.post("/entry/<uuid:entry_id>/reversal")
def reverse(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Take an entry back by one against it."""
    aid = reverse_aid(context(), entry_id, request.form.get("reason", ""))
    flash(_("The entry is taken back; both stay in the ledger."))
    if aid.household_id is None:
        return redirect(url_for(".show_list", unfiled=1), 303)
    return redirect(url_for("aid.show", household_id=aid.household_id), 303)


def _filters() -> Filters:
    asked = request.args
    return Filters(
        department=asked.get("department", ""), measure=asked.get("measure", ""),
        kind=asked.get("kind", ""), since=asked_day("since"), until=asked_day("until"),
        file_number=asked.get("file_number", ""), unfiled=asked.get("unfiled") == "1",
    )  # fmt: skip


def _cells(one: Listed) -> Sequence[Any]:
    state = _("Taken back") if one.taken_back else _("Takes back") if one.reverses_id else ""
    return [
        one.on, department_name(one.department), measure_name(one.measure),
        label("aid_kind", one.kind), label("category", one.category) if one.category else "",
        excel.yuan(one.amount), one.file_number, one.head, one.unit, one.person, one.person_id,
        one.note, one.recorded_by, one.recorded_at, state,
    ]  # fmt: skip


def _sum(ctx: Context, year: int) -> list[Given]:
    require(ctx, READ)
    return sum_aid(ctx, ctx.tenant, dt.date(year, 1, 1), dt.date(year, 12, 31))


def _year() -> int:
    year = whole("year", context().today.year)
    return year if dt.MINYEAR <= year <= dt.MAXYEAR else context().today.year
