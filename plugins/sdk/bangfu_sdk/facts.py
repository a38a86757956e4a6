"""Facts: what is known of a household when a rule judges it, under the names of the glossary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from bangfu_sdk.choices import Choice
from bangfu_sdk.columns import Column, Flags, Integers
from bangfu_sdk.texts import Text, Unit

Values = TypeVar("Values", bound=np.ndarray[Any, Any])
MOST_FEN = 10**13
MOST_MEMBERS = 100


class FactError(ValueError):
    """A fact is missing or is not what a rule can judge.

    `name` is the fact, or all that are missing; `kind` is missing, range (a number out of its
    bounds) or wrong.
    """

    def __init__(self, name: str, problem: str, kind: str = "wrong") -> None:
        super().__init__(f"{name}: {problem}")
        self.name, self.problem, self.kind = name, problem, kind


@dataclass(frozen=True)
class Fact:
    """A fact a rule may use: name, unit, meaning, and the bounds its values lie in.

    A fact with a `default` may be left out; then every household has that value. One that
    `may_be_unknown` is not known of every household: where it is not, a rule that needs it
    decides nothing. A fact that is a label is one of `labels`, or of the region's categories
    where it names none.
    """

    name: str
    unit: Unit
    meaning: Text
    low: int = 0
    high: int = MOST_FEN
    default: int | str | None = None
    may_be_unknown: bool = False
    labels: tuple[str, ...] = ()


_COLUMNS = (np.ndarray, Choice, Column, Flags)


class Facts:
    """The facts of one household or of many, as checked columns."""

    __slots__ = ("_columns", "size")

    def __init__(self, columns: Mapping[str, Column | Flags | Choice], size: int) -> None:
        self._columns, self.size = columns, size

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def number(self, name: str) -> Column:
        """Return a fact that is a number."""
        column = self._columns[name]
        if not isinstance(column, Column):
            raise FactError(name, "is no number")
        return column

    def flag(self, name: str) -> Flags:
        """Return a fact that is yes or no."""
        column = self._columns[name]
        if not isinstance(column, Flags):
            raise FactError(name, "is not yes or no")
        return column

    def choice(self, name: str) -> Choice:
        """Return a fact that is one of a few labels."""
        column = self._columns[name]
        if not isinstance(column, Choice):
            raise FactError(name, "is no label")
        return column

    def columns(self) -> dict[str, Column | Flags | Choice]:
        """Return all columns by name."""
        return dict(self._columns)

    def at(self, row: int) -> dict[str, Any]:
        """Return one household's facts as plain values."""
        return {name: column.at(row) for name, column in self._columns.items()}


def read_facts(
    needed: tuple[Fact, ...], given: Mapping[str, Any], labels: tuple[str, ...]
) -> Facts:
    """Return the needed facts as columns, each checked once.

    Values are plain numbers for one household, or for many arrays of equal length or columns
    that were checked before. `labels` are the categories there are. Raises FactError for a fact
    that is missing, of a wrong type, of another length or out of its bounds.
    """
    values = {fact.name: _given(fact, given) for fact in needed}
    if missing := [name for name, value in values.items() if value is None]:
        raise FactError(", ".join(missing), "is missing", "missing")
    sizes = {len(value) for value in values.values() if isinstance(value, _COLUMNS)}
    if len(sizes) > 1:
        raise FactError(next(iter(values)), f"the columns have different lengths {sorted(sizes)}")
    size = sizes.pop() if sizes else 1
    columns = {fact.name: _column(fact, values[fact.name], size, labels) for fact in needed}
    return Facts(columns, size)


def _given(fact: Fact, given: Mapping[str, Any]) -> Any:
    default = fact.default
    if fact.unit is Unit.FLAG and default is not None:
        return given.get(fact.name, bool(default))
    return given.get(fact.name, default)


def _column(fact: Fact, value: Any, size: int, labels: tuple[str, ...]) -> Column | Flags | Choice:
    if fact.unit is Unit.CODE:
        return _labels(fact, value, size, fact.labels or labels)
    if fact.unit is Unit.FLAG:
        return _flags(fact, value, size)
    return _numbers(fact, value, size)


def _labels(fact: Fact, value: Any, size: int, labels: tuple[str, ...]) -> Choice:
    if isinstance(value, Choice):
        if not set(value.labels) <= set(labels):
            raise FactError(fact.name, f"{value.labels} are not all among {labels}")
        return value
    if value not in labels:
        raise FactError(fact.name, f"{value!r} is none of {', '.join(labels)}")
    return Choice(_frozen(np.full(size, labels.index(value), dtype=np.uint8)), labels)


def _flags(fact: Fact, value: Any, size: int) -> Flags:
    if isinstance(value, Flags):
        return value
    if isinstance(value, np.ndarray) and value.dtype == np.bool_:
        return Flags(_frozen(value))
    if isinstance(value, bool | np.bool_):
        return Flags(_frozen(np.full(size, bool(value))))
    raise FactError(fact.name, f"{value!r} is not yes or no")


def _numbers(fact: Fact, value: Any, size: int) -> Column:
    if isinstance(value, Column):
        return _known(fact, value)
    if isinstance(value, np.ndarray):
        return _checked(fact, value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise FactError(fact.name, f"{value!r} is no whole number")
    if not fact.low <= value <= fact.high:
        raise _out_of_range(fact, int(value))
    if value == 0:
        return Column.constant(0, size)
    return Column(_frozen(np.full(size, value, dtype=np.int64)), fact.low, fact.high)


def _known(fact: Fact, column: Column) -> Column:
    if column.low < fact.low or column.high > fact.high:
        raise _out_of_range(fact, column.low if column.low < fact.low else column.high)
    return column


def _checked(fact: Fact, values: np.ndarray[Any, Any]) -> Column:
    if values.ndim != 1 or values.dtype.kind != "i":
        raise FactError(fact.name, f"a column of {values.dtype} is no column of whole numbers")
    numbers = values.astype(np.int64, copy=False)
    if numbers.size:
        # The intervals of a rule come from the declared bounds, not from what the data happen
        # to hold, so that a rule that could overflow fails on its first household.
        low, high = _ends(fact, numbers)
        if low < fact.low or high > fact.high:
            raise _out_of_range(fact, low if low < fact.low else high)
        if low == high == 0:
            return Column.constant(0, numbers.size)
    return Column(_frozen(numbers), fact.low, fact.high)


def _ends(fact: Fact, numbers: Integers) -> tuple[int, int]:
    """Return the least and the greatest number, or 0 for the least where none is below that."""
    if fact.low == 0:
        # Seen without its sign a number below zero is a very large one: one look finds both.
        greatest = int(numbers.view(np.uint64).max())
        if greatest <= fact.high:
            return 0, greatest
    return int(numbers.min()), int(numbers.max())


def _frozen(values: Values) -> Values:
    """Return a view nobody can write through: rules share the columns they are given."""
    view = values.view()
    view.setflags(write=False)
    return view


def _out_of_range(fact: Fact, value: int) -> FactError:
    return FactError(fact.name, f"{value} is not in {fact.low}…{fact.high}", "range")
