"""Reading a bank's answer: the columns it may have, and every row that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from core.errors import InvalidError
from core.funds.result_file import Line, read_result

HEAD = ["付款编号", "金额（元）", "结果", "失败原因"]


def csv(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def xlsx(*rows: Sequence[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


GOOD = [["P1", "100.00", "成功", ""], ["P2", "5.5", "失败", "户名不符"]]
READ = [Line(2, "P1", 10000, True, ""), Line(3, "P2", 550, False, "户名不符")]


@pytest.mark.parametrize(
    "data",
    [
        csv(HEAD, *GOOD),
        csv(HEAD, *GOOD, encoding="utf-8-sig"),
        csv(HEAD, *GOOD, encoding="gb18030"),
        csv(["payment", "amount", "result", "reason"], ["P1", "100.00", "SUCCESS", ""],
            ["P2", "5.5", "Failed", "户名不符"]),
        xlsx(HEAD, *GOOD),
        xlsx(HEAD, ["P1", 100, "交易成功", None], ["P2", 5.5, "退票", "户名不符"]),
        csv(["行号", *HEAD], *[["7", *row] for row in GOOD]),
    ],
)  # fmt: skip
def test_the_forms_in_which_banks_answer(data: bytes) -> None:
    assert read_result(data) == (READ, [])


def test_titles_above_and_totals_below_are_passed_over() -> None:
    lines, faults = read_result(
        csv(["批量付款结果"], [], HEAD, *GOOD, ["", "", "", ""], ["合计", "105.50", "", ""])
    )
    assert [line.number for line in lines] == ["P1", "P2"]
    assert [line.row for line in lines] == [4, 5]
    assert faults == []


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["", "100.00", "成功", ""], "付款编号", "no_number"),
        (["P1", "100.00", "处理中", ""], "结果", "outcome"),
        (["P1", "100.00", "", ""], "结果", "no_outcome"),
        (["P1", "一百", "成功", ""], "金额（元）", "amount"),
        (["P1", "100.001", "成功", ""], "金额（元）", "amount"),
        (["P1", "-100", "成功", ""], "金额（元）", "amount"),
        (["P1", "", "成功", ""], "金额（元）", "amount"),
        (["P1", "100.00", "失败", ""], "失败原因", "no_reason"),
    ],
)
def test_each_fault_names_row_column_and_remedy(row: list[str], column: str, code: str) -> None:
    lines, faults = read_result(csv(HEAD, GOOD[1], row))
    assert [line.number for line in lines] == ["P2"]
    (fault,) = faults
    assert (fault.row, fault.column, fault.code) == (3, column, code)
    assert str(fault.message)
    assert str(fault.remedy)


def test_a_number_cell_is_read_exactly() -> None:
    lines, faults = read_result(xlsx(HEAD, ["P1", 12345678.91, "成功", ""]))
    assert (lines[0].amount, faults) == (1234567891, [])


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_column_is_named(missing: int) -> None:
    head = [title for place, title in enumerate(HEAD) if place != missing]
    with pytest.raises(InvalidError, match=HEAD[missing]):
        read_result(csv(head, ["x", "y", "z"]))


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02\xff\xfe", b"PK\x03\x04 broken", b"%PDF-1.7 \x00", b"\x89PNG\r\n"]
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        read_result(data)
    assert caught.value.field == "file"


def test_one_cell_at_the_far_end_does_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].cell(1048576, 16384).value = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(InvalidError):
        read_result(buffer.getvalue())
