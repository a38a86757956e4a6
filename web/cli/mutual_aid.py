"""`bangfu mutual-aid`: periods of medical mutual aid, and the workers enrolled in them."""

from __future__ import annotations

from pathlib import Path

import click

from core.enrolments.periods import find_period, list_periods, open_period
from core.enrolments.queries import list_employers
from core.enrolments.workbook import COLUMNS, SHEET
from core.households.export import write_rows
from core.money import format_yuan
from core.verification import files
from web.cli.acting import Yuan
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.department_files import acting, bring
from web.cli.ledger import Day

tenant_option = click.option("--tenant", "slug", required=True, help=_("Federation"))
as_option = click.option("--as", "login", help=_("Act in the name of this person"))
period_option = click.option("--period", "name", required=True, help=_("Name of the period"))


@click.group("mutual-aid", help=_("Medical mutual aid: open periods, enrol workers, list units."))
def mutual_aid() -> None:
    """Hold the commands on medical mutual aid."""


@mutual_aid.command("open", help=_("Open a period in which every worker pays the same."))
@click.argument("name")
@click.option("--from", "starts_on", type=Day(), required=True, help=_("First day"))
@click.option("--until", "ends_on", type=Day(), required=True, help=_("Last day"))
@click.option("--contribution", type=Yuan(), required=True, help=_("What a worker pays, yuan"))
@tenant_option
@as_option
@as_json
def open_(
    name: str, starts_on: object, ends_on: object, contribution: int, slug: str,
    login: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Open a period."""
    with acting(slug, login) as ctx:
        period = open_period(ctx, name, starts_on, ends_on, contribution)  # type: ignore[arg-type]
        told = {"id": str(period.id), "name": period.name}
    give(told) if as_json else say("%(name)s", **told)


@mutual_aid.command("periods", help=_("List the periods, the newest first."))
@tenant_option
@as_option
@as_json
def periods(slug: str, login: str | None, as_json: bool) -> None:
    """List the periods."""
    with acting(slug, login) as ctx:
        found = [
            {"name": one.name, "starts_on": str(one.starts_on), "ends_on": str(one.ends_on),
             "contribution": format_yuan(one.contribution)}
            for one in list_periods(ctx)
        ]  # fmt: skip
    if as_json:
        give(found)
        return
    heads = (_("Period"), _("First day"), _("Last day"), _("Contribution (yuan)"))
    show_table(heads, [tuple(one.values()) for one in found])


@mutual_aid.command("import", help=_("Enrol the workers of FILE (xlsx or csv) for a period."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@period_option
@tenant_option
@as_option
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@as_json
def bring_in(
    file: Path, name: str, slug: str, login: str | None, check: bool, as_json: bool
) -> None:
    """Enrol workers; exit code 1 when the workbook has faults."""
    with acting(slug, login) as ctx:
        source = str(find_period(ctx, name).id)
    bring(file, files.ENROLMENTS, source, slug, login, check=check, as_json=as_json)


@mutual_aid.command("units", help=_("List the work units of a period with their sums."))
@period_option
@tenant_option
@as_option
@as_json
def units(name: str, slug: str, login: str | None, as_json: bool) -> None:
    """List what each work unit contributed for how many workers."""
    with acting(slug, login) as ctx:
        found = list_employers(ctx, find_period(ctx, name))
    raised = sum(one.contribution for one in found)
    workers = sum(one.workers for one in found)
    if as_json:
        give({"units": [one._asdict() for one in found], "workers": workers, "raised": raised})
        return
    show_table(
        (_("Work unit"), _("Credit code"), _("Workers"), _("Contribution (yuan)")),
        [(one.employer, one.employer_code, one.workers, format_yuan(one.contribution))
         for one in found],
    )  # fmt: skip
    say(
        _("%(units)s units, %(workers)s workers, %(raised)s yuan"),
        units=len(found), workers=workers, raised=format_yuan(raised),
    )  # fmt: skip


@mutual_aid.command("form", help=_("Write the blank workbook of enrolments."))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def form(out: Path) -> None:
    """Write the blank workbook."""
    out.write_bytes(write_rows(SHEET, COLUMNS, ()))
    say(str(out))
