"""Policy: the figures in force on a day, each with its source, for everybody to read."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template, request

from core.overrides import read_overrides
from core.policies.listing import list_figures
from web.request import context

blueprint = Blueprint("policy", __name__, url_prefix="/<tenant>/policies")


@blueprint.get("")
def show() -> str:
    """Show every figure in force on a day, as it holds in the place of the tenant."""
    ctx = context()
    on = _day(request.args.get("on", ""), ctx.today)
    place = ctx.pack.place(ctx.tenant.division_code)
    listed = list_figures(ctx.pack, ctx.catalogue, on, read_overrides(ctx), place)
    return render_template("policies/show.html", pack=ctx.pack, on=on, rules=list(listed))


def _day(text: str, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return default
