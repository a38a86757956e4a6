"""Who leaves Guangxi's classes, and who by a phase-out, against a reference of fractions."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from bangfu_sdk import FACTS, Source, Text, Unit
from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Judged, Reviewed
from core.judging import judge_with
from core.policies.figures import seal_figures

ON = dt.date(2019, 6, 30)
CATALOGUE = Catalogue.load()
SOURCE = Source(Text("文", "document"), Text("条", "section"), dt.date(2019, 1, 1))
LINE, LOW = 65_000, 97_500
RULE, CLASSES = CATALOGUE.rule("urban_exit"), CATALOGUE.identification("urban_classes")
STANDING = (
    "special_hardship", "orphan", "dependent_adult", "severe_disability", "mental_disability",
)  # fmt: skip
flag = st.booleans()
near = st.integers(-2, 2)


def review(line: int = LINE, low: int = LOW, months: int = 3, **facts: Any) -> Reviewed:
    values = {
        "dibao_line": line, "window_months": 12, "dibao_months": months, "low_income_line": low,
        "phase_out_months": 6,
    }  # fmt: skip
    figures = seal_figures("urban_exit", values, dict.fromkeys(values, SOURCE), RULE.parameters)
    known = {fact.name: False if fact.unit is Unit.FLAG else 0 for fact in RULE.facts}
    decided = judge_with(CATALOGUE, "urban_exit", known | facts, figures, ON)
    assert isinstance(decided, Reviewed)
    return decided


@given(
    st.integers(1, 5), st.tuples(near, near, near), near, st.integers(0, 500), st.sampled_from(
        (LINE, LOW)), st.fixed_dictionaries(dict.fromkeys(STANDING, flag)), st.integers(0, 2),
)  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_the_exit_is_that_of_the_reference(
    members: int, off: tuple[int, int, int], off_net: int, spent: int, line: int,
    flags: dict[str, bool], employed: int,
) -> None:  # fmt: skip
    months = [LINE * members + fen for fen in off]
    income = line * 12 * members + (spent if line == LOW else 0) + off_net
    told = {f"income_month_{place + 1}": fen for place, fen in enumerate(months)}
    found = review(
        members=members, income=income, illness=spent, employed=employed, **told, **flags
    )
    poor = Fraction(sum(months), 3 * members) < LINE
    poor_year = Fraction(income, 12 * members) < LINE
    low = Fraction(income - spent, 12 * members) < LOW
    standing = flags["special_hardship"] or flags["orphan"]
    disabled = flags["severe_disability"] or flags["mental_disability"]
    kept = flags["dependent_adult"] and disabled
    leaves = not (poor or poor_year or low or standing or kept)
    assert found.way == ("recovery" if leaves else "stays")
    expected = {
        "recovery": leaves, "phase_out": leaves and employed > 0, "below_line": poor,
        "below_line_in_window": poor_year, "below_low_income_line": low,
        "still_standing": standing, "still_kept_by_others": kept,
    }  # fmt: skip
    codes = {reason["code"] for reason in found.reasons}
    assert codes == {code for code, holds in expected.items() if holds}
    granted = next(step["value"] for step in found.steps if step["name"] == "phase_out")
    assert granted is expected["phase_out"]


@st.composite
def households(draw: st.DrawFn, line: int, low: int) -> dict[str, Any]:
    """Draw every fact either rule asks for, income and months near either line."""
    facts: dict[str, Any] = {}
    for fact in {fact.name: fact for fact in (*RULE.facts, *CLASSES.facts)}.values():
        if fact.unit is Unit.FLAG:
            facts[fact.name] = draw(st.sampled_from((False, False, False, True)))
        elif fact.name != "members":
            facts[fact.name] = draw(st.integers(0, 2))
    members = facts["members"] = draw(st.integers(1, 3))
    facts["income"] = draw(around(12 * members * line, 12 * members * low))
    for back in (1, 2, 3):
        facts[f"income_month_{back}"] = draw(around(members * line, members * low))
    return facts


def around(*values: int) -> st.SearchStrategy[int]:
    """Return amounts about one of the values, mostly above it: who leaves must come up often."""
    return st.tuples(st.sampled_from(values), st.integers(-2, 12)).map(lambda one: max(sum(one), 0))


@given(st.sampled_from((10, 65_000)), st.sampled_from((-5, 0, 5)), st.integers(1, 3), st.data())
@settings(deadline=None, max_examples=300)
def test_nobody_leaves_who_would_be_identified_again_the_same_day(
    line: int, apart: int, months: int, data: st.DataObject
) -> None:
    """Whatever the facts, and also where a city's low-income line lies below its dibao line."""
    low = line + apart
    facts = data.draw(households(line, low))
    left = review(line, low, months, **facts).way == "recovery"
    event("leaves" if left else "stays")
    if left:
        assert identify(line, low, months, **facts).category == "none"


def identify(line: int, low: int, months: int, **facts: Any) -> Judged:
    ranks = {f"precedence.{option.code}": 1 for option in CLASSES.categories[:-1]}
    values = ranks | {
        "dibao_line": line, "window_months": 12, "dibao_months": months, "low_income_line": low,
    }  # fmt: skip
    sources = dict.fromkeys(values, SOURCE)
    figures = seal_figures("urban_classes", values, sources, CLASSES.parameters)
    decided = judge_with(CATALOGUE, "urban_classes", facts, figures, ON)
    assert isinstance(decided, Judged)
    return decided


@pytest.mark.parametrize(
    "facts",
    [
        {"dependent_adult": True, "severe_disability": True},
        {"dependent_adult": True, "mental_disability": True},
        {"special_hardship": True}, {"orphan": True},
        {"income": LINE * 12 - 1, "property_fits": True},
    ],
)  # fmt: skip
def test_what_alone_leads_in_keeps_in(facts: dict[str, Any]) -> None:
    """A low-income line below the dibao line, so that nothing but the fact itself can hold one."""
    every = (*RULE.facts, *CLASSES.facts)
    plain = {fact.name: False if fact.unit is Unit.FLAG else 0 for fact in every}
    plain |= {"members": 1, "income": LINE * 12, "employed": 1}
    plain |= {f"income_month_{back}": LINE for back in (1, 2, 3)}
    assert review(LINE, LINE - 2, **plain).way == "recovery"
    assert identify(LINE, LINE - 2, 3, **plain).category == "none"
    assert review(LINE, LINE - 2, **plain | facts).way == "stays"
    assert identify(LINE, LINE - 2, 3, **plain | facts).category != "none"


def test_every_fact_it_asks_for_is_known() -> None:
    assert {fact.name for fact in RULE.facts} <= set(FACTS)


def test_every_reason_fills_in_its_values() -> None:
    found = review(
        members=1, income=LOW * 12, employed=1, income_month_1=LINE, income_month_2=LINE,
        income_month_3=LINE,
    )  # fmt: skip
    told = {reason["code"]: reason for reason in found.reasons}
    assert "650.00" in told["recovery"]["zh"] and "975.00" in told["recovery"]["en"]
    assert "6个月" in told["phase_out"]["zh"] and "6 months" in told["phase_out"]["en"]
    assert not any("{" in text for reason in found.reasons for text in reason.values())
