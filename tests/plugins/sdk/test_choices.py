"""Choosing row by row: categories, limits and alternatives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from bangfu_sdk import (
    Choice,
    Column,
    ColumnOverflowError,
    Flags,
    InexactError,
    choose,
    first_that_fits,
    greater,
    keep,
    lesser,
)


def flags(*answers: bool) -> Flags:
    return Flags(np.array(answers))


def column(*values: int) -> Column:
    return Column(np.array(values, dtype=np.int64), min(values), max(values))


def category(*codes: int) -> Choice:
    return Choice(np.array(codes, dtype=np.uint8), ("deep", "relative", "none"))


def test_the_first_case_that_fits_counts_for_every_combination() -> None:
    rows = list(itertools.product([True, False], repeat=3))
    columns = [flags(*answers) for answers in zip(*rows, strict=True)]
    found = first_that_fits(
        (columns[0], "deep"), (columns[1], "relative"), (columns[2], "accidental"), otherwise="none"
    )
    expected = [
        "deep" if row[0] else "relative" if row[1] else "accidental" if row[2] else "none"
        for row in rows
    ]
    assert [found.at(row) for row in range(len(rows))] == expected


def test_picks_the_value_of_each_label() -> None:
    picked = category(0, 1, 2, 1).pick({"deep": 840_000, "relative": 670_000})
    assert picked.values.tolist() == [840_000, 670_000, 0, 670_000]
    assert (picked.low, picked.high) == (0, 840_000)
    assert [picked.at(row) for row in range(4)] == [840_000, 670_000, 0, 670_000]


def test_picked_values_can_be_computed_with() -> None:
    picked = category(0, 1, 2).pick({"deep": 5, "relative": 3}, otherwise=1)
    assert (picked + column(10, 10, 10)).values.tolist() == [15, 13, 11]
    assert (picked > column(4, 4, 0)).values.tolist() == [True, False, True]


@pytest.mark.parametrize("limit", [-1, 0, 1, 3, 4, 5, 6])
def test_comparing_picked_values_agrees_with_their_values(limit: int) -> None:
    picked = category(0, 1, 2, 2).pick({"deep": 5, "relative": 3}, otherwise=1)
    assert (picked > limit).values.tolist() == (picked.values > limit).tolist()
    assert (picked <= limit).values.tolist() == (picked.values <= limit).tolist()
    assert picked.equals(limit).values.tolist() == (picked.values == limit).tolist()


def test_labels_are_compared_by_name() -> None:
    found = category(0, 1, 2)
    assert found.equals("relative").values.tolist() == [False, True, False]
    assert found.equals("unheard of").values.tolist() == [False, False, False]
    assert found.among(["deep", "none"]).values.tolist() == [True, False, True]
    assert found.among([]).values.tolist() == [False, False, False]


def test_a_choice_is_no_condition() -> None:
    with pytest.raises(InexactError):
        bool(category(0))


def test_choose_takes_one_or_the_other() -> None:
    chosen = choose(flags(True, False), column(1, 2), column(30, 40))
    assert chosen.values.tolist() == [1, 40]
    assert (chosen.low, chosen.high) == (1, 40)


def test_keep_leaves_nothing_where_the_flag_is_not_set() -> None:
    assert keep(column(5, 6), flags(True, False)).values.tolist() == [5, 0]
    assert keep(column(5, 6), Flags.constant(True, 2)).values.tolist() == [5, 6]
    nothing = keep(column(5, 6), Flags.constant(False, 2))
    assert nothing.values.tolist() == [0, 0]
    assert (nothing.low, nothing.high) == (0, 0)


def test_keep_of_picked_values_is_the_same_as_of_their_values() -> None:
    picked = category(0, 1, 2, 0).pick({"deep": 5, "relative": 3}, otherwise=1)
    when = flags(True, False, True, False)
    kept = keep(picked, when)
    assert kept.values.tolist() == keep(column(5, 3, 1, 5), when).values.tolist() == [5, 0, 1, 0]
    assert [kept.at(row) for row in range(4)] == [5, 0, 1, 0]
    assert (kept > 0).values.tolist() == [True, False, True, False]
    assert (kept.low, kept.high) == (0, 5)


@pytest.mark.parametrize("limit", range(7))
def test_lesser_and_greater_of_a_number(limit: int) -> None:
    numbers = column(1, 3, 5)
    assert lesser(numbers, limit).values.tolist() == [min(value, limit) for value in (1, 3, 5)]
    assert greater(numbers, limit).values.tolist() == [max(value, limit) for value in (1, 3, 5)]
    assert lesser(numbers, limit).high == min(5, limit)
    assert greater(numbers, limit).low == max(1, limit)


def test_lesser_and_greater_of_columns() -> None:
    assert lesser(column(1, 9), column(4, 4)).values.tolist() == [1, 4]
    assert greater(column(1, 9), column(4, 4)).values.tolist() == [4, 9]


def test_any_of_some_labels() -> None:
    choice = Choice(np.array([4, 2, 0, 1, 3], dtype=np.uint8), tuple("abcde"))
    for number in range(6):
        for wanted in itertools.combinations("abcde", number):
            expected = [label in wanted for label in "ecabd"]
            assert choice.among(wanted).values.tolist() == expected


def test_values_kept_twice_are_nothing_wherever_either_flag_is_not_set() -> None:
    stages = Choice(np.array([0, 1, 1, 0], dtype=np.uint8), ("", "primary"))
    picked = stages.pick({"": 7, "primary": 5})
    kept = keep(keep(picked, flags(True, True, False, False)), flags(True, False, True, False))
    assert kept.values.tolist() == [7, 0, 0, 0]
    assert (kept <= 0).values.tolist() == [False, True, True, True]


def test_picked_values_multiplied_or_limited_by_a_number_stay_picked() -> None:
    picked = category(0, 1, 2).pick({"deep": 5, "relative": 3}, otherwise=-1)
    for changed, expected in (
        (picked * 2, [10, 6, -2]),
        (2 * picked, [10, 6, -2]),
        (lesser(picked, 4), [4, 3, -1]),
        (greater(picked, 4), [5, 4, 4]),
    ):
        assert changed.values.tolist() == expected
        assert (changed.low, changed.high) == (min(expected), max(expected))
    with pytest.raises(ColumnOverflowError):
        _ = picked * 2**62


def test_choose_is_exact_to_the_ends_of_the_range() -> None:
    ends = column(-(2**63), 2**63 - 1)
    assert choose(flags(True, False), ends, column(1, 2)).values.tolist() == [-(2**63), 2]
    assert choose(flags(False, True), column(-1, -2), ends).values.tolist() == [-(2**63), -2]
    known = Flags.constant(False, 2)
    assert choose(known, column(1, 2), ends) is ends


def test_lesser_and_greater_of_what_lies_apart_are_the_column_itself() -> None:
    low, high = column(1, 3), column(3, 9)
    assert lesser(low, high) is low is lesser(high, low) is lesser(low, low)
    assert greater(low, high) is high is greater(high, low) is greater(high, high)
