"""Reads the routes of `region.toml`: how aid is decided, and how a household is admitted to it."""

from __future__ import annotations

from core.errors import _
from core.policies.reading import Table
from core.policies.region import Admission, Category, RouteStage, RouteStep
from core.policies.region_lists import read_one_of
from core.tenancy import UNIT_LEVELS

APPROVAL = "approval"
STEP_KINDS = ("investigation", "review", APPROVAL)
BELOW_THE_TENANT = ("county", "township", "grassroots")
"""Levels within a city: who admits a household lies there, not in a federation above."""


def read_routes(table: Table, programmes: tuple[str, ...]) -> dict[str, tuple[RouteStage, ...]]:
    """Return how each programme is decided; every programme has one route."""
    routes: dict[str, tuple[RouteStage, ...]] = {}
    for row in table.tables("route"):
        stages = read_stages(row)
        for name in row.strings("programmes"):
            if name not in programmes or name in routes:
                raise row.error(
                    "programmes",
                    _("“%(name)s” is not among the region's programmes or has a route already."),
                    _("Give every programme one route."),
                    name=name,
                )
            routes[name] = stages
        if "section" in row:
            row.text("section")
        row.finish()
    for name in programmes:
        if name not in routes:
            raise table.error(
                "route", _("does not say how “%(name)s” is decided."), _("Add a route."), name=name
            )
    return routes


def read_admission(table: Table, categories: tuple[Category, ...]) -> Admission | None:
    """Return how a household is admitted; None where judging it is all the region asks for."""
    if "admission" not in table:
        return None
    part = table.table("admission")
    steps = read_whole_steps(part)
    for category in categories:
        if not category.department:
            raise table.error(
                "admission",
                _("no department approves the category “%(code)s”."),
                _("Name its department among the categories, or take the admission out."),
                code=category.code,
            )
    admission = Admission(steps, part.text("section"))
    part.finish()
    return admission


def read_whole_steps(part: Table) -> tuple[RouteStep, ...]:
    """Return steps that are all taken within the city, whatever the amount; the last is the one
    approval."""
    steps = tuple(_whole_step(row) for row in part.tables("steps"))
    _check_upwards(part, steps)
    if [step.kind for step in steps].count(APPROVAL) != 1 or steps[-1].kind != APPROVAL:
        raise part.error(
            "steps",
            _("does not end with its one approval."),
            _("Let the approval be the last step, and no other one of this kind."),
        )
    return steps


def read_stages(row: Table) -> tuple[RouteStage, ...]:
    """Return the steps of a route, from the lowest level and amount to the highest."""
    stages = tuple(_stage(step) for step in row.tables("steps"))
    amounts = [stage.from_amount for stage in stages]
    _check_upwards(row, tuple(stage.step for stage in stages), ordered=amounts == sorted(amounts))
    if not any(stage.step.kind == APPROVAL and not stage.from_amount for stage in stages):
        raise row.error(
            "steps", _("has no approval for small amounts."), _("Add a step of kind approval.")
        )
    return stages


def _check_upwards(row: Table, steps: tuple[RouteStep, ...], *, ordered: bool = True) -> None:
    levels = [UNIT_LEVELS.index(step.level) for step in steps]
    if levels != sorted(levels, reverse=True) or not ordered:
        raise row.error(
            "steps",
            _("does not lead upwards."),
            _("Order the steps from the lowest level and amount to the highest."),
        )


def _stage(step: Table) -> RouteStage:
    amount = step.money("from_amount") if "from_amount" in step else 0
    stage = RouteStage(_step(step, UNIT_LEVELS), amount)
    step.finish()
    return stage


def _whole_step(row: Table) -> RouteStep:
    step = _step(row, BELOW_THE_TENANT)
    row.finish()
    return step


def _step(row: Table, levels: tuple[str, ...]) -> RouteStep:
    return RouteStep(
        read_one_of(row, "kind", STEP_KINDS),
        read_one_of(row, "level", levels),
        row.integer("due_days", 1, 365),
    )
