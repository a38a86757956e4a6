"""Choosing between values row by row: categories, limits, alternatives."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from bangfu_sdk.columns import (
    Booleans,
    Codes,
    Column,
    Flags,
    InexactError,
    Integers,
    bounds,
    deferred,
    raw,
)

_NOT_GATHERED: Integers = np.zeros(0, dtype=np.int64)
_PLAINLY: dict[np.ufunc, Callable[[int, int], bool]] = {
    np.less: operator.lt, np.less_equal: operator.le, np.greater: operator.gt,
    np.greater_equal: operator.ge, np.equal: operator.eq,
}  # fmt: skip
"""How two single numbers are compared: numpy takes twenty times as long for them."""


class Choice:
    """One of a few labels a household: `codes` are positions in `labels`."""

    __slots__ = ("_answers", "_kept", "_places", "codes", "labels")

    def __init__(self, codes: Codes, labels: tuple[str, ...]) -> None:
        self.codes, self.labels = codes, labels
        self._places: npt.NDArray[np.intp] | None = None
        self._kept: tuple[Flags, Choice] | None = None
        self._answers: dict[tuple[int, ...], Flags] = {}

    @property
    def places(self) -> npt.NDArray[np.intp]:
        """The codes as numpy looks places up by, made once for all columns picked by them."""
        if self._places is None:
            self._places = self.codes.astype(np.intp)
        return self._places

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: SupportsIndex) -> str:
        """Return the label of one row."""
        return self.labels[int(self.codes[row])]

    def equals(self, label: str) -> Flags:
        """Say row by row whether it is this label; a label nobody can have is never it."""
        if label not in self.labels:
            return Flags.constant(False, len(self))
        return self._is_any([self.labels.index(label)])

    def among(self, labels: Iterable[str]) -> Flags:
        """Say row by row whether it is one of these labels."""
        wanted = set(labels)
        return self._is_any([code for code, label in enumerate(self.labels) if label in wanted])

    def _is_any(self, codes: Sequence[int]) -> Flags:
        """Say row by row whether it has one of these codes, in ascending order.

        Rules ask the same again and again, for which it is remembered.
        """
        asked = tuple(codes)
        if asked not in self._answers:
            if len(codes) in (0, len(self.labels)):
                self._answers[asked] = Flags.constant(bool(codes), len(self))
            else:
                self._answers[asked] = deferred(len(self), _is_one_of, self.codes, asked)
        return self._answers[asked]

    def _kept_where(self, when: Flags) -> Choice:
        """Return the choice with one more label, which is that of all where the flag is not set.

        The last answer is remembered: the least and the most are often kept by the same flags.
        """
        if self._kept is None or self._kept[0] is not when:
            nothing = np.uint8(len(self.labels))
            codes = self.codes - nothing
            codes *= when.values
            codes += nothing
            self._kept = when, Choice(codes, (*self.labels, ""))
        return self._kept[1]

    def pick(self, values: Mapping[str, int], otherwise: int = 0) -> Column:
        """Return for each row the value given for its label."""
        return Picked(self, [values.get(label, otherwise) for label in self.labels])

    def __bool__(self) -> bool:
        raise InexactError("a column holds many answers: use equals and among, never if")


def _is_one_of(places: Codes, codes: Sequence[int]) -> Booleans:
    first, last = codes[0], codes[-1]
    if first < last and last - first == len(codes) - 1:
        # Neighbours: a code below the first wraps round and lies beyond the last.
        return (places - np.uint8(first) if first else places) <= np.uint8(last - first)
    answer: Booleans = places == np.uint8(first)
    for code in codes[1:]:
        answer |= places == np.uint8(code)
    return answer


class Picked(Column):
    """A column that depends on the label alone; its values are gathered when they are needed."""

    __slots__ = ("choice", "table")

    def __init__(self, choice: Choice, table: list[int]) -> None:
        super().__init__(_NOT_GATHERED, min(table), max(table))
        self.choice, self.table = choice, table

    @property
    def values(self) -> Integers:
        """The values as an array."""
        if self._values is _NOT_GATHERED:
            table = np.array(self.table, dtype=np.int64)
            # Codes lie within the table by nature; "clip" spares numpy its slower check.
            self._values = table.take(self.choice.places, mode="clip")
        return self._values

    def __len__(self) -> int:
        return len(self.choice)

    def at(self, row: SupportsIndex) -> int:
        """Return the value of one row."""
        return self.table[int(self.choice.codes[row])]

    def __mul__(self, other: Column | int) -> Column:
        if isinstance(other, Column):
            return super().__mul__(other)
        bounds(other)
        return self.mapped(lambda value: value * other)

    __rmul__ = __mul__

    def mapped(self, change: Callable[[int], int]) -> Picked:
        """Return the column with another value for each label."""
        return Picked(self.choice, [change(value) for value in self.table])

    def kept(self, when: Flags) -> Picked:
        """Return the column with 0 where the flag is not set, without gathering it first."""
        return Picked(self.choice._kept_where(when), [*self.table, 0])

    def _compare(self, ask: np.ufunc, other: Column | int, known: bool | None) -> Flags:
        if isinstance(other, Picked) and other.choice is self.choice:
            others = other.table
        elif known is not None or isinstance(other, Column):
            return super()._compare(ask, other, known)
        else:
            others = [other] * len(self.table)
        plainly = _PLAINLY[ask]
        pairs = enumerate(zip(self.table, others, strict=True))
        return self.choice._is_any([code for code, pair in pairs if plainly(*pair)])


def first_that_fits(*cases: tuple[Flags, str], otherwise: str) -> Choice:
    """Return for each row the label of the first case that is true there, or `otherwise`."""
    codes: Codes = np.zeros(len(cases[0][0]), dtype=np.uint8)
    for fits, _ in reversed(cases):
        # One step further down the list unless this case fits: then back to its start.
        codes += np.uint8(1)
        codes *= ~fits.values
    return Choice(codes, (*(label for _, label in cases), otherwise))


def choose(when: Flags, then: Column, otherwise: Column) -> Column:
    """Return `then` where the flag is set and `otherwise` elsewhere."""
    if when.always is not None:
        return then if when.always else otherwise
    # By turns of bits, for numpy's own choice takes four times as long where answers are mixed.
    values = then.values ^ otherwise.values
    values *= when.values
    values ^= otherwise.values
    return Column(values, min(then.low, otherwise.low), max(then.high, otherwise.high))


def keep(values: Column, when: Flags) -> Column:
    """Return the values where the flag is set and 0 elsewhere."""
    if when.always or values.low == values.high == 0:
        return values
    if when.always is not None:
        return Column.constant(0, len(values))
    if isinstance(values, Picked):
        return values.kept(when)
    kept = when.values.astype(np.int64)  # Made numbers at once: a mixed product is slower.
    kept *= values.values
    return Column(kept, min(values.low, 0), max(values.high, 0))


def lesser(first: Column, second: Column | int) -> Column:
    """Return the smaller of two values row by row."""
    low, high = bounds(second)
    if first is second or first.high <= low:
        return first
    if isinstance(second, Column):
        if high <= first.low:
            return second
    elif isinstance(first, Picked):
        return first.mapped(lambda value: min(value, second))
    smaller = np.minimum(first.values, raw(second))
    return Column(smaller, min(first.low, low), min(first.high, high))


def greater(first: Column, second: Column | int) -> Column:
    """Return the larger of two values row by row."""
    low, high = bounds(second)
    if first is second or first.low >= high:
        return first
    if isinstance(second, Column):
        if low >= first.high:
            return second
    elif isinstance(first, Picked):
        return first.mapped(lambda value: max(value, second))
    larger = np.maximum(first.values, raw(second))
    return Column(larger, max(first.low, low), max(first.high, high))
