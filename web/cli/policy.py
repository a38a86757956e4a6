"""`bangfu policy`: worked examples of packs and plugins, stored decisions judged anew."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from core.cases import Report, find_case_files, read_cases, run_cases, source_of
from core.catalogue import Catalogue
from core.policies import Policies, PolicyError
from core.replay import Replay, replay
from web.cli.console import as_json, complain, give, progress, say, show_table, tell
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation
from web.cli.figures import show_policy
from web.cli.own_figures import set_figure
from web.cli.simulate import simulate_policy


@click.group(help=_("Region packs and decisions: show, set, test, replay, simulate."))
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
        sources = [source_of(path) for path in paths] or find_case_files(catalogue)
        files = [read_cases(source, catalogue, policies) for source in sources]
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


@policy.command("replay", help=_("Judge stored decisions anew; each must come out the same."))
@click.option("--tenant", "slug", help=_("Only this federation"))
@as_json
@click.pass_context
def replay_decisions(ctx: click.Context, slug: str | None, as_json: bool) -> None:
    """Replay; exit code 1 where a decision came out otherwise."""
    installation = open_installation()
    tenants = [find_tenant(installation, slug)] if slug else installation.tenants()
    differs = False
    told = []
    for tenant in tenants:
        with installation.system(tenant) as work, progress(tenant.name, quiet=as_json) as tell_it:
            found = replay(work, tell_it)
        differs = differs or bool(found.differences)
        told.append(_replay_data(tenant.slug, found))
        if not as_json:
            _show_replay(tenant.slug, found)
    if as_json:
        give(told)
    if differs:
        ctx.exit(1)


policy.add_command(show_policy)
policy.add_command(simulate_policy)
policy.add_command(set_figure)


def _replay_data(slug: str, found: Replay) -> dict[str, object]:
    return {
        "tenant": slug,
        "judgements": found.judgements,
        "applications": found.applications,
        "exits": found.exits,
        "claims": found.claims,
        "differences": [
            {**asdict(one), "reason": tell(one.reason) if one.reason else ""}
            for one in found.differences
        ],
    }


def _show_replay(slug: str, found: Replay) -> None:
    mark = "✗" if found.differences else "✓"
    say(mark + " " + _("%(tenant)s: %(judgements)s judgements, %(applications)s applications, "
                       "%(exits)s reviews for exit and %(claims)s claims judged anew, "
                       "%(differ)s came out otherwise"),
        tenant=slug, judgements=found.judgements, applications=found.applications,
        exits=found.exits, claims=found.claims, differ=len(found.differences))  # fmt: skip
    if found.differences:
        show_table(
            (_("Kind"), _("Number"), _("Day"), _("Programme"), _("Rule then"), _("Rule now"),
             _("What")),
            [(one.kind, one.number, one.on, one.programme, one.version, one.installed,
              tell(one.reason) if one.reason else ", ".join(one.what))
             for one in found.differences],
        )  # fmt: skip


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
