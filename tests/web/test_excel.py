"""Workbooks of lists: texts stay texts, amounts add up, and there is an end to their size."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from core.errors import InvalidError
from web import excel


def read(data: bytes) -> list[list[Any]]:
    """Return the cells below the headings, read by another library than wrote them."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-2", "@sum(A1)", "=cmd|' /C calc'!A0", "http://a.example", "\t=1"]
)
def test_nothing_that_people_typed_becomes_a_formula_or_a_link(text: str) -> None:
    ((cell,),) = read(excel.write_workbook("a", ["b"], [[text]]))
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_amounts_days_and_moments_are_values_to_reckon_with() -> None:
    at = dt.datetime(2023, 6, 30, 20, 15, tzinfo=dt.UTC)
    row = [excel.yuan(840_000_01), dt.date(2023, 6, 30), at, None, 7]
    ((amount, day, moment, nothing, count),) = read(excel.write_workbook("a", list("bcdef"), [row]))
    assert (amount.value, amount.number_format) == (840_000.01, "#,##0.00")
    assert day.value == dt.datetime(2023, 6, 30)  # noqa: DTZ001 (a workbook knows no zones)
    assert moment.value == dt.datetime(2023, 7, 1, 4, 15)  # noqa: DTZ001
    assert (nothing.value or "", count.value) == ("", 7)


def test_a_text_longer_than_a_cell_is_cut_where_one_sees_it() -> None:
    ((cell,),) = read(excel.write_workbook("a", ["b"], [["长" * 40_000]]))
    assert len(cell.value) == excel.LONGEST_TEXT
    assert cell.value.endswith("长…")


@pytest.mark.parametrize("title", ["错误-a/b[1]:c*?.xlsx", "'", "长" * 40])
def test_any_title_makes_a_sheet(title: str) -> None:
    assert read(excel.write_workbook(title, ["b"], [[1]]))[0][0].value == 1


def test_too_many_rows_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "EXPORT_ROWS", 3)
    assert len(read(excel.write_workbook("a", ["b"], [[1]] * 3))) == 3
    with pytest.raises(InvalidError) as refused:
        excel.write_workbook("a", ["b"], [[1]] * 4)
    assert "filters" in str(refused.value.remedy)
