"""Every figure of a region on a day: by rule, by place, with what a federation set for itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from core.catalogue import Catalogue
from core.policies import Pack, Policies
from core.policies.listing import Listed, list_figures

CATALOGUE = Catalogue.load()
ENDED = {"pension_premium"}
"""What a region gave to a day that is over."""
POLICIES = Policies.load(catalogue=CATALOGUE)
REGION = POLICIES.pack("guangxi")
NANNING = "450100"
ON = dt.date(2019, 6, 30)


@dataclass(frozen=True)
class Own:
    """A figure a federation set for itself."""

    name: str
    value: str
    programme: str
    holds_from: dt.date = dt.date(2019, 1, 1)
    source: str = "南府规〔2019〕1号"


def listed(pack: Pack, on: dt.date, *own: Own, division: str = "") -> dict[str, Listed]:
    return {one.name: one for one in list_figures(pack, CATALOGUE, on, own, division)}


def figure(one: Listed, name: str) -> dict[str, Any]:
    return next(shown for shown in one.figures if shown["name"] == name)


@pytest.mark.parametrize("pack", POLICIES.packs, ids=lambda pack: pack.slug)
def test_every_rule_of_a_region_is_listed_once_and_every_figure_has_its_source(pack: Pack) -> None:
    found = list(list_figures(pack, CATALOGUE, dt.date(2023, 6, 30)))
    names = [one.name for one in found]
    assert names[0] == pack.identification
    assert set(pack.programmes) < set(names)
    assert (pack.exit in names) is bool(pack.exit)
    assert (names[-1] == "standards") is bool(pack.standards)
    assert len(names) == len(set(names))
    for one in found:
        if one.name in ENDED:
            assert "2020-12-31" in str(one.problem)
            continue
        assert one.problem is None
        for shown in one.figures:
            assert all(shown["source"].values()), shown
            assert dt.date.fromisoformat(shown["from"]) <= dt.date(2023, 6, 30)


def test_a_figure_is_told_with_value_meaning_and_date() -> None:
    standards = listed(REGION, ON)["standards"]
    assert standards.version == ""
    assert figure(standards, "special_hardship_standard") | {"source": ""} == {
        "name": "special_hardship_standard", "value": 84_500, "unit": "fen_per_head_month",
        "meaning": {"zh": "特困人员救助供养标准", "en": "special-hardship standard"},
        "shown": {"zh": "每人每月845.00元", "en": "845.00 yuan per head and month"},
        "source": "", "from": "2019-01-01",
    }  # fmt: skip


def test_lines_of_earlier_months_are_no_figures_of_the_day() -> None:
    exits = listed(POLICIES.pack("xpcc"), dt.date(2020, 6, 30))["worker_exit"]
    names = [shown["name"] for shown in exits.figures]
    assert "dibao_line" in names
    assert [name for name in names if name.startswith("dibao_line.")] == []


def test_what_a_city_set_for_itself_stands_in_both_places_with_its_own_source() -> None:
    found = listed(REGION, ON, Own("dibao_line", "700.00", "urban_classes"), division=NANNING)
    for name in ("urban_classes", "standards"):
        line = figure(found[name], "dibao_line")
        assert (line["value"], line["from"]) == (70_000, "2019-01-01")
        assert "南府规〔2019〕1号" in line["source"]["zh"]


def test_a_standard_that_may_not_be_set_is_a_problem_of_the_standards_alone() -> None:
    found = listed(REGION, ON, Own("yearly_rise_percent", "5", "standards"))
    problem = found["standards"].problem
    assert problem is not None
    assert "yearly_rise_percent" in str(problem)
    assert found["standards"].figures == ()
    assert found["urban_classes"].problem is None


def test_before_any_figure_rules_say_so_and_standards_are_empty() -> None:
    found = listed(REGION, dt.date(2017, 12, 31))
    assert "dibao_line" in str(found["urban_classes"].problem)
    assert found["standards"] == Listed("standards", "", ())


@pytest.mark.parametrize(
    ("on", "has_pension"), [(dt.date(2020, 12, 31), True), (dt.date(2021, 1, 1), False)]
)
def test_a_standard_that_ended_is_listed_no_more(on: dt.date, has_pension: bool) -> None:
    names = [shown["name"] for shown in listed(REGION, on)["standards"].figures]
    assert ("pension_full" in names) is has_pension
    assert "special_hardship_standard" in names
