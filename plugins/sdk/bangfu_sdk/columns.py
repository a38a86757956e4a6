"""Exact columns: int64 values with the interval they can lie in.

A rule is written once over columns. One household is a column of length one, a registry a column
of length n. Inputs are checked once against their bounds; every operation then computes the exact
interval of its result with Python integers and refuses, before it touches the data, what could
leave int64. So nothing ever wraps, and no operation needs a second pass over the data.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import gcd
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

    __slots__ = ("_answers", "_values", "high", "low")
    __array_ufunc__ = None

    def __init__(self, values: Integers, low: int, high: int) -> None:
        _guard(low, high)
        self._values, self.low, self.high = values, low, high
        self._answers: dict[tuple[np.ufunc, int], Flags] = {}

    @classmethod
    def constant(cls, value: int, size: int) -> Column:
        """Return a column with one value everywhere; it takes no memory."""
        _guard(value, value)
        return cls(_everywhere(np.int64(value), size), value, value)

    @property
    def values(self) -> Integers:
        """The values as an array."""
        return self._values

    def __len__(self) -> int:
        return len(self._values)

    def at(self, row: SupportsIndex) -> int:
        """Return the value of one row."""
        return int(self.values[row])

    def __add__(self, other: Column | int) -> Column:
        low, high = bounds(other)
        if low == high == 0:
            return self
        if self.low == self.high == 0 and isinstance(other, Column):
            return other
        _guard(low + self.low, high + self.high)
        return Column(self.values + raw(other), self.low + low, self.high + high)

    __radd__ = __add__

    def __sub__(self, other: Column | int) -> Column:
        low, high = bounds(other)
        if low == high == 0:
            return self
        _guard(self.low - high, self.high - low)
        return Column(self.values - raw(other), self.low - high, self.high - low)

    def __rsub__(self, other: int) -> Column:
        return -self + other

    def __neg__(self) -> Column:
        _guard(-self.high, -self.low)
        return Column(-self.values, -self.high, -self.low)

    def __mul__(self, other: Column | int) -> Column:
        low, high = bounds(other)
        if low == high == 1:
            return self
        ends = (self.low * low, self.low * high, self.high * low, self.high * high)
        _guard(min(ends), max(ends))
        return Column(self.values * raw(other), min(ends), max(ends))

    __rmul__ = __mul__

    def __lt__(self, other: Column | int) -> Flags:
        return self._compare(np.less, other, self._order(other, strict=True))

    def __le__(self, other: Column | int) -> Flags:
        return self._compare(np.less_equal, other, self._order(other, strict=False))

    def __gt__(self, other: Column | int) -> Flags:
        return self._compare(np.greater, other, _turned(self._order(other, strict=False)))

    def __ge__(self, other: Column | int) -> Flags:
        return self._compare(np.greater_equal, other, _turned(self._order(other, strict=True)))

    def equals(self, other: Column | int) -> Flags:
        """Say row by row whether the values are the same."""
        return self._compare(np.equal, other, None)

    def _order(self, other: Column | int, *, strict: bool) -> bool | None:
        """Say whether self < other (or <= where not strict) by the intervals alone."""
        if other is self:
            return not strict
        low, high = bounds(other)
        if self.high < low or (self.high == low and not strict):
            return True
        if self.low > high or (self.low == high and strict):
            return False
        return None

    def _compare(self, ask: np.ufunc, other: Column | int, known: bool | None) -> Flags:
        if known is not None:
            return Flags.constant(known, len(self))
        if isinstance(other, Column):
            _meet(self, other)
            return deferred(len(self), ask, self, other)
        if (ask, other) not in self._answers:  # Rules ask more than once whether there is anything.
            # Of its array, not of the column: a circle would hold the memory of both.
            self._answers[ask, other] = deferred(len(self), ask, self.values, other)
        return self._answers[ask, other]

    __truediv__ = __floordiv__ = __mod__ = __rtruediv__ = __rfloordiv__ = _refuse
    __bool__ = _undecided


class Flags:
    """Yes or no, one a household. `always` is the answer where it is the same for all by nature.

    What is compared or combined is computed when somebody looks at `values`: most flags of a rule
    only say when a reason holds, and of a registry nobody reads every reason.
    """

    __slots__ = ("_asked", "_size", "_values", "always")
    __array_ufunc__ = None

    def __init__(self, values: Booleans, always: bool | None = None) -> None:
        self._values, self._size, self.always = values, len(values), always
        self._asked: tuple[Callable[..., Booleans], tuple[Any, ...]] | None = None

    @classmethod
    def constant(cls, answer: bool, size: int) -> Flags:
        """Return one answer for all; it takes no memory."""
        return cls(_everywhere(np.bool_(answer), size), answer)

    @property
    def values(self) -> Booleans:
        """The answers as an array."""
        asked = self._asked
        if asked is not None:
            ask, of = asked
            self._values = ask(*[one.values if isinstance(one, _COLUMNS) else one for one in of])
            self._asked = None  # Last, for another thread may be looking too.
        return self._values

    def __len__(self) -> int:
        return self._size

    def at(self, row: SupportsIndex) -> bool:
        """Return the answer of one row."""
        return bool(self.values[row])

    def any(self) -> bool:
        """Say whether it is yes for at least one household."""
        return bool(self.values.any()) if self.always is None else self.always and len(self) > 0

    def __and__(self, other: Flags) -> Flags:
        if self.always is not None:
            return other if self.always else self
        if other.always is not None:
            return self if other.always else other
        if self._size != other._size:
            _meet(self, other)
        return deferred(self._size, np.logical_and, self, other)

    def __or__(self, other: Flags) -> Flags:
        if other is self:
            return self
        if self.always is not None:
            return self if self.always else other
        if other.always is not None:
            return other if other.always else self
        if self._size != other._size:
            _meet(self, other)
        return deferred(self._size, np.logical_or, self, other)

    def __invert__(self) -> Flags:
        if self.always is not None:
            return Flags.constant(not self.always, len(self))
        return deferred(self._size, np.logical_not, self)

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

    def below_share(self, threshold: int, percent: int) -> Flags:
        """Say row by row whether it is below so many per cents of a threshold, unrounded."""
        common = gcd(percent, 100)
        scale, share = 100 // common, percent // common
        numerator = self.numerator * scale if scale > 1 else self.numerator
        return Ratio(numerator, self.denominator, self.factor) < share * threshold

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


def quotient(number: Column, times: int, plus: int, divisor: int, unit: int) -> Column:
    """Return (number × times + plus) ÷ divisor × unit, the quotient rounded down.

    All of it is done in one array: memory that was never touched costs more than the arithmetic.
    """
    values, low, high = number.values, number.low, number.high
    own: Integers | None = None
    for work, count, operand, neutral in (
        (np.multiply, operator.mul, times, 1),
        (np.add, operator.add, plus, 0),
        (np.floor_divide, operator.floordiv, divisor, 1),
        (np.multiply, operator.mul, unit, 1),
    ):
        bounds(operand)
        if operand != neutral:
            low, high = sorted((count(low, operand), count(high, operand)))
            _guard(low, high)
            values = own = work(values, operand, out=own)
    return Column(values, low, high)


_COLUMNS = (Column, Flags)


def bounds(other: Column | int) -> tuple[int, int]:
    """Return between what a column or a number lies. Raises InexactError for anything else."""
    if isinstance(other, Column):
        return other.low, other.high
    if isinstance(other, bool) or not isinstance(other, int):
        raise InexactError(f"{other!r} is no whole number")
    if not LOWEST <= other <= HIGHEST:
        raise ColumnOverflowError(f"{other} is beyond 64 bits")
    return other, other


def raw(other: Any) -> Any:
    """Return what numpy computes with: the array of a column, or what was given."""
    return other.values if isinstance(other, _COLUMNS) else other


def deferred(size: int, ask: Callable[..., Booleans], *of: Any) -> Flags:
    """Return what `ask` answers of columns, numbers or arrays, asked when it is needed."""
    flags = Flags.__new__(Flags)
    flags._asked, flags._size, flags.always = (ask, of), size, None
    return flags


def _meet(first: Column | Flags, second: Column | Flags) -> None:
    """Refuse now what could not be computed together later."""
    if len(first) != len(second):
        raise InexactError("columns of different lengths cannot be put together")


def _turned(known: bool | None) -> bool | None:
    return None if known is None else not known


def _everywhere(value: np.generic, size: int) -> npt.NDArray[Any]:
    """Return an array with one value at every place, in the memory of the one."""
    return np.ndarray(size, value.dtype, value, strides=(0,))


def _guard(low: int, high: int) -> None:
    if low < LOWEST or high > HIGHEST:
        raise ColumnOverflowError(f"a value could reach {low}…{high}, beyond 64 bits")
