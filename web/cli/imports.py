"""`bangfu import`: Excel or CSV files in, every fault reported with its place and remedy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from core.catalogue import Catalogue
from core.context import BEIJING
from core.errors import InvalidError
from core.households.imports.plan import plan_import
from core.households.imports.service import run_import, take_file
from core.households.workbook.faults import Fault
from core.households.workbook.reading import read_workbook
from core.installation import Installation
from core.policies import Policies
from core.tenancy import TenantView
from core.verification import files
from web.cli.acting import acting
from web.cli.console import as_json, give, progress, say, show_table, tell
from web.cli.console import translate as _
from web.cli.department_files import bring
from web.cli.environment import find_actor, find_tenant, open_installation

SHOWN = 50
FOUND_WRONG = 1

Report = dict[str, Any]


@click.group(help=_("Take in Excel or CSV files."))
def import_group() -> None:
    """Hold the commands that import."""


@import_group.command("households", help=_("Import household files from FILE (xlsx or csv)."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "slug", help=_("The federation whose files they are"))
@click.option("--pack", help=_("Check against a region pack's example tree, without a server"))
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@click.option("--all-or-nothing", is_flag=True, help=_("Keep no row when one has a fault"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("Judge on this day, not today"))
@click.option("--as", "login", help=_("Import in the name of this person"))
@as_json
def households(
    file: Path,
    slug: str | None,
    pack: str | None,
    check: bool,
    all_or_nothing: bool,
    on: dt.datetime | None,
    login: str | None,
    as_json: bool,
) -> None:
    """Import one file; exit code 1 when it has faults."""
    if (slug is None) == (pack is None) or (pack and not check):
        raise InvalidError(_("Give --tenant, or --check with --pack."))
    if pack:
        report = _check_alone(file, pack)
    elif check:
        report = _check_for(file, str(slug), login)
    else:
        day = on.date() if on else None
        report = _import(file, str(slug), login, day, keep_good=not all_or_nothing, quiet=as_json)
    give(report) if as_json else _show(report)
    if report["faults"]:
        raise SystemExit(FOUND_WRONG)


@import_group.command("applications", help=_("Bring in the filled forms of FILE (xlsx or csv)."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--programme", default="", help=_("Programme of all sheets, where titles say none"))
@click.option("--hand-in", is_flag=True, help=_("Hand in what is whole; else all become drafts"))
@click.option("--check", is_flag=True, help=_("Only report, store nothing"))
@click.option("--all-or-nothing", is_flag=True, help=_("Keep no row when one has a fault"))
@acting
@as_json
def applications(
    file: Path,
    programme: str,
    hand_in: bool,
    check: bool,
    all_or_nothing: bool,
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Bring applications in; exit code 1 when a row has a fault."""
    bring(
        file, files.APPLICATIONS, programme, slug, login, check=check, as_json=as_json,
        hand_in=hand_in, keep_good=not all_or_nothing,
    )  # fmt: skip


def _check_alone(file: Path, pack: str) -> Report:
    catalogue = Catalogue.load()
    units = Policies.load(catalogue=catalogue).pack(pack).unit_names()
    workbook = read_workbook(file, today=dt.datetime.now(BEIJING).date(), units=units)
    return {
        "state": "checked", "rows": workbook.rows, "good": workbook.good,
        "faults": _tell_faults(workbook.faults),
    }  # fmt: skip


def _check_for(file: Path, slug: str, login: str | None) -> Report:
    installation = open_installation()
    tenant = find_tenant(installation, slug)
    with _acting(installation, tenant, login) as ctx:
        plan = plan_import(ctx, file.read_bytes())
    return {
        "state": "checked", "rows": plan.workbook.rows, "good": plan.good,
        "added": len(plan.added), "changed": len(plan.changed), "unchanged": len(plan.unchanged),
        "faults": _tell_faults(plan.faults),
    }  # fmt: skip


def _import(
    file: Path, slug: str, login: str | None, on: dt.date | None, *, keep_good: bool, quiet: bool
) -> Report:
    installation = open_installation()
    tenant = find_tenant(installation, slug)
    with _acting(installation, tenant, login) as ctx, progress(file.name, quiet=quiet) as moved:
        item = take_file(ctx, file.name, file.read_bytes(), keep_good=keep_good, judged_on=on)
        run_import(ctx, item.id, moved)
        names = ("state", "rows", "good", "added", "changed", "unchanged", "categories")
        faults = [
            {
                **{name: fault[name] for name in ("sheet", "row", "column", "code")},
                "message": _(fault["message"]) % fault["values"],
                "remedy": _(fault["remedy"]) % fault["values"],
            }
            for fault in item.faults
        ]
        return {**{name: getattr(item, name) for name in names}, "faults": faults}


def _acting(installation: Installation, tenant: TenantView, login: str | None) -> Any:
    """Return the Context of the person named, or of the system."""
    if login is None:
        return installation.system(tenant)
    with installation.system(tenant) as ctx:
        actor = find_actor(ctx, tenant, login)
    return installation.context(tenant, actor)


def _tell_faults(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    return [fault.as_json(tell) for fault in faults]


def _show(report: Report) -> None:
    counts = {
        "rows": _("Households in the file"), "good": _("without a fault"),
        "added": _("new"), "changed": _("changed"), "unchanged": _("unchanged"),
    }  # fmt: skip
    for name, title in counts.items():
        if name in report:
            click.echo(f"{title}: {report[name]}")
    for category, count in report.get("categories", {}).items():
        click.echo(f"  {category}: {count}")
    _show_faults(report["faults"])
    if report["state"] == "refused":
        say(_("✗ Nothing was kept."))
    elif not report["faults"]:
        say(_("✓ Every row is in order."))


def _show_faults(faults: list[dict[str, Any]]) -> None:
    if not faults:
        return
    rows = [
        (one["sheet"], one["row"] or "", one["column"], one["message"], one["remedy"])
        for one in faults[:SHOWN]
    ]
    show_table((_("Sheet"), _("Row"), _("Column"), _("Fault"), _("Remedy")), rows)
    if len(faults) > SHOWN:
        say(_("… and %(more)s more; --json lists all."), more=len(faults) - SHOWN)
