"""Six categories and three classes against references of fractions and sets."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from bangfu_sdk import FACTS, Source, Text, Unit
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.decisions import Judged
from core.judging import judge_with
from core.policies.figures import seal_figures

ON = dt.date(2019, 6, 30)
CATALOGUE = Catalogue.load()
SOURCE = Source(Text("文", "document"), Text("条", "section"), dt.date(2019, 1, 1))
LINE, LOW = 60_000, 97_500
flag = st.booleans()
near = st.integers(-2, 2)
SIX = (
    "three_without", "dibao", "dibao_marginal", "expenditure_hardship", "housing_hardship",
    "worker_hardship",
)  # fmt: skip
THREE = ("special_hardship", "orphan", "dibao", "low_income")


def identify(rule: str, facts: dict[str, Any], **values: int) -> Judged:
    sources = dict.fromkeys(values, SOURCE)
    figures = seal_figures(rule, values, sources, CATALOGUE.rule(rule).parameters)
    known = {
        fact.name: False if fact.unit is Unit.FLAG else 0 for fact in CATALOGUE.rule(rule).facts
    }
    decided = judge_with(CATALOGUE, rule, known | facts, figures, ON)
    assert isinstance(decided, Judged)
    return decided


def expect(decided: Judged, fits: dict[str, bool], order: list[str]) -> None:
    """The first that fits by the region's order counts, the others that fit are named."""
    fitting = [code for code in order if fits[code]]
    assert decided.category == (fitting[0] if fitting else "none")
    named = {
        reason["code"].removeprefix("also_fits_")
        for reason in decided.reasons
        if reason["code"].startswith("also_fits_")
    }
    assert named == set(fitting[1:])


@given(
    st.permutations(SIX), st.fixed_dictionaries(dict.fromkeys(
        ("three_without", "no_home", "dangerous_home", "union_member", "in_dibao"), flag)),
    st.integers(1, 5), st.sampled_from((1, Fraction(3, 2), 2, 3, 5)), near,
    st.sampled_from((0, 1, 2, 4)), near, st.one_of(st.just(0), near.map(lambda off: 1_500 + off)),
)  # fmt: skip
@settings(deadline=None, max_examples=350)
def test_the_six_categories_are_those_of_the_reference(
    order: list[str], flags: dict[str, bool], members: int, times: Fraction, off: int, spent: int,
    off_spent: int, head_area: int,
) -> None:  # fmt: skip
    """The area is some hundredths around 15 square metres a head, or nobody told it."""
    area = max(head_area * members + off_spent, 0) if head_area else 0
    year = LINE * 12 * members
    income = int(year * times) + off
    illness = max(income - int(year * Fraction(spent, 2)) + off_spent, 0)
    ranks = {f"precedence.{code}": order.index(code) + 1 for code in SIX}
    decided = identify(
        "urban_households",
        {"members": members, "income": income, "illness": illness, "housing_area": area, **flags},
        dibao_line=LINE, window_months=12, marginal_percent=150, expenditure_percent=100,
        housing_percent=300, housing_area_per_head=1_500, worker_percent=150, **ranks,
    )  # fmt: skip
    head = Fraction(income, 12 * members)
    net = Fraction(income - illness, 12 * members)
    needs = {
        "no_home": flags["no_home"], "dangerous_home": flags["dangerous_home"],
        "cramped_home": area > 0 and Fraction(area, members) < 1_500,
    }  # fmt: skip
    fits = {
        "three_without": flags["three_without"],
        "dibao": head < LINE or flags["in_dibao"],
        "dibao_marginal": LINE <= head < LINE * Fraction(3, 2) and not flags["in_dibao"],
        "expenditure_hardship": net < LINE,
        "housing_hardship": any(needs.values()) and net < 3 * LINE,
        "worker_hardship": flags["union_member"] and net < LINE * Fraction(3, 2),
    }
    expect(decided, fits, order)
    codes = {reason["code"] for reason in decided.reasons}
    (shown,) = (step for step in decided.steps if step["name"] == "area_per_head")
    assert shown["exact"] == [area, members]
    told = {
        need for need, holds in needs.items() if holds and decided.category == "housing_hardship"
    }
    assert codes & set(needs) == told
    assert ("dibao" in codes) == (decided.category == "dibao" and head < LINE)
    assert ("dibao_listed" in codes) == (decided.category == "dibao" and head >= LINE)
    refused = decided.category == "none" and any(needs.values())
    assert ("housing_income_not_below" in codes) == refused


