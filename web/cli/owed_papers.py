"""`bangfu papers`: what is owed of aid that was paid first, handing it in, checking it."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from core.context import Context
from core.errors import InvalidError
from core.errors import _ as mark
from core.households.evidence import add_evidence
from core.money import format_yuan
from core.owed_papers.checking import CAME_TO, check
from core.owed_papers.handing_in import hand_in
from core.owed_papers.queries import Listed, find_by_number, list_owed, waiting_for_me
from core.owed_papers.reading import Document, read_owed
from core.owed_papers.standing import STANDINGS
from web.cli.acting import act, acting
from web.cli.console import as_json, give, show_table
from web.cli.console import translate as _

OTHER = "other"


@click.group(help=_("Papers owed of aid that was paid first: list, hand in, check."))
def papers() -> None:
    """Hold the commands on owed papers."""


@papers.command("list", help=_("List the papers that are owed, or were, by their due day."))
@click.option("--standing", type=click.Choice(STANDINGS), help=_("Only those in this state"))
@acting
@as_json
def listed(standing: str | None, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        _show(list_owed(ctx, standing=standing or ""), as_json)


@papers.command(help=_("List what waits for a person, to be handed in or to be checked."))
@acting
@as_json
def waiting(slug: str, login: str, as_json: bool) -> None:
    """List it."""
    with act(slug, login) as ctx:
        _show(waiting_for_me(ctx), as_json)


@papers.command("hand-in", help=_("Hand in all that the application NUMBER owes."))
@click.argument("number")
@click.option(
    "--paper", "named", multiple=True, help=_("A paper and its file, as application_form=form.pdf")
)
@click.option("--note", default="", help=_("Remark"))
@acting
@as_json
def bring(
    number: str, named: tuple[str, ...], note: str, slug: str, login: str, as_json: bool
) -> None:
    """Hand it in with the newest home visit since the application."""
    with act(slug, login) as ctx:
        found = read_owed(ctx, find_by_number(ctx, number).id)
        visit = found.visits[0].id if found.visits else None
        hand_in(ctx, found.listed.id, _add_papers(ctx, found, named), visit, note)
        _show([find_by_number(ctx, number)], as_json)


@papers.command("check", help=_("Decide on what the application NUMBER handed in."))
@click.argument("number")
@click.argument("decision", type=click.Choice([*CAME_TO]))
@click.option("--reason", default="", help=_("Why; a return or a rejection needs it"))
@acting
@as_json
def decide(number: str, decision: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Decide on it."""
    with act(slug, login) as ctx:
        check(ctx, find_by_number(ctx, number).id, decision, reason)
        _show([find_by_number(ctx, number)], as_json)


def _add_papers(
    ctx: Context, found: Document, named: tuple[str, ...]
) -> dict[str, list[uuid.UUID]]:
    """Return by what is owed the papers kept now of the files named."""
    kinds = {item.name: item.kind or OTHER for item in found.items}
    kept: dict[str, list[uuid.UUID]] = {}
    for one in named:
        name, _sign, path = one.partition("=")
        file = Path(path)
        if name not in kinds or not file.is_file():
            raise InvalidError(
                mark("“%(value)s” names no owed paper and file."),
                remedy=mark("Write one of %(known)s, an equals sign and the file."),
                field="paper", value=one, known=", ".join(kinds),
            )  # fmt: skip
        paper = add_evidence(
            ctx, found.listed.household_id, kind=kinds[name], filename=file.name,
            data=file.read_bytes(), application_id=found.listed.application_id,
        )  # fmt: skip
        kept.setdefault(name, []).append(paper.id)
    return kept


def _show(found: list[Listed], as_json: bool) -> None:
    if as_json:
        give([one._asdict() for one in found])
        return
    show_table(
        (_("Application"), _("Head"), _("Programme"), _("Amount (yuan)"), _("Granted on"),
         _("Due"), _("State")),
        [
            (one.number, one.head_name, one.programme, format_yuan(one.amount), one.granted_on,
             one.due_on, one.standing)
            for one in found
        ],
    )  # fmt: skip
