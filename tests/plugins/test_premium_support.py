"""Premiums against an independent reference: exact fractions person by person, both speeds."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
from bangfu_sdk import Choice, Source, Text
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.judging import assess_registry_with, assess_with
from core.policies.figures import seal_figures

ON = dt.date(2031, 5, 1)
SOURCE = Source(Text("某文件", "some document"), Text("一", "I"), ON)
CATALOGUE = Catalogue.load()
CATEGORIES = ("one", "two")
people = st.integers(0, 6)
flags = st.integers(0, 1)
amounts = st.one_of(st.integers(0, 200), st.integers(0, 10**7))


@st.composite
def shared(draw: st.DrawFn) -> dict[str, int]:
    """Whose premium a region may pay, by whichever standard."""
    names = ("full", "part", "disabled_full")
    given = {f"{name}.{one}": draw(flags) for name in names for one in CATEGORIES}
    return {**given, "several_items.one": 1, "several_items.two": 1}


def persons(given: dict[str, int], category: str, insured: int, disabled: int) -> list[str]:
    """Return the standard of each insured; nobody's where the numbers cannot be."""
    found = []
    for number in range(insured):
        whole = given[f"full.{category}"] or (
            number < disabled and given[f"disabled_full.{category}"]
        )
        partly = "part" if given[f"part.{category}"] else ""
        found.append("full" if whole else partly)
    return found


def share(premium: int, percent: int, unit: int) -> int:
    """Return a share half up to a unit, by exact fractions."""
    return (Fraction(premium * percent, 100) / unit + Fraction(1, 2)).__floor__() * unit


def check(
    name: str, given: dict[str, int], rows: list[dict[str, Any]], expected: list[int]
) -> None:
    """Compare what the rule pays, one by one and as a registry."""
    rule = CATALOGUE.rule(name)
    sealed = seal_figures(name, given, dict.fromkeys(given, SOURCE), rule.parameters)
    alone = [assess_with(CATALOGUE, name, facts, sealed, ON) for facts in rows]
    for found, amount in zip(alone, expected, strict=True):
        assert (found.minimum, found.maximum, found.eligible) == (amount, amount, amount > 0)
        told = {reason["code"] for reason in found.reasons}
        assert told, "every answer has a reason"
        assert bool(told & {"full", "part"}) is (amount > 0)
    columns: dict[str, Any] = {
        key: np.array([row[key] for row in rows])
        for key in rows[0] if key != "category"
    }  # fmt: skip
    codes = np.array([CATEGORIES.index(row["category"]) for row in rows], dtype=np.uint8)
    columns["category"] = Choice(codes, CATEGORIES)
    registry = assess_registry_with(CATALOGUE, name, columns, sealed, ON)
    assert [registry.decision(row) for row in range(len(rows))] == alone


def households(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(
        st.fixed_dictionaries({
            "category": st.sampled_from(CATEGORIES), "members": st.integers(1, 6),
            "insured": people, **more,
        }),
        min_size=1, max_size=4,
    )  # fmt: skip


@given(
    shared(), st.integers(0, 100), st.integers(0, 100), st.sampled_from([1, 10, 100]),
    households(
        premium=amounts, severely_disabled_insured=people, severe_disability=st.booleans()
    ),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_a_share_of_each_person_s_premium_is_paid(
    given: dict[str, int], full: int, part: int, unit: int, rows: list[dict[str, Any]]
) -> None:
    percents = {"full": full, "part": part, "": 0}
    expected = []
    for row in rows:
        disabled = row["severely_disabled_insured"]
        whose = persons(given, row["category"], row["insured"], disabled)
        possible = disabled <= row["insured"] <= row["members"]
        paid = sum(share(row["premium"], percents[one], unit) for one in whose)
        expected.append(paid if possible else 0)
    figures = {
        **given, "premium_full_percent": full, "premium_part_percent": part, "rounding": unit
    }  # fmt: skip
    check("medical_premium", figures, rows, expected)


@given(shared(), amounts, amounts, households(disabled_insured=people))
@settings(max_examples=100, deadline=None)
def test_a_sum_for_each_person_of_the_pension_scheme_is_paid(
    given: dict[str, int], full: int, part: int, rows: list[dict[str, Any]]
) -> None:
    heads = {"full": full, "part": part, "": 0}
    expected = []
    for row in rows:
        disabled = row["disabled_insured"]
        whose = persons(given, row["category"], row["insured"], disabled)
        possible = disabled <= row["insured"] <= row["members"]
        expected.append(sum(heads[one] for one in whose) if possible else 0)
    figures = {**given, "pension_full": full, "pension_part": part}
    check("pension_premium", figures, rows, expected)