CLASS_FLAGS = (
    "special_hardship", "orphan", "property_fits", "dependent_adult", "severe_disability",
    "mental_disability", "community_corrected", "migrant_worker",
)  # fmt: skip
KINDS_OF_SPENDING = ("illness", "disability", "old_age", "loss")


@given(
    st.permutations(THREE), st.fixed_dictionaries(dict.fromkeys(CLASS_FLAGS, flag)),
    st.integers(1, 4), st.tuples(near, near, near), st.integers(0, 1), st.integers(0, 1), near,
    st.sampled_from(KINDS_OF_SPENDING), st.sampled_from((0, 5_000)), st.integers(0, 9_000),
    st.sampled_from((LINE, LOW)),
)  # fmt: skip
@settings(deadline=None, max_examples=350)
def test_the_three_classes_are_those_of_the_reference(
    order: list[str], flags: dict[str, bool], members: int, off: tuple[int, int, int],
    employed: int, able: int, off_net: int, kind: str, spent: int, back: int, line: int,
) -> None:  # fmt: skip
    """Schooling and earlier aid are told as well, for neither counts here. The income lies about
    the dibao line or, after spending, about the low-income line."""
    months = [LINE * members + fen for fen in off]
    borne = max(spent - back, 0) if kind == "loss" else spent
    income = line * 12 * members + (borne if line == LOW else 0) + off_net
    ranks = {f"precedence.{code}": order.index(code) + 1 for code in THREE}
    told = {f"income_month_{place + 1}": fen for place, fen in enumerate(months)}
    decided = identify(
        "urban_classes",
        {"members": members, "income": income, kind: spent, "compensation": back,
         "employed": employed, "able_unemployed": able, "schooling": 900_000,
         "earlier_aid": 900_000, **told, **flags},
        dibao_line=LINE, window_months=12, dibao_months=3, low_income_line=LOW, **ranks,
    )  # fmt: skip
    poor = Fraction(sum(months), 3 * members) < LINE
    low = Fraction(income - borne, 12 * members) < LOW
    fits_property = flags["property_fits"]
    resident = fits_property and not flags["migrant_worker"]
    by_income = Fraction(income, 12 * members) < LINE and resident
    whole = not employed and poor and resident
    disabled = flags["severe_disability"] or flags["mental_disability"]
    ways = {
        "dibao_income": by_income,
        "dibao_household": whole,
        "dibao_dependent_adult": flags["dependent_adult"] and disabled,
        "dibao_corrected": flags["community_corrected"] and poor and fits_property,
        "dibao_spender": not employed and not able and borne > 0 and low and fits_property
        and not (whole or by_income),
    }  # fmt: skip
    fits = {
        "special_hardship": flags["special_hardship"], "orphan": flags["orphan"],
        "dibao": any(ways.values()), "low_income": low,
    }  # fmt: skip
    expect(decided, fits, order)
    if decided.category == "dibao":
        codes = {reason["code"] for reason in decided.reasons}
        assert {way for way, fit in ways.items() if fit} == codes & set(ways)


def test_every_fact_they_ask_for_is_known() -> None:
    for rule in ("urban_households", "urban_classes"):
        assert {fact.name for fact in CATALOGUE.rule(rule).facts} <= set(FACTS)
