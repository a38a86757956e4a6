"""Policy: the figures in force on a day, each with its source, for everybody to read; and those a
federation may set for itself, for its administrators."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import Subject, allowed, require
from core.errors import ConflictError, InvalidError, NotFoundError
from core.overrides import PERMISSION, read_overrides, set_override, withdraw_override
from core.policies.listing import list_figures
from core.policies.standards import OwnFigure
from core.programmes import programme_names, settable_figures
from web.own_figures import as_data, find_settable, set_for
from web.pages import entries
from web.pages.addressing import posted_day
from web.request import abandon, context

blueprint = Blueprint("policy", __name__, url_prefix="/<tenant>/policies")


@blueprint.get("")
def show() -> str:
    """Show every figure in force on a day, as it holds in the place of the tenant."""
    ctx = context()
    on = _day(request.args.get("on", ""), ctx.today)
    place, own = ctx.pack.place(ctx.tenant.division_code), read_overrides(ctx)
    listed = list_figures(ctx.pack, ctx.catalogue, on, own, place, programme_names(ctx))
    may_set = allowed(ctx, PERMISSION, Subject(ctx.tenant_id))
    settable = [
        (one, [as_data(ctx.pack, held, ctx.today) for held in set_for(own, one)])
        for one in (settable_figures(ctx) if may_set else ())
    ]
    return render_template(
        "policies/show.html", pack=ctx.pack, on=on, rules=list(listed), settable=settable
    )


@blueprint.get("/<programme>/<name>")
def own(programme: str, name: str) -> str:
    """Show what the federation set of one figure, and the form to set it."""
    return _draw(programme, name)


@blueprint.post("/<programme>/<name>")
def set_own(programme: str, name: str) -> ResponseReturnValue:
    """Set a figure from a day on; a form that is refused comes back with all that was entered."""
    try:
        wanted = OwnFigure(
            name, entries.text("value"), posted_day("holds_from"), entries.text("source"), programme
        )
        set_override(context(), wanted)
    except (ConflictError, InvalidError) as error:
        abandon()
        entries.refuse(error)
        return _draw(programme, name), error.status
    flash(_("The figure is set. It holds from %(day)s on.", day=wanted.holds_from.isoformat()))
    return redirect(url_for(".own", programme=programme, name=name), 303)


@blueprint.post("/withdrawals/<uuid:override_id>")
def withdraw(override_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a figure that does not hold yet."""
    withdraw_override(context(), override_id)
    flash(_("The figure is withdrawn."))
    return redirect(url_for(".show"), 303)


def _draw(programme: str, name: str) -> str:
    ctx = context()
    require(ctx, PERMISSION, Subject(ctx.tenant_id))
    figure = find_settable(ctx.pack, programme, name)
    if figure is None:
        raise NotFoundError
    held = [as_data(ctx.pack, one, ctx.today) for one in set_for(read_overrides(ctx), figure)]
    return render_template("policies/own.html", figure=figure, held=held)


def _day(text: str, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return default
