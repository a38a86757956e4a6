"""The rent subsidy against an independent reference: any figures, alone and in a registry."""

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
RULE = CATALOGUE.rule("rent_subsidy")
CATEGORIES = ("one", "two")
FLAGS = ("owns_home", "public_rental", "dangerous_home")


@st.composite
def figures(draw: st.DrawFn) -> dict[str, int]:
    """Whatever figures a region may give."""
    return {
        "least_area": draw(st.integers(0, 3000)),
        "standard_area": draw(st.integers(0, 4000)),
        "persons_maximum": draw(st.integers(1, 8)),
        "market_rent": draw(st.integers(0, 20_000)),
        **{f"share.{one}": draw(st.integers(0, 100)) for one in CATEGORIES},
        **{f"offered.{one}": draw(st.integers(0, 1)) for one in CATEGORIES},
        **{f"several_items.{one}": 1 for one in CATEGORIES},
    }


def grant(given: dict[str, int], facts: dict[str, Any]) -> int:
    """Return the most fen a month, by exact fractions and no column."""
    category, members = facts["category"], facts["members"]
    owned = facts["housing_area"] if facts["owns_home"] else 0
    housed = facts["owns_home"] and Fraction(owned, members) >= given["least_area"]
    if not given[f"offered.{category}"] or facts["public_rental"]:
        return 0
    if housed and not facts["dangerous_home"]:
        return 0
    area = Fraction(min(members, given["persons_maximum"]) * given["standard_area"] - owned, 100)
    standard = max(area, Fraction(0)) * given["market_rent"] * given[f"share.{category}"] / 100
    most: int = min((standard + Fraction(1, 2)).__floor__(), facts["rent"])
    return most


rows_of_facts = st.lists(
    st.fixed_dictionaries({
        "category": st.sampled_from(CATEGORIES),
        "members": st.integers(1, 12),
        "housing_area": st.integers(0, 20_000),
        "rent": st.one_of(st.integers(0, 300_000), st.just(10**13)),
        **{name: st.booleans() for name in FLAGS},
    }),
    min_size=1, max_size=6,
)  # fmt: skip


@given(figures(), rows_of_facts)
@settings(max_examples=100, deadline=None)
def test_one_household_and_a_registry_come_out_as_the_reference_says(
    given: dict[str, int], rows: list[dict[str, Any]]
) -> None:
    name = "rent_subsidy"
    sealed = seal_figures(name, given, dict.fromkeys(given, SOURCE), RULE.parameters)
    alone = [assess_with(CATALOGUE, name, row, sealed, ON) for row in rows]
    for row, found in zip(rows, alone, strict=True):
        expected = grant(given, row)
        assert (found.minimum, found.maximum) == (0, expected)
        assert found.eligible is (expected > 0)
        assert found.reasons, "every answer has a reason"
    columns: dict[str, Any] = {
        key: np.array([row[key] for row in rows], dtype=np.int64)
        for key in ("members", "housing_area", "rent")
    }
    columns |= {key: np.array([row[key] for row in rows], dtype=np.bool_) for key in FLAGS}
    codes = np.array([CATEGORIES.index(row["category"]) for row in rows], dtype=np.uint8)
    columns["category"] = Choice(codes, CATEGORIES)
    registry = assess_registry_with(CATALOGUE, name, columns, sealed, ON)
    assert [registry.decision(row) for row in range(len(rows))] == alone
