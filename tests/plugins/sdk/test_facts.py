"""Facts are checked once, when they come in; afterwards a rule can rely on them."""

from __future__ import annotations

import numpy as np
import pytest
from bangfu_sdk import FACTS, Choice, Column, Fact, FactError, Text, Unit, check_facts, read_facts

INCOME, MEMBERS, DIFFICULT = FACTS["income"], FACTS["members"], FACTS["still_difficult"]
CATEGORY, EARLIER = FACTS["category"], FACTS["earlier_aid"]
LABELS = ("deep", "relative")


def test_one_household_is_a_column_of_length_one() -> None:
    facts = read_facts((INCOME, DIFFICULT, CATEGORY), {
        "income": 100, "still_difficult": True, "category": "relative",
    }, LABELS)  # fmt: skip
    assert facts.size == 1
    assert facts.at(0) == {"income": 100, "still_difficult": True, "category": "relative"}


def test_a_registry_is_not_copied() -> None:
    income = np.array([1, 2, 3], dtype=np.int64)
    facts = read_facts((INCOME,), {"income": income}, ())
    assert np.shares_memory(facts.number("income").values, income)
    assert facts.size == 3


def test_no_rule_can_write_into_what_others_are_judged_by() -> None:
    income, difficult = np.array([1, 2]), np.array([True, False])
    facts = read_facts((INCOME, DIFFICULT), {"income": income, "still_difficult": difficult}, ())
    with pytest.raises(ValueError, match="read-only"):
        facts.number("income").values[0] = 9
    with pytest.raises(ValueError, match="read-only"):
        facts.flag("still_difficult").values[0] = False
    income[0] = 5  # Who gave it may still do with it what he likes.
    assert facts.number("income").at(0) == 5


def test_a_single_value_holds_for_the_whole_registry() -> None:
    given = {"income": np.array([1, 2]), "members": 4, "still_difficult": False, "category": "deep"}
    facts = read_facts((INCOME, MEMBERS, DIFFICULT, CATEGORY), given, LABELS)
    assert facts.at(1) == {
        "income": 2, "members": 4, "still_difficult": False, "category": "deep",
    }  # fmt: skip


def test_a_fact_with_a_default_may_be_left_out() -> None:
    facts = read_facts((INCOME, EARLIER), {"income": np.array([5, 6])}, ())
    assert facts.number("earlier_aid").values.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        (INCOME, -1),
        (INCOME, 10**13 + 1),
        (INCOME, 1.0),
        (INCOME, True),
        (INCOME, "100"),
        (INCOME, 2**70),
        (MEMBERS, 0),
        (MEMBERS, 101),
        (DIFFICULT, 1),
        (DIFFICULT, "yes"),
        (CATEGORY, "rich"),
        (CATEGORY, 0),
        (INCOME, np.array([1, -1])),
        (INCOME, np.array([1.0, 2.0])),
        (INCOME, np.array([True, False])),
        (INCOME, np.array([1, 2], dtype=object)),
        (INCOME, np.array([[1], [2]])),
        (INCOME, np.array([2**63], dtype=np.uint64)),
        (MEMBERS, np.array([4, 0])),
        (DIFFICULT, np.array([0, 1])),
        (INCOME, None),
    ],
)
def test_what_cannot_be_judged_is_refused_naming_the_fact(fact: Fact, value: object) -> None:
    with pytest.raises(FactError) as raised:
        read_facts((fact,), {fact.name: value}, LABELS)
    assert raised.value.name == fact.name


def test_a_missing_fact_is_refused_and_not_taken_for_nothing() -> None:
    with pytest.raises(FactError, match="members: is missing"):
        read_facts((INCOME, MEMBERS), {"income": 100}, ())


def test_columns_of_different_length_are_refused() -> None:
    given = {"income": np.array([1, 2]), "members": np.array([1, 2, 3])}
    with pytest.raises(FactError, match="different lengths"):
        read_facts((INCOME, MEMBERS), given, ())


def test_a_category_of_another_identification_is_refused() -> None:
    strange = Choice(np.array([0], dtype=np.uint8), ("orphan",))
    with pytest.raises(FactError, match="category"):
        read_facts((CATEGORY,), {"category": strange}, LABELS)


def test_bounds_come_from_the_declaration_and_not_from_the_data() -> None:
    facts = read_facts((INCOME,), {"income": np.array([5, 6])}, ())
    assert (facts.number("income").low, facts.number("income").high) == (0, 10**13)


def test_checked_columns_are_shared_by_several_rules() -> None:
    given = {"income": np.array([5, 6]), "still_difficult": np.array([True, False]), "note": "x"}
    checked = check_facts(given)
    assert isinstance(checked["income"], Column)
    assert checked["note"] == "x"
    first, second = (read_facts((INCOME, DIFFICULT), checked, ()) for _ in range(2))
    assert first.number("income") is second.number("income")
    assert first.flag("still_difficult") is second.flag("still_difficult")


def test_a_checked_column_must_still_fit_the_fact_it_is_used_for() -> None:
    narrow = Fact("income", Unit.FEN, Text("收入", "income"), high=4)
    with pytest.raises(FactError, match="not in 0…4"):
        read_facts((narrow,), check_facts({"income": np.array([5, 6])}), ())


def test_asking_for_another_kind_than_given_is_an_error() -> None:
    facts = read_facts((INCOME, DIFFICULT), {"income": 1, "still_difficult": True}, ())
    with pytest.raises(FactError):
        facts.flag("income")
    with pytest.raises(FactError):
        facts.number("still_difficult")
    with pytest.raises(FactError):
        facts.choice("income")
    assert "income" in facts
    assert "loss" not in facts
