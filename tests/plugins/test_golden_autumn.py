"""Golden Autumn against an independent reference: any figures, every stage, both speeds."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
from bangfu_sdk import NO_STAGE, STAGES, Choice, Source, Text
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.judging import assess_registry_with, assess_with
from core.policies import Figures
from core.policies.figures import seal_figures

ON = dt.date(2031, 5, 1)
SOURCE = Source(Text("某文件", "some document"), Text("一", "I"), ON)
CATALOGUE = Catalogue.load()
RULE = CATALOGUE.rule("golden_autumn")
CODES = [stage.code for stage in STAGES]
CATEGORIES = ("one", "two")
amounts = st.one_of(st.integers(0, 5), st.integers(0, 3_000_000))
flags = st.integers(0, 1)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, int]:
    """Whatever figures a region may give."""
    limits = st.one_of(st.just(10**13), amounts)
    return {
        "dibao_line": draw(st.integers(1, 200_000)),
        "months_maximum": draw(st.integers(0, 24)),
        **{f"share.{one}": draw(st.integers(0, 100)) for one in CATEGORIES},
        **{f"rounding.{one}": draw(st.sampled_from([1, 100, 10_000])) for one in CATEGORIES},
        **{f"stage_maximum.{code}": draw(limits) for code in CODES},
        **{f"focus.{code}": draw(flags) for code in CODES},
        "other_aid_counts": draw(flags),
        "other_aid_excludes": draw(flags),
        "proof_required": draw(flags),
        "several_items.one": 1,
        "several_items.two": 1,
    }


def grant(given: dict[str, int], facts: dict[str, Any]) -> int:
    """Return the most fen for one student, by exact fractions and no column."""
    category, stage = facts["category"], facts["stage"]
    unit = given[f"rounding.{category}"]
    whole = Fraction(given["dibao_line"] * given["months_maximum"])
    most = (whole * given[f"share.{category}"] / 100 / unit + Fraction(1, 2)).__floor__() * unit
    limits = [given[f"stage_maximum.{code}"] for code in ([stage] if stage else CODES)]
    most = min(most, max(limits))
    if given["other_aid_counts"]:
        most = max(most - facts["other_aid"], 0)
    if given["other_aid_excludes"] and facts["other_aid"]:
        return 0
    return most if facts["students"] else 0


def near(given: dict[str, int]) -> st.SearchStrategy[int]:
    """Other aid that lies around the limit of one category, where it can go wrong."""
    facts = {"category": "one", "stage": NO_STAGE, "other_aid": 0, "students": 1}
    limit = grant({**given, "other_aid_counts": 0, "other_aid_excludes": 0}, facts)
    return st.one_of(st.just(0), amounts, st.integers(-1, 1).map(lambda fen: max(limit + fen, 0)))


@given(st.data(), figures())
@settings(max_examples=80, deadline=None)
def test_one_student_and_a_registry_come_out_as_the_reference_says(
    data: st.DataObject, given: dict[str, int]
) -> None:
    rows = data.draw(
        st.lists(
            st.fixed_dictionaries({
                "category": st.sampled_from(CATEGORIES),
                "stage": st.sampled_from([NO_STAGE, *CODES]),
                "other_aid": near(given),
                "students": st.integers(0, 3),
            }),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    sealed = seal_figures("golden_autumn", given, dict.fromkeys(given, SOURCE), RULE.parameters)
    alone = [assess_with(CATALOGUE, "golden_autumn", facts, sealed, ON) for facts in rows]
    for facts, found in zip(rows, alone, strict=True):
        expected = grant(given, facts)
        assert (found.minimum, found.maximum) == (0, expected)
        assert found.eligible is (expected > 0)
        in_focus = bool(facts["stage"]) and given[f"focus.{facts['stage']}"] == 1
        assert found.focus is (in_focus and expected > 0)
        assert found.reasons, "every answer has a reason"
    assert _registry(sealed, rows) == alone


def _registry(sealed: Figures, rows: list[dict[str, Any]]) -> list[Any]:
    """Return the decisions of a registry in which the students are rows of columns."""
    columns: dict[str, Any] = {
        name: np.array([row[name] for row in rows], dtype=np.int64)
        for name in ("other_aid", "students")
    }
    for name, labels in (("category", CATEGORIES), ("stage", (NO_STAGE, *CODES))):
        codes = np.array([labels.index(row[name]) for row in rows], dtype=np.uint8)
        columns[name] = Choice(codes, labels)
    found = assess_registry_with(CATALOGUE, "golden_autumn", columns, sealed, ON)
    return [found.decision(row) for row in range(len(rows))]
