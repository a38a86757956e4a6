"""Findings on a region's standards and on wrong payments: exact, each with its figures.

Sources: 桂办发 (2019), parts V (1) 1 and 2 and VI (5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bangfu_sdk import Source, Text

from core.policies import Figures, Override, Pack

LINE, RISE = "dibao_line", "yearly_rise_percent"
STANDARD, SHARE = "special_hardship_standard", "special_hardship_percent"


@dataclass(frozen=True)
class Compared:
    """A standard and what the region asks of it: `least` is the least it may be, both in fen and
    `least` rounded up to a whole fen; `sources` are those of the figures compared, that of the
    standard first, then that of the figure that asks for so much."""

    name: str
    value: int
    least: int
    sources: tuple[Source, ...]

    @property
    def falls_short(self) -> bool:
        """Whether it lies below what the region asks for."""
        return self.value < self.least


@dataclass(frozen=True)
class WrongPayments:
    """Cases of a county within a year, those paid wrongly, and those whose money came back."""

    cases: int
    wrong: int
    recovered: int

    def __post_init__(self) -> None:
        if not 0 <= self.recovered <= self.wrong <= self.cases:
            raise ValueError(f"{self}: recovered are some of the wrong, wrong some of the cases")

    @property
    def outstanding(self) -> int:
        """How many were paid wrongly and did not come back."""
        return self.wrong - self.recovered

    def is_tolerated(self, percent: int | None) -> bool:
        """Say whether they lie within a tolerance: at most so many percent, all recovered."""
        return not self.wrong or (self.wrong <= self.most(percent) and not self.outstanding)

    def most(self, percent: int | None) -> int:
        """Return how many wrong cases a tolerance allows, none where there is no tolerance."""
        return 0 if percent is None else self.cases * percent // 100


@dataclass(frozen=True)
class Excess:
    """Wrong payments beyond what the region tolerates: more than `most` cases (`percent` of all,
    rounded down), or some `outstanding`; `document` and `section` say where the region says so."""

    paid: WrongPayments
    percent: int | None
    most: int
    document: Text
    section: Text | None


def find_excess(pack: Pack, paid: WrongPayments) -> Excess | None:
    """Return the wrong payments of a county where they lie beyond what its region tolerates."""
    percent = pack.care.tolerance_percent
    if paid.is_tolerated(percent):
        return None
    section = pack.care.section if percent is not None else None
    return Excess(paid, percent, paid.most(percent), pack.document, section)


def find_shortfalls(
    pack: Pack, on: dt.date, overrides: Iterable[Override] = (), division: str = ""
) -> Iterator[Compared]:
    """Yield the standards of a place that on a day lie below what the region asks for."""
    compared = compare_standards(pack, on, overrides, division)
    yield from (one for one in compared if one.falls_short)


def compare_standards(
    pack: Pack, on: dt.date, overrides: Iterable[Override] = (), division: str = ""
) -> Iterator[Compared]:
    """Yield the standards of a place in force on a day of which the region asks a least."""
    own = tuple(overrides)
    now = pack.standards_in_force(on, own, division)
    before = pack.standards_in_force(_a_year_before(on), own, division)
    yield from _rise(now, before)
    yield from _share(now)


def _share(now: Figures) -> Iterator[Compared]:
    if {LINE, STANDARD, SHARE} <= now.values.keys():
        sources = tuple(now.sources[name] for name in (STANDARD, SHARE, LINE))
        yield Compared(STANDARD, now[STANDARD], _up(now[LINE] * now[SHARE]), sources)


def _rise(now: Figures, before: Figures) -> Iterator[Compared]:
    if {LINE, RISE} <= now.values.keys() and LINE in before.values:
        sources = (now.sources[LINE], now.sources[RISE], before.sources[LINE])
        yield Compared(LINE, now[LINE], _up(before[LINE] * (100 + now[RISE])), sources)


def _up(hundredfold: int) -> int:
    return -(-hundredfold // 100)


def _a_year_before(day: dt.date) -> dt.date:
    last = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if last else day.day)
