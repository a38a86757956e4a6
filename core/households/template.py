"""The blank form: the workbook's sheets, empty, with lists to choose from and checks."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from core.households.codes import HEAD
from core.households.export import Formats, write_header
from core.households.workbook import columns as kinds
from core.households.workbook.columns import COLUMNS, Column

LIST_SHEET = "选项"
LAST_ROW = 20_000
_LISTED = {kinds.WORD, kinds.YES_NO, kinds.ANSWER, kinds.UNIT}


def write_template(units: Iterable[str] = ()) -> bytes:
    """Return the blank form; with `units` their full names can be chosen from a list."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = Formats(book)
        sheets = {title: write_header(book, title, formats) for title in COLUMNS}
        lists = Lists(book.add_worksheet(LIST_SHEET), tuple(units))
        for title, sheet in sheets.items():
            put_rules(sheet, COLUMNS[title], lists)
        lists.sheet.hide()
    return target.getvalue()


def put_rules(sheet: Worksheet, columns: Sequence[Column], lists: Lists) -> None:
    """Let a spreadsheet check what is filled in below each column's title."""
    for place, column in enumerate(columns):
        rule = find_rule(column, lists)
        if rule:
            sheet.data_validation(1, place, LAST_ROW, place, rule)


def find_rule(column: Column, lists: Lists) -> dict[str, Any] | None:
    """Return what a spreadsheet is to check in a column, None where it takes anything."""
    return lists.rule(column) if column.kind in _LISTED else _RULES.get(column.kind)


class Lists:
    """The values to choose from, a column of the hidden sheet for each list."""

    def __init__(self, sheet: Worksheet, units: Sequence[str]) -> None:
        self.sheet = sheet
        self._units = units
        self._sources: dict[tuple[str, ...], str] = {}

    def rule(self, column: Column) -> dict[str, Any] | None:
        """Return the rule that lets people choose a column's values, None without any."""
        words = self._words(column)
        return {"validate": "list", "source": self._source(words)} if words else None

    def _words(self, column: Column) -> tuple[str, ...]:
        if column.words is not None:
            return tuple(item.zh for item in column.words if item.code != HEAD)
        return ("是", "否") if column.kind in (kinds.YES_NO, kinds.ANSWER) else tuple(self._units)

    def _source(self, words: tuple[str, ...]) -> str:
        if words not in self._sources:
            place = len(self._sources)
            self.sheet.write_column(0, place, words)
            letter = xl_col_to_name(place, col_abs=True)
            self._sources[words] = f"={LIST_SHEET}!{letter}$1:{letter}${len(words)}"
        return self._sources[words]


def _number(kind: str, minimum: int) -> dict[str, Any]:
    return {"validate": kind, "criteria": ">=", "value": minimum}


def _length(criteria: str, value: int) -> dict[str, Any]:
    return {"validate": "length", "criteria": criteria, "value": value}


_RULES: dict[str, dict[str, Any]] = {
    kinds.ID_NUMBER: _length("==", 18),
    kinds.CREDIT_CODE: _length("==", 18),
    kinds.PHONE: _length("==", 11),
    kinds.DIVISION: _length("==", 6),
    kinds.COUNT: _number("integer", 1),
    kinds.MONEY: _number("decimal", 0),
    kinds.AREA: _number("decimal", 0),
    kinds.YEAR: _number("integer", 1900),
    kinds.QUANTITY: _number("integer", 0),
    kinds.DAY: {"validate": "date", "criteria": ">=", "value": dt.date(1900, 1, 1)},
}
