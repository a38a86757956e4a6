"""From the bytes of a workbook or CSV file to its sheets, column by column, cells untouched."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from core.households.workbook.columns import COLUMNS, FURTHER_SHEETS, HOUSEHOLD_SHEET
from core.households.workbook.faults import (
    BROKEN,
    COLUMN_TWICE,
    COLUMN_UNKNOWN,
    COLUMNS_MISSING,
    NO_FILE_NUMBERS,
    NO_HEADER,
    NOT_A_WORKBOOK,
    PASSWORD,
    SHEET_EMPTY,
    SHEET_MISSING,
    Fault,
    FaultKind,
    make_fault,
)
from core.households.workbook.package import (
    OLE_MAGIC,
    ZIP_MAGIC,
    Hidden,
    Package,
    UnreadableError,
    find_hidden,
    unpack,
)

HEADER_WITHIN = 10
FILE_NUMBER = "档案编号"
HEADER_MARKS = {FILE_NUMBER, "姓名"}
_DECORATION = re.compile(r"[\s*]|[((](?:元|平方米|㎡|m2|必填)[))]")

Cell = Any
Rows = list[list[Cell]]


@dataclass(frozen=True)
class Grid:
    """A sheet as rows of cells from row 1 on, and what its cells hide from the reader."""

    rows: Rows
    hidden: Hidden = field(default_factory=dict)


Reader = Callable[[], Grid]


@dataclass(frozen=True)
class Table:
    """A sheet by columns: `cells` by title, `rows` the spreadsheet's number of each row.

    `hidden` says what cells hold in truth, by (index into `rows`, title).
    """

    sheet: str
    rows: Sequence[int] = ()
    cells: dict[str, Sequence[Cell]] = field(default_factory=dict)
    hidden: dict[tuple[int, str], FaultKind] = field(default_factory=dict)


def open_sheets(
    data: bytes, sheets: Sequence[str], further: Sequence[str] = ()
) -> dict[str, Reader]:
    """Return what reads the named sheets of a workbook; a CSV file is the first of them.

    Those of `further` are read where the workbook has them. Raises UnreadableError when the file
    cannot be read or lacks a sheet, as a reader does.
    """
    if data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return _open_workbook(data, sheets, further)
    return {sheets[0]: lambda: Grid(_read_csv(data))}


def _open_workbook(data: bytes, sheets: Sequence[str], further: Sequence[str]) -> dict[str, Reader]:
    package = unpack(data)
    names = {name.strip(): name for name in package.sheets}
    for sheet in sheets:
        if sheet not in names:
            raise UnreadableError(SHEET_MISSING, sheet)
    found = [sheet for sheet in (*sheets, *further) if sheet in names]
    return {sheet: partial(_read_grid, package, names[sheet]) for sheet in found}


def open_all(data: bytes) -> dict[str, Reader]:
    """Return what reads each sheet of a workbook by its name; a CSV file is one without a name.

    Raises UnreadableError when the file cannot be read, as a reader does.
    """
    if not data.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return {"": lambda: Grid(_read_csv(data))}
    package = unpack(data)
    return {name: partial(_read_grid, package, name) for name in package.sheets}


def _read_grid(package: Package, name: str) -> Grid:
    _part, content = package.sheets[name]
    return Grid(_read_rows(package, name), find_hidden(content))


def _read_rows(package: Package, name: str) -> Rows:
    try:
        with package.unpacked(name) as path:
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
            return sheet.to_python(skip_empty_area=False)
    except PasswordError as error:
        raise UnreadableError(PASSWORD) from error
    except CalamineError as error:
        raise UnreadableError(BROKEN, name) from error


def _read_csv(data: bytes) -> Rows:
    try:
        text = _decode(data)
        # An apostrophe in front says "this is text", in spreadsheets as in our own CSV files.
        rows = [
            [cell.strip().removeprefix("'") for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), strict=True)
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(NOT_A_WORKBOOK) from error
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _decode(data: bytes) -> str:
    """Excel writes CSV in UTF-8 with a mark, or in GB 18030 on a Chinese Windows."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    if "\0" in text:
        raise UnreadableError(NOT_A_WORKBOOK)
    return text


