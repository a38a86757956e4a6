"""Choosing between values row by row: categories, limits, alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import SupportsIndex

import numpy as np
import numpy.typing as npt

from bangfu_sdk.columns import Codes, Column, Flags, InexactError, Integers

_NOT_GATHERED: Integers = np.zeros(0, dtype=np.int64)


class Choice:
    """One of a few labels a household: `codes` are positions in `labels`."""

    __slots__ = ("_places", "codes", "labels")

    def __init__(self, codes: Codes, labels: tuple[str, ...]) -> None:
        self.codes, self.labels = codes, labels
        self._places: npt.NDArray[np.intp] | None = None

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
        return Flags(self.codes == np.uint8(self.labels.index(label)))

    def among(self, labels: Iterable[str]) -> Flags:
        """Say row by row whether it is one of these labels."""
        answer = Flags.constant(False, len(self))
        for label in labels:
            answer |= self.equals(label)
        return answer

    def pick(self, values: Mapping[str, int], otherwise: int = 0) -> Column:
        """Return for each row the value given for its label."""
        return Picked(self, [values.get(label, otherwise) for label in self.labels])

    def __bool__(self) -> bool:
        raise InexactError("a column holds many answers: use equals and among, never if")


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

    def kept(self, when: Flags) -> Picked:
        """Return the column with 0 where the flag is not set, without gathering it first."""
        nothing = np.uint8(len(self.table))
        codes = (self.choice.codes - nothing) * when.values + nothing
        return Picked(Choice(codes, (*self.choice.labels, "")), [*self.table, 0])

    def _compare(self, ask: np.ufunc, other: Column | int, known: bool | None) -> Flags:
        if isinstance(other, Picked) and other.choice is self.choice:
            others = other.table
        elif known is not None or isinstance(other, Column):
            return super()._compare(ask, other, known)
        else:
            others = [other] * len(self.table)
        values = zip(self.choice.labels, self.table, others, strict=True)
        return self.choice.among(label for label, one, two in values if ask(one, two))


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
    low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
    return Column(np.where(when.values, then.values, otherwise.values), low, high)


def keep(values: Column, when: Flags) -> Column:
    """Return the values where the flag is set and 0 elsewhere."""
    if when.always is not None:
        return values if when.always else Column.constant(0, len(values))
    if isinstance(values, Picked):
        return values.kept(when)
    kept = values.values * when.values
    return Column(kept, min(values.low, 0), max(values.high, 0))


def lesser(first: Column, second: Column | int) -> Column:
    """Return the smaller of two values row by row."""
    if isinstance(second, int) and second >= first.high:
        return first
    if isinstance(second, int):
        low, high = min(first.low, second), min(first.high, second)
        return Column(np.minimum(first.values, second), low, high)
    low, high = min(first.low, second.low), min(first.high, second.high)
    return Column(np.minimum(first.values, second.values), low, high)


def greater(first: Column, second: Column | int) -> Column:
    """Return the larger of two values row by row."""
    if isinstance(second, int) and second <= first.low:
        return first
    if isinstance(second, int):
        low, high = max(first.low, second), max(first.high, second)
        return Column(np.maximum(first.values, second), low, high)
    low, high = max(first.low, second.low), max(first.high, second.high)
    return Column(np.maximum(first.values, second.values), low, high)
