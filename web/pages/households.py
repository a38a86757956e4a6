"""Household files: the list with the filters staff know, and one file on one screen."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from core.admissions.listing import Listed as Admitted
from core.admissions.queries import list_of_household, may_begin
from core.audit.queries import read_history
from core.context import Context
from core.departments.queries import Filters as AidFilters
from core.departments.queries import Listed, list_aid
from core.errors import UnavailableError
from core.federations import list_units
from core.households.evidence import add_evidence, open_evidence
from core.households.export import write_workbook
from core.households.life.queries import read_life
from core.households.life.states import RECOVERY, SAFETY_NET, STANDINGS
from core.households.listing import (
    OTHERWISE,
    SORTS,
    UNJUDGED,
    Filters,
    is_id_number,
    list_households,
)
from core.households.papers import KINDS as EVIDENCE_KINDS
from core.households.queries import read_household
from core.households.stored import records_of
from core.programmes import programme_names
from core.reverification.queries import Confirmation, find_confirmation
from core.verification.results import read_result
from core.wrong_payments.queries import Filters as WrongPayments
from core.wrong_payments.queries import list_wrong_payments
from web import excel
from web.admissions import has_admission
from web.display import may
from web.labels import label
from web.pages.addressing import uploaded, whole
from web.request import context
from web.shared_ledger import has_departments

blueprint = Blueprint("household", __name__, url_prefix="/<tenant>/households")
SIZE = 50
FLAGS = (
    "unchanged", "never_aided", "no_contact", "no_plan", "no_measure", "no_visit", "incomplete",
    "verification_overdue", "nobody_employed", "not_enrolled",
)  # fmt: skip
SHOWN = ("search", "category", "unit", "state", "way", "sort", *FLAGS)
NATURAL = "file_number"
AID_SHOWN = 8
WAYS_OUT = (RECOVERY, SAFETY_NET, OTHERWISE)
COLUMNS = (
    ("file_number", _("File number")), ("head_name", _("Head")), ("category", _("Category")),
    ("member_count", _("Persons")), ("main_cause", _("Main cause")), ("unit", _("Union")),
    ("contact_person", _("Contact person")), ("filed_on", _("Filed on")),
    ("verified_on", _("Last verified")), ("changed_at", _("Changed on")),
)  # fmt: skip


def read_filters(asked: MultiDict[str, str]) -> Filters:
    """Return what an address or a form narrows the list to."""
    flags: dict[str, Any] = {name: asked.get(name) == "1" for name in FLAGS}
    return Filters(
        category=asked.get("category", ""),
        unit=asked.get("unit", ""),
        state=asked.get("state", ""),
        search=asked.get("search", ""),
        way=asked.get("way", ""),
        **flags,
    )


@blueprint.get("")
def show_list() -> str:
    """Show a page of the list."""
    return _draw(read_filters(request.args), whole("page", 1))


@blueprint.post("")
def search() -> ResponseReturnValue:
    """Show what was searched for; an ID number must not stand in an address, where it is logged."""
    filters = read_filters(request.form)
    if is_id_number(filters.search):
        return _draw(filters, 1, searched=True)
    chosen = {name: text for name, text in request.form.items() if name in SHOWN and text}
    return redirect(f"{url_for('.show_list')}?{urlencode(chosen)}", 303)


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook that imports again; that it was taken is on record."""
    data = write_workbook(records_of(context(), read_filters(request.args)))
    return excel.send_file(data, "困难职工档案.xlsx")


@blueprint.get("/<uuid:household_id>")
def show(household_id: uuid.UUID) -> str:
    """Show everything about one household."""
    ctx = context()
    household, life = read_household(ctx, household_id).data, read_life(ctx, household_id).data
    admissions = _find_admissions(household_id)
    return render_template(
        "households/show.html", household=household, life=life,
        result=read_result(ctx, household_id) if may("verification.read") else None,
        gaps=find_gaps(household, life, awaiting=_awaits(household, life)),
        records=_wrong_payments(ctx, household_id),
        aid=_find_aid(household_id), admissions=admissions,
        may_begin=admissions is not None and may_begin(ctx, household_id),
        evidence_kinds=[(kind, label("evidence", kind)) for kind in EVIDENCE_KINDS],
        history=read_history(ctx, [household_id, *(one.id for one in admissions or ())]),
        confirmed=_confirmation(household_id),
    )  # fmt: skip


