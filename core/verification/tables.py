"""Workbooks of other departments: whatever their form, the columns of name and ID number found.

Household imports ask for one form; here the sender has his own. A sheet counts when one of its
first rows heads a column of ID numbers; the rest of each row is kept as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import _
from core.households.workbook import columns as kinds
from core.households.workbook.cells import clean_table
from core.households.workbook.columns import Column
from core.households.workbook.faults import (
    COLUMN_UNKNOWN,
    COLUMNS_MISSING,
    Fault,
    FaultKind,
    make_fault,
)
from core.households.workbook.findings import Findings, read_text
from core.households.workbook.package import Hidden, UnreadableError
from core.households.workbook.sheets import (
    HEADER_WITHIN,
    Cell,
    Grid,
    Table,
    is_blank,
    open_all,
    read_title,
)

ID_TITLES = (
    "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码",
    "身份证", "身份号码", "证件号码", "身份证件号码", "IDnumber", "ID",
)  # fmt: skip
NAME_TITLES = (
    "姓名", "本人姓名", "对象姓名", "人员姓名", "申请人姓名", "户主姓名", "患者姓名", "学生姓名",
    "残疾人姓名", "申请人", "户主", "Name",
)  # fmt: skip
OTHERS = ("监护人", "代理人", "经办人", "联系人", "父亲", "母亲", "配偶", "家长", "法定")
"""Beginnings of columns that are about somebody else than the person the row is about."""

NO_ID_COLUMN = FaultKind(
    "no_id_column",
    _("No sheet has a column of ID numbers in its first rows."),
    _("Head the column 身份证号, and bring the file again."),
)
NO_ROWS = FaultKind(
    "no_rows",
    _("The sheet “%(sheet)s” has no rows below its header."),
    _("Fill in at least one row."),
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of which the header was found: `table` holds every column under its own title."""

    table: Table
    titles: tuple[str, ...]
    header: int
    id_title: str
    name_title: str

    def find(self, titles: Sequence[str]) -> str:
        """Return the first of these titles that the sheet has, empty where it has none."""
        known = {title.casefold(): title for title in self.titles}
        return next((known[one.casefold()] for one in titles if one.casefold() in known), "")

    def clean(self, columns: Sequence[Column], today: dt.date) -> tuple[dict[str, Any], Findings]:
        """Return the clean values of some columns by field, and what is wrong with their cells.

        The ID number and, where there is one, the name are cleaned besides.
        """
        own = [Column("id_number", self.id_title, "ID number", kinds.ID_NUMBER, required=True)]
        if self.name_title:
            own.append(Column("name", self.name_title, "Name", kinds.NAME))
        wanted = (*own, *columns)
        known = {column.title for column in wanted}
        hidden = {place: kind for place, kind in self.table.hidden.items() if place[1] in known}
        table = Table(self.table.sheet, self.table.rows, self.table.cells, hidden)
        values, findings = clean_table(table, wanted, today=today, units=())
        nameless: dict[str, Any] = {"name": [""] * len(table.rows)}
        return {**nameless, **values}, findings

    def clean_form(
        self, columns: Sequence[Column], today: dt.date
    ) -> tuple[dict[str, Any] | None, Findings, list[Fault]]:
        """Return the clean values of a sheet that has one form, what is wrong with its cells, and
        what with its header; no values where a column is missing."""
        table, known = self.table, {one.title for one in columns}
        missing = [one.title for one in columns if one.title not in table.cells]
        if missing:
            names = "、".join(missing)
            fault = make_fault(COLUMNS_MISSING, table.sheet, self.header, missing[0], missing=names)
            return None, Findings(table), [fault]
        unknown = [
            make_fault(COLUMN_UNKNOWN, table.sheet, self.header, title)
            for title in self.titles
            if title not in known
        ]
        hidden = {place: kind for place, kind in table.hidden.items() if place[1] in known}
        whole = Table(table.sheet, table.rows, table.cells, hidden)
        return *clean_table(whole, columns, today=today, units=()), unknown

    def whole_rows(self) -> Iterator[dict[str, str]]:
        """Yield each row as it stands: title and text of every cell that is not empty."""
        for cells in zip(*(self.table.cells[title] for title in self.titles), strict=True):
            said = {title: show(cell) for title, cell in zip(self.titles, cells, strict=True)}
            yield {title: text for title, text in said.items() if text}


