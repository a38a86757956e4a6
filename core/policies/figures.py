"""The figures of a programme in force on a date: the pack's, or what the tenant set instead."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import bangfu_sdk
from bangfu_sdk import HUNDREDTHS, UNLIMITED, Parameter, Source, Text, Unit, times

from core.errors import InvalidError, _
from core.money import format_yuan, parse_yuan
from core.policies.errors import NotInForceError
from core.policies.multiples import parse_times
from core.policies.series import DatedValue, Series

_FLAGS = {"yes": 1, "true": 1, "1": 1, "是": 1, "no": 0, "false": 0, "0": 0, "否": 0}
_OWN_RULE = Text("本级工会规定", "set by the federation itself")


class Override(Protocol):
    """A figure a tenant set for itself from a day on, as it is stored."""

    @property
    def programme(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def holds_from(self) -> dt.date: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class Figures(bangfu_sdk.Figures):
    """The parameter values a decision is made with, their sources, and the hash of both."""

    programme: str = ""
    sha256: bytes = b""

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON-ready data; `figures_from_json` reads it back."""
        return _as_json(self.programme, self.values, self.sources)


def seal_figures(
    programme: str,
    values: Mapping[str, int],
    sources: Mapping[str, Source],
    parameters: tuple[Parameter, ...],
) -> Figures:
    """Return the figures with the SHA-256 of their canonical JSON."""
    told = _as_json(programme, values, sources)
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(text.encode()).digest()
    # A rule is handed these very figures, which others judge by as well.
    kept = MappingProxyType(dict(values))
    return Figures(kept, MappingProxyType(dict(sources)), parameters, programme, sha256)


def _as_json(
    programme: str, values: Mapping[str, int], sources: Mapping[str, Source]
) -> dict[str, Any]:
    told = {name: source.as_json() for name, source in sources.items()}
    return {"programme": programme, "values": dict(values), "sources": told}


def figures_from_json(data: Mapping[str, Any], parameters: tuple[Parameter, ...]) -> Figures:
    """Return the figures that `as_json` wrote; `parameters` are the programme's."""
    sources = {name: Source.from_json(source) for name, source in data["sources"].items()}
    return seal_figures(data["programme"], dict(data["values"]), sources, parameters)


def resolve_figures(
    programme: str,
    all_series: Iterable[Series],
    on: dt.date,
    division: str,
    overrides: Iterable[Override] = (),
) -> Figures:
    """Return every figure of a programme in force on a day.

    Raises NotInForceError where a figure has no value then, InvalidError for an override the
    pack does not allow.
    """
    values: dict[str, int] = {}
    sources: dict[str, Source] = {}
    own = [one for one in overrides if one.programme == programme and one.holds_from <= on]
    series_by_name = {series.parameter.name: series for series in all_series}
    for series in series_by_name.values():
        _take(series, _in_force(programme, series, on, division), values, sources)
    for override in sorted(own, key=lambda one: one.holds_from):
        _set(series_by_name, override, override.name, values, sources)
    for series in series_by_name.values():
        for back, end in enumerate(month_ends(on, series.parameter.by_month), start=1):
            _take_month(programme, series, back, end, division, own, values, sources)
    parameters = tuple(series.parameter for series in series_by_name.values())
    return seal_figures(programme, values, sources, parameters)


def month_ends(on: dt.date, months: int) -> list[dt.date]:
    """Return the last days of so many full months before a day, the nearest first."""
    ends: list[dt.date] = []
    first = on.replace(day=1)
    for _month in range(months):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends


def _take_month(
    programme: str,
    series: Series,
    back: int,
    end: dt.date,
    division: str,
    own: Iterable[Override],
    values: dict[str, int],
    sources: dict[str, Source],
) -> None:
    held, base = _in_force(programme, series, end, division), series.parameter.name
    name = f"{base}.{back}"
    values[name], sources[name] = held.values[""], held.source
    for override in sorted(own, key=lambda one: one.holds_from):
        if override.name == base and override.holds_from <= end:
            _set({base: series}, override, name, values, sources)


