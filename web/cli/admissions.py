"""`bangfu admission`: begin, decide, withdraw, list; bring in what was admitted on paper before."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from core.admissions import listing
from core.admissions.beginning import begin, begin_again, withdraw
from core.admissions.decisions import REFUSE, decide
from core.admissions.many import begin_many
from core.admissions.models import LIVE, RETURNED, STATES, Admission
from core.admissions.queries import read_admission
from core.admissions.workbook import COLUMNS, SHEET
from core.context import Context
from core.errors import NotFoundError
from core.errors import _ as mark
from core.federations import find_unit
from core.households.export import write_rows
from core.households.listing import Filters
from core.paging import WHOLE
from core.routes import APPROVE, RETURN
from core.verification import files
from web.cli.acting import act, acting, find_file
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.department_files import bring

unit_option = click.option("--unit", "unit", default="", help=_("Only of this union and below"))
category_option = click.option("--category", default="", help=_("Only of this category"))


@click.group(help=_("Admission to help: list, begin, decide, withdraw, bring in earlier ones."))
def admission() -> None:
    """Hold the commands on admissions."""


@admission.command("list", help=_("List admissions, or what waits for the person."))
@click.option("--waiting", is_flag=True, help=_("Only what waits for the person"))
@click.option("--state", default="", type=click.Choice(["", *STATES]), help=_("In this state"))
@click.option("--department", default="", help=_("Of this department"))
@category_option
@unit_option
@click.option("--overdue", is_flag=True, help=_("Only those past their day"))
@acting
@as_json
def show_list(
    waiting: bool, state: str, department: str, category: str, unit: str, overdue: bool,
    slug: str, login: str, as_json: bool,
) -> None:  # fmt: skip
    """List them."""
    with act(slug, login) as ctx:
        if waiting:
            found = listing.waiting_for_me(ctx, size=WHOLE)
        else:
            filters = listing.Filters(
                state=state, department=department, category=category, overdue=overdue,
                unit=find_unit(ctx, unit).path if unit else "",
            )  # fmt: skip
            found, _total = listing.list_admissions(ctx, filters, size=WHOLE)
    if as_json:
        give([one._asdict() for one in found])
        return
    show_table(
        (_("File number"), _("Head"), _("Category"), _("Department"), _("State"), _("Step"),
         _("Due")),
        [(one.file_number, one.head, one.category, one.department, one.state, one.kind or "",
          one.due_on or "") for one in found],
    )  # fmt: skip


@admission.command("begin", help=_("Begin the admission of files; --all those that await one."))
@click.argument("file_numbers", nargs=-1)
@click.option("--all", "every", is_flag=True, help=_("All files of the person's unions"))
@category_option
@unit_option
@acting
@as_json
def begin_them(
    file_numbers: tuple[str, ...], every: bool, category: str, unit: str, slug: str, login: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Begin, or hand in again what came back for completion; all or none of them."""
    if bool(file_numbers) is every:
        raise click.UsageError(_("Name the files, or say --all."))
    with act(slug, login) as ctx:
        if every:
            path = find_unit(ctx, unit).path if unit else ""
            count = begin_many(ctx, Filters(category=category, unit=path))
        else:
            for number in file_numbers:
                _begin(ctx, number)
            count = len(file_numbers)
    give({"begun": count}) if as_json else say(_("%(count)s begun"), count=count)


@admission.command("decide", help=_("Decide on the step that waits: approve, return or refuse."))
@click.argument("file_number")
@click.argument("decision", type=click.Choice([APPROVE, RETURN, REFUSE]))
@click.option("--reason", default="", help=_("Why; a return or a refusal needs it"))
@click.option("--findings", default="", help=_("What an investigation found"))
@acting
@as_json
def take(
    file_number: str, decision: str, reason: str, findings: str, slug: str, login: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Take the open step."""
    with act(slug, login) as ctx:
        found = _find_live(ctx, file_number)
        decide(ctx, found.id, decision, reason=reason, findings=findings)
        _show(read_admission(ctx, found.id), as_json)


@admission.command("withdraw", help=_("Withdraw the admission of a file that is on its way."))
@click.argument("file_number")
@click.option("--reason", required=True, help=_("Why"))
@acting
@as_json
def take_back(file_number: str, reason: str, slug: str, login: str, as_json: bool) -> None:
    """Withdraw it."""
    with act(slug, login) as ctx:
        found = _find_live(ctx, file_number)
        withdraw(ctx, found.id, reason)
        _show(read_admission(ctx, found.id), as_json)


@admission.command("earlier", help=_("Bring in FILE (xlsx or csv): admissions on paper before."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--department", required=True, help=_("The department that admitted them"))
@acting
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@as_json
def bring_in(
    file: Path, department: str, slug: str, login: str, check: bool, as_json: bool
) -> None:
    """Bring them in; exit code 1 when the workbook has faults."""
    bring(file, files.ADMISSIONS, department, slug, login, check=check, as_json=as_json)


@admission.command("form", help=_("Write the blank workbook of earlier admissions."))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def form(out: Path) -> None:
    """Write the blank workbook."""
    out.write_bytes(write_rows(SHEET, COLUMNS, ()))
    say(str(out))


def _begin(ctx: Context, file_number: str) -> None:
    household = find_file(ctx, file_number)
    live = _live(ctx, household)
    if live is not None and live.state == RETURNED:
        begin_again(ctx, live.id)
    else:
        begin(ctx, household)


def _find_live(ctx: Context, file_number: str) -> Admission:
    found = _live(ctx, find_file(ctx, file_number))
    if found is None:
        raise NotFoundError(
            mark("The file %(number)s has no admission on its way."),
            remedy=mark("Begin it first."), number=file_number,
        )  # fmt: skip
    return found


def _live(ctx: Context, household_id: uuid.UUID) -> Admission | None:
    query = select(Admission).where(
        Admission.tenant_id == ctx.tenant_id, Admission.household_id == household_id,
        Admission.state.in_(LIVE),
    )  # fmt: skip
    return ctx.session.scalars(query).one_or_none()


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        give(found)
        return
    step = next((one for one in found["steps"] if one["state"] == "open"), None)
    say(
        "%(number)s  %(category)s  %(department)s  %(state)s  %(step)s",
        number=found["household"]["file_number"], category=found["category"],
        department=found["department"], state=found["state"],
        step=f"{step['kind']} ({step['level']})" if step else "",
    )  # fmt: skip
