"""Figures to be tried out, written as `dibao_line=750.00` or `living_aid.share.relative=90`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bangfu_sdk import UNLIMITED, Source, Text

from core.errors import InvalidError, _
from core.policies import Figures
from core.policies.figures import parse_figure, seal_figures, write_figure

PERMISSION: Final = "policy.simulate"
_SIMULATED: Final = Text("模拟", "simulated")
_TRIED: Final = Text("拟调整的标准，未公布", "a figure to be tried out, not decided")


@dataclass(frozen=True)
class Assumption:
    """A figure to be tried out, as it was written: its name and its value."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


def read_assumptions(texts: Sequence[str]) -> tuple[Assumption, ...]:
    """Return what people wrote as `name=value`; InvalidError for anything else, or a name twice."""
    found: dict[str, Assumption] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            raise InvalidError(
                _("“%(text)s” is no figure with a value."),
                remedy=_("Write it like dibao_line=750.00 or living_aid.months_maximum=10."),
                field="set", text=text,
            )  # fmt: skip
        if name in found:
            raise InvalidError(_("“%(name)s” is set twice."), field="set", name=name)
        found[name] = Assumption(name, value)
    return tuple(found.values())


def find_unknown(
    assumptions: Sequence[Assumption], known: Sequence[Figures]
) -> Sequence[Assumption]:
    """Return the assumptions that concern none of the figures."""
    return [one for one in assumptions if not any(_names(figures, one) for figures in known)]


def refuse_unknown(unknown: Sequence[Assumption], known: Sequence[Figures]) -> None:
    """Raise InvalidError naming the first unknown figure and those there are."""
    for one in unknown:
        names = {f"{figures.programme}.{name}" for figures in known for name in figures.values}
        raise InvalidError(
            _("There is no figure “%(name)s”."),
            remedy=_("There are: %(known)s."), field="set", name=one.name,
            known=", ".join(sorted(names)),
        )  # fmt: skip


def assume(figures: Figures, assumptions: Sequence[Assumption], on: dt.date) -> Figures:
    """Return the figures of one rule with the values to be tried out instead of its own.

    Raises InvalidError, naming the figure, for a value of another kind or out of its range.
    """
    values, sources = dict(figures.values), dict(figures.sources)
    for one in assumptions:
        for name in _names(figures, one):
            values[name] = _read(figures, name, one)
            sources[name] = Source(_SIMULATED, _TRIED, on)
    if values == figures.values:
        return figures
    sealed = seal_figures(figures.programme, values, sources, figures.parameters)
    return replace(sealed, parameters=figures.parameters)


def _names(figures: Figures, one: Assumption) -> list[str]:
    """Return the figures of a rule that an assumption means: one, or all categories or months."""
    name = one.name.removeprefix(f"{figures.programme}.")
    if name in figures.values and not _has_parts(figures, name):
        return [name]
    return [key for key in figures.values if key == name or key.startswith(f"{name}.")]


def _has_parts(figures: Figures, name: str) -> bool:
    return any(key.startswith(f"{name}.") for key in figures.values)


def _read(figures: Figures, name: str, one: Assumption) -> int:
    parameter = figures.parameter(name)
    try:
        value = parse_figure(parameter, one.value)
    except InvalidError as error:
        raise InvalidError(
            _("“%(name)s” cannot be %(value)s: %(problem)s"),
            remedy=_("Write yuan with two decimals, or a whole number."), field="set",
            name=one.name, value=one.value, problem=error.message,
        ) from error  # fmt: skip
    if not parameter.low <= value <= min(parameter.high, UNLIMITED):
        raise InvalidError(
            _("“%(name)s” cannot be %(value)s: it lies from %(low)s to %(high)s."),
            remedy=_("Choose a value inside."), field="set", name=one.name, value=one.value,
            low=write_figure(parameter, parameter.low),
            high=write_figure(parameter, parameter.high),
        )  # fmt: skip
    return value
