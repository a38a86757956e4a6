"""The sheets a workbook may have besides: circumstances and months of income, every fault named."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.households.circumstances import STATED, UNSTATED
from core.households.export import write_csv, write_workbook
from core.households.workbook.columns import (
    CIRCUMSTANCES_SHEET,
    COLUMNS,
    HOUSEHOLD_SHEET,
    MEMBER_SHEET,
    MONTHS_SHEET,
)
from core.households.workbook.opening import sibling
from core.households.workbook.reading import Workbook
from tests.core.households.workbooks import GOOD, TITLES, make_workbook, places, read, save

MAY, JUNE = dt.date(2023, 5, 1), dt.date(2023, 6, 1)
TOLD = {
    "档案编号": "A1", "已纳入低保": "是", "工会会员": "否", "家庭财产符合规定": "是",
    "政府社会救助": 1234.56,
}  # fmt: skip
MONTH = {"档案编号": "A1", "月份": "2023-05", "收入": 3210.5}
CODES = {
    sheet: {column.field: column.title for column in COLUMNS[sheet]}
    for sheet in (CIRCUMSTANCES_SHEET, MONTHS_SHEET)
}


def read_further(
    told: Sequence[Mapping[str, Any]] | None = None,
    months: Sequence[Mapping[str, Any]] | None = None,
    titles: Mapping[str, Sequence[str]] | None = None,
) -> Workbook:
    sheets = {CIRCUMSTANCES_SHEET: told, MONTHS_SHEET: months}
    further = {sheet: rows for sheet, rows in sheets.items() if rows is not None}
    return read(make_workbook(titles=titles, further=further))


def test_every_circumstance_has_a_column_of_its_own() -> None:
    fields = [column.field for column in COLUMNS[CIRCUMSTANCES_SHEET]]
    assert fields == ["file_number", *STATED]
    titles = TITLES[CIRCUMSTANCES_SHEET]
    assert len(set(titles)) == len(titles)
    assert not set("“”（）()") & set("".join(titles))


def test_circumstances_are_read_as_what_they_are() -> None:
    [record] = read_further([TOLD]).records
    assert dict(record.circumstances) == {
        **UNSTATED, "in_dibao": True, "property_fits": True, "relief": 123456,
    }  # fmt: skip


def test_an_empty_answer_is_unknown_and_an_empty_flag_is_no() -> None:
    workbook = read_further([{"档案编号": "A1", "致困原因已消除": "否"}])
    [record] = workbook.records
    said = dict(record.circumstances)
    assert (said["property_fits"], said["causes_removed"], said["orphan"]) == (None, False, False)
    assert workbook.faults == ()


@pytest.mark.parametrize(
    "written",
    ["2023-05", "2023年5月", "202305", 202305, "2023/5", " 2023.05 ", dt.date(2023, 5, 1)],
)
def test_a_month_may_be_written_as_people_do(written: Any) -> None:
    workbook = read_further(months=[{**MONTH, "月份": written}])
    assert workbook.faults == ()
    assert workbook.records[0].months == ((MAY, 321050),)


@pytest.mark.parametrize(
    ("sheet", "changes", "column", "code"),
    [
        (CIRCUMSTANCES_SHEET, {"档案编号": ""}, "档案编号", "required"),
        (CIRCUMSTANCES_SHEET, {"档案编号": "B7"}, "档案编号", "file_unknown"),
        (CIRCUMSTANCES_SHEET, {"已纳入低保": "也许"}, "已纳入低保", "word_unknown"),
        (CIRCUMSTANCES_SHEET, {"家庭财产符合规定": "不详"}, "家庭财产符合规定", "word_unknown"),
        (CIRCUMSTANCES_SHEET, {"政府社会救助": -1}, "政府社会救助", "negative"),
        (CIRCUMSTANCES_SHEET, {"政府社会救助": "三千"}, "政府社会救助", "not_an_amount"),
        (CIRCUMSTANCES_SHEET, {"政府社会救助": 0.001}, "政府社会救助", "decimals"),
        (MONTHS_SHEET, {"月份": ""}, "月份", "required"),
        (MONTHS_SHEET, {"月份": "五月"}, "月份", "not_a_month"),
        (MONTHS_SHEET, {"月份": "2023-13"}, "月份", "not_a_month"),
        (MONTHS_SHEET, {"月份": dt.date(2023, 5, 2)}, "月份", "not_a_month"),
        (MONTHS_SHEET, {"月份": "2023-06"}, "月份", "month_open"),
        (MONTHS_SHEET, {"月份": "2024-01"}, "月份", "month_open"),
        (MONTHS_SHEET, {"收入": ""}, "收入", "required"),
        (MONTHS_SHEET, {"收入": -0.01}, "收入", "negative"),
        (MONTHS_SHEET, {"档案编号": "a1"}, "档案编号", "file_unknown"),
    ],
)
def test_a_fault_is_named_where_it_stands_and_holds_the_household_back(
    sheet: str, changes: dict[str, Any], column: str, code: str
) -> None:
    good = {CIRCUMSTANCES_SHEET: TOLD, MONTHS_SHEET: MONTH}[sheet]
    workbook = read(make_workbook(further={sheet: [{**good, **changes}]}))
    assert places(workbook) == {(sheet, 2, column, code)}
    # A row that belongs to no household cannot hold one back.
    assert workbook.good == (1 if changes.get("档案编号") is not None else 0)


@pytest.mark.parametrize(("sheet", "first"), [(CIRCUMSTANCES_SHEET, TOLD), (MONTHS_SHEET, MONTH)])
def test_what_is_said_twice_is_refused_and_the_first_row_named(
    sheet: str, first: dict[str, Any]
) -> None:
    workbook = read(make_workbook(further={sheet: [first, first]}))
    assert places(workbook) == {(sheet, 3, "档案编号", "stated_twice")}
    [fault] = workbook.faults
    assert (fault.message.values["first"], fault.message.values["value"]) == (2, "A1")
    assert workbook.good == 0


def test_two_months_of_one_file_are_not_said_twice() -> None:
    april = {**MONTH, "月份": "2023-04", "收入": 0}
    workbook = read_further(months=[MONTH, april])
    assert workbook.records[0].months == ((MAY, 321050), (dt.date(2023, 4, 1), 0))


def test_a_column_left_out_says_nothing_and_an_unknown_one_is_named() -> None:
    titles = {CIRCUMSTANCES_SHEET: ["档案编号", "工会会员", "信仰"]}
    workbook = read_further([{"档案编号": "A1", "工会会员": "是"}], titles=titles)
    assert workbook.records[0].circumstances == (("union_member", True),)
    assert places(workbook) == {(CIRCUMSTANCES_SHEET, 1, "信仰", "column_unknown")}


def test_a_month_needs_its_columns() -> None:
    workbook = read_further(months=[MONTH], titles={MONTHS_SHEET: ["档案编号", "月份"]})
    assert places(workbook) == {(MONTHS_SHEET, 1, "收入", "column_missing")}
    assert workbook.good == 0


def test_a_sheet_of_another_form_is_told() -> None:
    titles = {MONTHS_SHEET: ["户号", "几月"]}
    workbook = read_further(months=[{"户号": "A1"}], titles=titles)
    [fault] = workbook.faults
    assert fault.code == "no_header"
    assert "姓名" not in str(fault.message)


def test_sheets_left_blank_are_as_if_they_were_not_there() -> None:
    book = load_workbook(io.BytesIO(make_workbook()))
    for sheet in (CIRCUMSTANCES_SHEET, MONTHS_SHEET):
        book.create_sheet(sheet)
    workbook = read(save(book))
    assert (workbook.faults, workbook.good) == ((), 1)
    assert (workbook.circumstances, workbook.months) == ({}, {})


def test_sheets_with_a_header_alone_say_nothing() -> None:
    workbook = read_further([], [])
    assert (workbook.faults, workbook.good) == ((), 1)
    assert workbook.records[0] == read(make_workbook()).records[0]


def test_what_was_written_comes_back_from_workbook_csv_and_zip(tmp_path: Path) -> None:
    plain = read(GOOD).records[:3]
    told = tuple({**UNSTATED, "orphan": True, "relief": 7}.items())
    records = (
        replace(plain[0], circumstances=told, months=((MAY, 1), (dt.date(2022, 12, 1), 0))),
        plain[1],
        replace(plain[2], months=((MAY, 99999),)),
    )
    assert read(write_workbook(records)).records == records
    files = write_csv(records)
    assert list(files) == list(COLUMNS)
    path = tmp_path / "a.csv"
    for sheet, data in files.items():
        (path if sheet == HOUSEHOLD_SHEET else sibling(path, sheet)).write_bytes(data)
    assert read(path).records == records
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place, data in enumerate(reversed(files.values())):
            archive.writestr(f"{place}.csv", data)
    assert read(packed.getvalue()).records == records


def test_two_files_of_one_kind_in_a_zip_are_refused() -> None:
    files = write_csv([replace(read(GOOD).records[0], months=((MAY, 1),))])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", files[HOUSEHOLD_SHEET])
        archive.writestr("b.csv", files[MONTHS_SHEET])
        archive.writestr("c.csv", files[MONTHS_SHEET])
    assert [fault.code for fault in read(packed.getvalue()).faults] == ["not_a_workbook"]


def test_no_sheet_is_written_that_would_be_empty() -> None:
    book = load_workbook(io.BytesIO(write_workbook(read(GOOD).records[:2])))
    assert book.sheetnames == [HOUSEHOLD_SHEET, MEMBER_SHEET]
