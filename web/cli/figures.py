"""`bangfu policy show`: every figure of a region pack in force on a day, without a server."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from core.catalogue import Catalogue
from core.errors import DomainError, InvalidError
from core.errors import _ as mark
from core.policies import Pack, Policies
from core.policies.between import BETWEEN
from core.policies.listing import Listed, list_figures
from core.policies.standards import STANDARDS
from web.cli.console import as_json, give, language, pick, say, show_table, tell
from web.cli.console import translate as _


@click.command("show", help=_("Show every figure of a region in force on a day, with its source."))
@click.option("--pack", "slug", required=True, help=_("Region pack, city_2023 for example"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True,
              help=_("The day they hold on, such as 2023-06-30"))  # fmt: skip
@click.option("--division", default="", help=_(
    "Place whose figures count (GB/T 2260); the region's own if left out"))  # fmt: skip
@as_json
@click.pass_context
def show_policy(
    ctx: click.Context, slug: str, on: dt.datetime, division: str, as_json: bool
) -> None:
    """Show them; exit code 1 where a rule can decide nothing on that day."""
    catalogue = Catalogue.load()
    pack = Policies.load(catalogue=catalogue).pack(slug)
    _check_division(pack, division)
    listed = list(list_figures(pack, catalogue, on.date(), division=division))
    if as_json:
        give({"pack": pack.slug, "on": on.date(), "division": division or pack.division_code,
              "rules": [_as_data(one) for one in listed]})  # fmt: skip
    else:
        _show(pack, catalogue, listed)
    if any(one.problem for one in listed):
        ctx.exit(1)


def _check_division(pack: Pack, division: str) -> None:
    """Raise InvalidError for a place outside the region: its figures do not hold there."""
    is_code = len(division) == 6 and division.isascii() and division.isdigit()
    if division and not (is_code and pack.place(division) == division):
        raise InvalidError(
            mark("“%(code)s” is no place of the region %(region)s."),
            remedy=mark("Write six digits within it, or leave it out."), field="division",
            code=division, region=pack.division_code,
        )  # fmt: skip


def _as_data(listed: Listed) -> dict[str, Any]:
    problem = tell(listed.problem) if listed.problem else None
    return {"name": listed.name, "version": listed.version or None, "problem": problem,
            "figures": list(listed.figures)}  # fmt: skip


def _show(pack: Pack, catalogue: Catalogue, listed: list[Listed]) -> None:
    say("%(name)s\n%(document)s", name=pick(pack.name), document=pick(pack.document))
    for one in listed:
        say("\n%(title)s  %(name)s %(version)s", title=_title(catalogue, one.name),
            name=one.name, version=one.version)  # fmt: skip
        if one.problem:
            say("✗ %(problem)s", problem=tell(one.problem))
        elif not one.figures:
            say(_("None is in force on this day."))
        else:
            rows = [_row(pack, figure) for figure in one.figures]
            show_table((_("Figure"), _("Value"), _("From"), _("Source")), rows)


def _row(pack: Pack, figure: dict[str, Any]) -> tuple[str, ...]:
    spoken = language()
    _base, _dot, part = figure["name"].partition(".")
    names = {category.code: pick(category.name) for category in pack.categories}
    meaning = figure["meaning"][spoken] + (f" · {names.get(part, part)}" if part else "")
    return meaning, figure["shown"][spoken], figure["from"], figure["source"][spoken]


def _title(catalogue: Catalogue, name: str) -> str:
    if name == STANDARDS:
        return _("Standards of the region")
    if name == BETWEEN:
        return _("Caps over programmes")
    try:
        return pick(catalogue.rule(name).title)
    except DomainError:
        return name