def read_sheets(data: bytes) -> tuple[list[Sheet], list[Fault]]:
    """Return the sheets of a file that list people, and faults of the file as a whole."""
    try:
        found = [_read_sheet(name, read()) for name, read in open_all(data).items()]
    except UnreadableError as error:
        return [], [make_fault(error.kind, error.sheet, **error.values)]
    sheets = [sheet for sheet in found if sheet is not None]
    if not sheets:
        return [], [make_fault(NO_ID_COLUMN, "")]
    empty = [
        make_fault(NO_ROWS, one.table.sheet, one.header) for one in sheets if not one.table.rows
    ]
    return [sheet for sheet in sheets if sheet.table.rows], empty


def read_forms(data: bytes, heads: Sequence[str]) -> tuple[list[Sheet], list[Fault]]:
    """Return the sheets of a file with these titles in a header row; they need not list people."""
    try:
        grids = {name: read() for name, read in open_all(data).items()}
    except UnreadableError as error:
        return [], [make_fault(error.kind, error.sheet, **error.values)]
    found = [sheet for name, grid in grids.items() if (sheet := _read_form(name, grid, heads))]
    if not found:
        names = "、".join(heads)
        return [], [make_fault(COLUMNS_MISSING, "", 0, heads[0], missing=names)]
    empty = [make_fault(NO_ROWS, one.table.sheet, one.header) for one in found
             if not one.table.rows]  # fmt: skip
    return [sheet for sheet in found if sheet.table.rows], empty


def _read_form(name: str, grid: Grid, heads: Sequence[str]) -> Sheet | None:
    for index, row in enumerate(grid.rows[:HEADER_WITHIN]):
        titles = distinct([read_title(cell) for cell in row])
        if set(heads) <= set(titles):
            kept = tuple(title for title in titles if title)
            return Sheet(arrange(name, titles, index + 1, grid), kept, index + 1, "", "")
    return None


def show(cell: Cell) -> str:
    """Return a cell as the text it is kept as."""
    if isinstance(cell, dt.datetime | dt.date):
        return cell.isoformat()
    return read_text(cell)


def _read_sheet(name: str, grid: Grid) -> Sheet | None:
    for index, row in enumerate(grid.rows[:HEADER_WITHIN]):
        titles = distinct([read_title(cell) for cell in row])
        id_title = _pick(titles, ID_TITLES, ("身份证", "身份号码"))
        if id_title:
            name_title = _pick(titles, NAME_TITLES, ("姓名",))
            table = arrange(name, titles, index + 1, grid)
            kept = tuple(title for title in titles if title)
            return Sheet(table, kept, index + 1, id_title, name_title)
    return None


def _pick(titles: Sequence[str], exact: Sequence[str], within: Sequence[str]) -> str:
    """Return the title of a column about the person himself: a known one, else one alike."""
    known = {title.casefold(): title for title in titles if title}
    for word in exact:
        if word.casefold() in known:
            return known[word.casefold()]
    alike = (
        title
        for title in titles
        if any(word in title for word in within) and not title.startswith(OTHERS)
    )
    return next(alike, "")


def distinct(titles: Sequence[str]) -> list[str]:
    """Return titles of which none stands twice; an empty one stays empty and is not kept."""
    seen: dict[str, int] = {}
    told = []
    for title in titles:
        seen[title] = seen.get(title, 0) + 1
        told.append(title if seen[title] == 1 or not title else f"{title}{seen[title]}")
    return told


def arrange(sheet: str, titles: Sequence[str], header: int, grid: Grid) -> Table:
    """Return the rows below a header that are not blank, column by column under their titles."""
    body = [(row, cells) for row, cells in enumerate(grid.rows[header:], header + 1)]
    body = [(row, cells) for row, cells in body if not is_blank(cells)]
    columns = list(zip(*(cells for _row, cells in body), strict=True)) or [()] * len(titles)
    rows = [row for row, _cells in body]
    cells: dict[str, Sequence[Any]] = {
        title: column for title, column in zip(titles, columns, strict=True) if title
    }
    return Table(sheet, rows, cells, _hidden(grid.hidden, rows, titles))


def _hidden(
    hidden: Hidden, rows: Sequence[int], titles: Sequence[str]
) -> dict[tuple[int, str], FaultKind]:
    places = {row: place for place, row in enumerate(rows)} if hidden else {}
    return {
        (places[row], titles[column - 1]): kind
        for (row, column), kind in hidden.items()
        if row in places and column <= len(titles) and titles[column - 1]
    }
