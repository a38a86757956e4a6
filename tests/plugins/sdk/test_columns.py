"""What a rule relies on: columns are exact, refuse to wrap, and never guess."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest
from bangfu_sdk import Column, ColumnOverflowError, Flags, InexactError, Ratio
from hypothesis import given
from hypothesis import strategies as st

HIGHEST = 2**63 - 1
LOWEST = -(2**63)


def column(*values: int, low: int | None = None, high: int | None = None) -> Column:
    ends = (min(values) if low is None else low, max(values) if high is None else high)
    return Column(np.array(values, dtype=np.int64), *ends)


def values(result: Column | Flags) -> list[int | bool]:
    return list(result.values.tolist())


def test_adds_subtracts_and_multiplies_row_by_row() -> None:
    first, second = column(1, 2, 3), column(10, 20, 30)
    assert values(first + second) == [11, 22, 33]
    assert values(second - first) == [9, 18, 27]
    assert values(first * second) == [10, 40, 90]
    assert values(first + 5) == values(5 + first) == [6, 7, 8]
    assert values(5 - first) == [4, 3, 2]
    assert values(3 * first) == [3, 6, 9]
    assert values(-first) == [-1, -2, -3]


def test_intervals_of_results_are_exact() -> None:
    first, second = column(0, low=-3, high=5), column(0, low=-7, high=2)
    assert ((first + second).low, (first + second).high) == (-10, 7)
    assert ((first - second).low, (first - second).high) == (-5, 12)
    assert ((first * second).low, (first * second).high) == (-35, 21)
    assert ((-first).low, (-first).high) == (-5, 3)


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("sum", lambda big: big + 1),
        ("sum of two", lambda big: big + big),
        ("product", lambda big: big * 2),
        ("difference", lambda big: -1 - big - 1),
        ("negation", lambda big: -(-big - 1)),
        ("ratio", lambda big: Ratio(column(1), big, 12) < 70_000),
    ],
)
def test_what_could_leave_64_bits_is_refused_before_it_wraps(
    name: str, operation: Callable[[Column], object]
) -> None:
    with pytest.raises(ColumnOverflowError, match="beyond 64 bits"):
        operation(column(1, low=1, high=HIGHEST))


def test_overflow_is_judged_by_the_bounds_and_not_by_the_data() -> None:
    """So a rule that could overflow fails on the first household, not on an unlucky one."""
    small_value_wide_bounds = column(1, low=0, high=2**62)
    with pytest.raises(ColumnOverflowError):
        _ = small_value_wide_bounds * 4


def test_the_ends_of_the_range_are_still_fine() -> None:
    assert values(column(HIGHEST - 1) + 1) == [HIGHEST]
    assert values(column(LOWEST + 1) - 1) == [LOWEST]


@pytest.mark.parametrize("wrong", [1.0, 0.5, True, "1", None])
def test_only_whole_numbers_mix_with_columns(wrong: object) -> None:
    with pytest.raises(InexactError):
        column(1) + wrong  # type: ignore[operator]
    with pytest.raises(InexactError):
        _ = column(1, 2) < wrong  # type: ignore[operator]


def test_a_number_beyond_64_bits_is_refused() -> None:
    with pytest.raises(ColumnOverflowError):
        column(1) + 2**63


@pytest.mark.parametrize(
    "divide", [lambda c: c / 2, lambda c: c // 2, lambda c: c % 2, lambda c: 2 / c]
)
def test_plain_division_is_refused_naming_the_ways_there_are(
    divide: Callable[[Column], object],
) -> None:
    with pytest.raises(InexactError, match="half_up"):
        divide(column(4))


def test_numpy_cannot_sneak_in_from_the_left() -> None:
    with pytest.raises(TypeError):
        np.array([1.5]) + column(1)


@pytest.mark.parametrize("thing", [column(1), Flags(np.array([True])), Ratio(column(1), column(1))])
def test_a_column_is_no_condition(thing: object) -> None:
    with pytest.raises(InexactError, match="never if"):
        bool(thing)


def test_comparisons_include_and_exclude_the_figure_itself() -> None:
    numbers = column(6, 7, 8)
    assert values(numbers < 7) == [True, False, False]
    assert values(numbers <= 7) == [True, True, False]
    assert values(numbers > 7) == [False, False, True]
    assert values(numbers >= 7) == [False, True, True]
    assert values(numbers.equals(7)) == [False, True, False]
    assert values(numbers < column(7, 7, 9)) == [True, False, True]


@pytest.mark.parametrize("number", range(4, 10))
def test_comparisons_known_from_the_interval_agree_with_the_data(number: int) -> None:
    numbers = column(5, 6, 8)
    raw = [5, 6, 8]
    assert values(numbers < number) == [value < number for value in raw]
    assert values(numbers <= number) == [value <= number for value in raw]
    assert values(numbers > number) == [value > number for value in raw]
    assert values(numbers >= number) == [value >= number for value in raw]


def test_flags_combine_the_same_whether_known_or_not() -> None:
    mixed = Flags(np.array([True, False]))
    for answer in (True, False):
        known = Flags.constant(answer, 2)
        assert values(mixed & known) == values(known & mixed) == [answer, False]
        assert values(mixed | known) == values(known | mixed) == [True, answer]
        assert values(~known) == [not answer] * 2
    assert values(~mixed) == [False, True]
    assert mixed.any()
    assert not Flags.constant(False, 2).any()
    assert not Flags.constant(True, 0).any()


def test_a_ratio_compares_crosswise_without_rounding() -> None:
    """700.00 a head and month for two over twelve months is 16,800.00, not a fen less."""
    net = column(1_679_999, 1_680_000, 1_680_001)
    per_head = Ratio(net, column(2, 2, 2), 12)
    assert values(per_head < 70_000) == [True, False, False]
    assert values(per_head <= 70_000) == [True, True, False]
    assert values(per_head > 70_000) == [False, False, True]
    assert values(per_head >= 70_000) == [False, True, True]


@given(
    st.integers(-(10**13), 10**13), st.integers(1, 100), st.integers(1, 120),
    st.integers(1, 10**9), st.integers(0, 10_000),
)  # fmt: skip
def test_a_ratio_lies_below_a_share_as_fractions_say(
    number: int, heads: int, months: int, line: int, percent: int
) -> None:
    ratio = Ratio(column(number), column(heads), months)
    expected = Fraction(number, heads * months) < Fraction(percent, 100) * line
    assert values(ratio.below_share(line, percent)) == [expected]


def test_a_ratio_at_a_share_is_not_below_it() -> None:
    """One and a half times 700.01 is 1,050.015: no fen is, and 1,050.02 is above it."""
    per_head = Ratio(column(105_001, 105_002, 210_003), column(1, 1, 2))
    assert values(per_head.below_share(70_001, 150)) == [True, False, False]


def test_a_ratio_is_shown_half_up() -> None:
    shown = Ratio(column(5, 4, -5), column(2, 3, 2), 1)
    assert [shown.at(row) for row in range(3)] == [3, 1, -2]


@pytest.mark.parametrize(("denominator", "factor"), [(column(0, 1), 1), (column(1), 0)])
def test_a_ratio_needs_a_denominator_above_zero(denominator: Column, factor: int) -> None:
    with pytest.raises(InexactError):
        Ratio(column(1), denominator, factor)


def test_a_constant_takes_no_memory_but_has_every_row() -> None:
    constant = Column.constant(7, 1_000_000)
    assert len(constant) == 1_000_000
    assert constant.values.strides == (0,)
    assert constant.at(999_999) == 7


def test_what_changes_nothing_is_the_same_column() -> None:
    numbers = column(1, 2)
    assert numbers + 0 is numbers - 0 is numbers * 1 is numbers
    assert values(numbers * 0) == [0, 0]


def test_a_column_compares_with_itself_without_being_looked_at() -> None:
    numbers = same = column(1, 2)
    assert [(numbers < same).always, (numbers > same).always] == [False, False]
    assert [(numbers <= same).always, (numbers >= same).always] == [True, True]


class Watched(np.ndarray[Any, Any]):
    """An array that notes what it is asked."""

    asked: ClassVar[list[str]] = []

    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **kwargs: Any) -> Any:
        self.asked.append(ufunc.__name__)
        return getattr(ufunc, method)(*map(np.asarray, inputs), **kwargs)


def test_flags_are_computed_when_somebody_looks_and_once() -> None:
    numbers = Column(np.array([1, 5, 9]).view(Watched), 0, 9)
    between = (numbers > 1) & ~(numbers > 5)
    assert not Watched.asked
    assert len(between) == 3
    assert values(between) == [False, True, False] == values(between)
    assert Watched.asked == ["greater", "greater"]


@pytest.mark.parametrize("combine", [lambda c, d: c < d, lambda c, d: (c > 1) & (d > 1)])
def test_flags_of_different_lengths_are_refused_at_once(
    combine: Callable[[Column, Column], object],
) -> None:
    with pytest.raises(InexactError, match="different lengths"):
        combine(column(1, 2), column(1, 2, 3))


def test_what_is_asked_twice_is_computed_once_and_holds_no_memory() -> None:
    numbers = column(1, 5)
    assert (numbers > 1) is (numbers > 1)
    assert values(numbers > 1) == [False, True]
    assert values(numbers > 4) == [False, True] != values(numbers >= 1)
    watched = weakref.ref(numbers.values)
    gc.disable()
    try:
        del numbers
        assert watched() is None
    finally:
        gc.enable()
