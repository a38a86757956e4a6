"""The programmes with any figures a region may give: nothing of one scheme hides in the code."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from bangfu_sdk import STAGES, Identification, Source, Text, Unit
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Assessed, Judged
from core.judging import judge_with
from core.policies import Figures
from core.policies.figures import seal_figures

ON = dt.date(2031, 5, 1)
SOURCE = Source(Text("某文件", "some document"), Text("一", "I"), ON)
CATALOGUE = Catalogue.load()

lines = st.integers(1, 500_000)
months = st.integers(0, 24)
shares = st.integers(0, 100)
roundings = st.sampled_from([1, 10, 100, 1_000, 10_000])
amounts = st.one_of(st.integers(0, 50_000), st.integers(0, 10**10))


def figures(programme: str, **values: Any) -> Figures:
    """Return figures by name; a table stands for values by category."""
    flat: dict[str, int] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{category}": one for category, one in value.items()}
        else:
            flat[name] = value
    rule = CATALOGUE.rule(programme)
    return seal_figures(programme, flat, dict.fromkeys(flat, SOURCE), rule.parameters)


def assess(given_figures: Figures, **facts: Any) -> Assessed:
    decided = judge_with(CATALOGUE, given_figures.programme, facts, given_figures, ON)
    assert isinstance(decided, Assessed)
    return decided


def share_exactly(amount: int, percent: int, unit: int) -> int:
    """Round a share half up to a multiple, by fractions."""
    exact = Fraction(amount * percent, 100 * unit) + Fraction(1, 2)
    return exact.__floor__() * unit


@given(lines, months, months, shares, roundings)
@settings(deadline=None)
def test_living_aid(line: int, first: int, second: int, share: int, rounding: int) -> None:
    least, most = sorted((first, second))
    given_figures = figures(
        "living_aid", dibao_line=line, months_minimum=least, months_maximum=most,
        share={"one": share, "other": 100}, rounding={"one": rounding, "other": 1},
    )  # fmt: skip
    found = assess(given_figures, category="one")
    assert found.minimum == share_exactly(line * least, share, rounding)
    assert found.maximum == share_exactly(line * most, share, rounding)
    assert found.eligible is (found.maximum > 0)
    whole = assess(given_figures, category="other")
    assert (whole.minimum, whole.maximum) == (line * least, line * most)


@given(amounts, shares, roundings, amounts)
@settings(deadline=None)
def test_medical_relief(paid: int, share: int, rounding: int, cap: int) -> None:
    found = assess(
        figures("medical_relief", share={"one": share}, rounding={"one": rounding},
                cap={"one": cap}),
        category="one", self_paid=paid,
    )  # fmt: skip
    expected = min(share_exactly(paid, share, rounding), paid, cap)
    assert (found.minimum, found.maximum) == (0, expected)
    assert found.eligible is (expected > 0)
    assert len(found.reasons) >= 1


@given(amounts, amounts, shares, roundings, amounts)
@settings(deadline=None)
def test_temporary_relief(
    loss: int, compensation: int, share: int, rounding: int, cap: int
) -> None:
    found = assess(
        figures("temporary_relief", share={"one": share}, rounding=rounding, cap=cap),
        category="one", loss=loss, compensation=compensation,
    )  # fmt: skip
    expected = min(share_exactly(max(loss - compensation, 0), share, rounding), cap)
    assert (found.minimum, found.maximum) == (expected, expected)
    assert found.eligible is (expected > 0)


@given(amounts, amounts, amounts, amounts, amounts, st.booleans(), st.booleans(), amounts)
@settings(deadline=None)
def test_relief_case_by_case(
    illness: int, disability: int, loss: int, compensation: int, relief: int, offered: bool,
    difficult: bool, given_already: int,
) -> None:  # fmt: skip
    found = assess(
        figures("case_by_case_relief", offered={"one": int(offered), "two": 1}),
        category="one", illness=illness, disability=disability, loss=loss,
        compensation=compensation, relief=relief, still_difficult=difficult,
    )  # fmt: skip
    borne = max(illness + disability + loss - compensation - relief, 0)
    most = borne if offered and difficult else 0
    assert (found.minimum, found.maximum, found.eligible) == (0, most, most > 0)
    told = {reason["code"] for reason in found.reasons}
    expected = (
        "standard" if most else "not_for_category" if not offered
        else "not_difficult" if not difficult else "nothing_borne"
    )  # fmt: skip
    assert told == {expected}
    left = found.less(given_already)
    assert (left.minimum, left.maximum) == (0, max(most - given_already, 0))
    assert left.eligible is (most > given_already)


@given(
    lines, st.integers(1, 36), st.integers(1, 500), amounts, st.integers(1, 12), amounts, amounts
)
@settings(deadline=None)
def test_identification(
    line: int, window: int, multiple: int, threshold: int, members: int, income: int, work: int
) -> None:
    facts = {
        "members": members, "income": income, "illness": 7, "disability": 0, "schooling": 0,
        "work_cost": work, "loss": 25_000, "compensation": 0, "still_difficult": True,
    }  # fmt: skip
    found = judge_with(
        CATALOGUE, "worker_hardship", facts,
        figures("worker_hardship", dibao_line=line, window_months=window,
                relative_multiple=multiple, accidental_threshold=threshold), ON,
    )  # fmt: skip
    assert isinstance(found, Judged)
    net = Fraction(income - 7, window * members)
    if net < line:
        expected = "deep"
    elif Fraction(income - 7 - work, window * members) < Fraction(multiple, 100) * line:
        expected = "relative"
    else:
        expected = "accidental" if threshold <= 25_000 else "none"
    assert found.category == expected


LARGEST = 10**13


def test_the_largest_facts_there_are_come_out_exact() -> None:
    """Bounds and 64 bits leave room enough: the largest amounts neither wrap nor raise."""
    found = assess(
        figures("medical_relief", share={"one": 99}, rounding={"one": 1}, cap={"one": LARGEST}),
        category="one", self_paid=LARGEST,
    )  # fmt: skip
    assert found.maximum == LARGEST * 99 // 100
    facts = dict.fromkeys(("income", "earlier_aid", "work_cost", "loss"), LARGEST)
    facts |= dict.fromkeys(("illness", "disability", "schooling", "compensation"), 0)
    judged = judge_with(
        CATALOGUE, "worker_hardship", {**facts, "members": 100, "still_difficult": False},
        figures("worker_hardship", dibao_line=10**9, window_months=120, relative_multiple=10_000,
                accidental_threshold=LARGEST), ON,
    )  # fmt: skip
    net = {step["name"]: step["value"] for step in judged.steps}["net_income"]
    assert net == 2 * LARGEST


@pytest.mark.parametrize("rule", CATALOGUE.rules(), ids=lambda rule: rule.name)
def test_facts_at_their_bounds_overflow_no_rule(rule: Any) -> None:
    """Every declared bound of facts and figures together stays within 64 bits."""
    labels: tuple[str, ...] = ("one",)
    if isinstance(rule, Identification):
        labels = tuple(option.code for option in rule.categories)
    values = {
        name: parameter.high
        for parameter in rule.parameters
        for name in (
            [f"{parameter.name}.{label}" for label in labels]
            if parameter.by_category
            else [f"{parameter.name}.{stage.code}" for stage in STAGES]
            if parameter.by_stage
            else [parameter.name]
        )
    }
    values |= {
        f"{parameter.name}.{back}": parameter.high
        for parameter in rule.parameters
        for back in range(1, parameter.by_month + 1)
    }
    given_figures = seal_figures(rule.name, values, dict.fromkeys(values, SOURCE), rule.parameters)
    facts: dict[str, Any] = {
        fact.name: np.full(3, fact.high, dtype=np.int64)
        for fact in rule.facts
        if fact.unit not in (Unit.CODE, Unit.FLAG)
    }
    flag = np.array([True, False, True])
    facts |= {fact.name: flag for fact in rule.facts if fact.unit is Unit.FLAG}
    facts["category"] = labels[0]
    decided = judge_with(CATALOGUE, rule.name, facts, given_figures, ON)
    assert decided.steps
