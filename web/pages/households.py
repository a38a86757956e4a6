"""Household files: the list with the filters staff know, and one file on one screen."""

from __future__ import annotations

import uuid
from typing import Any

from core.audit.queries import list_records
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.households.evidence import KINDS as EVIDENCE_KINDS
from core.households.evidence import add_evidence, open_evidence
from core.households.listing import Filters, list_households
from core.households.queries import read_household
from core.tenancy import list_units
from web import excel
from web.pages.addressing import uploaded, whole
from web.request import context

blueprint = Blueprint("households", __name__, url_prefix="/<tenant>/households")
SIZE = 50
FLAGS = ("unchanged", "never_aided", "no_contact", "verification_overdue")
COLUMNS = ("file_number", "head_name", "category", "member_count", "unit", "main_cause",
           "contact_person", "filed_on", "verified_on", "state")  # fmt: skip


def read_filters() -> Filters:
    """Return what the address narrows the list to."""
    asked = request.args
    return Filters(
        category=asked.get("category", ""),
        unit=asked.get("unit", ""),
        state=asked.get("state", ""),
        search=asked.get("search", ""),
        **{name: asked.get(name) == "1" for name in FLAGS},
    )


@blueprint.get("")
def show_list() -> str:
    """Show a page of the list."""
    ctx, page = context(), whole("page", 1)
    filters = read_filters()
    found = list_households(ctx, filters, page=page, size=SIZE, count=True)
    return render_template(
        "households/list.html", rows=found.data, total=found.total or 0, page=page, size=SIZE,
        filters=filters, units=list_units(ctx),
    )  # fmt: skip


@blueprint.get("/<uuid:household_id>")
def show(household_id: uuid.UUID) -> str:
    """Show everything about one household."""
    ctx = context()
    household = read_household(ctx, household_id).data
    return render_template(
        "households/show.html", household=household, evidence_kinds=EVIDENCE_KINDS,
        history=list_records(ctx, object_id=household_id, size=30),
    )  # fmt: skip


@blueprint.post("/<uuid:household_id>/evidence")
def bring_evidence(household_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a paper with the file."""
    file = uploaded("file")
    add_evidence(
        context(), household_id, kind=request.form.get("kind", ""), filename=file.filename or "",
        data=file.read(),
    )  # fmt: skip
    flash(_("The paper is kept with the file."))
    return redirect(url_for(".show", household_id=household_id, _anchor="evidence"), 303)


@blueprint.get("/evidence/<uuid:evidence_id>")
def show_evidence(evidence_id: uuid.UUID) -> Response:
    """Hand out a paper; that it was opened is on record."""
    paper, data = open_evidence(context(), evidence_id)
    return excel.send_file(data, paper.filename, paper.media_type)


def record_form(form: Any) -> dict[str, Any]:
    """Return the form's text fields without spaces at their ends."""
    return {name: form.get(name, "").strip() for name in form}
