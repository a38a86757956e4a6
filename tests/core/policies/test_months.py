"""Figures of the months before a day: each from the value in force at the end of its month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from core.errors import InvalidError
from core.policies import NotInForceError, Policies
from core.policies.figures import month_ends

PACK = Policies.load().pack("xpcc")
SIXTH, EIGHTH = "659004", "659001"


@dataclass
class Own:
    """A line a federation set for itself."""

    value: str
    holds_from: dt.date
    programme: str = "worker_exit"
    name: str = "dibao_line"
    source: str = "兵总发〔2020〕1号"


@pytest.mark.parametrize(
    ("on", "ends"),
    [
        (dt.date(2020, 3, 31), [dt.date(2020, 2, 29), dt.date(2020, 1, 31)]),
        (dt.date(2020, 3, 1), [dt.date(2020, 2, 29), dt.date(2020, 1, 31)]),
        (dt.date(2021, 1, 15), [dt.date(2020, 12, 31), dt.date(2020, 11, 30)]),
    ],
)
def test_the_month_that_runs_is_not_among_them(on: dt.date, ends: list[dt.date]) -> None:
    assert month_ends(on, 2) == ends


def test_a_line_that_rose_is_seen_month_by_month() -> None:
    figures = PACK.figures("worker_exit", dt.date(2020, 10, 15), division=SIXTH)
    assert figures.by_month("dibao_line") == (71_000, 71_000, 71_000, 70_000, 70_000, 70_000)
    assert figures["dibao_line"] == 71_000
    assert figures.sources["dibao_line.3"].holds_from == dt.date(2020, 7, 1)
    assert figures.sources["dibao_line.4"].holds_from == dt.date(2018, 1, 1)


def test_a_rise_elsewhere_is_not_seen() -> None:
    figures = PACK.figures("worker_exit", dt.date(2020, 10, 15), division=EIGHTH)
    assert set(figures.by_month("dibao_line")) == {70_000}


def test_a_month_before_any_value_is_not_decidable() -> None:
    with pytest.raises(NotInForceError, match="2017-12-31"):
        PACK.figures("worker_exit", dt.date(2018, 6, 15))


def test_an_own_line_counts_from_the_month_in_which_it_holds() -> None:
    own = [Own("900.00", dt.date(2020, 8, 15)), Own("950.00", dt.date(2020, 10, 1))]
    figures = PACK.figures("worker_exit", dt.date(2020, 10, 15), own, SIXTH)
    assert figures["dibao_line"] == 95_000
    assert figures.by_month("dibao_line") == (90_000, 90_000, 71_000, 70_000, 70_000, 70_000)
    assert figures.sources["dibao_line.2"].document.zh == "兵总发〔2020〕1号"


def test_an_own_line_out_of_bounds_is_refused() -> None:
    with pytest.raises(InvalidError):
        PACK.figures("worker_exit", dt.date(2020, 10, 15), [Own("99.99", dt.date(2020, 1, 1))])


@pytest.mark.parametrize(
    ("division", "place"),
    [("659004", "659004"), ("650100", "650100"), ("520300", "650000"), ("", "650000")],
)
def test_a_place_outside_the_region_follows_the_region_s_figures(division: str, place: str) -> None:
    assert PACK.place(division) == place
