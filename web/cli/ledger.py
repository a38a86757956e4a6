"""`bangfu ledger`: the shared ledger of the departments, in and out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from core.departments.entries import Entry, record_aid, reverse_aid
from core.departments.form import write_form
from core.departments.imports import SOURCE
from core.departments.kinds import KINDS
from core.departments.queries import Filters, Listed, find_aided, list_aid
from core.money import format_yuan
from core.paging import WHOLE
from core.verification import files
from web.cli.acting import Yuan
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.department_files import acting, bring

tenant_option = click.option("--tenant", "slug", required=True, help=_("Federation"))
as_option = click.option("--as", "login", help=_("Act in the name of this person"))
kind_choice = click.Choice([one.code for one in KINDS])


class Day(click.ParamType[dt.date]):
    """A day on the command line, such as 2017-06-30."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        """Return the day."""
        try:
            return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(_("Write a day as 2017-06-30."), param, ctx)


@click.group(help=_("The shared ledger of the departments: import, list, record, reverse, form."))
def ledger() -> None:
    """Hold the commands on the shared ledger."""


@ledger.command("import", help=_("Put in the aid that departments gave from FILE (xlsx or csv)."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@tenant_option
@as_option
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@as_json
def bring_in(file: Path, slug: str, login: str | None, check: bool, as_json: bool) -> None:
    """Bring one workbook in; exit code 1 when it has faults."""
    bring(file, files.AID, SOURCE, slug, login, check=check, as_json=as_json)


@ledger.command("form", help=_("Write the blank workbook with the region's words to choose from."))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@tenant_option
@as_option
def form(out: Path, slug: str, login: str | None) -> None:
    """Write the blank workbook."""
    with acting(slug, login) as ctx:
        out.write_bytes(write_form(ctx))
    say(_("✓ Written: %(path)s"), path=out)


@ledger.command("list", help=_("List the ledger, the newest help first."))
@tenant_option
@click.option("--department", default="", help=_("Department (code)"))
@click.option("--measure", default="", help=_("Measure line (code)"))
@click.option("--kind", default="", type=click.Choice(["", *kind_choice.choices]), help=_("Kind"))
@click.option("--since", type=Day(), help=_("From this day on"))
@click.option("--until", type=Day(), help=_("Up to this day"))
@click.option("--file", "file_number", default="", help=_("File number"))
@click.option("--unfiled", is_flag=True, help=_("Only on people in no file"))
@as_option
@as_json
def list_all(slug: str, login: str | None, as_json: bool, **wanted: Any) -> None:
    """List entries with the sum of all."""
    with acting(slug, login) as ctx:
        rows, totals = list_aid(ctx, Filters(**wanted), size=WHOLE)
    if as_json:
        give({**totals._asdict(), "items": [one._asdict() for one in rows]})
        return
    titles = (_("Day"), _("Department"), _("Measure line"), _("Kind"), _("Amount"),
              _("File number"), _("Person"), _("Note"))  # fmt: skip
    show_table(titles, list(map(_cells, rows)))
    say(_("%(entries)s entries, %(amount)s yuan"), entries=f"{totals.entries:,}",
        amount=format_yuan(totals.amount))  # fmt: skip


@ledger.command("record", help=_("Record a help for the household of FILE_NUMBER."))
@click.argument("file_number")
@tenant_option
@click.option("--department", required=True, help=_("Department (code)"))
@click.option("--measure", required=True, help=_("Measure line (code)"))
@click.option("--kind", required=True, type=kind_choice, help=_("Kind"))
@click.option("--on", required=True, type=Day(), help=_("Day of the help"))
@click.option("--amount", default=0, type=Yuan(), help=_("Amount in yuan"))
@click.option("--category", default="", help=_("Recognised as (code of a category)"))
@click.option("--note", default="", help=_("Note"))
@as_option
@as_json
def record(file_number: str, slug: str, login: str | None, as_json: bool, **wanted: Any) -> None:
    """Record one entry."""
    with acting(slug, login) as ctx:
        household = find_aided(ctx, file_number=file_number)
        aid = record_aid(ctx, household.id, Entry(**wanted))
    give({"id": aid.id}) if as_json else say(_("✓ Recorded: %(id)s"), id=aid.id)


@ledger.command("reverse", help=_("Take a wrong ENTRY back by an entry against it."))
@click.argument("entry", type=click.UUID)
@tenant_option
@click.option("--reason", required=True, help=_("Reason"))
@as_option
@as_json
def reverse(entry: Any, slug: str, reason: str, login: str | None, as_json: bool) -> None:
    """Reverse one entry."""
    with acting(slug, login) as ctx:
        aid = reverse_aid(ctx, entry, reason)
    give({"id": aid.id}) if as_json else say(_("✓ Taken back by: %(id)s"), id=aid.id)


def _cells(one: Listed) -> tuple[Any, ...]:
    return (one.on, one.department, one.measure, one.kind, format_yuan(one.amount),
            one.file_number, one.person or one.head, one.note)  # fmt: skip
