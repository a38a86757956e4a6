"""`bangfu household`: files listed, shown with how they were judged, and exported."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from core.households.export import write_workbook
from core.households.life.colleagues import acting_person
from core.households.life.overdue import list_overdue
from core.households.life.verifications import RESULTS, Verified, record_verification
from core.households.listing import Filters, list_households
from core.households.lookup import find_household
from core.households.queries import read_household
from core.households.stored import records_of
from core.money import format_yuan
from core.paging import EXPORT_ROWS
from web.cli.acting import act, acting, find_file
from web.cli.console import as_json, give, language, say, show_table
from web.cli.console import translate as _
from web.cli.environment import find_somebody

chosen_category = click.option("--category", default="", help=_("Only this category"))


@click.group("household", help=_("Household files: list, show, export."))
def household() -> None:
    """Hold the commands on household files."""


@household.command("list", help=_("List household files by file number, masked."))
@chosen_category
@click.option("--page", type=click.IntRange(min=1), default=1, help=_("Page"))
@click.option("--size", type=click.IntRange(1, EXPORT_ROWS), default=50, help=_("Files a page"))
@acting
@as_json
def list_files(category: str, page: int, size: int, slug: str, login: str, as_json: bool) -> None:
    """List a page of the files somebody may read."""
    with act(slug, login) as ctx:
        filters = Filters(category=category)
        found = list_households(ctx, filters, page=page, size=size, count=True)
    if as_json:
        give({"total": found.total, "households": found.data})
        return
    show_table(
        (_("File number"), _("Head"), _("Category"), _("Persons"), _("Union")),
        [
            (one["file_number"], one["head_name"], one["category"], one["member_count"],
             one["unit"])
            for one in found.data
        ],
    )  # fmt: skip
    say(_("%(shown)s of %(total)s files"), shown=len(found.data), total=found.total)


@household.command("show", help=_("Show one file and, step by step, how it was judged."))
@click.argument("file_number")
@acting
@as_json
def show(file_number: str, slug: str, login: str, as_json: bool) -> None:
    """Show a file."""
    with act(slug, login) as ctx:
        told = read_household(ctx, find_file(ctx, file_number)).data
    if as_json:
        give(told)
        return
    say(f"{told['file_number']}  {told['head_name']}  {told['unit']['full_name']}")
    _show_judgement(told["judgement"])


@household.command("verify", help=_("Record that two people verified a file."))
@click.argument("file_number")
@click.option("--with", "colleague", required=True, help=_("Login of the second person"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("The day; today by default"))
@click.option("--result", type=click.Choice(RESULTS), default=RESULTS[0], show_default=True,
              help=_("What was found"))  # fmt: skip
@click.option("--remark", default="", help=_("What changed; needed unless unchanged"))
@acting
@as_json
def verify(
    file_number: str, colleague: str, on: dt.datetime | None, result: str, remark: str,
    slug: str, login: str, as_json: bool,
) -> None:  # fmt: skip
    """Record a verification."""
    with act(slug, login) as ctx:
        file = find_household(ctx, find_file(ctx, file_number), "verification.record")
        second = find_somebody(ctx, colleague)
        day = on.date() if on else ctx.today
        verified = Verified(day, result, (acting_person(ctx), second), remark)
        record_verification(ctx, file.id, verified, file.version)
        told = {"file_number": file.file_number, "verified_on": file.verified_on}
    give(told) if as_json else say("%(file_number)s  %(verified_on)s", **told)


@household.command("overdue", help=_("List files that were not verified in time."))
@acting
@as_json
def overdue(slug: str, login: str, as_json: bool) -> None:
    """List the files that get no new aid until they are verified; exit code 1 if there are any."""
    with act(slug, login) as ctx:
        found = list_overdue(ctx)
    if as_json:
        give([one._asdict() for one in found])
    else:
        show_table(
            (_("File number"), _("Head"), _("Last verified"), _("Contact person"), _("Union")),
            [(one.file_number, one.head_name, one.last, one.contact_person, one.unit)
             for one in found],
        )  # fmt: skip
    if found:
        click.get_current_context().exit(1)


@household.command("export", help=_("Write files into a workbook that imports again."))
@chosen_category
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help=_("File to write, .xlsx"))  # fmt: skip
@acting
@as_json
def export(category: str, out: Path, slug: str, login: str, as_json: bool) -> None:
    """Export the files somebody may export; that they were taken is on record."""
    with act(slug, login) as ctx:
        data = write_workbook(records_of(ctx, Filters(category=category)))
    out.write_bytes(data)
    give({"path": out, "bytes": len(data)}) if as_json else say(str(out))


def _show_judgement(judgement: dict[str, Any] | None) -> None:
    if judgement is None:
        say(_("Not judged yet"))
        return
    spoken = language()
    say("%(category)s  %(on)s  %(programme)s %(version)s", **judgement)
    for reason in judgement["reasons"]:
        say("  " + reason[spoken])
    for number, step in enumerate(judgement["explanation"], start=1):
        shown = step["value"] if step["unit"] == "code" else step["shown"][spoken]
        say(f"{number:>3}. {step['text'][spoken]}: {shown}")
        if step.get("exact"):
            say(f"     {format_yuan(step['exact'][0])} ÷ {step['exact'][1]}")
        for figure in step.get("figures", ()):
            say(
                _("     %(meaning)s: %(value)s; source: %(source)s, from %(day)s"),
                meaning=figure["meaning"][spoken], value=figure["shown"][spoken],
                source=figure["source"][spoken], day=figure["from"],
            )  # fmt: skip
