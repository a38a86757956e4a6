"""Policy: the figures in force on a day, each with its source, for everybody to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from core.context import Context
from core.errors import DomainError
from core.overrides import read_overrides
from core.tenancy import ParameterOverride
from web.request import context
from web.translation import translate

blueprint = Blueprint("policy", __name__, url_prefix="/<tenant>/policies")


@dataclass(frozen=True)
class Shown:
    """The figures of one programme, or why it has none on that day."""

    name: str
    version: str
    figures: list[dict[str, Any]]
    problem: str = ""


@blueprint.get("")
def show() -> str:
    """Show every figure in force on a day."""
    ctx = context()
    on = _day(request.args.get("on", ""), ctx.today)
    names = (ctx.pack.identification, *ctx.pack.programmes)
    overrides = read_overrides(ctx)
    return render_template(
        "policies/show.html", pack=ctx.pack, on=on,
        programmes=[_read(ctx, name, on, overrides) for name in names],
    )  # fmt: skip


def _day(text: str, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return default


def _read(ctx: Context, name: str, on: dt.date, overrides: list[ParameterOverride]) -> Shown:
    try:
        figures = ctx.pack.figures(name, on, overrides)
        rule = ctx.catalogue.rule(name)
    except DomainError as error:
        return Shown(name, "", [], translate(error.message))
    return Shown(name, rule.version, [figures.shown(key) for key in figures.values])
