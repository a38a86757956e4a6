"""Whoever becomes poorer is never dropped: no rule of any region takes help away for less income,
for more spending, for one more mouth, for less room or for one more hardship."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bangfu_sdk import Parameter, Rule, Source, Text, Unit
from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Judged, Reviewed
from core.judging import judge_with
from core.policies import Figures
from core.policies.figures import seal_figures

ON = dt.date(2031, 5, 1)
SOURCE = Source(Text("某文件", "some document"), Text("一", "I"), ON)
CATALOGUE = Catalogue.load()
IDENTIFICATIONS = (
    "worker_hardship", "worker_target_groups", "urban_households", "urban_classes",
)  # fmt: skip
EXITS = ("worker_exit", "urban_exit")
POORER_BY_LESS = ("income", "earlier_aid", "relief", "compensation", "housing_area")
POORER_BY_MORE = (
    "illness", "disability", "schooling", "old_age", "work_cost", "loss", "members",
)  # fmt: skip
WORSE = (
    "three_without", "no_home", "dangerous_home", "in_dibao", "special_hardship", "orphan",
    "severe_disability", "mental_disability", "still_difficult", "listed_by_rule",
)  # fmt: skip


MOST = {"income": 200, "loss": 60, "housing_area": 60} | {
    f"income_month_{back}": 60 for back in range(1, 7)
}
"""The most of what must reach across the figures for whoever is not in hardship to come up."""


def known(rule: Rule, names: tuple[str, ...]) -> list[str]:
    return [fact.name for fact in rule.facts if fact.name in names]


def months(rule: Rule) -> list[str]:
    return [fact.name for fact in rule.facts if fact.name.startswith("income_month_")]


def draw_figure(data: st.DataObject, parameter: Parameter) -> int:
    """Figures near each other, so that households come to lie on both sides of each."""
    least = {
        Unit.FEN_PER_HEAD_MONTH: 8, Unit.PERCENT: 100, Unit.TIMES: 100, Unit.MONTHS: 1,
        Unit.AREA: 15, Unit.FEN: 20,
    }[parameter.unit]  # fmt: skip
    return data.draw(st.integers(max(least, parameter.low), min(least * 2, parameter.high)))


def draw_figures(data: st.DataObject, rule: Rule) -> Figures:
    values: dict[str, int] = {}
    for parameter in rule.parameters:
        if parameter.by_category:
            codes = [option.code for option in CATALOGUE.identification(rule.name).categories[:-1]]
            order = data.draw(st.permutations(codes))
            values |= {f"{parameter.name}.{code}": at for at, code in enumerate(order, 1)}
        else:
            values[parameter.name] = draw_figure(data, parameter)
        for back in range(1, parameter.by_month + 1):
            values[f"{parameter.name}.{back}"] = draw_figure(data, parameter)
    return seal_figures(rule.name, values, dict.fromkeys(values, SOURCE), rule.parameters)


def draw_household(data: st.DataObject, rule: Rule) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact in rule.facts:
        if fact.unit is Unit.FLAG:
            facts[fact.name] = data.draw(st.sampled_from((False, False, False, True)))
        elif fact.name == "members":
            facts[fact.name] = data.draw(st.integers(1, 3))
        elif fact.unit is Unit.COUNT:
            facts[fact.name] = data.draw(st.integers(0, 1))
        else:
            facts[fact.name] = data.draw(st.integers(0, MOST.get(fact.name, 12)))
    return facts


def draw_poorer(data: st.DataObject, rule: Rule, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the same household in one respect or several worse off."""
    poorer = dict(facts)
    # An area of 0 means that nobody told it, so the smallest that is told is 1.
    for name in [*known(rule, POORER_BY_LESS), *months(rule)]:
        least = min(facts[name], 1) if name == "housing_area" else 0
        poorer[name] = data.draw(st.integers(least, facts[name]))
    for name in known(rule, POORER_BY_MORE):
        poorer[name] = facts[name] + data.draw(st.integers(0, 2))
    for name in known(rule, WORSE):
        poorer[name] = facts[name] or data.draw(st.booleans())
    return poorer


@pytest.mark.parametrize("name", IDENTIFICATIONS)
@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_who_becomes_poorer_stays_identified(name: str, data: st.DataObject) -> None:
    rule = CATALOGUE.rule(name)
    by = draw_figures(data, rule)
    facts = draw_household(data, rule)
    before = judge_with(CATALOGUE, name, facts, by, ON)
    assert isinstance(before, Judged)
    event(before.category)
    if before.category == "none":
        return
    after = judge_with(CATALOGUE, name, draw_poorer(data, rule, facts), by, ON)
    assert isinstance(after, Judged)
    assert after.category != "none"


@pytest.mark.parametrize("name", EXITS)
@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_who_becomes_poorer_is_not_sent_away(name: str, data: st.DataObject) -> None:
    rule = CATALOGUE.rule(name)
    by = draw_figures(data, rule)
    facts = draw_household(data, rule)
    before = judge_with(CATALOGUE, name, facts, by, ON)
    assert isinstance(before, Reviewed)
    event(before.way)
    if before.way != "stays":
        return
    after = judge_with(CATALOGUE, name, draw_poorer(data, rule, facts), by, ON)
    assert isinstance(after, Reviewed)
    assert after.way == "stays"
