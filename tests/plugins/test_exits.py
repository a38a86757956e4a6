"""The ways out of hardship against a reference of fractions, and target groups against sets."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from bangfu_sdk import FACTS, MONTHS_KNOWN, Source, Text
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Judged, Reviewed
from core.judging import judge_with
from core.policies import Figures
from core.policies.figures import seal_figures

ON = dt.date(2020, 10, 15)
CATALOGUE = Catalogue.load()
SOURCE = Source(Text("文", "document"), Text("条", "section"), dt.date(2020, 1, 1))
LINE = 70_000
near_the_line = st.integers(-2, 2)
lines = st.lists(st.integers(1, 10**6), min_size=MONTHS_KNOWN, max_size=MONTHS_KNOWN)
flag = st.booleans()
STATED = (
    "in_dibao", "migrant_worker", "reform_affected", "listed_by_rule", "cause_illness",
    "cause_disaster", "cause_accident", "still_difficult",
)  # fmt: skip


def figures(programme: str, **values: int) -> Figures:
    parameters = CATALOGUE.rule(programme).parameters
    return seal_figures(programme, values, dict.fromkeys(values, SOURCE), parameters)


def review(months: list[int], by_month: list[int], needed: int, **facts: Any) -> Reviewed:
    asked = {f"dibao_line.{back}": line for back, line in enumerate(by_month, start=1)}
    values = {"dibao_line": LINE, "window_months": 12, "recovery_months": needed, **asked}
    told = {f"income_month_{back}": income for back, income in enumerate(months, start=1)}
    decided = judge_with(
        CATALOGUE, "worker_exit", facts | told, figures("worker_exit", **values), ON
    )
    assert isinstance(decided, Reviewed)
    return decided


@given(
    lines, st.lists(near_the_line, min_size=MONTHS_KNOWN, max_size=MONTHS_KNOWN),
    st.integers(1, MONTHS_KNOWN), st.integers(1, 9), flag, near_the_line,
)  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_the_way_out_is_that_of_the_reference(
    by_month: list[int], off: list[int], needed: int, members: int, removed: bool, spare: int
) -> None:
    months = [max(line * members + fen, 0) for line, fen in zip(by_month, off, strict=True)]
    income, relief, aid = LINE * 12 * members + spare, 300, 700
    found = review(
        months, by_month, needed, members=members, income=income, illness=400, disability=500,
        schooling=100, relief=relief, earlier_aid=aid, causes_removed=removed,
    )  # fmt: skip
    above = all(Fraction(months[i], members) > by_month[i] for i in range(needed))
    living = Fraction(income + relief + aid - 1000, 12 * members)
    expected = "recovery" if above and removed else "safety_net" if living >= LINE else "stays"
    assert found.way == expected


def test_each_month_is_explained_with_its_own_line() -> None:
    by_month = [71_000, 71_000, 71_000, 70_000, 70_000, 70_000]
    found = review(
        [70_500] * 6, by_month, 6, members=1, income=0, illness=0, disability=0, schooling=0,
        causes_removed=True,
    )  # fmt: skip
    told = {step["name"]: step for step in found.steps}
    assert [told[f"above_{back}"]["value"] for back in range(1, 7)] == [False] * 3 + [True] * 3
    assert [told[f"above_{back}"]["figures"][0]["value"] for back in range(1, 7)] == by_month
    assert [step["name"] for step in found.steps][:2] == ["month_6", "above_6"]


@given(st.fixed_dictionaries(dict.fromkeys(STATED, flag)), st.integers(0, 2), st.integers(-1, 1))
@settings(deadline=None, max_examples=300)
def test_target_groups_are_those_of_the_reference(
    flags: dict[str, bool], able: int, spare: int
) -> None:
    below = spare < 0
    facts: dict[str, Any] = {fact.name: 0 for fact in CATALOGUE.rule("worker_target_groups").facts}
    facts |= {"members": 1, "income": LINE * 12 + spare, "able_unemployed": able, **flags}
    facts = {n: bool(v) if FACTS[n].unit.value == "flag" else v for n, v in facts.items()}
    decided = judge_with(
        CATALOGUE, "worker_target_groups", facts,
        figures("worker_target_groups", dibao_line=LINE, window_months=12, relative_multiple=100,
                accidental_threshold=10**13), ON,
    )  # fmt: skip
    assert isinstance(decided, Judged)
    difficult = below or flags["still_difficult"]
    struck = flags["cause_illness"] or flags["cause_disaster"] or flags["cause_accident"]
    expected = {
        "dibao_not_employed": flags["in_dibao"] and able > 0,
        "below_line": below and not flags["in_dibao"],
        "sudden_spending": struck and difficult,
        "migrant_worker": flags["migrant_worker"] and difficult,
        "reform_affected": flags["reform_affected"] and difficult,
        "listed_by_rule": flags["listed_by_rule"],
    }
    assert set(decided.groups) == {code for code, is_in in expected.items() if is_in}
    category = "deep" if below else "listed" if any(expected.values()) else "none"
    assert decided.category == category
    told = {reason["code"] for reason in decided.reasons}
    assert {f"group_{code}" for code in decided.groups} <= told
    assert ("none" in told) is (category == "none")
