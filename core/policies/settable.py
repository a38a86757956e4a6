"""The figures of a region that its federations may set for themselves, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu_sdk import UNLIMITED, Parameter, Text, Unit
from bangfu_sdk.texts import show

from core.policies.region import Pack
from core.policies.series import Series
from core.policies.standards import STANDARDS


@dataclass(frozen=True)
class Settable:
    """A figure that may be set: for which rule, and from what to what.

    `also` are the rules that it holds for as well without being set there, `unless` the one whose
    figure holds here as long as none is set; `unlimited` says that there may be no limit.
    """

    programme: str
    name: str
    parameter: Parameter
    low: Text
    high: Text
    also: tuple[str, ...] = ()
    unless: str = ""
    unlimited: bool = False


def list_settable(pack: Pack) -> Iterator[Settable]:
    """Yield what may be set of the identification, the programmes, the exit, the standards.

    A standard the identification judges by is set there, and so are the figures of the exit and of
    programmes that are those of the identification, unless one of these is to have its own.
    """
    identified = {one.parameter.name for one in pack.series.get(pack.identification, ())}
    for programme, every in pack.series.items():
        for series in every:
            base = series.parameter.name
            shared = base in identified and programme != pack.identification
            if series.bounds is None or (programme == STANDARDS and shared):
                continue
            also = _also(pack, base) if programme == pack.identification else ()
            unless = pack.identification if shared else ""
            yield from _each(programme, series, series.bounds, also, unless)


def _each(
    programme: str, series: Series, bounds: tuple[int, int], also: tuple[str, ...], unless: str
) -> Iterator[Settable]:
    parameter = series.parameter
    low, high = (show(one, parameter.unit) for one in bounds)
    unlimited = parameter.unit is Unit.FEN and bounds[1] >= UNLIMITED
    for category in series.values[0].values:
        name = f"{parameter.name}.{category}" if category else parameter.name
        yield Settable(programme, name, parameter, low, high, also, unless, unlimited)


def _also(pack: Pack, name: str) -> tuple[str, ...]:
    return tuple(
        programme
        for programme in (*pack.programmes, pack.exit, STANDARDS)
        for series in pack.series.get(programme, ())
        if series.parameter.name == name and (series.bounds or programme == STANDARDS)
    )
