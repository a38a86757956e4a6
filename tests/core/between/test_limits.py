"""What a rule between programmes leaves, from facts alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from bangfu_sdk import Source, Text

from core.between.limits import Beside, Other, limit_between, obstacles
from core.decisions import Assessed
from core.policies import Figures
from core.policies.between import Between, between_from_json

ON = dt.date(2019, 12, 31)
WORDS = Text("规定", "rule")
CAP = Between("cap", "cap", WORDS, ("one", "two"), ("one",), WORDS)
ORDER = Between(
    "order", "order", WORDS, ("one",), ("one",), WORDS, after=("two",), reached="decided",
    titles={"two": Text("二", "Two")},
)  # fmt: skip
EXCLUSION = Between("exclusion", "exclusion", WORDS, ("one", "two"), ("one",), WORDS)


def beside(rule: Between, *others: Other, cap: int = 10_000, member: str = "") -> Beside:
    source = Source(WORDS, WORDS, dt.date(2019, 1, 1))
    figures = Figures({"cap": cap}, {"cap": source}, (CAP.parameter,))
    return Beside("one", ON, (rule,), others, figures, member)


def other(programme: str = "two", amount: int = 0, **values: Any) -> Other:
    return Other("7", programme, Text("二", "Two"), values.pop("on", ON), amount, **values)


def left(found: Beside, least: int = 0, most: int = 8_000, kind: str = "one_off") -> Assessed:
    granted = Assessed("one", "1", ON, found.figures, {}, [], [], True, kind, least, most)
    return limit_between(found, granted, "deep").left


@pytest.mark.parametrize(
    ("given", "range_"),
    [(0, (500, 8_000)), (2_000, (500, 8_000)), (2_001, (500, 7_999)), (9_700, (300, 300)),
     (9_999, (1, 1)), (10_000, (0, 0)), (12_000, (0, 0))],
)  # fmt: skip
def test_a_cap_lowers_the_range_and_refuses_at_nothing_left(
    given: int, range_: tuple[int, int]
) -> None:
    found = left(beside(CAP, other(amount=given)), least=500)
    assert (found.minimum, found.maximum) == range_
    assert found.eligible is (range_[1] > 0)


@pytest.mark.parametrize(
    ("on", "counts"),
    [("2018-12-31", False), ("2019-01-01", True), ("2019-12-31", True), ("2020-01-01", False)],
)
def test_it_counts_the_calendar_year_of_the_day(on: str, counts: bool) -> None:
    found = left(beside(CAP, other(amount=9_000, on=dt.date.fromisoformat(on))))
    assert found.maximum == (1_000 if counts else 8_000)


def test_what_lasts_counts_in_every_year_and_other_members_do_not_where_it_is_for_each() -> None:
    lasting = other(amount=9_000, on=dt.date(2017, 5, 1), lasts=True)
    assert left(beside(CAP, lasting)).maximum == 1_000
    each = replace(CAP, per="member")
    assert left(beside(each, other(amount=9_000, member="b"), member="a")).maximum == 8_000
    assert left(beside(each, other(amount=9_000, member="a"), member="a")).maximum == 1_000


def test_a_sum_by_the_month_is_held_against_the_cap_by_twelve_months() -> None:
    assert left(beside(CAP), most=900, kind="monthly").maximum == 833
    assert left(beside(CAP, other(amount=9_989)), most=900, kind="monthly").eligible is False


def test_no_money_is_not_capped_and_no_figure_caps_nothing() -> None:
    assert left(beside(CAP, other(amount=20_000)), most=0, kind="in_kind").eligible
    by_category = replace(CAP, by_category=True)
    assert left(beside(by_category, other(amount=20_000))).maximum == 8_000


@pytest.mark.parametrize(
    ("reached", "begun", "stages", "waits"),
    [
        ("asked", False, (), True), ("asked", True, (), False), ("asked", False, ("draft",), True),
        ("asked", False, ("under_way",), False),
        ("decided", False, (), True), ("decided", True, (), False),
        ("decided", False, ("under_way",), True), ("decided", True, ("under_way",), True),
        ("decided", False, ("decided",), False),
        ("decided", False, ("decided", "under_way"), True),
        ("used_up", False, ("decided",), True), ("used_up", False, ("used_up",), False),
        ("used_up", False, ("decided", "used_up"), False),
        ("used_up", False, ("used_up", "decided"), True),
        ("used_up", True, (), False),
    ],
)  # fmt: skip
def test_what_comes_first_has_come_so_far(
    reached: str, begun: bool, stages: tuple[str, ...], waits: bool
) -> None:
    rule = replace(ORDER, reached=reached, begun=begun)
    found = beside(rule, *(other(stage=stage) for stage in stages))
    assert (rule.after == found.waits_for(rule)) is waits
    assert left(found).eligible is not waits
    assert bool(list(obstacles(found))) is waits


def test_what_was_decided_in_another_year_is_no_longer_first_and_what_runs_is() -> None:
    last_year = dt.date(2018, 12, 31)
    assert left(beside(ORDER, other(on=last_year))).eligible is False
    begun = replace(ORDER, begun=True)
    assert left(beside(begun, other(on=last_year, stage="under_way"))).eligible is False
    assert left(beside(begun, other(on=last_year))).eligible


@pytest.mark.parametrize(
    ("values", "held"),
    [({}, True), ({"stage": "draft"}, False), ({"held": False}, False),
     ({"on": dt.date(2018, 12, 31)}, False),
     ({"on": dt.date(2018, 12, 31), "stage": "under_way"}, True),
     ({"on": dt.date(2018, 12, 31), "lasts": True}, True), ({"programme": "three"}, False),
     ({"programme": "one"}, False)],
)  # fmt: skip
def test_what_excludes_each_other(values: dict[str, Any], held: bool) -> None:
    found = beside(EXCLUSION, other(**values))
    assert left(found).eligible is not held
    once = replace(EXCLUSION, programmes=("one",))
    assert left(beside(once, other("one"))).eligible is False


def test_rules_and_facts_come_back_as_they_were_stored() -> None:
    for rule in (CAP, ORDER, EXCLUSION):
        again = between_from_json(rule.as_json())
        assert again == rule
    one = other(amount=5, lasts=True, member="a", stage="used_up", held=False)
    assert Other.from_json(one.as_json()) == one
