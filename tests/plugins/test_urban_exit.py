"""Who leaves Guangxi's classes, and who by a phase-out, against a reference of fractions."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from bangfu_sdk import FACTS, Source, Text, Unit
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Reviewed
from core.judging import judge_with
from core.policies.figures import seal_figures

ON = dt.date(2019, 6, 30)
CATALOGUE = Catalogue.load()
SOURCE = Source(Text("文", "document"), Text("条", "section"), dt.date(2019, 1, 1))
LINE, LOW = 65_000, 97_500
RULE = CATALOGUE.rule("urban_exit")
flag = st.booleans()
near = st.integers(-2, 2)


def review(**facts: Any) -> Reviewed:
    values = {
        "dibao_line": LINE, "window_months": 12, "dibao_months": 3, "low_income_line": LOW,
        "phase_out_months": 6,
    }  # fmt: skip
    figures = seal_figures("urban_exit", values, dict.fromkeys(values, SOURCE), RULE.parameters)
    known = {fact.name: False if fact.unit is Unit.FLAG else 0 for fact in RULE.facts}
    decided = judge_with(CATALOGUE, "urban_exit", known | facts, figures, ON)
    assert isinstance(decided, Reviewed)
    return decided


@given(
    st.integers(1, 5), st.tuples(near, near, near), near, st.integers(0, 500), flag, flag,
    st.integers(0, 2),
)  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_the_exit_is_that_of_the_reference(
    members: int, off: tuple[int, int, int], off_net: int, spent: int, special: bool, orphan: bool,
    employed: int,
) -> None:  # fmt: skip
    months = [LINE * members + fen for fen in off]
    income = LOW * 12 * members + spent + off_net
    told = {f"income_month_{place + 1}": fen for place, fen in enumerate(months)}
    found = review(
        members=members, income=income, illness=spent, special_hardship=special, orphan=orphan,
        employed=employed, **told,
    )  # fmt: skip
    poor = Fraction(sum(months), 3 * members) < LINE
    low = Fraction(income - spent, 12 * members) < LOW
    leaves = not (poor or low or special or orphan)
    assert found.way == ("recovery" if leaves else "stays")
    expected = {
        "recovery": leaves, "phase_out": leaves and employed > 0, "below_line": poor,
        "below_low_income_line": low, "still_standing": special or orphan,
    }  # fmt: skip
    codes = {reason["code"] for reason in found.reasons}
    assert codes == {code for code, holds in expected.items() if holds}
    granted = next(step["value"] for step in found.steps if step["name"] == "phase_out")
    assert granted is expected["phase_out"]


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