def make_table(sheet: str, grid: Grid) -> tuple[Table, list[Fault]]:
    """Return a sheet by its known columns, and the faults of its header.

    A table without rows comes back where the header is unusable.
    """
    header = _find_header(grid.rows)
    if header is None:
        empty = not any(map(any, grid.rows))
        lacking = NO_FILE_NUMBERS if sheet in FURTHER_SHEETS else NO_HEADER
        return Table(sheet), [make_fault(SHEET_EMPTY if empty else lacking, sheet)]
    titles = [read_title(cell) for cell in grid.rows[header]]
    faults, usable = _check_titles(sheet, titles, header + 1)
    if not usable:
        return Table(sheet), faults
    table = _arrange(sheet, titles, header + 1, grid)
    if not table.rows and sheet == HOUSEHOLD_SHEET:
        return Table(sheet), [*faults, make_fault(SHEET_EMPTY, sheet)]
    return table, faults


def _find_header(rows: Rows) -> int | None:
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        if HEADER_MARKS & {read_title(cell) for cell in row}:
            return index
    return None


def read_title(cell: Cell) -> str:
    """Return a column's title without blanks, full-width forms and marks such as (元)."""
    text = unicodedata.normalize("NFKC", cell) if isinstance(cell, str) else str(cell)
    return _DECORATION.sub("", text)


def is_blank(cells: list[Cell]) -> bool:
    """Return whether a row holds nothing."""
    # Not `all`, which takes twice as long for rows that show at their first cell that they are not.
    for cell in cells:  # noqa: SIM110
        if not isinstance(cell, str) or cell.strip():
            return False
    return True


def _check_titles(sheet: str, titles: list[str], row: int) -> tuple[list[Fault], bool]:
    known = {column.title for column in COLUMNS[sheet]}
    needed = [one for one in COLUMNS[sheet] if one.required or sheet not in FURTHER_SHEETS]
    missing = [column.title for column in needed if column.title not in titles]
    twice = {title for title in titles if title in known and titles.count(title) > 1}
    faults = [
        make_fault(COLUMN_UNKNOWN, sheet, row, title)
        for title in titles
        if title and title not in known
    ]
    faults += [make_fault(COLUMN_TWICE, sheet, row, title) for title in sorted(twice)]
    if missing:
        names = "、".join(missing)
        faults.insert(0, make_fault(COLUMNS_MISSING, sheet, row, missing[0], missing=names))
    return faults, not missing and not twice


def _arrange(sheet: str, titles: list[str], header: int, grid: Grid) -> Table:
    body = grid.rows[header:]
    rows: Sequence[int] = range(header + 1, header + 1 + len(body))
    blank = _find_blank(body, titles.index(FILE_NUMBER))
    if blank:
        rows = [row for place, row in enumerate(rows) if place not in blank]
        body = [cells for place, cells in enumerate(body) if place not in blank]
    columns = list(zip(*body, strict=True)) or [()] * len(titles)
    known = {column.title for column in COLUMNS[sheet]}
    cells: dict[str, Sequence[Any]] = {
        title: column for title, column in zip(titles, columns, strict=True) if title in known
    }
    places = {row: place for place, row in enumerate(rows)} if grid.hidden else {}
    return Table(sheet, rows, cells, {
        (places[row], titles[column - 1]): kind
        for (row, column), kind in grid.hidden.items()
        if row in places and column <= len(titles) and titles[column - 1] in known
    })  # fmt: skip


def _find_blank(body: Rows, key: int) -> set[int]:
    """Return the rows without anything in them; only those without a file number can be."""
    return {
        place for place, cells in enumerate(body)
        if (not cells[key] or str(cells[key]).isspace()) and is_blank(cells)
    }  # fmt: skip
