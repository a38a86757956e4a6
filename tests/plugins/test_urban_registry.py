"""Urban households judged together come out as each alone, with whatever amounts and order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from bangfu_sdk import Source, Text, Unit
from bangfu_sdk.facts import MOST_FEN
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Judged
from core.errors import NotDecidableError
from core.judging import judge_registry_with, judge_with
from core.policies import Figures
from core.policies.figures import seal_figures

ON = dt.date(2031, 5, 1)
SOURCE = Source(Text("某文件", "some document"), Text("一", "I"), ON)
CATALOGUE = Catalogue.load()
RULES = ("urban_households", "urban_classes")
MONTHS = ("income_month_1", "income_month_2", "income_month_3")
# Small amounts meet each other exactly, large ones would leave 64 bits where a rule is careless.
fen = st.one_of(st.integers(0, 60), st.integers(0, MOST_FEN))
lines = st.one_of(st.integers(1, 12), st.just(10**9))


def codes(rule: str) -> list[str]:
    """Return the categories of a rule without the last, which means none."""
    return [option.code for option in CATALOGUE.identification(rule).categories[:-1]]


@st.composite
def figures(draw: st.DrawFn, rule: str) -> Figures:
    """Draw figures a region may give, with any order of the categories."""
    order = draw(st.permutations(codes(rule)))
    values = {f"precedence.{code}": rank for rank, code in enumerate(order, 1)}
    for parameter in CATALOGUE.rule(rule).parameters:
        if not parameter.by_category:
            drawn = lines if parameter.unit is Unit.FEN_PER_HEAD_MONTH else _within(parameter)
            values[parameter.name] = draw(drawn)
    parameters = CATALOGUE.rule(rule).parameters
    return seal_figures(rule, values, dict.fromkeys(values, SOURCE), parameters)


def _within(parameter: Any) -> st.SearchStrategy[int]:
    return st.one_of(st.just(parameter.low), st.just(parameter.high),
                     st.integers(parameter.low, parameter.high))  # fmt: skip


@st.composite
def households(draw: st.DrawFn, rule: str) -> dict[str, Any]:
    """Draw every fact a rule asks for."""
    facts: dict[str, Any] = {}
    for fact in CATALOGUE.rule(rule).facts:
        if fact.unit is Unit.FLAG:
            facts[fact.name] = draw(st.booleans())
        elif fact.unit is Unit.FEN:
            facts[fact.name] = draw(fen)
        else:
            facts[fact.name] = draw(st.integers(fact.low, min(fact.high, 5)))
    return facts


def judge(rule: str, facts: dict[str, Any], by: Figures) -> Judged:
    decided = judge_with(CATALOGUE, rule, facts, by, ON)
    assert isinstance(decided, Judged)
    return decided


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_a_registry_comes_out_as_its_households(rule: str, data: st.DataObject) -> None:
    by = data.draw(figures(rule))
    registry = data.draw(st.lists(households(rule), min_size=1, max_size=6))
    columns = {name: np.array([one[name] for one in registry]) for name in registry[0]}
    judged = judge_registry_with(CATALOGUE, rule, columns, by, ON)
    for row, facts in enumerate(registry):
        together, alone = judged.decision(row), judge(rule, facts, by)
        assert together.category == alone.category
        assert together.reasons == alone.reasons
        assert together.steps == alone.steps


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_the_order_alone_says_which_of_those_that_fit_counts(
    rule: str, data: st.DataObject
) -> None:
    """However a region orders them, the same categories fit: one counts, the others are named."""
    facts = data.draw(households(rule))
    by = data.draw(figures(rule))
    order = data.draw(st.permutations(codes(rule)))
    other = {f"precedence.{code}": rank for rank, code in enumerate(order, 1)}
    values = dict(by.values) | other
    turned = seal_figures(rule, values, dict.fromkeys(values, SOURCE), by.parameters)
    first, second = _fitting(judge(rule, facts, by)), _fitting(judge(rule, facts, turned))
    assert set(first) == set(second)
    assert second[:1] == [code for code in order if code in first][:1]


def _fitting(decided: Judged) -> list[str]:
    """Return the category that counts and then those that are named besides."""
    reasons = [reason["code"] for reason in decided.reasons]
    named = [code.removeprefix("also_fits_") for code in reasons if code.startswith("also_fits_")]
    assert decided.category not in named
    if decided.category == "none":
        assert not named
        return []
    return [decided.category, *named]


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_dibao_says_whether_for_the_household_or_for_a_person(data: st.DataObject) -> None:
    order = ["dibao", *(code for code in codes("urban_classes") if code != "dibao")]
    first = {f"precedence.{code}": rank for rank, code in enumerate(order, 1)}
    by = data.draw(figures("urban_classes"))
    values = dict(by.values) | first
    by = seal_figures("urban_classes", values, dict.fromkeys(values, SOURCE), by.parameters)
    facts = data.draw(households("urban_classes")) | {"dependent_adult": True}
    decided = judge("urban_classes", facts, by)
    texts = {reason["code"]: reason for reason in decided.reasons}
    ways = {code for code in texts if code.startswith("dibao_")}
    assert bool(ways) == (decided.category == "dibao")
    disabled = facts["severe_disability"] or facts["mental_disability"]
    assert ("dibao_dependent_adult" in ways) == disabled
    for way in ways - {"dibao_spender"}:
        whole = way in ("dibao_household", "dibao_income")
        assert ("整户" in texts[way]["zh"]) == whole
        assert ("whole household" in texts[way]["en"]) == whole
        assert ("单人户" in texts[way]["zh"]) != whole


@pytest.mark.parametrize("name", ["property_fits", *MONTHS])
@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_what_nobody_found_out_is_never_guessed(name: str, data: st.DataObject) -> None:
    by, facts = data.draw(figures("urban_classes")), data.draw(households("urban_classes"))
    del facts[name]
    with pytest.raises(NotDecidableError) as caught:
        judge("urban_classes", facts, by)
    assert caught.value.field == name


@given(st.data())
@settings(deadline=None, max_examples=10)
def test_all_months_that_are_missing_are_named_at_once(data: st.DataObject) -> None:
    by, facts = data.draw(figures("urban_classes")), data.draw(households("urban_classes"))
    known = {name: value for name, value in facts.items() if name not in MONTHS}
    with pytest.raises(NotDecidableError) as caught:
        judge("urban_classes", known, by)
    told = caught.value.message.values["facts"]
    assert all(f"第{back}个整月" in str(told.zh) for back in (1, 2, 3))