@blueprint.post("/<uuid:household_id>/evidence")
def bring_evidence(household_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a paper with the file."""
    file = uploaded("file")
    add_evidence(
        context(), household_id, kind=request.form.get("kind", ""), filename=file.filename or "",
        data=file.read(),
    )  # fmt: skip
    flash(gettext("The paper is kept with the file."))
    return redirect(url_for(".show", household_id=household_id, _anchor="evidence"), 303)


@blueprint.get("/evidence/<uuid:evidence_id>")
def show_evidence(evidence_id: uuid.UUID) -> Response:
    """Hand out a paper; that it was opened is on record."""
    paper, data = open_evidence(context(), evidence_id)
    return excel.send_file(data, paper.filename, paper.media_type)


def _wrong_payments(ctx: Context, household_id: uuid.UUID) -> list[dict[str, Any]]:
    if not may("application.read"):
        return []
    return list_wrong_payments(ctx, WrongPayments(household=household_id))


def _find_aid(household_id: uuid.UUID) -> list[Listed] | None:
    """Return the newest entries of the shared ledger on a household, where there is a ledger."""
    if not (may("ledger.read") and has_departments()):
        return None
    return list_aid(context(), AidFilters(household_id=household_id), size=AID_SHOWN)[0]


def _find_admissions(household_id: uuid.UUID) -> list[Admitted] | None:
    """Return the household's admissions, the newest first; None where the region asks for none."""
    if not (may("admission.read") and has_admission()):
        return None
    return list_of_household(context(), household_id)


def _confirmation(household_id: uuid.UUID) -> Confirmation | None:
    """Return the run that confirmed the judgement; none where its rule is out of order now."""
    try:
        return find_confirmation(context(), household_id)
    except UnavailableError:
        return None


def _draw(filters: Filters, page: int, *, searched: bool = False) -> str:
    """Draw the list; what an ID number found has no address to be sorted or turned by."""
    ctx, sort = context(), request.values.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else ""
    found = list_households(ctx, filters, sort=sort, page=page, size=SIZE, count=True)
    return render_template(
        "households/list.html", rows=found.data, total=found.total or 0, page=page, size=SIZE,
        filters=filters, categories=_category_choices(ctx),
        standings=[(one, label("standing_of_file", one)) for one in STANDINGS],
        ways=[(one, label("way", one)) for one in WAYS_OUT], units=_unit_choices(ctx),
        columns=COLUMNS, sort=sort, sorts=_sort_choices(), searched=searched,
        programmes=programme_names(ctx) if may("application.start") else (),
    )  # fmt: skip


def _sort_choices() -> list[tuple[str, str]]:
    """Return the ways to sort, for screens too narrow for column heads."""
    choices: list[tuple[str, str]] = []
    for name, title in COLUMNS:
        choices.append(("" if name == NATURAL else name, f"{title} ↑"))
        choices.append((f"-{name}", f"{title} ↓"))
    return choices


def _category_choices(ctx: Context) -> list[tuple[str, str]]:
    codes = [*(category.code for category in ctx.pack.categories), "none"]
    return [
        *((code, label("category", code)) for code in codes),
        (UNJUDGED, label("category", None)),
    ]


def _unit_choices(ctx: Context) -> list[tuple[str, str]]:
    return [(unit.path, unit.full_name) for unit in list_units(ctx, "household.read") if unit.path]


def _awaits(household: dict[str, Any], life: dict[str, Any]) -> bool:
    """Return whether a file that is judged into a category of help is still to be admitted."""
    return has_admission() and life["standing"] == "filed" and household["category"] is not None


def find_gaps(
    household: dict[str, Any], life: dict[str, Any], *, awaiting: bool = False
) -> list[str]:
    """Return what is still missing in a file, in words."""
    found = [label("gap", gap) for gap in life["gaps"]]
    if awaiting:
        found.append(gettext("The household is not admitted to help yet: it gets no new aid."))
    if household["statement"] is None:
        found.append(gettext("No income and spending is declared, so nothing can be judged."))
    if not household["card"]:
        found.append(gettext("There is no bank card to pay to."))
    return found
