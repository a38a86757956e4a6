"""Exact columns: int64 values with the interval they can lie in.

A rule is written once over columns. One household is a column of length one, a registry a column
of length n. Inputs are checked once against their bounds; every operation then computes the exact
interval of its result with Python integers and refuses, before it touches the data, what could
leave int64. So nothing ever wraps, and no operation needs a second pass over the data.
"""

from __future__ import annotations

from typing import Any, NoReturn, SupportsIndex, TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.int64]
Booleans: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.uint8]

LOWEST, HIGHEST = -(2**63), 2**63 - 1


class ColumnOverflowError(ArithmeticError):
    """A step of a rule could leave the range of 64-bit integers, so it was not computed."""


class InexactError(TypeError):
    """A rule used an operation that is not exact or not meant for columns."""


def _refuse(*_: Any) -> NoReturn:
    raise InexactError("divide only by half_up, floor, ceiling or half_up_hundreds")


def _undecided(*_: Any) -> NoReturn:
    raise InexactError("a column holds many answers: use &, | and ~, never if, and, or, not")


class Column:
    """Whole numbers, one a household, each known to lie in `low`…`high`."""

    __slots__ = ("high", "low", "values")
    __array_ufunc__ = None

    def __init__(self, values: Integers, low: int, high: int) -> None:
        if low < LOWEST or high > HIGHEST:
            raise ColumnOverflowError(f"a value could reach {low}…{high}, beyond 64 bits")
        self.values, self.low, self.high = values, low, high

    def __len__(self) -> int:
        return len(self.values)

    def at(self, row: SupportsIndex) -> int:
        """Return the value of one row."""
        return int(self.values[row])

    def __add__(self, other: Column | int) -> Column:
        values, low, high = _parts(other)
        _guard(low + self.low, high + self.high)
        return Column(self.values + values, self.low + low, self.high + high)

    __radd__ = __add__

    def __sub__(self, other: Column | int) -> Column:
        values, low, high = _parts(other)
        _guard(self.low - high, self.high - low)
        return Column(self.values - values, self.low - high, self.high - low)

    def __rsub__(self, other: int) -> Column:
        return -self + other

    def __neg__(self) -> Column:
        _guard(-self.high, -self.low)
        return Column(-self.values, -self.high, -self.low)

    def __mul__(self, other: Column | int) -> Column:
        values, low, high = _parts(other)
        ends = (self.low * low, self.low * high, self.high * low, self.high * high)
        _guard(min(ends), max(ends))
        return Column(self.values * values, min(ends), max(ends))

    __rmul__ = __mul__

    def __lt__(self, other: Column | int) -> Flags:
        return Flags(self.values < _parts(other)[0])

    def __le__(self, other: Column | int) -> Flags:
        return Flags(self.values <= _parts(other)[0])

    def __gt__(self, other: Column | int) -> Flags:
        return Flags(self.values > _parts(other)[0])

    def __ge__(self, other: Column | int) -> Flags:
        return Flags(self.values >= _parts(other)[0])

    def equals(self, other: Column | int) -> Flags:
        """Say row by row whether the values are the same."""
        return Flags(self.values == _parts(other)[0])

    __truediv__ = __floordiv__ = __mod__ = __rtruediv__ = __rfloordiv__ = _refuse
    __bool__ = _undecided


class Flags:
    """Yes or no, one a household."""

    __slots__ = ("values",)
    __array_ufunc__ = None

    def __init__(self, values: Booleans) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def at(self, row: SupportsIndex) -> bool:
        """Return the answer of one row."""
        return bool(self.values[row])

    def __and__(self, other: Flags) -> Flags:
        return Flags(self.values & other.values)

    def __or__(self, other: Flags) -> Flags:
        return Flags(self.values | other.values)

    def __invert__(self) -> Flags:
        return Flags(~self.values)

    __bool__ = _undecided


class Ratio:
    """`numerator` ÷ (`denominator` × `factor`), kept as it is: it is compared, never rounded.

    A comparison multiplies crosswise. The denominator must be above zero.
    """

    __slots__ = ("denominator", "factor", "numerator")

    def __init__(self, numerator: Column, denominator: Column, factor: int = 1) -> None:
        if denominator.low < 1 or factor < 1:
            raise InexactError("a ratio needs a denominator that is always above zero")
        self.numerator, self.denominator, self.factor = numerator, denominator, factor

    def __len__(self) -> int:
        return len(self.numerator)

    def _scaled(self, threshold: int) -> Column:
        return self.denominator * (self.factor * threshold)

    def __lt__(self, threshold: int) -> Flags:
        return self.numerator < self._scaled(threshold)

    def __le__(self, threshold: int) -> Flags:
        return self.numerator <= self._scaled(threshold)

    def __gt__(self, threshold: int) -> Flags:
        return self.numerator > self._scaled(threshold)

    def __ge__(self, threshold: int) -> Flags:
        return self.numerator >= self._scaled(threshold)

    def at(self, row: SupportsIndex) -> int:
        """Return one row's quotient half up, for showing only."""
        below = self.denominator.at(row) * self.factor
        return (2 * self.numerator.at(row) + below) // (2 * below)

    __bool__ = _undecided


def _parts(other: Column | int) -> tuple[Integers | int, int, int]:
    if isinstance(other, Column):
        return other.values, other.low, other.high
    if isinstance(other, bool) or not isinstance(other, int):
        raise InexactError(f"{other!r} is no whole number")
    if not LOWEST <= other <= HIGHEST:
        raise ColumnOverflowError(f"{other} is beyond 64 bits")
    return other, other, other


def _guard(low: int, high: int) -> None:
    if low < LOWEST or high > HIGHEST:
        raise ColumnOverflowError(f"a value could reach {low}…{high}, beyond 64 bits")
