"""Reading what the bank did with a batch: an Excel workbook or a CSV, its columns by heading."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from core.errors import DomainError, InvalidError, Message, _
from core.households.workbook.package import UnreadableError, unpack
from core.money import parse_yuan

COLUMNS = {
    "number": ("付款编号", "payment number", "payment"),
    "amount": ("金额（元）", "金额(元)", "金额", "amount"),
    "outcome": ("结果", "状态", "交易状态", "result", "status"),
    "reason": ("失败原因", "原因", "备注", "reason"),
}
SUCCESS = frozenset({"成功", "交易成功", "付款成功", "success", "paid", "ok"})
FAILURE = frozenset({"失败", "交易失败", "付款失败", "退票", "failure", "failed", "returned"})
TOTALS = frozenset({"合计", "总计", "total"})
MOST_ROWS = 60_000
XLSX_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row of a result file (the heading is row 1), and what to do.

    `number` is the payment the row names, empty where it names none.
    """

    row: int
    column: str
    code: str
    message: Message
    remedy: Message
    number: str = ""


class WrongResultError(InvalidError):
    """A result file that cannot be taken: nothing of it was. `faults` names every row."""

    code = "wrong_result"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(
            _("The bank's file was not taken. %(count)s faults; the first, row %(row)s: %(first)s"),
            remedy=_("Mend the rows named, or ask the bank for its file again; nothing was taken."),
            field="file", count=len(self.faults), row=first.row, first=first.message,
        )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the file: what became of a payment. `amount` is fen."""

    row: int
    number: str
    amount: int
    paid: bool
    reason: str


def read_result(data: bytes) -> tuple[list[Line], list[Fault]]:
    """Return the lines of a result file and the faults of those that cannot be read.

    Raises InvalidError where it is no workbook or CSV or lacks a column.
    """
    table = _read_workbook(data) if data.startswith(XLSX_MAGIC) else _read_csv(data)
    start, columns = _find_headings(table)
    lines: list[Line] = []
    faults: list[Fault] = []
    for row, cells in enumerate(table[start + 1 :], start=start + 2):
        if _is_empty(cells):
            continue
        texts = {name: _cell(cells, at) for name, at in columns.items()}
        found = _read_line(row, texts)
        if isinstance(found, Line):
            lines.append(found)
        else:
            faults.append(replace(found, number=texts["number"]))
    return lines, faults


def _read_workbook(data: bytes) -> list[list[Any]]:
    try:
        package = unpack(data)
        first = next(iter(package.sheets))
        with package.unpacked(first) as path:
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(first)
            return sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)
    except (CalamineError, StopIteration, UnreadableError):
        raise _unreadable() from None


def _read_csv(data: bytes) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return [list(row) for row in csv.reader(io.StringIO(text))][:MOST_ROWS]
    raise _unreadable()


def _find_headings(table: list[list[Any]]) -> tuple[int, dict[str, int]]:
    for position, cells in enumerate(table[:20]):
        titles = [str(cell).strip().lower() for cell in cells]
        columns = {
            name: next((titles.index(word) for word in words if word in titles), -1)
            for name, words in COLUMNS.items()
        }
        if columns["number"] >= 0:
            return position, _complete(columns)
    raise InvalidError(
        _("The file has no column “%(column)s”."),
        remedy=_("Give the bank's result in the columns of the file that was sent to it."),
        field="file", column=COLUMNS["number"][0],
    )  # fmt: skip


def _complete(columns: dict[str, int]) -> dict[str, int]:
    for name in ("amount", "outcome"):
        if columns[name] < 0:
            raise InvalidError(
                _("The file has no column “%(column)s”."),
                remedy=_("Give the bank's result in the columns of the file that was sent to it."),
                field="file", column=COLUMNS[name][0],
            )  # fmt: skip
    return columns


def _read_line(row: int, cells: dict[str, str]) -> Line | Fault:
    outcome = cells["outcome"].lower()
    if not cells["number"]:
        return _fault(row, "number", "no_number", _("The row names no payment."),
                      _("Write the payment's number, or delete the row."))  # fmt: skip
    if not outcome:
        return _fault(row, "outcome", "no_outcome", _("The bank's answer is missing."),
                      _("Write 成功 or 失败."))  # fmt: skip
    if outcome not in SUCCESS | FAILURE:
        return _fault(row, "outcome", "outcome", _("“%(value)s” is neither success nor failure."),
                      _("Write 成功 or 失败."), value=cells["outcome"])  # fmt: skip
    try:
        amount = parse_yuan(cells["amount"])
    except DomainError as error:
        return Fault(row, COLUMNS["amount"][0], "amount", error.message, error.remedy)
    paid = outcome in SUCCESS
    if not paid and not cells["reason"]:
        return _fault(row, "reason", "no_reason", _("A failed payment needs its reason."),
                      _("Write why the bank returned it."))  # fmt: skip
    return Line(row, cells["number"], amount, paid, cells["reason"])


def _fault(row: int, column: str, code: str, text: str, remedy: str, **values: Any) -> Fault:
    return Fault(row, COLUMNS[column][0], code, Message(text, values), Message(remedy, values))


def _is_empty(cells: list[Any]) -> bool:
    texts = [str(cell).strip().lower() for cell in cells]
    return not any(texts) or any(text in TOTALS for text in texts[:2])


def _cell(cells: list[Any], at: int) -> str:
    value = cells[at] if 0 <= at < len(cells) else ""
    return _write_number(value) if isinstance(value, float) else str(value).strip()


def _write_number(value: float) -> str:
    """Return a number cell as it stands in the sheet: 5600 and not 5600.0."""
    try:
        return format(Decimal(repr(value)).normalize(), "f")
    except InvalidOperation:
        return repr(value)


def _unreadable() -> InvalidError:
    return InvalidError(
        _("The file is neither an Excel workbook nor a CSV."),
        remedy=_("Save the bank's result as .xlsx or .csv."),
        field="file",
    )
