"""`bangfu verification` and `bangfu discover`: answers and lists of other departments."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from core.errors import InvalidError, NotFoundError
from core.errors import _ as mark
from core.verification import files
from core.verification.differences import Filters as DifferenceFilters
from core.verification.differences import list_differences
from core.verification.discovery.lists import LISTS
from core.verification.discovery.screening import screen
from core.verification.requests import export_round
from core.verification.rounds import list_rounds
from core.verification.sources import CIVIL_AFFAIRS, list_sources
from web.cli.console import as_json, give, progress, say, show_table
from web.cli.console import translate as _
from web.cli.department_files import acting, bring

file_argument = click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
tenant_option = click.option("--tenant", "slug", required=True, help=_("Federation"))
as_option = click.option("--as", "login", help=_("Act in the name of this person"))
source_option = click.option(
    "--source",
    default=CIVIL_AFFAIRS.name,
    show_default=True,
    type=click.Choice([one.name for one in list_sources()]),
    help=_("The source"),
)
check_option = click.option("--check", is_flag=True, help=_("Only report, store nothing"))


@click.group(help=_("Means verification: rounds, lists out, answers in, differences."))
def verification() -> None:
    """Hold the commands on means verification."""


@verification.command("import", help=_("Put in the answers of a source from FILE (xlsx or csv)."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@source_option
@tenant_option
@as_option
@check_option
@as_json
def import_answers(
    file: Path, source: str, slug: str, login: str | None, check: bool, as_json: bool
) -> None:
    """Bring one file of answers in; exit code 1 when it has faults."""
    bring(file, files.ANSWERS, source, slug, login, check=check, as_json=as_json)


@verification.command("rounds", help=_("List the rounds, newest first."))
@tenant_option
@as_option
@as_json
def list_all(slug: str, login: str | None, as_json: bool) -> None:
    """List rounds with the number of their households by state."""
    with acting(slug, login) as ctx:
        found = list_rounds(ctx)
    if as_json:
        give([{"name": one.name, **asdict(one)} for one in found])
        return
    titles = (_("Round"), _("Due on"), _("Households"), _("Waiting"), _("Differing"), _("Done"))
    show_table(
        titles,
        [(one.name, one.due_on, one.households, one.waiting, one.differing, one.done)
         for one in found],
    )  # fmt: skip


@verification.command("export", help=_("Write the list of round NUMBER (2026-3) for a source."))
@click.argument("number")
@source_option
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help=_("Where to write it"))  # fmt: skip
@tenant_option
@as_option
def export(number: str, source: str, out: Path, slug: str, login: str | None) -> None:
    """Write the list with full ID numbers; audited, and its households wait from now on."""
    with acting(slug, login) as ctx:
        found = [one for one in list_rounds(ctx) if one.name == number]
        if not found:
            raise NotFoundError(
                mark("%(tenant)s has no round %(number)s."),
                remedy=mark("`bangfu verification rounds` lists them."),
                tenant=slug, number=number,
            )  # fmt: skip
        _round, data = export_round(ctx, found[0].id, source)
        out.write_bytes(data)
    say(_("✓ Written: %(path)s"), path=out)


@verification.command("differences", help=_("List the differences to be decided."))
@tenant_option
@click.option("--overdue", is_flag=True, help=_("Only those past their day"))
@as_option
@as_json
def differences(slug: str, overdue: bool, login: str | None, as_json: bool) -> None:
    """List tasks; exit code 0 also where there are some."""
    with acting(slug, login) as ctx:
        rows, _total = list_differences(ctx, DifferenceFilters(overdue=overdue), size=10_000)
    if as_json:
        give([asdict(one) for one in rows])
        return
    titles = (
        _("File number"),
        _("Difference"),
        _("Declared"),
        _("Told"),
        _("Due on"),
        _("Assigned to"),
    )
    show_table(
        titles,
        [(one.file_number, one.kind, one.declared, one.told, one.due_on, one.assignee or "")
         for one in rows],
    )  # fmt: skip


@click.command(help=_("Match a list of people with the registry, or screen the registry itself."))
@file_argument
@click.option("--kind", default="other", show_default=True, type=click.Choice(list(LISTS)),
              help=_("Kind of list"))  # fmt: skip
@click.option("--screen", "screening", is_flag=True, help=_("Screen the registry"))
@tenant_option
@as_option
@check_option
@as_json
def discover(
    file: Path | None,
    kind: str,
    screening: bool,
    slug: str,
    login: str | None,
    check: bool,
    as_json: bool,
) -> None:
    """Propose who looks eligible; exit code 1 when a list has faults."""
    if (file is None) != screening:
        raise InvalidError(_("Give a FILE, or --screen."))
    if file is not None:
        bring(file, files.PEOPLE, kind, slug, login, check=check, as_json=as_json)
        return
    with acting(slug, login) as ctx, progress(_("Screen the registry"), quiet=as_json) as moved:
        screened = screen(ctx, moved)
    if as_json:
        give(asdict(screened))
    else:
        say(_("✓ %(households)s files screened, %(proposed)s newly proposed."), **asdict(screened))