def _set(
    series_by_name: Mapping[str, Series],
    override: Override,
    name: str,
    values: dict[str, int],
    sources: dict[str, Source],
) -> None:
    values[name] = read_override(series_by_name, override.name, override.value)
    document = Text(override.source, override.source)
    sources[name] = Source(document, _OWN_RULE, override.holds_from)


def read_override(series_by_name: Mapping[str, Series], name: str, text: str) -> int:
    """Return the value of an override.

    Raises InvalidError where the figure is not known, may not be set, or the value is out of
    the bounds the pack allows.
    """
    base, _dot, category = name.partition(".")
    series = series_by_name.get(base)
    if series is None or category not in series.values[0].values:
        raise InvalidError(
            _("There is no figure “%(name)s”."),
            remedy=_("Choose one of those the page of policy figures offers."),
            field="name",
            name=name,
        )
    if series.bounds is None:
        raise InvalidError(
            _("The region does not allow “%(name)s” to be set."),
            remedy=_("Choose one of those the page of policy figures offers."),
            field="name",
            name=name,
        )
    value, (low, high) = parse_figure(series.parameter, text), series.bounds
    if not low <= value <= high:
        raise InvalidError(
            _("The region allows “%(name)s” only from %(low)s to %(high)s."),
            remedy=_("Choose a value inside."),
            field="value",
            name=name,
            low=write_figure(series.parameter, low),
            high=write_figure(series.parameter, high),
        )
    return value


def _take(
    series: Series, held: DatedValue, values: dict[str, int], sources: dict[str, Source]
) -> None:
    for category, value in held.values.items():
        name = f"{series.parameter.name}.{category}" if category else series.parameter.name
        values[name], sources[name] = value, held.source


def _in_force(programme: str, series: Series, on: dt.date, division: str) -> DatedValue:
    held = series.at(on, division)
    if held is None and series.ends is not None and series.ends < on:
        raise NotInForceError(
            _("Not decidable: “%(name)s” (%(programme)s) held until %(ends)s, not on %(on)s."),
            remedy=_("Judge on a day up to then, or add the value to the region pack."),
            field="on",
            name=series.parameter.name,
            programme=programme,
            on=on.isoformat(),
            ends=series.ends.isoformat(),
        )
    if held is None:
        raise NotInForceError(
            _("Not decidable: no value of “%(name)s” (%(programme)s) is in force on %(on)s."),
            remedy=_("Judge on a day from %(begins)s on, or add the value to the region pack."),
            field="on",
            name=series.parameter.name,
            programme=programme,
            on=on.isoformat(),
            begins=series.begins.isoformat(),
        )
    return held


def parse_figure(parameter: Parameter, text: str) -> int:
    """Return a figure people wrote: yuan, square metres, a multiple with up to two decimals, yes or
    no, or a whole number; InvalidError if not."""
    if parameter.unit is Unit.FLAG:
        return _parse_flag(text)
    if parameter.unit is Unit.TIMES:
        return parse_times(text)
    if parameter.unit is Unit.AREA:
        return _parse_area(text)
    if parameter.unit in HUNDREDTHS:
        return UNLIMITED if text == "unlimited" else parse_yuan(text, field="value")
    if not text.isascii() or not text.isdigit():
        raise InvalidError(
            _("“%(value)s” is no whole number."),
            remedy=_("Write a number such as 12."),
            field="value",
            value=text,
        )
    return int(text)


def _parse_flag(text: str) -> int:
    if text.lower() not in _FLAGS:
        raise InvalidError(
            _("“%(value)s” is neither yes nor no."), remedy=_("Write yes or no."),
            field="value", value=text,
        )  # fmt: skip
    return _FLAGS[text.lower()]


def _parse_area(text: str) -> int:
    try:
        return parse_yuan(text, field="value")
    except InvalidError:
        raise InvalidError(
            _("“%(value)s” is no area."),
            remedy=_("Write square metres with at most two decimals, such as 15.00."),
            field="value",
            value=text,
        ) from None


def write_figure(parameter: Parameter, value: int) -> str:
    """Return a figure as people write it."""
    if parameter.unit is Unit.TIMES:
        return times(value)
    if parameter.unit is Unit.FEN and value >= UNLIMITED:
        return "unlimited"
    return format_yuan(value) if parameter.unit in HUNDREDTHS else str(value)
