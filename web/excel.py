"""Excel out of any list: what stands on the page, all of its rows, masked as there."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response

from core.context import BEIJING
from core.errors import InvalidError, _
from core.paging import EXPORT_ROWS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT, LONGEST_NAME = 32_767, 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
FORMATS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "money": "#,##0.00"}


def yuan(fen: int | None) -> Decimal | None:
    """Return an amount as a workbook shows and adds it up: yuan with two decimals."""
    return None if fen is None else Decimal(fen).scaleb(-2)


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""The title of a sheet, its columns, its rows."""


def write_workbook(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook of one sheet; see `write_sheets`."""
    return write_sheets([(title, columns, rows)])


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook, written row by row.

    Texts stay texts, whatever they begin with; `Decimal` is money, days and moments are dates, a
    moment by the clock of Beijing. InvalidError for more rows than are handed out at once.
    """
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"constant_memory": True, "strings_to_formulas": False,
                                        "strings_to_urls": False})  # fmt: skip
    formats = {name: book.add_format({"num_format": text}) for name, text in FORMATS.items()}
    heading = book.add_format({"bold": True, "bg_color": "#F3F1ED", "bottom": 1})
    for title, columns, rows in sheets:
        sheet = book.add_worksheet(_name_sheet(title))
        sheet.set_column(0, max(len(columns) - 1, 0), 16)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(columns), heading)
        for number, row in enumerate(rows, start=1):
            _refuse_too_many(number)
            for place, value in enumerate(row):
                _write(sheet, formats, number, place, value)
    book.close()
    return output.getvalue()


def hand_out(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Return a list as a workbook to be saved under its title."""
    return send_file(write_workbook(title, columns, rows), f"{title}.xlsx")


def send_file(data: bytes, filename: str, media_type: str = MEDIA_TYPE) -> Response:
    """Return a file to be saved under a name that may be Chinese."""
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response


def _write(sheet: Any, formats: dict[str, Any], row: int, column: int, value: Any) -> None:
    if isinstance(value, dt.datetime):
        local = value.astimezone(BEIJING).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, formats["moment"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, value, formats["money"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, _shorten("" if value is None else str(value)))


def _name_sheet(title: str) -> str:
    return NOT_IN_NAMES.sub(" ", title)[:LONGEST_NAME].strip(" '") or "Sheet1"


def _shorten(text: str) -> str:
    """Return a text as a cell takes it: the library leaves out a longer one without a word."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _refuse_too_many(number: int) -> None:
    if number > EXPORT_ROWS:
        raise InvalidError(
            _("More than %(most)s rows fit, which is too many for one workbook."),
            remedy=_("Narrow the list by its filters, then download it in parts."),
            most=f"{EXPORT_ROWS:,}",
        )
