"""Simulation: figures to be tried, what they would do, as table, chart and workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu_sdk import Text
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from core.access import allowed, require
from core.context import Context
from core.errors import DomainError
from core.overrides import read_overrides
from core.paging import EXPORT_ROWS
from core.policies import Figures
from core.policies.between import BETWEEN
from core.programmes import programme_names
from core.simulation.affected import list_affected
from core.simulation.outcome import Outcome
from core.simulation.parameters import PERMISSION, Assumption, read_assumptions
from core.simulation.service import simulate
from core.simulation.telling import as_data
from core.simulation.tolerance import NAME as TOLERANCE
from web import excel
from web.display import programme_title
from web.labels import label
from web.pages.addressing import asked_day
from web.request import context, installation
from web.simulated import write_simulation
from web.translation import language, pick, translate

blueprint = Blueprint("simulation", __name__, url_prefix="/<tenant>/simulation")
SHOWN = 50
FIELD = "set-"


@dataclass(frozen=True)
class Field:
    """A figure on the form: the name it is tried by, its meaning, its value in force."""

    name: str
    meaning: str
    category: str
    unit: str
    value: str


@blueprint.get("")
def show() -> str:
    """Show the form and, where figures are given, what they would do."""
    ctx = context()
    require(ctx, PERMISSION)
    on, asked = asked_day("on") or ctx.today, _asked()
    outcomes: list[Outcome] = []
    problem = None
    try:
        if asked:
            outcomes = simulate(ctx, ctx.tenant, on, asked)
    except DomainError as error:
        problem = (translate(error.message), translate(error.remedy))
    return render_template(
        "simulations/show.html", on=on, groups=_groups(ctx, on), problem=problem,
        given={one.name: one.value for one in asked}, asked=asked and not problem,
        told=as_data(outcomes), names=_names(ctx), affected=list_affected(ctx, outcomes, SHOWN),
        may_list=allowed(ctx, "household.read"),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand out the same simulation as a workbook with the files it concerns."""
    ctx = context()
    outcomes = simulate(ctx, ctx.tenant, asked_day("on") or ctx.today, _asked())
    files = list_affected(ctx, outcomes, EXPORT_ROWS)
    data = write_simulation(outcomes, files, _, _name)
    return excel.send_file(data, f"{_('Simulation')}-{ctx.tenant.slug}.xlsx")


def _asked() -> tuple[Assumption, ...]:
    """Return the figures of the address that are filled in."""
    given = [
        f"{name.removeprefix(FIELD)}={value.strip()}"
        for name, value in request.args.items()
        if name.startswith(FIELD) and value.strip()
    ]
    return read_assumptions(given)


def _groups(ctx: Context, on: dt.date) -> list[tuple[str, list[Field]]]:
    """Return the figures in force: those of several rules first, then rule by rule."""
    overrides, place = read_overrides(ctx), ctx.pack.place(ctx.tenant.division_code)
    found: list[Figures] = []
    for name in (ctx.pack.identification, *programme_names(ctx)):
        try:
            found.append(ctx.pack.figures(name, on, overrides, place))
        except DomainError:
            continue
    owners: dict[str, list[Figures]] = {}
    for figures in found:
        for key in figures.values:
            owners.setdefault(key, []).append(figures)
    shared = [key for key, own in owners.items() if _is_one(key, own)]
    fields = [_field(owners[key][0], key, key) for key in shared]
    groups = [(_("Figures of several rules"), fields)]
    for figures in found:
        own = [_field(figures, key, f"{figures.programme}.{key}")
               for key in figures.values if key not in shared]  # fmt: skip
        groups.append((programme_title(figures.programme), own))
    caps = ctx.pack.caps_in_force(on, overrides, place)
    tried = [_field(caps, key, f"{BETWEEN}.{key}") for key in caps.values]
    groups.append((_("Caps over programmes"), tried))
    groups.append((_("Supervision"), [_tolerance(ctx)]))
    return [group for group in groups if group[1]]


def _tolerance(ctx: Context) -> Field:
    percent = ctx.pack.care.tolerance_percent
    meaning = Text("错发容错比例（%）", "tolerance of wrong payments (per cent)")
    value = str(_("none")) if percent is None else str(percent)
    return Field(TOLERANCE, pick(meaning), "", "percent", value)


def _is_one(key: str, owners: Sequence[Figures]) -> bool:
    """Say whether several rules have a figure and mean the same by it, as the dibao line."""
    told = {(one.values[key], one.parameter(key).meaning) for one in owners}
    return len(owners) > 1 and len(told) == 1


def _field(figures: Figures, key: str, name: str) -> Field:
    parameter, part = figures.parameter(key), key.partition(".")[2]
    value = pick(figures.shown(key)["shown"])
    return Field(name, pick(parameter.meaning), part, parameter.unit.value, value)


def _names(ctx: Context) -> dict[str, str]:
    tenants = [installation().tenant_by_id(one) for one in ctx.tenant.readable]
    return {one.slug: _name("federation", one.slug) for one in tenants}


def _name(kind: str, code: str) -> str:
    if kind == "federation":
        tenant = installation().tenant(code)
        return tenant.name if language() == "zh" else tenant.name_en
    if kind == "programme":
        return programme_title(code)
    if kind == "side":
        return str(_("in force") if code == "before" else _("tried out"))
    return label("category", code)
