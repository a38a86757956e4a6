"""Region sheets: what a wheel brings along so that a region can take its programme up.

`regions/<pack>.toml` in the wheel's package, or `regions/any.toml` where there is none of that
name, says by which document the programme is given, how it is decided, and its dated figures, and
of one that is no money which measure line of the region it is referred to. The region itself knows
nothing of it: a federation takes the programme up of its own accord.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from bangfu_sdk import Parameter, Programme

from core.catalogue import Catalogue, Entry
from core.errors import _
from core.item_limit import declared_parameters
from core.policies.between import BETWEEN, CAP, Between
from core.policies.between_file import read_between
from core.policies.errors import PolicyError
from core.policies.reading import Table, read_toml
from core.policies.referrals import read_referral
from core.policies.region import Pack, RouteStage
from core.policies.region_file import LEAST_NOTICE_DAYS
from core.policies.routes_file import read_stages
from core.policies.series import Series, read_series

FOLDER, ANY = "regions", "any"


def add_sheets(pack: Pack, catalogue: Catalogue) -> Pack:
    """Return the pack with what installed wheels bring for it; a faulty sheet is named, and none of
    it is used."""
    for entry in catalogue.entries():
        if isinstance(entry.rule, Programme) and entry.name not in pack.programmes:
            pack = _add(pack, entry, entry.rule)
    return pack


def _add(pack: Pack, entry: Entry, rule: Programme) -> Pack:
    for sheet in _find(pack, rule):
        try:
            return _read(pack, rule, read_toml(sheet, f"{entry.plugin}/{FOLDER}/{sheet.name}"))
        except PolicyError as error:
            return replace(pack, refused={**pack.refused, rule.name: error})
    return pack


def _find(pack: Pack, rule: Programme) -> Iterator[Traversable]:
    """Yield the sheet for this region, or that for any, where the wheel brings one."""
    package = type(rule).__module__.partition(".")[0]
    for name in (pack.slug, ANY):
        sheet = files(package) / FOLDER / f"{name}.toml"
        if sheet.is_file():
            yield sheet


def _read(pack: Pack, rule: Programme, table: Table) -> Pack:
    document = table.text("document")
    if table.string("programme") != rule.name:
        raise table.error(
            "programme", _("is not “%(name)s”."), _("Write the programme's own name."),
            name=rule.name,
        )  # fmt: skip
    route, days = _read_route(table), _read_notice(table, pack, rule)
    line = read_referral(table, pack.measures, pack.name) if rule.kind.refers else None
    series = tuple(_series(pack, table, one) for one in declared_parameters(rule))
    between = read_between(table, document, own=rule.name)
    caps = tuple(_series(pack, table, one.parameter) for one in between if one.kind == CAP)
    table.finish()
    _refuse_taken(pack, table, rule, between)
    return replace(
        pack,
        added=(*pack.added, rule.name),
        routes={**pack.routes, rule.name: route},
        own_notice_days={**pack.own_notice_days, rule.name: days},
        series=_with_caps(pack, caps) | {rule.name: series},
        referrals={**pack.referrals, rule.name: line} if line else pack.referrals,
        between=(*pack.between, *between),
    )


def _refuse_taken(pack: Pack, table: Table, rule: Programme, between: Sequence[Between]) -> None:
    taken = {one.code for one in pack.between} | {one.name for one in declared_parameters(rule)}
    for one in between:
        if one.code in taken:
            raise table.error(
                BETWEEN, _("“%(code)s” stands twice or means something else."),
                _("Choose another code."), code=one.code,
            )  # fmt: skip


def _with_caps(pack: Pack, caps: tuple[Series, ...]) -> dict[str, tuple[Series, ...]]:
    if not caps:
        return dict(pack.series)
    return {**pack.series, BETWEEN: (*pack.series.get(BETWEEN, ()), *caps)}


def _read_route(table: Table) -> tuple[RouteStage, ...]:
    route = table.table("route")
    route.text("section")
    stages = read_stages(route)
    route.finish()
    return stages


def _read_notice(table: Table, pack: Pack, rule: Programme) -> int:
    if "notice" not in table:
        return 0 if rule.kind.refers else pack.default_notice_days
    notice = table.table("notice")
    notice.text("section")
    days = notice.integer("working_days", LEAST_NOTICE_DAYS, 60)
    notice.finish()
    return days


def _series(pack: Pack, table: Table, parameter: Parameter) -> Series:
    """Return the sheet's own values of a figure, or those the region has for its other rules."""
    if parameter.name in table:
        codes = [category.code for category in pack.categories]
        document = table.text("document")
        return read_series(table.table(parameter.name), parameter, document, codes)
    for series in _of_region(pack):
        if _is_same(series.parameter, parameter):
            return replace(series, parameter=parameter)
    raise table.error(
        parameter.name, _("is missing."), _("Add the figure with its date and source.")
    )


def _of_region(pack: Pack) -> Iterator[Series]:
    if pack.item_limit is not None:
        yield pack.item_limit
    for name in (pack.identification, *pack.programmes):
        yield from pack.series.get(name, ())


_SHAPE = ("name", "unit", "by_category", "by_stage")


def _is_same(one: Parameter, other: Parameter) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _SHAPE)
