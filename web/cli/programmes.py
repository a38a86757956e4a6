"""`bangfu programme`: what a federation offers, and taking a programme up or leaving it off."""

from __future__ import annotations

import click
from bangfu_sdk import Text

from core.applications.assessment import figures_today, find_programme
from core.applications.moving import move_all
from core.applications.schema import write_schema
from core.programmes import Standing, list_programmes, offer_programme
from core.titles import title_of
from web.cli.acting import act, acting
from web.cli.console import as_json, give, pick, say, show_table, tell
from web.cli.console import translate as _


@click.group(help=_("Programmes of a federation: list, offer, withhold, schema, move."))
def programme() -> None:
    """Hold the commands on programmes."""


@programme.command("list", help=_("List the rules of the region, and what wheels bring for it."))
@acting
@as_json
def list_all(slug: str, login: str, as_json: bool) -> None:
    """List them with how each stands."""
    with act(slug, login) as ctx:
        found = [(one, title_of(ctx, one.name)) for one in list_programmes(ctx)]
    if as_json:
        give([_as_data(one, title) for one, title in found])
    else:
        titles = (_("Name"), _("Title"), _("Plugin"), _("State"), _("Why not"))
        show_table(titles, [_row(one, title) for one, title in found])


@programme.command("offer", help=_("Offer a programme: one of the region, or one a wheel brings."))
@click.argument("name")
@click.option("--reason", required=True, help=_("Why"))
@click.option("--measure", default="", help=_("Measure line it is referred to, where you choose"))
@acting
def offer(name: str, reason: str, measure: str, slug: str, login: str) -> None:
    """Take it up."""
    with act(slug, login) as ctx:
        offer_programme(ctx, name, reason, offered=True, measure=measure)
    say(_("✓ %(name)s is offered"), name=name)


@programme.command("withhold", help=_("Offer a programme no longer; applications handed in go on."))
@click.argument("name")
@click.option("--reason", required=True, help=_("Why"))
@acting
def withhold(name: str, reason: str, slug: str, login: str) -> None:
    """Leave it off."""
    with act(slug, login) as ctx:
        offer_programme(ctx, name, reason, offered=False)
    say(_("✓ %(name)s is not offered any more"), name=name)


@programme.command("schema", help=_("Write the JSON Schema of an application to a programme."))
@click.argument("name")
@acting
def write(name: str, slug: str, login: str) -> None:
    """Write it, titles in the language spoken."""
    with act(slug, login) as ctx:
        rule = find_programme(ctx, name)
        give(write_schema(rule, figures_today(ctx, name).values, ctx.language))


@programme.command("move", help=_("Move drafts and returned applications of BEFORE to AFTER."))
@click.argument("before")
@click.argument("after")
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
@click.pass_context
def move(
    ctx: click.Context, before: str, after: str, reason: str, slug: str, login: str, as_json: bool
) -> None:
    """Move them; exit code 1 where one stays where it is."""
    with act(slug, login) as work:
        found = move_all(work, before, after, reason)
        left = [(one.number, tell(one.why)) for one in found.left]
    if as_json:
        give({"moved": [*found.done],
              "left": [{"number": number, "why": why} for number, why in left]})  # fmt: skip
    else:
        say(_("✓ %(count)s applications are moved"), count=len(found.done))
        for number, why in left:
            say(_("✗ %(number)s was not moved: %(why)s"), number=number, why=why)
    if left:
        ctx.exit(1)


def _as_data(one: Standing, title: Text) -> dict[str, object]:
    return {
        "name": one.name, "title": title.as_json(),
        "version": one.rule.version if one.rule else None, "plugin": one.plugin,
        "state": one.state, "problem": tell(one.problem) if one.problem else None,
    }  # fmt: skip


def _row(one: Standing, title: Text) -> tuple[str, ...]:
    return one.name, pick(title), one.plugin, one.state, tell(one.problem) if one.problem else ""
