"""`bangfu plugin`: begin one, check it, sign, install and remove its wheel, list what is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from bangfu_sdk.kit.conformance import Finding
from bangfu_sdk.kit.project import ProjectError, begin_project

from core.catalogue import Catalogue, Entry
from core.errors import ConflictError, InvalidError
from core.errors import _ as mark
from core.wheels import install_wheel, read_keys, remove_wheel, sign_wheel
from core.wheels.target import check_target, open_target
from web.cli.console import as_json, give, pick, say, show_table, tell
from web.cli.console import translate as _
from web.cli.environment import find_plugin_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=_("Plugins: begin, check, sign, install, remove, list."))
def plugin() -> None:
    """Hold the commands on plugins, which all look into the same folder."""
    find_plugin_settings()


@plugin.command("list", help=_("List every rule that was found, and why one is not used."))
@as_json
@click.pass_context
def list_plugins(ctx: click.Context, as_json: bool) -> None:
    """List them; exit code 1 where one is out of order."""
    entries = Catalogue.load().entries()
    if as_json:
        give([_as_data(entry) for entry in entries])
    else:
        titles = (_("Name"), _("Version"), _("Title"), _("Plugin"), _("State"))
        show_table(titles, [_row(entry) for entry in entries])
    if not all(entry.is_available for entry in entries):
        ctx.exit(1)


@plugin.command("new", help=_("Begin a plugin NAME: a project with rule, form, figures, examples."))
@click.argument("name")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path),
              help=_("Where to; NAME with hyphens if left out"))  # fmt: skip
def new_plugin(name: str, folder: Path | None) -> None:
    """Write the project."""
    place = folder or Path(name.replace("_", "-"))
    try:
        written = begin_project(name, place)
    except ProjectError as error:
        raise _explain(error, name, place) from error
    for path in written:
        say("✓ %(path)s", path=path)
    say(_("Next: change the rule and its examples, then: bangfu plugin check %(folder)s"),
        folder=place)  # fmt: skip


@plugin.command("check", help=_("Check a plugin: an installed one, a wheel, a project's folder."))
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@as_json
@click.pass_context
def check_plugin(ctx: click.Context, targets: tuple[str, ...], as_json: bool) -> None:
    """Check them, all that is installed if none is named; exit code 1 where a check fails."""
    named = targets or _installed()
    by_target = {name: _check(name) for name in named}
    findings = [one for found in by_target.values() for one in found]
    if as_json:
        give([finding.as_json() for finding in findings])
    elif len(by_target) == 1:
        _show(findings)
    else:
        _sum_up(by_target)
    if not all(finding.holds for finding in findings):
        ctx.exit(1)


@plugin.command("install", help=_("Install a WHEEL in place of an earlier one, after a check."))
@click.argument("wheel", type=FILE)
@as_json
def install_plugin(wheel: Path, as_json: bool) -> None:
    """Check the wheel, take it into the plugin folder and pin it by its hash."""
    settings = find_plugin_settings()
    keys = read_keys(settings.plugin_keys)
    failed = [one for one in _check(str(wheel)) if not one.holds]
    if failed:
        _show(failed)
        raise ConflictError(
            mark("%(wheel)s does not hold what is asked of a plugin; it was not installed."),
            remedy=mark("Have its author run: bangfu plugin check"), wheel=wheel.name,
        )  # fmt: skip
    done = install_wheel(settings.plugins, wheel, keys)
    sha256 = done.wheel.sha256 if done.wheel else ""
    if as_json:
        give({"wheel": wheel.name, "sha256": sha256, "folder": settings.plugins})
        return
    say(_("✓ %(wheel)s is installed, SHA-256 %(sha256)s"), wheel=wheel.name, sha256=sha256)
    say(_("Next: start web, workers and ticker again (./dev up does it by itself), then the "
          "administrator of a federation takes the programme up"))  # fmt: skip


@plugin.command("remove", help=_("Remove the wheel of a plugin; what was decided by it stays."))
@click.argument("name")
def remove_plugin(name: str) -> None:
    """Take the wheel out of the plugin folder."""
    remove_wheel(find_plugin_settings().plugins, name)
    say(_("✓ %(name)s is removed"), name=name)


@plugin.command("sign", help=_("Sign a WHEEL with a private Ed25519 key; writes WHEEL.sig."))
@click.argument("wheel", type=FILE)
@click.option("--key", required=True, type=FILE, help=_("Private key, a PEM file"))
def sign_plugin(wheel: Path, key: Path) -> None:
    """Write the signature beside the wheel."""
    say("✓ %(path)s", path=sign_wheel(wheel, key))


def _check(name: str) -> list[Finding]:
    with open_target(name) as target:
        return list(check_target(target))


def _explain(error: ProjectError, name: str, place: Path) -> InvalidError:
    if error.kind == "name":
        return InvalidError(
            mark("“%(name)s” is no name for a plugin."), field="name", name=name,
            remedy=mark("Write three or more lower-case letters, digits, underscores: coal_aid."),
        )  # fmt: skip
    return InvalidError(
        mark("%(folder)s is not empty; nothing is overwritten."), field="folder",
        remedy=mark("Name another place: --folder PLACE"), folder=str(place),
    )  # fmt: skip


def _installed() -> list[str]:
    packages = {type(rule).__module__.partition(".")[0] for rule in Catalogue.load().rules()}
    return sorted(packages)


def _show(findings: Sequence[Finding]) -> None:
    for one in findings:
        about = f"{one.rule}: " if one.rule else ""
        if one.problem is None:
            say("✓ %(about)s%(title)s", about=about, title=pick(one.title))
        else:
            say("✗ %(about)s%(title)s: %(problem)s", about=about, title=pick(one.title),
                problem=pick(one.problem))  # fmt: skip


def _sum_up(by_target: Mapping[str, Sequence[Finding]]) -> None:
    """Print a line for each of several plugins, and what does not hold below it."""
    for name, findings in by_target.items():
        failed = [one for one in findings if not one.holds]
        say(_("%(mark)s %(name)s: %(good)s of %(all)s checks hold"), mark="✗" if failed else "✓",
            name=name, good=len(findings) - len(failed), all=len(findings))  # fmt: skip
        _show(failed)


def _as_data(entry: Entry) -> dict[str, object]:
    title = entry.rule.title.as_json() if entry.rule else None
    return {
        "name": entry.name, "version": entry.version, "title": title, "plugin": entry.plugin,
        "available": entry.is_available, "problem": tell(entry.problem) if entry.problem else None,
    }  # fmt: skip


def _row(entry: Entry) -> tuple[str, ...]:
    title = pick(entry.rule.title) if entry.rule else ""
    state = tell(entry.problem) if entry.problem else "✓"
    return entry.name, entry.version, title, entry.plugin, state
