"""What an administrator looks at before he takes a programme up: where it comes from, by which
document and figures, how it is decided, what it asks, and whether it holds what a plugin must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bangfu_sdk import Programme, Question, Rule
from bangfu_sdk.kit.cases import Report
from bangfu_sdk.kit.conformance import Finding, check_package

from core.access import require
from core.between.listing import Bound, list_between
from core.cases import find_case_files, read_cases, run_cases
from core.context import Context
from core.errors import DomainError, NotFoundError, _
from core.overrides import read_overrides
from core.policies import RouteStep
from core.programmes import Standing, list_programmes
from core.settings import Settings
from core.wheels import Wheel, find_installed, read_keys


@dataclass(frozen=True)
class Vetted:
    """All of it. `wheel` is None for what came with the system; `figures` are those in force today
    as `Figures.shown` tells them; `between` the
    rules between it and others, `findings` are the checks, `reports` the worked examples."""

    standing: Standing
    wheel: Wheel | None = None
    figures: Sequence[Mapping[str, Any]] = ()
    route: Sequence[RouteStep] = ()
    notice_days: int = 0
    questions: Sequence[Question] = ()
    between: Sequence[Bound] = ()
    findings: Sequence[Finding] = ()
    reports: Sequence[Report] = field(default=())


def vet_programme(ctx: Context, name: str) -> Vetted:
    """Return what there is to know of a rule of the tenant; its checks are run now.

    Raises NotFoundError for a name nobody provides.
    """
    require(ctx, "programme.manage")
    standing = next((one for one in list_programmes(ctx) if one.name == name), None)
    if standing is None:
        raise NotFoundError(_("No plugin provides “%(name)s”."), name=name)
    if standing.rule is None:
        return Vetted(standing)
    pack, rule = ctx.pack, standing.rule
    return Vetted(
        standing,
        _find_wheel(ctx.installation.settings, rule),
        _figures(ctx, name),
        pack.route(name, 0) if name in pack.routes else (),
        pack.notice_days(name) if name in pack.routes else 0,
        rule.questions if isinstance(rule, Programme) else (),
        list_between(ctx, name, ctx.today) if isinstance(rule, Programme) else (),
        *_check(ctx, rule),
    )


def _figures(ctx: Context, name: str) -> Sequence[Mapping[str, Any]]:
    try:
        place = ctx.pack.place(ctx.tenant.division_code)
        figures = ctx.pack.figures(name, ctx.today, read_overrides(ctx), place)
    except DomainError:  # None in force today, or none for this region at all.
        return ()
    return [figures.shown(key) for key in figures.values]


def _check(ctx: Context, rule: Rule) -> tuple[list[Finding], list[Report]]:
    package = type(rule).__module__.partition(".")[0]
    rules = [one for one in ctx.catalogue.rules() if type(one).__module__.startswith(package)]
    found = [one for one in check_package(package, rules) if one.rule in ("", rule.name)]
    policies = ctx.installation.policies
    read = [
        read_cases(source, ctx.catalogue, policies)
        for source in find_case_files(ctx.catalogue)
        if source.name.startswith(f"{package}/")
    ]
    of_rule = [one for one in read if getattr(one, "rule", None) is rule]
    return found, [run_cases(one, ctx.catalogue) for one in of_rule]


def _find_wheel(settings: Settings, rule: Rule) -> Wheel | None:
    package = type(rule).__module__.partition(".")[0]
    for one in find_installed(settings.plugins, read_keys(settings.plugin_keys)):
        if one.wheel is not None and package in one.wheel.packages:
            return one.wheel
    return None
