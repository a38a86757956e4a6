"""Workbooks of other departments on the command line: brought in, or only checked, and told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from core.context import Context
from core.verification import files
from core.verification.models import DepartmentFile
from web.cli.console import give, progress, say, show_table
from web.cli.console import translate as _
from web.cli.environment import find_actor, find_tenant, open_installation
from worker.queue import hint

SHOWN = 50
FOUND_WRONG = 1


def bring(
    file: Path,
    kind: str,
    source: str,
    slug: str,
    login: str | None,
    *,
    check: bool,
    as_json: bool,
    **options: bool,
) -> None:
    """Bring a workbook in, or only check it, and tell; exit code 1 when it has faults."""
    with acting(slug, login) as ctx:
        if check:
            report = _report(files.preview_file(ctx, kind, source, file.read_bytes(), **options))
        else:
            item = files.take_file(ctx, kind, source, file.name, file.read_bytes(), **options)
            with progress(file.name, quiet=as_json) as moved:
                report = _report(files.run_file(ctx, item.id, moved))
    give(report) if as_json else _show(report)
    if report["faults"]:
        raise SystemExit(FOUND_WRONG)


@contextmanager
def acting(slug: str, login: str | None) -> Iterator[Context]:
    """Yield the Context of the person named, or of the system."""
    installation = open_installation()
    tenant = find_tenant(installation, slug)
    if login is None:
        with installation.system(tenant) as ctx:
            yield ctx
    else:
        with installation.system(tenant) as ctx:
            actor = find_actor(ctx, tenant, login)
        with installation.context(tenant, actor) as ctx:
            yield ctx
    if ctx.to_hint:
        hint(installation, ctx.to_hint)


def _report(item: DepartmentFile) -> dict[str, Any]:
    faults = [
        {
            **{name: fault[name] for name in ("sheet", "row", "column", "code")},
            "message": _(fault["message"]) % fault["values"],
            "remedy": _(fault["remedy"]) % fault["values"],
        }
        for fault in item.faults
    ]
    return {"state": item.state, **item.counts, "faults": faults}


def _show(report: dict[str, Any]) -> None:
    for name, title in _counts().items():
        if name in report:
            click.echo(f"{report[name]:>8,}  {title}")
    faults = report["faults"]
    rows = [(one["sheet"], one["row"] or "", one["column"], one["message"], one["remedy"])
            for one in faults[:SHOWN]]  # fmt: skip
    if rows:
        show_table((_("Sheet"), _("Row"), _("Column"), _("Fault"), _("Remedy")), rows)
    if len(faults) > SHOWN:
        say(_("… and %(more)s more; --json lists all."), more=len(faults) - SHOWN)
    if report["state"] == "refused":
        say(_("✗ Nothing was kept."))


def _counts() -> dict[str, str]:
    return {
        "rows": _("rows in the workbook"), "good": _("without fault"), "added": _("rows newly in"),
        "unchanged": _("in already"), "unknown": _("on people in no file"),
        "different": _("bills on which hospital and rule differ"),
        "found": _("differences found"), "done": _("verifications finished"),
        "repeated": _("rows that repeat a person"), "filed": _("people with a file in force"),
        "proposable": _("people without one"), "proposed": _("newly proposed"),
        "handed_in": _("handed in"), "papers_missing": _("drafts for want of a paper"),
    }  # fmt: skip
