"""The rules against an independent reference: exact for one household and for a registry alike."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue import Catalogue
from core.judging import assess, assess_registry, judge, judge_registry
from core.policies import Policies
from tests.plugins.reference import categorise, grant

ON = dt.date(2023, 6, 30)
CATALOGUE = Catalogue.load()
PACK = Policies.load(catalogue=CATALOGUE).pack("city_2023")
LINE_FEN = 70_000

spending = st.one_of(st.just(0), st.integers(0, 4_000_000))
losses = st.one_of(
    st.just(0), st.integers(2_399_990, 2_400_110), st.integers(0, 12_000_000), st.just(6_666_667)
)
paid = st.one_of(st.just(0), st.integers(0, 20_000), st.integers(0, 9_000_000))


@st.composite
def households(draw: st.DrawFn) -> dict[str, Any]:
    """Households that crowd around the lines, where rounding and comparison can go wrong."""
    members = draw(st.integers(1, 9))
    rigid = {name: draw(spending) for name in ("illness", "disability", "schooling")}
    earlier = draw(st.sampled_from([0, 0, 0, 1, 840_000]))
    work_cost = draw(spending)
    line = draw(st.sampled_from([1, 2])) * LINE_FEN * 12 * members
    near = line + sum(rigid.values()) - earlier + draw(st.sampled_from([0, work_cost]))
    around = st.integers(-2, 2).map(lambda fen: max(near + fen, 0))
    return {
        "members": members,
        "income": draw(st.one_of(around, st.integers(0, 30_000_000))),
        **rigid,
        "work_cost": work_cost,
        "loss": draw(losses),
        "compensation": draw(st.one_of(st.just(0), st.integers(0, 1_000_000))),
        "still_difficult": draw(st.booleans()),
        "self_paid": draw(paid),
        "students": draw(st.integers(0, 3)),
        "earlier_aid": earlier,
        "earlier_items": draw(st.sampled_from([0, 0, 1])),
    }


@given(households())
@settings(max_examples=300, deadline=None)
def test_one_household_comes_out_as_the_reference_says(facts: dict[str, Any]) -> None:
    category = judge(CATALOGUE, PACK, facts, ON).category
    assert category == categorise(facts)
    for programme, expected in grant(facts, category).items():
        found = assess(CATALOGUE, PACK, programme, {**facts, "category": category}, ON)
        assert (Fraction(found.minimum, 100), Fraction(found.maximum, 100)) == expected
        assert found.eligible == (expected[1] > 0)
        assert found.reasons, "every answer has a reason"


@given(st.lists(households(), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_registry_gives_for_every_row_what_one_household_gets(rows: list[dict[str, Any]]) -> None:
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    judged = judge_registry(CATALOGUE, PACK, columns, ON)
    assert [judged.decision(row) for row in range(len(rows))] == [
        judge(CATALOGUE, PACK, facts, ON) for facts in rows
    ]
    for programme in PACK.programmes:
        facts = {**columns, "category": judged.category}
        granted = assess_registry(CATALOGUE, PACK, programme, facts, ON)
        alone = [
            assess(CATALOGUE, PACK, programme, {**one, "category": judged.label(row)}, ON)
            for row, one in enumerate(rows)
        ]
        assert [granted.decision(row) for row in range(len(rows))] == alone


@given(households(), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_more_income_never_makes_a_household_needier(facts: dict[str, Any], more: int) -> None:
    order = ["deep", "relative", "accidental", "none"]
    before = judge(CATALOGUE, PACK, facts, ON).category
    after = judge(CATALOGUE, PACK, {**facts, "income": facts["income"] + more}, ON).category
    assert order.index(after) >= order.index(before)
