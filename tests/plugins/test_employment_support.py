"""Employment support against an independent table: who is entitled to what, who comes first."""

from __future__ import annotations

import datetime as dt
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
RULE = CATALOGUE.rule("employment_support")
CATEGORIES = ("one", "two")
HELP = ("training", "startup_loan", "welfare_post", "job_placement")
WISHES = ("", *HELP)
flags = st.integers(0, 1)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, int]:
    """Whatever a region may give to whom."""
    return {
        **{f"{code}.{one}": draw(flags) for code in HELP for one in CATEGORIES},
        "nobody_employed_first": draw(flags), "several_items.one": 1, "several_items.two": 1,
    }  # fmt: skip


rows = st.lists(
    st.fixed_dictionaries({
        "category": st.sampled_from(CATEGORIES), "wish": st.sampled_from(WISHES),
        "employed": st.integers(0, 2), "able_unemployed": st.integers(0, 2),
    }),
    min_size=1, max_size=4,
)  # fmt: skip


def entitle(given: dict[str, int], facts: dict[str, Any]) -> set[str]:
    """Return what a household is entitled to, by the table."""
    if facts["able_unemployed"] == 0:
        return set()
    wished = {facts["wish"]} if facts["wish"] else set(HELP)
    return {code for code in wished if given[f"{code}.{facts['category']}"]}


@given(figures(), rows)
@settings(max_examples=100, deadline=None)
def test_one_household_and_a_registry_are_entitled_to_what_the_table_says(
    given: dict[str, int], rows: list[dict[str, Any]]
) -> None:
    sealed = seal_figures(RULE.name, given, dict.fromkeys(given, SOURCE), RULE.parameters)
    alone = [assess_with(CATALOGUE, RULE.name, facts, sealed, ON) for facts in rows]
    for facts, found in zip(rows, alone, strict=True):
        expected, told = entitle(given, facts), {reason["code"] for reason in found.reasons}
        assert told & set(HELP) == expected
        assert found.eligible is bool(expected)
        assert (found.kind, found.minimum, found.maximum) == ("referral", 0, 0)
        first = bool(expected and given["nobody_employed_first"] and facts["employed"] == 0)
        assert found.focus is first
        assert ("nobody_employed_first" in told) is first
        assert told, "every answer has a reason"
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in rows], dtype=np.int64)
        for name in ("employed", "able_unemployed")
    }
    for name, labels in (("category", CATEGORIES), ("wish", WISHES)):
        codes = np.array([labels.index(row[name]) for row in rows], dtype=np.uint8)
        columns[name] = Choice(codes, labels)
    registry = assess_registry_with(CATALOGUE, RULE.name, columns, sealed, ON)
    assert [registry.decision(row) for row in range(len(rows))] == alone
