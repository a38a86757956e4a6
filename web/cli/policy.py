"""`bangfu policy`: worked examples of packs and plugins."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from core.cases import Report, find_case_files, read_cases, run_cases
from core.catalogue import Catalogue
from core.policies import Policies, PolicyError
from web.cli.console import as_json, complain, give, show_table
from web.cli.console import translate as _


@click.group(help=_("Region packs: test."))
def policy() -> None:
    """Hold the commands on policy."""


@policy.command("test", help=_("Run worked examples; without files all of packs and plugins."))
@click.argument("paths", nargs=-1, metavar="[FILE]...",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@as_json
@click.pass_context
def test_policy(ctx: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Run the cases; exit code 1 where one comes out otherwise, 2 for a file that is no good."""
    catalogue = Catalogue.load()
    policies = Policies.load(catalogue=catalogue)
    try:
        files = [read_cases(path, catalogue, policies)
                 for path in paths or find_case_files(catalogue)]  # fmt: skip
    except PolicyError as error:
        complain(error)
        ctx.exit(2)
    reports = [run_cases(file, catalogue) for file in files]
    if as_json:
        give(_as_data(reports))
    else:
        _show(reports)
    if any(report.differences for report in reports):
        ctx.exit(1)


def _as_data(reports: list[Report]) -> dict[str, object]:
    return {
        "cases": sum(report.cases for report in reports),
        "failed": sum(report.failed for report in reports),
        "files": [
            {"file": report.file, "cases": report.cases, "failed": report.failed}
            for report in reports
        ],
        "differences": [
            difference.as_json() for report in reports for difference in report.differences
        ],
    }


def _show(reports: list[Report]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for report in reports:
        mark = "✗" if report.differences else "✓"
        told = _("%(good)s of %(all)s cases as expected") % {
            "good": report.cases - report.failed, "all": report.cases,
        }  # fmt: skip
        console.print(f"{mark} {report.file}: {told}", markup=False)
    differences = [difference for report in reports for difference in report.differences]
    if differences:
        show_table(
            (_("File"), _("Case"), _("What"), _("Expected"), _("Found")),
            [(one.file, one.case, one.key, one.expected, one.found) for one in differences],
        )
