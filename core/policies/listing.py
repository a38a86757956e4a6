"""Every figure of a region in force on a day, rule by rule, for people to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.catalogue import Catalogue
from core.errors import DomainError, Message
from core.policies.between import BETWEEN
from core.policies.figures import Figures, Override
from core.policies.region import Pack
from core.policies.standards import STANDARDS


@dataclass(frozen=True)
class Listed:
    """The figures of one rule as `Figures.shown` tells them, or the problem why it has none.

    Those of the region that no rule judges by are listed under `standards`, the caps over several
    programmes under `between`, both without a version.
    """

    name: str
    version: str
    figures: tuple[dict[str, Any], ...]
    problem: Message | None = None


def list_figures(
    pack: Pack,
    catalogue: Catalogue,
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
    programmes: Iterable[str] | None = None,
) -> Iterator[Listed]:
    """Yield the identification, the programmes, the exit, the caps, then the region's standards.

    `division` is the place (GB/T 2260) whose figures count, the region's own where left out;
    `programmes` are those of the region and all that wheels bring for it where left out.
    """
    named = (*pack.programmes, *pack.added) if programmes is None else programmes
    own = tuple(overrides)
    for name in filter(None, (pack.identification, *named, pack.exit, pack.scheme)):
        yield _of_rule(pack, catalogue, name, on, own, division)
    if BETWEEN in pack.series:
        yield Listed(BETWEEN, "", _shown(pack.caps_in_force(on, own, division)))
    if pack.standards:
        yield _of_standards(pack, on, own, division)


def _of_rule(
    pack: Pack,
    catalogue: Catalogue,
    name: str,
    on: dt.date,
    overrides: tuple[Override, ...],
    division: str,
) -> Listed:
    try:
        figures = pack.figures(name, on, overrides, division)
        return Listed(name, catalogue.rule(name).version, _shown(figures))
    except DomainError as error:
        return Listed(name, "", (), error.message)


def _of_standards(
    pack: Pack, on: dt.date, overrides: tuple[Override, ...], division: str
) -> Listed:
    try:
        return Listed(STANDARDS, "", _shown(pack.standards_in_force(on, overrides, division)))
    except DomainError as error:
        return Listed(STANDARDS, "", (), error.message)


def _shown(figures: Figures) -> tuple[dict[str, Any], ...]:
    """Return the figures without those of earlier months, which are other days' figures."""
    return tuple(
        figures.shown(name)
        for name in figures.values
        if "." not in name or not figures.parameter(name).by_month
    )
