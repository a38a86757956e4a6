"""The only divisions there are; each names its rounding. All work on a number or on a column."""

from __future__ import annotations

from math import gcd
from typing import TypeVar

from bangfu_sdk.columns import Column, InexactError, quotient

Number = TypeVar("Number", int, Column)
HUNDRED_YUAN = 10_000
"""One hundred yuan in fen."""


def floor(number: Number, divisor: int) -> Number:
    """Return the quotient rounded down, towards the smaller number."""
    return _divide(number, 1, 0, divisor, 1)


def ceiling(number: Number, divisor: int) -> Number:
    """Return the quotient rounded up, towards the larger number."""
    return _divide(number, 1, divisor - 1, divisor, 1)


def half_up(number: Number, divisor: int) -> Number:
    """Return the quotient rounded to the nearest whole number, a half upwards (四舍五入)."""
    return _nearest(number, 1, divisor, 1)


def half_up_to(number: Number, divisor: int, unit: int) -> Number:
    """Return the quotient rounded half up to a whole multiple of `unit`."""
    return _nearest(number, 1, divisor * unit, unit)


def half_up_hundreds(number: Number, divisor: int = 1) -> Number:
    """Return the quotient, in fen, rounded half up to whole hundreds of yuan (精确至百)."""
    return half_up_to(number, divisor, HUNDRED_YUAN)


def share_of(number: Number, percent: int, unit: int = 1) -> Number:
    """Return so many percent of a number, rounded half up to a whole multiple of `unit`."""
    if percent == 100 and unit == 1:  # The whole of it: there is nothing to round.
        return number
    common = gcd(percent, 100)
    return _nearest(number, percent // common, 100 // common * unit, unit)


def _nearest(number: Number, factor: int, divisor: int, unit: int) -> Number:
    if divisor % 2 == 0:  # Half the divisor is a whole number: no doubling is needed.
        return _divide(number, factor, divisor // 2, divisor, unit)
    return _divide(number, 2 * factor, divisor, 2 * divisor, unit)


def _divide(number: Number, factor: int, plus: int, divisor: int, unit: int) -> Number:
    if isinstance(divisor, bool) or not isinstance(divisor, int) or divisor < 1:
        raise InexactError(f"{divisor!r} is no whole number above zero to divide by")
    if isinstance(number, Column):
        return quotient(number, factor, plus, divisor, unit)
    return (number * factor + plus) // divisor * unit
