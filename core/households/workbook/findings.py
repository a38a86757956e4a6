"""What a check of a sheet finds, and how a cell reads as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unicodedata import category

from core.households.workbook.columns import Column
from core.households.workbook.faults import REQUIRED, Fault, FaultKind, make_fault
from core.households.workbook.sheets import Cell, Table

SHOWN = 40
_UNSEEN = {"Cc", "Cf", "Cs", "Cn"}

Cells = Sequence[Cell]
Value = TypeVar("Value")


@dataclass
class Findings:
    """The faults of one sheet while it is checked; the first fault of a cell counts."""

    table: Table
    faults: dict[tuple[int, str], Fault] = field(default_factory=dict)

    def add(self, index: int, column: str, kind: FaultKind, **values: Any) -> None:
        """Note a fault at the row of an index."""
        place = (index, column)
        if place not in self.faults:
            row = self.table.rows[index]
            self.faults[place] = make_fault(kind, self.table.sheet, row, column, **values)

    def bad(self) -> set[int]:
        """Return the indices of rows with a fault."""
        return {index for index, _column in self.faults}


@dataclass(frozen=True)
class Check:
    """What the cleaning of one column works with."""

    column: Column
    findings: Findings
    today: dt.date
    units: Collection[str]

    def fault(self, index: int, kind: FaultKind, **values: Any) -> None:
        """Note a fault in this column."""
        self.findings.add(index, self.column.title, kind, **values)

    def mark(self, indices: Iterable[Any], kind: FaultKind) -> None:
        """Note the same fault at several rows."""
        for index in indices:
            self.fault(int(index), kind)

    def require(self, cells: Cells) -> None:
        """Note empty cells of a column that needs a value."""
        if self.column.required and "" in cells:
            self.mark((i for i, cell in enumerate(cells) if cell == ""), REQUIRED)


def read_texts(cells: Cells) -> list[str]:
    """Return cells as texts of one line, without space around them."""
    if set(map(type, cells)) <= {str} and all(map(str.isprintable, cells)):
        return [cell.strip() for cell in cells]
    return [read_text(cell) for cell in cells]


def empty_blanks(cells: Cells) -> Cells:
    """Return cells with those that hold nothing but space made empty."""
    if not any(isinstance(cell, str) and cell.isspace() for cell in set(cells)):
        return cells
    return ["" if isinstance(cell, str) and cell.isspace() else cell for cell in cells]


def by_value(cells: Cells, convert: Callable[[Cell], Value]) -> list[Value]:
    """Return cells converted, each distinct one once: columns of lists have few of them."""
    if bool in set(map(type, cells)):
        # A truth value equals 1 or 0 as a key and would pass for that number.
        return [convert(cell) for cell in cells]
    distinct = {cell: convert(cell) for cell in set(cells)}
    return [distinct[cell] for cell in cells]


def tidy(text: str) -> str:
    """Return a text without line breaks and control characters, which files carry unseen.

    Rare characters of names live in the private use area and stay.
    """
    spaced = (" " if char.isspace() else char for char in text)
    return "".join(char for char in spaced if category(char) not in _UNSEEN).strip()


def read_text(cell: Cell) -> str:
    """Return a cell as text: a whole number without the point that spreadsheets give it."""
    if isinstance(cell, str):
        text = cell.strip()
        return text if text.isprintable() else tidy(text)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def shorten(cell: Cell) -> str:
    """Return the beginning of a cell's text, for a message."""
    return read_text(cell)[:SHOWN]
