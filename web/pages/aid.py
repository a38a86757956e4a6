"""One household in the shared ledger: the aid of all departments, and recording one's own."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.departments.entries import Entry, record_aid
from core.departments.queries import Filters, find_aided, list_aid
from core.errors import ConflictError, InvalidError
from core.paging import WHOLE
from web.pages import entries
from web.request import abandon, context
from web.shared_ledger import choices, kind_choices, own_departments

blueprint = Blueprint("aid", __name__, url_prefix="/<tenant>/ledger/household/<uuid:household_id>")


@blueprint.get("")
def show(household_id: uuid.UUID) -> str:
    """Show whom the entries are about, what every department gave, and the form to record."""
    return _draw(household_id)


@blueprint.errorhandler(ConflictError)
@blueprint.errorhandler(InvalidError)
def show_again(error: ConflictError | InvalidError) -> ResponseReturnValue:
    """Show the page again with all that was entered, and what is wrong with it."""
    abandon()
    entries.refuse(error)
    return _draw((request.view_args or {})["household_id"]), error.status


@blueprint.post("")
def record(household_id: uuid.UUID) -> ResponseReturnValue:
    """Record a help of one's own department."""
    entry = Entry(
        department=entries.text("department"), measure=entries.text("measure"),
        kind=entries.text("kind"), on=entries.day("on"), amount=entries.yuan("amount") or 0,
        category=entries.text("category"), note=entries.text("note"),
        member_id=entries.person("member_id"),
    )  # fmt: skip
    record_aid(context(), household_id, entry)
    flash(_("The aid is recorded; every department sees it."))
    return redirect(url_for(".show", household_id=household_id), 303)


def _draw(household_id: uuid.UUID) -> str:
    ctx = context()
    household = find_aided(ctx, household_id)
    rows, totals = list_aid(ctx, Filters(household_id=household_id), size=WHOLE)
    own = own_departments()
    # Only what the region has these departments approve is theirs to recognise.
    categories = [one for one in ctx.pack.categories if one.department in dict(own)]
    return render_template(
        "ledger/household.html", household=household, rows=rows, totals=totals, own=own,
        measures=choices(ctx.pack.measures), kinds=kind_choices(),
        categories=choices(categories), today=ctx.today.isoformat(),
        people=[(one.id, f"{one.name} {one.id_number}") for one in household.people],
    )  # fmt: skip
