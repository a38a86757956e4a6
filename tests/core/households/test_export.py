"""What goes out comes in again, to the fen and the letter; nothing out is ever a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from core.errors import InvalidError
from core.households import codes, export
from core.households.export import write_csv, write_workbook
from core.households.generation.registry import Place, generate
from core.households.records import HouseholdRecord, MemberRecord
from core.households.template import LIST_SHEET, write_template
from core.households.workbook.columns import COLUMNS, HOUSEHOLD_SHEET, MEMBER_SHEET
from tests.core.households.workbooks import GOOD, TITLES, TODAY, UNITS, read

slow = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
fen = st.integers(0, 10**13 - 1)
texts = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Co"]) | st.just(" "),
    max_size=60,
).map(str.strip).filter(lambda text: not text.startswith("="))  # fmt: skip
names = texts.filter(lambda text: text and text[0] not in "+-@" and len(text) <= 60)
days = st.dates(dt.date(1990, 1, 1), TODAY)
POOL = [
    record
    for block in generate([Place(unit, "520222") for unit in sorted(UNITS)], 60, 9, on=TODAY)
    for record in block.records
]


def words(codes_of: codes.CodeList) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *codes_of.by_code])


def changed_member(draw: Any, member: MemberRecord) -> MemberRecord:
    return replace(
        member,
        name=draw(names),
        health=draw(words(codes.HEALTH)),
        monthly_income=draw(fen),
        education_stage=draw(words(codes.EDUCATION_STAGES)),
        school=draw(texts),
        enrolment_year=draw(st.none() | st.integers(1900, 2100)),
    )


@st.composite
def registries(draw: Any) -> list[HouseholdRecord]:
    """Households with valid numbers and anything else that a file may say."""
    chosen = draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=4, unique=True))
    return [changed(draw, record) for record in chosen]


def changed(draw: Any, record: HouseholdRecord) -> HouseholdRecord:
    return replace(
        record,
        name=draw(names),
        ethnicity=draw(words(codes.ETHNICITIES)),
        disability_kind=draw(words(codes.DISABILITY_KINDS)),
        employer=draw(texts),
        address=draw(texts),
        bank_name=draw(texts),
        housing_area_centi=draw(st.none() | st.integers(0, 10**7)),
        single_parent=draw(st.booleans()),
        income=draw(fen),
        loss=draw(fen),
        main_cause=draw(st.sampled_from(list(codes.CAUSES.by_code))),
        further_causes=tuple(draw(st.lists(st.sampled_from(list(codes.CAUSES.by_code)),
                                           max_size=3))),
        phone=draw(st.sampled_from(["", record.phone])),
        card=draw(st.sampled_from(["", record.card])),
        filed_on=draw(days),
        verified_on=draw(st.none() | days),
        members=tuple(changed_member(draw, member) for member in record.members),
    )  # fmt: skip


@slow
@given(registries())
def test_a_workbook_comes_back_as_it_went(records: list[HouseholdRecord]) -> None:
    workbook = read(write_workbook(records))
    assert workbook.faults == ()
    assert list(workbook.records) == records


@slow
@given(registries())
def test_csv_comes_back_as_it_went(records: list[HouseholdRecord]) -> None:
    households, members = write_csv(records).values()
    workbook = read(households, members=members)
    assert workbook.faults == ()
    assert list(workbook.records) == records


def test_the_sample_of_300_comes_back_without_loss() -> None:
    records = read(GOOD).records
    assert read(write_workbook(records)).records == records


def test_what_comes_back_stands_in_the_rows_it_was_written_to() -> None:
    records = read(GOOD).records[:7]
    back = read(write_workbook(records)).records
    assert [record.row for record in back] == list(range(2, 9))


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "http://x"])
def test_a_text_never_becomes_a_formula_or_a_link(name: str) -> None:
    record = replace(POOL[0], name=name, address=name)
    book = load_workbook(io.BytesIO(write_workbook([record])))
    page = book[HOUSEHOLD_SHEET]
    for title in ("姓名", "家庭住址"):
        cell = page.cell(2, TITLES[HOUSEHOLD_SHEET].index(title) + 1)
        assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1层", "@x", "'引号"])
def test_csv_puts_signs_of_formulas_behind_a_mark_and_takes_it_off_again(text: str) -> None:
    record = replace(POOL[0], address=text)
    households, members = write_csv([record]).values()
    row = next(csv.DictReader(io.StringIO(households.decode("utf-8-sig"))))
    assert row["家庭住址"] == f"'{text}"
    workbook = read(households, members=members)
    if text.startswith("="):
        assert [fault.code for fault in workbook.faults] == ["formula"]
    else:
        assert workbook.records == (record,)


def test_numbers_that_are_names_are_written_as_text() -> None:
    page = load_workbook(io.BytesIO(write_workbook(POOL[:1])))[HOUSEHOLD_SHEET]
    row = dict(zip(TITLES[HOUSEHOLD_SHEET], page[2], strict=True))
    for title in ("身份证号", "银行卡号", "手机号码", "统一社会信用代码", "户口所在地行政区划"):
        assert (row[title].data_type, row[title].number_format) == ("s", "@")
    assert row["家庭年度总收入"].data_type == "n"
    assert row["建档日期"].number_format == "yyyy-mm-dd"


def test_two_exports_of_the_same_day_are_the_same_bytes() -> None:
    day = dt.datetime(2023, 6, 30, tzinfo=dt.UTC).replace(tzinfo=None)
    assert write_workbook(POOL, created=day) == write_workbook(POOL, created=day)


def test_more_rows_than_excel_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "SHEET_ROWS", 4)
    assert write_workbook(replace(record, members=()) for record in POOL[:3])
    with pytest.raises(InvalidError, match="3 rows at most"):
        write_workbook(replace(record, members=()) for record in POOL[:4])


def test_the_blank_form_has_the_columns_and_lists_to_choose_from() -> None:
    book = load_workbook(io.BytesIO(write_template(sorted(UNITS))))
    assert book.sheetnames == [*COLUMNS, LIST_SHEET]
    assert book[LIST_SHEET].sheet_state == "hidden"
    for sheet in (HOUSEHOLD_SHEET, MEMBER_SHEET):
        assert [cell.value for cell in book[sheet][1]] == TITLES[sheet]
        rules = {
            str(rule.sqref).split("2:")[0]: rule
            for rule in book[sheet].data_validations.dataValidation
        }
        for place, column in enumerate(COLUMNS[sheet]):
            letter = get_column_letter(place + 1)
            if column.words is not None and column.kind == "word":
                assert rules[letter].type == "list"
                assert chosen(book, rules[letter].formula1) <= {word.zh for word in column.words}
            elif column.kind == "unit":
                assert chosen(book, rules[letter].formula1) == UNITS


def chosen(book: Any, formula: str) -> set[str]:
    sheet, cells = formula.lstrip("=").split("!")
    return {row[0].value for row in book[sheet][cells.replace("$", "")]}


def test_the_blank_form_filled_in_imports() -> None:
    book = load_workbook(io.BytesIO(write_template(sorted(UNITS))))
    source = load_workbook(GOOD)
    for sheet in (HOUSEHOLD_SHEET, MEMBER_SHEET):
        for row in source[sheet].iter_rows(min_row=2, values_only=True):
            book[sheet].append(row)
    target = io.BytesIO()
    book.save(target)
    workbook = read(target.getvalue())
    assert workbook.faults == ()
    assert workbook.records == read(GOOD).records
