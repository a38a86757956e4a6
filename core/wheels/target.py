"""A plugin to be looked at: one that is installed, a wheel, or a project on its author's disk."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from bangfu_sdk import Rule, Text
from bangfu_sdk.kit.conformance import Finding, check_package
from bangfu_sdk.kit.conformance.finding import same
from bangfu_sdk.kit.loading import load_rules

from core.catalogue import Catalogue
from core.errors import InvalidError, NotFoundError, _
from core.policies import Pack, Policies
from core.wheels.wheel import GROUP, read_wheel


@dataclass(frozen=True)
class Target:
    """The packages of a plugin; they can be imported now."""

    packages: tuple[str, ...]


@contextmanager
def open_target(named: str) -> Iterator[Target]:
    """Yield the plugin that is named: by a path to a wheel or a project's folder, else by its
    entry point or the name of its package. What is not installed can be imported within alone.

    Raises InvalidError for a path that holds no plugin, NotFoundError for a name nobody has.
    """
    path = Path(named)
    if path.suffix == ".whl" and path.is_file():
        target = Target(read_wheel(path).packages)
    elif path.is_dir():
        target = _read_project(path)
    else:
        yield _find_installed(named)
        return
    with _importable(path, target):
        yield target


@contextmanager
def _importable(path: Path, target: Target) -> Iterator[None]:
    place = str(path.resolve())
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
        for name in [one for one in sys.modules if one.partition(".")[0] in target.packages]:
            del sys.modules[name]


def _find_installed(named: str) -> Target:
    for point in entry_points(group=GROUP):
        if named in (point.name, point.module.partition(".")[0]):
            return Target((point.module.partition(".")[0],))
    raise NotFoundError(
        _("There is no plugin “%(name)s”."),
        remedy=_("Name an installed one, a wheel, or the folder of a project."), name=named,
    )  # fmt: skip


def check_target(target: Target) -> Iterator[Finding]:
    """Yield every check of a plugin, and what becomes of its sheets in each region pack."""
    for package in target.packages:
        try:
            rules = load_rules(package)
        except (Exception, SystemExit) as error:  # A vendor's module may do anything.
            yield Finding("", "load", _LOADS, same(f"{type(error).__name__}: {error}"))
            continue
        yield Finding("", "load", _LOADS)
        yield from check_package(package, rules)
        yield from _check_sheets(package, rules)


def _check_sheets(package: str, rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """Yield for each region pack and programme whether a federation could take it up."""
    found = {point.module.partition(".")[0] for point in entry_points(group=GROUP)}
    extra = () if package in found else (sys.modules[package],)
    packs = Policies.load(catalogue=Catalogue.load(extra)).packs
    for rule in rules:
        taken = [pack for pack in packs if rule.name in pack.added]
        refused = [pack for pack in packs if rule.name in pack.refused]
        for pack in taken:
            yield Finding(rule.name, f"region:{pack.slug}", _figures_for(pack))
        for pack in refused:
            # A sheet for any region need not do for each, so long as it does for one.
            error = pack.refused[rule.name]
            if not taken or Path(error.file).stem == pack.slug:
                title = _figures_for(pack)
                yield Finding(rule.name, f"region:{pack.slug}", title, same(str(error.message)))


def _figures_for(pack: Pack) -> Text:
    return Text(f"{pack.name.zh}的标准", f"figures for {pack.name.en}")


def _read_project(path: Path) -> Target:
    try:
        project = tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        points = project["entry-points"][GROUP]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise InvalidError(
            _("%(path)s holds no project of a plugin."),
            remedy=_("Its pyproject.toml must name the entry points “bangfu.programmes”."),
            field="path", path=str(path),
        ) from error  # fmt: skip
    return Target(tuple(sorted({value.partition(".")[0] for value in points.values()})))


_LOADS = Text("可以加载", "can be loaded")
