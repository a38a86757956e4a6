"""`bangfu policy set`: a figure of the federation's own, from a day on."""

from __future__ import annotations

import datetime as dt

import click

from core.overrides import set_override
from core.policies.standards import OwnFigure
from web.cli.acting import act, acting
from web.cli.console import as_json, give, pick, say
from web.cli.console import translate as _
from web.own_figures import as_data


@click.command("set", help=_("Set a figure for the federation itself, where its region lets it."))
@click.option("--programme", required=True,
              help=_("The rule it is for, or standards"))  # fmt: skip
@click.option("--name", required=True, help=_("The figure, such as dibao_line"))
@click.option("--value", required=True, help=_("The value, such as 700.00 for yuan"))
@click.option("--from", "holds_from", type=click.DateTime(["%Y-%m-%d"]), required=True,
              help=_("The day it holds from"))  # fmt: skip
@click.option("--source", required=True, help=_("The document that sets it"))
@acting
@as_json
def set_figure(
    programme: str,
    name: str,
    value: str,
    holds_from: dt.datetime,
    source: str,
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Set it."""
    with act(slug, login) as ctx:
        made = set_override(ctx, OwnFigure(name, value, holds_from.date(), source, programme))
        told = as_data(ctx.pack, made, ctx.today)
    shown = told["shown"]
    if as_json:
        give({**told, "shown": shown.as_json()})
    else:
        say(_("✓ %(name)s is %(value)s from %(day)s on"), name=name,
            value=pick(shown), day=told["holds_from"])  # fmt: skip
