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
class Shortfall:
    """A standard below what the region asks for: `least` is the least it may be, both in fen and
    `least` rounded up to a whole fen; `sources` are those of the figures compared."""

    name: str
    value: int
    least: int
    sources: tuple[Source, ...]


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
) -> Iterator[Shortfall]:
    """Yield the standards of a place that on a day lie below what the region asks for."""
    own = tuple(overrides)
    now = pack.standards_in_force(on, own, division)
    yield from _below_share(now)
    before = pack.standards_in_force(_a_year_before(on), own, division)
    yield from _risen_too_little(now, before)


def _below_share(now: Figures) -> Iterator[Shortfall]:
    if {LINE, STANDARD, SHARE} <= now.values.keys():
        least = now[LINE] * now[SHARE]
        if now[STANDARD] * 100 < least:
            yield _shortfall(STANDARD, now[STANDARD], least, now, (STANDARD, LINE, SHARE))


def _risen_too_little(now: Figures, before: Figures) -> Iterator[Shortfall]:
    if {LINE, RISE} <= now.values.keys() and LINE in before.values:
        least = before[LINE] * (100 + now[RISE])
        if now[LINE] * 100 < least:
            found = _shortfall(LINE, now[LINE], least, now, (LINE, RISE))
            yield Shortfall(
                found.name, found.value, found.least, (*found.sources, before.sources[LINE])
            )


def _shortfall(
    name: str, value: int, hundredfold: int, figures: Figures, used: tuple[str, ...]
) -> Shortfall:
    return Shortfall(name, value, -(-hundredfold // 100), tuple(figures.sources[n] for n in used))


def _a_year_before(day: dt.date) -> dt.date:
    last = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if last else day.day)
