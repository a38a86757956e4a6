"""Filing a household and changing its file: the form, checked as an import would be."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import require
from core.context import Context
from core.errors import ConflictError, InvalidError
from core.federations import list_units
from core.households.judgements import judge_household
from core.households.lookup import find_household
from core.households.models import Household
from core.households.service import CHANGEABLE, change_household, file_household
from core.households.stored import read_record
from core.verification.discovery.proposals import note_filed, reveal
from web.pages import household_forms as forms
from web.pages.household_forms import Entered
from web.request import context

blueprint = Blueprint("filing", __name__, url_prefix="/<tenant>/households")
INVALID = 422


@blueprint.get("/new")
def begin() -> str:
    """Show an empty form."""
    ctx = context()
    require(ctx, "household.file")
    units = _units(ctx, "household.file")
    values = {"filed_on": ctx.today.isoformat(), "unit": units[-1] if len(units) == 1 else ""}
    if (proposal := _proposal()) is not None:
        values |= _propose(ctx, proposal, units)
    return _draw(Entered(values), units)


@blueprint.post("/new")
def file() -> ResponseReturnValue:
    """File the household, or show the form again with what is wrong."""
    ctx = context()
    units = _units(ctx, "household.file")
    entered = forms.read_form(request.form, units, ctx.today)
    if entered.record is None:
        return _draw(entered, units), INVALID
    try:
        household = file_household(ctx, entered.record)
    except (ConflictError, InvalidError) as error:
        return _draw(forms.refuse(entered, error), units), error.status
    if (proposal := _proposal()) is not None:
        note_filed(ctx, proposal, household.id)
    flash(_("The household is filed under number %(number)s.", number=household.file_number))
    return redirect(url_for("household.show", household_id=household.id), 303)


@blueprint.get("/<uuid:household_id>/change")
def edit(household_id: uuid.UUID) -> str:
    """Show the form filled from the file."""
    ctx = context()
    household = find_household(ctx, household_id, "household.change")
    record = read_record(ctx, household)
    units = _units(ctx, "household.change")
    return _draw(forms.show_record(record), units, household, forms.show_masks(record))


@blueprint.post("/<uuid:household_id>/change")
def change(household_id: uuid.UUID) -> ResponseReturnValue:
    """Change the file, or show the form again with what is wrong."""
    ctx = context()
    household = find_household(ctx, household_id, "household.change")
    kept, units = read_record(ctx, household), _units(ctx, "household.change")
    entered = forms.read_form(request.form, units, ctx.today, kept)
    if entered.record is None:
        return _draw(entered, units, household, forms.show_masks(kept)), INVALID
    changes = {name: getattr(entered.record, name) for name in CHANGEABLE}
    version, masks = request.form.get("version", 0, type=int), forms.show_masks(kept)
    try:
        change_household(ctx, household_id, changes, version)
    except (ConflictError, InvalidError) as error:
        return _draw(forms.refuse(entered, error), units, household, masks), error.status
    flash(_("The file is changed."))
    return redirect(url_for("household.show", household_id=household_id), 303)


@blueprint.post("/<uuid:household_id>/judge")
def judge(household_id: uuid.UUID) -> ResponseReturnValue:
    """Judge the household today."""
    judge_household(context(), household_id)
    flash(_("The household was judged again."))
    return redirect(url_for("household.show", household_id=household_id, _anchor="judgement"), 303)


def _proposal() -> uuid.UUID | None:
    """Return the proposal of active discovery that is being filed, if any."""
    return request.args.get("proposal", type=uuid.UUID)


def _propose(ctx: Context, proposal: uuid.UUID, units: list[str]) -> dict[str, str]:
    """Return what is known of a proposed person for the form; that it was shown is on record."""
    found = reveal(ctx, proposal)
    address = next((text for title, text in found.details.items() if "址" in title), "")
    known = {"name": found.name, "id_number": found.id_number, "address": address}
    return known | ({"unit": found.unit} if found.unit in units else {})


def _units(ctx: Context, permission: str) -> list[str]:
    return [unit.full_name for unit in list_units(ctx, permission) if unit.parent_id]


def _draw(
    entered: Entered,
    units: list[str],
    household: Household | None = None,
    masks: dict[str, str] | None = None,
) -> str:
    return render_template(
        "households/form.html", entered=entered, household=household, masks=masks or {},
        units=[(name, name) for name in units], sections=forms.SECTIONS,
        member_columns=forms.MEMBER_FIELDS, words=forms.words_of,
    )  # fmt: skip
