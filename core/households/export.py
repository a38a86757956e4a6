"""Writing household files as a workbook or as CSV that imports again without loss.

A text is written as text whatever it begins with: no value ever becomes a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.errors import InvalidError, _
from core.households.records import HouseholdRecord, MemberRecord
from core.households.workbook import columns as kinds
from core.households.workbook.columns import (
    CIRCUMSTANCES_SHEET,
    COLUMNS,
    HOUSEHOLD_SHEET,
    MEMBER_SHEET,
    MONTHS_SHEET,
    Column,
)
from core.money import FEN_PER_YUAN

SHEET_ROWS = 1_048_576
_FORMULA_SIGNS = ("=", "+", "-", "@", "'")
ALWAYS = (HOUSEHOLD_SHEET, MEMBER_SHEET)
_YES_NO = {kinds.YES_NO, kinds.ANSWER}
_HUNDREDTHS = {kinds.MONEY, kinds.AREA}
_TEXT_FORMAT = {
    kinds.NUMBER, kinds.ID_NUMBER, kinds.CARD, kinds.CREDIT_CODE, kinds.PHONE, kinds.DIVISION,
    kinds.NAME, kinds.TEXT, kinds.MONTH, kinds.STORY,
}  # fmt: skip
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}

Row = Sequence[Any]


def write_workbook(
    records: Iterable[HouseholdRecord], *, created: dt.datetime | None = None
) -> bytes:
    """Return an .xlsx of all sheets, of the further ones where a record fills them.

    Memory stays constant however many records come.

    `created` is what the file says of its making, now where nothing is given. Raises
    InvalidError when a sheet would pass the number of rows that Excel can hold.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"created": created} if created else {})
        formats = Formats(book)
        sheets = {sheet: _SheetWriter(book, sheet, formats) for sheet in ALWAYS}
        for sheet, row in _rows_of(records):
            if sheet not in sheets:
                sheets[sheet] = _SheetWriter(book, sheet, formats)
            sheets[sheet].write(row)
    return target.getvalue()


def write_csv(records: Iterable[HouseholdRecord]) -> dict[str, bytes]:
    """Return a CSV file in UTF-8 with a mark for each sheet there is; see `write_workbook`."""
    sheets = {sheet: _CsvWriter(sheet) for sheet in ALWAYS}
    for sheet, row in _rows_of(records):
        if sheet not in sheets:
            sheets[sheet] = _CsvWriter(sheet)
        sheets[sheet].write(row)
    return {sheet: writer.content() for sheet, writer in sheets.items()}


def _rows_of(records: Iterable[HouseholdRecord]) -> Iterator[tuple[str, Row]]:
    for record in records:
        yield HOUSEHOLD_SHEET, _household_row(record)
        for member in record.members:
            yield MEMBER_SHEET, _member_row(record, member)
        if record.circumstances:
            yield CIRCUMSTANCES_SHEET, _circumstances_row(record)
        for month, income in record.months:
            yield MONTHS_SHEET, [record.file_number, f"{month:%Y-%m}", income / FEN_PER_YUAN]


def show_value(column: Column, value: Any) -> Any:
    """Return a value as its cell shows it: words for codes, yuan for fen, None for nothing."""
    if value is None or value == "":
        return None
    if column.words is not None:
        codes = value if column.kind == kinds.WORDS else (value,)
        return "、".join(column.words.word(code) for code in codes) or None
    if column.kind in _YES_NO:
        return "是" if value else "否"
    return value / FEN_PER_YUAN if column.kind in _HUNDREDTHS else value


def _household_row(record: HouseholdRecord) -> Row:
    columns = COLUMNS[HOUSEHOLD_SHEET]
    return [show_value(column, getattr(record, column.field)) for column in columns]


def _member_row(record: HouseholdRecord, member: MemberRecord) -> Row:
    columns = COLUMNS[MEMBER_SHEET][1:]
    shown = (show_value(column, getattr(member, column.field)) for column in columns)
    return [record.file_number, *shown]


def _circumstances_row(record: HouseholdRecord) -> Row:
    said = dict(record.circumstances)
    columns = COLUMNS[CIRCUMSTANCES_SHEET][1:]
    return [record.file_number, *(show_value(one, said.get(one.field)) for one in columns)]


class Formats:
    """The looks of cells, one for a kind of column."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.header = book.add_format({"bold": True, "bg_color": "#F3F1ED", "bottom": 1})
        self.required = book.add_format(
            {"bold": True, "bg_color": "#F3F1ED", "bottom": 1, "font_color": "#B3261E"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._text = book.add_format({"num_format": "@"})
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})

    def of(self, column: Column) -> Format | None:
        """Return the look of a column's cells."""
        if column.kind in (kinds.DATE, kinds.DAY):
            return self._date
        if column.kind in _HUNDREDTHS:
            return self._money
        return self._text if column.kind in _TEXT_FORMAT else None


def write_rows(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    *,
    created: dt.datetime | None = None,
) -> bytes:
    """Return an .xlsx of one sheet: rows by field of the columns, what a row lacks stays empty."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties({"created": created} if created else {})
        sheet = _SheetWriter(book, title, Formats(book), columns)
        for row in rows:
            sheet.write([show_value(one, row.get(one.field)) for one in columns])
    return target.getvalue()


class _SheetWriter:
    """Writes rows below a header, each value by the type it has."""

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        title: str,
        formats: Formats,
        columns: Sequence[Column] = (),
    ) -> None:
        columns = columns or COLUMNS[title]
        self.sheet = write_header(book, title, formats, columns)
        self.formats = [formats.of(column) for column in columns]
        self.row = 0

    def write(self, row: Row) -> None:
        self.row += 1
        if self.row >= SHEET_ROWS:
            raise InvalidError(
                _("An Excel sheet holds %(rows)s rows at most."),
                remedy=_("Write CSV instead, or take fewer households."),
                rows=SHEET_ROWS - 1,
            )
        for place, (value, look) in enumerate(zip(row, self.formats, strict=True)):
            if value is not None:
                _writer(self.sheet, value)(self.row, place, value, look)


def write_header(
    book: xlsxwriter.Workbook, title: str, formats: Formats, columns: Sequence[Column] = ()
) -> Worksheet:
    """Add a sheet with the header of its columns, by default those the sheet of this title has;
    required ones stand out."""
    columns = columns or COLUMNS[title]
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 2)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, formats.of(column))
    for place, column in enumerate(columns):
        look = formats.required if column.required else formats.header
        sheet.write_string(0, place, column.title, look)
    return sheet


def _writer(sheet: Worksheet, value: Any) -> Callable[..., int]:
    write: Callable[..., int] = sheet.write_number
    if isinstance(value, str):
        write = sheet.write_string
    elif isinstance(value, dt.date):
        write = sheet.write_datetime
    return write


class _CsvWriter:
    """Writes rows as CSV; a sign that spreadsheets take for a formula is put behind a mark."""

    def __init__(self, title: str) -> None:
        self._text = io.StringIO(newline="")
        self._columns = COLUMNS[title]
        self._csv = csv.writer(self._text)
        self._csv.writerow([column.title for column in self._columns])

    def write(self, row: Row) -> None:
        self._csv.writerow(map(_csv_cell, self._columns, row))

    def content(self) -> bytes:
        return self._text.getvalue().encode("utf-8-sig")


def _csv_cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind in _HUNDREDTHS:
        return f"{value:.2f}"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
