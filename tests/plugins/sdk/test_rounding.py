"""Every division names its rounding, and does what it says, for numbers and columns alike."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

import numpy as np
import pytest
from bangfu_sdk import (
    Column,
    ColumnOverflowError,
    InexactError,
    ceiling,
    floor,
    half_up,
    half_up_hundreds,
    half_up_to,
    share_of,
)
from hypothesis import given
from hypothesis import strategies as st

numbers = st.integers(-(10**13), 10**13)
divisors = st.integers(1, 10**5)


def as_column(value: int) -> Column:
    return Column(np.array([value]), value, value)


def half_up_exactly(value: Fraction) -> int:
    """Round half up the way people do it: to the nearest, a half to the larger."""
    below = value.numerator // value.denominator
    return below + (1 if value - below >= Fraction(1, 2) else 0)


@given(numbers, divisors)
def test_floor_and_ceiling(number: int, divisor: int) -> None:
    exact = Decimal(number) / Decimal(divisor)
    assert floor(number, divisor) == int(exact.to_integral_value(ROUND_FLOOR))
    assert ceiling(number, divisor) == int(exact.to_integral_value(ROUND_CEILING))


@given(numbers, divisors)
def test_half_up(number: int, divisor: int) -> None:
    assert half_up(number, divisor) == half_up_exactly(Fraction(number, divisor))


@given(numbers, divisors, st.sampled_from([1, 10, 100, 10_000]))
def test_half_up_to_a_multiple(number: int, divisor: int, unit: int) -> None:
    expected = half_up_exactly(Fraction(number, divisor * unit)) * unit
    assert half_up_to(number, divisor, unit) == expected


@given(st.integers(0, 10**13), st.integers(0, 100), st.sampled_from([1, 100, 10_000]))
def test_a_share_is_rounded_once_from_the_exact_value(number: int, percent: int, unit: int) -> None:
    expected = half_up_exactly(Fraction(number * percent, 100 * unit)) * unit
    assert share_of(number, percent, unit) == expected


@given(numbers, divisors, st.integers(0, 100), st.sampled_from([1, 100, 10_000]))
def test_columns_and_numbers_give_the_same(
    number: int, divisor: int, percent: int, unit: int
) -> None:
    one = as_column(number)
    assert floor(one, divisor).at(0) == floor(number, divisor)
    assert ceiling(one, divisor).at(0) == ceiling(number, divisor)
    assert half_up(one, divisor).at(0) == half_up(number, divisor)
    assert half_up_to(one, divisor, unit).at(0) == half_up_to(number, divisor, unit)
    assert share_of(one, percent, unit).at(0) == share_of(number, percent, unit)


@pytest.mark.parametrize(
    ("fen", "expected"),
    [(448_000, 450_000), (672_000, 670_000), (4_999, 0), (5_000, 10_000), (14_999, 10_000)],
)
def test_hundreds_of_yuan(fen: int, expected: int) -> None:
    """80 % of 5,600.00 is 4,480.00, to hundreds 4,500.00; 6,720.00 becomes 6,700.00."""
    assert half_up_hundreds(fen) == expected


@pytest.mark.parametrize("divisor", [0, -1, 2.0, True, "2"])
def test_a_divisor_is_a_whole_number_above_zero(divisor: object) -> None:
    with pytest.raises(InexactError):
        floor(10, divisor)  # type: ignore[arg-type]


def test_rounding_does_not_wrap_either() -> None:
    near_the_end = Column(np.array([1]), 0, 2**62)
    with pytest.raises(ColumnOverflowError):
        half_up(near_the_end, 3)


@given(st.integers(-(10**13), 10**13), st.sampled_from([1, 7, 100]), st.sampled_from([1, 10_000]))
def test_the_interval_of_a_quotient_is_that_of_its_ends(
    number: int, divisor: int, unit: int
) -> None:
    between = Column(np.array([number]), -(10**13), 10**13)
    found = half_up_to(between, divisor, unit)
    assert (found.low, found.high) == (
        half_up_to(-(10**13), divisor, unit),
        half_up_to(10**13, divisor, unit),
    )


def test_a_quotient_leaves_the_column_as_it_is() -> None:
    numbers = Column(np.array([150, 250]), 0, 1000)
    assert share_of(numbers, 15, 10).values.tolist() == [20, 40]
    assert floor(numbers, 1).values.tolist() == [150, 250] == numbers.values.tolist()
