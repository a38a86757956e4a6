"""Education aid by stage against an independent table: who is entitled to what, both speeds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from bangfu_sdk import NO_STAGE, STAGES, Choice, Source, Text
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.judging import assess_registry_with, assess_with
from core.policies.figures import seal_figures

ON = dt.date(2031, 5, 1)
SOURCE = Source(Text("某文件", "some document"), Text("一", "I"), ON)
CATALOGUE = Catalogue.load()
RULE = CATALOGUE.rule("education_support")
CODES = [stage.code for stage in STAGES]
CATEGORIES = ("one", "two")
TABLE: dict[str, tuple[set[str], str]] = {
    "preschool_fee_waiver": ({"preschool"}, ""),
    "boarding_subsidy": ({"primary", "junior_high"}, "boards"),
    "senior_high_grant": ({"senior_high"}, ""),
    "senior_high_fee_waiver": ({"senior_high"}, ""),
    "vocational_tuition_waiver": ({"vocational"}, ""),
    "vocational_grant": ({"vocational"}, ""),
    "university_entrance_aid": ({"college", "undergraduate"}, "new_student"),
    "university_grant": ({"college", "undergraduate"}, ""),
}
"""Each entitlement with its stages and what must hold of the student besides."""
flags = st.integers(0, 1)


@st.composite
def figures(draw: st.DrawFn) -> dict[str, int]:
    """Whatever a region may give to whom."""
    return {
        **{f"{code}.{one}": draw(flags) for code in TABLE for one in CATEGORIES},
        **{f"stage_aid.{code}": draw(flags) for code in CODES},
        **{f"offered.{one}": draw(flags) for one in CATEGORIES},
        "proof_required": draw(flags), "several_items.one": 1, "several_items.two": 1,
    }  # fmt: skip


def entitle(given: dict[str, int], facts: dict[str, Any]) -> set[str]:
    """Return what a student is entitled to, by the table."""
    stage, category = facts["stage"], facts["category"]
    if not given[f"offered.{category}"] or not facts["students"]:
        return set()
    stages = {stage} if stage else set(CODES)
    found = {
        code
        for code, (at, condition) in TABLE.items()
        if stages & at and given[f"{code}.{category}"]
        and (not stage or not condition or facts[condition])
    }  # fmt: skip
    return found | ({"stage_aid"} if any(given[f"stage_aid.{one}"] for one in stages) else set())


rows = st.lists(
    st.fixed_dictionaries({
        "category": st.sampled_from(CATEGORIES), "stage": st.sampled_from([NO_STAGE, *CODES]),
        "boards": st.booleans(), "new_student": st.booleans(), "students": st.integers(0, 2),
    }),
    min_size=1, max_size=4,
)  # fmt: skip


@given(figures(), rows)
@settings(max_examples=40, deadline=None)
def test_one_student_and_a_registry_are_entitled_to_what_the_table_says(
    given: dict[str, int], rows: list[dict[str, Any]]
) -> None:
    sealed = seal_figures(RULE.name, given, dict.fromkeys(given, SOURCE), RULE.parameters)
    alone = [assess_with(CATALOGUE, RULE.name, facts, sealed, ON) for facts in rows]
    known = {*TABLE, "stage_aid"}
    for facts, found in zip(rows, alone, strict=True):
        expected = entitle(given, facts)
        assert {reason["code"] for reason in found.reasons} & known == expected
        assert found.eligible is bool(expected)
        assert (found.kind, found.minimum, found.maximum) == ("referral", 0, 0)
        assert found.reasons, "every answer has a reason"
    columns: dict[str, Any] = {
        "boards": np.array([row["boards"] for row in rows]),
        "new_student": np.array([row["new_student"] for row in rows]),
        "students": np.array([row["students"] for row in rows], dtype=np.int64),
    }
    for name, labels in (("category", CATEGORIES), ("stage", (NO_STAGE, *CODES))):
        codes = np.array([labels.index(row[name]) for row in rows], dtype=np.uint8)
        columns[name] = Choice(codes, labels)
    registry = assess_registry_with(CATALOGUE, RULE.name, columns, sealed, ON)
    assert [registry.decision(row) for row in range(len(rows))] == alone
