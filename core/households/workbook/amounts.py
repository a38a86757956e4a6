"""Cleaning columns of amounts, areas, counts, years and dates."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation

import numpy as np
from numpy.typing import NDArray

from core.households.workbook import faults
from core.households.workbook.findings import (
    SHOWN,
    Cells,
    Check,
    by_value,
    empty_blanks,
    read_text,
    shorten,
)
from core.households.workbook.sheets import Cell
from core.money import FEN_PER_YUAN, MAXIMUM_FEN

# What a computed amount may be off a whole fen by, far less than a third decimal makes.
_NOISE = 1e-4
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?", re.ASCII
)
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?", re.ASCII)
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_WHOLE = re.compile(r"(-?\d{1,9})(?:\.0+)?", re.ASCII)
_YEARS = range(1900, 2101)
_PERSONS = range(1, 100)
LARGEST_QUANTITY = 9_999
_QUANTITIES = range(LARGEST_QUANTITY + 1)


def clean_money(check: Check, cells: Cells) -> NDArray[np.int64]:
    """Return amounts in fen; an empty cell of a column that needs none is 0."""
    cells = empty_blanks(cells)
    check.require(cells)
    return _hundredths(check, cells, blank=0)


def clean_areas(check: Check, cells: Cells) -> list[int | None]:
    """Return areas in 1/100 m²; None where nothing was said."""
    cells = empty_blanks(cells)
    check.require(cells)
    values = _hundredths(check, cells, blank=-1).tolist()
    return [value if value >= 0 else None for value in values]


def _hundredths(check: Check, cells: Cells, blank: int) -> NDArray[np.int64]:
    if set(map(type, cells)) <= {float, int}:
        return _scale(check, np.array(cells, dtype=np.float64), np.arange(len(cells)), len(cells))
    places = [i for i, cell in enumerate(cells) if type(cell) in (float, int)]
    amounts = np.array([cells[i] for i in places], dtype=np.float64)
    values = _scale(check, amounts, np.array(places, dtype=int), len(cells))
    for index, cell in enumerate(cells):
        if type(cell) not in (float, int):
            values[index] = blank if cell == "" else _parse(check, index, cell)
    return values


def _scale(
    check: Check, amounts: NDArray[np.float64], places: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    for place in places[~np.isfinite(amounts)]:
        check.fault(int(place), faults.NOT_AN_AMOUNT, value="")
    scaled = np.nan_to_num(amounts, posinf=0, neginf=0) * FEN_PER_YUAN
    whole = np.rint(scaled)
    check.mark(places[scaled < -_NOISE], faults.NEGATIVE)
    check.mark(places[whole > MAXIMUM_FEN], faults.TOO_GREAT)
    spread = np.maximum(_NOISE, np.abs(scaled) * np.finfo(np.float64).eps * 2)
    check.mark(places[np.abs(scaled - whole) > spread], faults.DECIMALS)
    values = np.zeros(size, dtype=np.int64)
    values[places] = np.clip(whole, 0, MAXIMUM_FEN).astype(np.int64)
    return values


def _parse(check: Check, index: int, cell: Cell) -> int:
    amount = _decimal(cell)
    if amount is None:
        check.fault(index, faults.NOT_AN_AMOUNT, value=shorten(cell))
        return 0
    fen = amount * FEN_PER_YUAN
    if amount < 0:
        check.fault(index, faults.NEGATIVE)
    elif fen > MAXIMUM_FEN:
        check.fault(index, faults.TOO_GREAT)
    elif fen != fen.to_integral_value():
        check.fault(index, faults.DECIMALS)
    else:
        return int(fen)
    return 0


def _decimal(cell: Cell) -> Decimal | None:
    """Return the number a text says, thousands separators and the yuan sign allowed."""
    text = cell if isinstance(cell, str) else ""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip("¥元 ")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def clean_counts(check: Check, cells: Cells) -> list[int]:
    """Return numbers of persons, 1 or more; 0 stands for a faulty cell."""
    cells = empty_blanks(cells)
    check.require(cells)
    values = by_value(cells, _whole)
    wrong = {value for value in set(values) if value not in _PERSONS}
    for index, value in enumerate(values) if wrong else ():
        if value not in wrong or cells[index] == "":
            continue
        if value is not None and value < 1:
            check.fault(index, faults.COUNT_ZERO)
        else:
            check.fault(index, faults.NOT_A_COUNT, value=shorten(cells[index]))
    return [value if value in _PERSONS else 0 for value in values]  # type: ignore[misc]


def clean_quantities(check: Check, cells: Cells) -> list[int | None]:
    """Return numbers of things, 0 or more; None where nothing was said."""
    cells = empty_blanks(cells)
    check.require(cells)
    values = by_value(cells, _whole)
    for index, cell in enumerate(cells):
        if cell != "" and values[index] not in _QUANTITIES:
            check.fault(index, faults.NOT_A_QUANTITY, value=shorten(cell))
    return values


def clean_years(check: Check, cells: Cells) -> list[int | None]:
    """Return years, None where nothing was said."""
    cells = empty_blanks(cells)
    values = by_value(cells, _whole)
    wrong = {value for value in set(values) if value not in _YEARS}
    for index, cell in enumerate(cells) if wrong else ():
        if cell != "" and values[index] in wrong:
            check.fault(index, faults.NOT_A_YEAR, value=shorten(cell))
    return values


def _whole(cell: Cell) -> int | None:
    if type(cell) in (float, int):
        return int(cell) if math.isfinite(cell) and cell == int(cell) else None
    match = _WHOLE.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return int(match[1]) if match else None


def clean_dates(check: Check, cells: Cells) -> list[dt.date | None]:
    """Return dates that are not to come."""
    values = clean_days(check, cells)
    check.mark(
        (i for i, day in enumerate(values) if day is not None and day > check.today),
        faults.DATE_FUTURE,
    )
    return values


def clean_days(check: Check, cells: Cells) -> list[dt.date | None]:
    """Return dates, those to come too."""
    cells = empty_blanks(cells)
    check.require(cells)
    values: list[dt.date | None] = []
    for index, day in enumerate(by_value(cells, _read_date)):
        values.append(None if isinstance(day, str) else day)
        if isinstance(day, str):
            check.fault(index, faults.NOT_A_DATE, value=day)
    return values


def _read_date(cell: Cell) -> dt.date | str | None:
    """Return a date, None for an empty cell, the text itself where it is no date."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = unicodedata.normalize("NFKC", read_text(cell))
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    try:
        return dt.date(*map(int, match.groups())) if match else text[:SHOWN] or None
    except ValueError:
        return text[:SHOWN]


def clean_months(check: Check, cells: Cells) -> list[dt.date | None]:
    """Return months that are over, each as its first day."""
    cells = empty_blanks(cells)
    check.require(cells)
    found = by_value(cells, _read_month)
    this_month = check.today.replace(day=1)
    values: list[dt.date | None] = []
    for index, month in enumerate(found):
        values.append(None if isinstance(month, str) else month)
        if isinstance(month, str):
            check.fault(index, faults.NOT_A_MONTH, value=month)
        elif month is not None and month >= this_month:
            check.fault(index, faults.MONTH_OPEN, value=f"{month:%Y-%m}")
    return values


def _read_month(cell: Cell) -> dt.date | str | None:
    """Return the first day of a month, None for an empty cell, the text itself for no month.

    Spreadsheets turn "2023-6" into the first day of that month.
    """
    if isinstance(cell, dt.date):
        day = cell.date() if isinstance(cell, dt.datetime) else cell
        return day if day.day == 1 else day.isoformat()
    text = unicodedata.normalize("NFKC", read_text(cell))
    match = _MONTH.fullmatch(text)
    try:
        return dt.date(int(match[1]), int(match[2]), 1) if match else text[:SHOWN] or None
    except ValueError:
        return text[:SHOWN]
