"""Who leaves is judged by the line by which he came in, also where a city set its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from core.catalogue import Catalogue
from core.judging import review_exit
from core.policies import Policies

CATALOGUE = Catalogue.load()
POLICIES = Policies.load(catalogue=CATALOGUE)
PACK = POLICIES.pack("guangxi")
SINCE = dt.date(2019, 3, 1)


@dataclass
class Own:
    """A figure a city set for itself."""

    value: str
    programme: str = "urban_classes"
    name: str = "dibao_line"
    holds_from: dt.date = SINCE
    source: str = "南府规〔2019〕1号"


def line(*own: Own, on: dt.date = SINCE) -> int:
    return PACK.figures("urban_exit", on, own, "450100")["dibao_line"]


def test_the_line_set_for_coming_in_is_the_line_for_leaving() -> None:
    assert line() == 65_000
    assert line(Own("700.00")) == 70_000
    source = PACK.figures("urban_exit", SINCE, [Own("700.00")]).sources["dibao_line"]
    assert source.document.zh == "南府规〔2019〕1号"


def test_on_the_day_before_it_the_region_s_line_holds() -> None:
    assert line(Own("700.00"), on=dt.date(2019, 2, 28)) == 65_000


def test_what_is_set_for_the_exit_itself_goes_before_it() -> None:
    assert line(Own("700.00"), Own("710.00", "urban_exit")) == 71_000
    assert line(Own("710.00", "urban_exit"), Own("700.00")) == 71_000


def test_a_figure_the_exit_does_not_know_changes_nothing() -> None:
    assert line(Own("8", "living_aid", "months_minimum")) == 65_000


@pytest.mark.parametrize(("income", "way"), [(69_999, "stays"), (70_000, "recovery")])
def test_nobody_leaves_who_would_come_in_again(income: int, way: str) -> None:
    facts = {
        "members": 1, "income": 2_000_000, "illness": 0, "disability": 0, "loss": 0,
        "compensation": 0, "employed": 1, "special_hardship": False, "orphan": False,
        "income_month_1": income, "income_month_2": income, "income_month_3": income,
    }  # fmt: skip
    reviewed = review_exit(CATALOGUE, PACK, facts, SINCE, [Own("700.00")], "450100")
    assert reviewed.way == way


def test_each_month_has_the_line_the_city_set_by_then() -> None:
    """The Corps compares six months, each with its own line: raised in June, it counts then."""
    corps = POLICIES.pack("xpcc")
    own = Own("750.00", "worker_target_groups", holds_from=dt.date(2020, 6, 1))
    figures = corps.figures("worker_exit", dt.date(2020, 8, 15), [own])
    assert figures.by_month("dibao_line") == (75_000, 75_000, 70_000, 70_000, 70_000, 70_000)
