"""Units of a federation, for its administrators: the tree, new ones, other names."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.errors import NotFoundError
from core.federations import add_unit
from core.tenancy import UNIT_LEVELS
from core.units import get_unit, rename_unit, survey_units
from web import excel
from web.labels import label
from web.pages.addressing import posted_id
from web.request import context

blueprint = Blueprint("unit", __name__, url_prefix="/<tenant>/units")


@blueprint.get("")
def show_list() -> str:
    """Show the tree and the form for a new unit."""
    ctx = context()
    units = survey_units(ctx)
    lowest = UNIT_LEVELS.index(ctx.tenant.level) + 1
    return render_template(
        "units/list.html", units=units, top=min((one.depth for one in units), default=0),
        choices=[(one.unit.id, one.unit.full_name) for one in units
                 if one.unit.level != UNIT_LEVELS[-1]],
        levels=[(level, label("level", level)) for level in UNIT_LEVELS[lowest:]],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the tree out as a workbook."""
    titles = [_("Union"), _("Level"), _("Division code"), _("People with roles"),
              _("Files in force")]  # fmt: skip
    rows = [
        [one.unit.full_name, label("level", one.unit.level), one.unit.division_code, one.people,
         one.files]
        for one in survey_units(context())
    ]  # fmt: skip
    return excel.hand_out(_("Unions"), titles, rows)


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add a unit."""
    ctx, form = context(), request.form
    unit = add_unit(
        ctx, get_unit(ctx, posted_id("below")), form.get("name", ""), form.get("level", ""),
        form.get("code", "").strip(),
    )  # fmt: skip
    flash(_("The union %(name)s stands.", name=unit.full_name))
    return redirect(url_for(".show_list"), 303)


@blueprint.get("/<uuid:unit_id>")
def show(unit_id: uuid.UUID) -> str:
    """Show one unit of those the reader administers, and the form for its name."""
    found = next((one for one in survey_units(context()) if one.unit.id == unit_id), None)
    if found is None:
        raise NotFoundError
    return render_template("units/show.html", unit=found.unit, found=found)


@blueprint.post("/<uuid:unit_id>/name")
def rename(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Give a unit another name."""
    form = request.form
    unit = rename_unit(context(), unit_id, form.get("name", ""), form.get("reason", ""))
    flash(_("The union is called %(name)s now.", name=unit.full_name))
    return redirect(url_for(".show_list"), 303)
