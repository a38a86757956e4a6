"""Files as people really send them: wrong type, renamed columns, CSV, formulas, hostile ones."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl import load_workbook

from core.households.workbook import package
from core.households.workbook.columns import COLUMNS, HOUSEHOLD_SHEET, MEMBER_SHEET
from core.households.workbook.opening import sibling
from tests.core.households.workbooks import (
    FAULTY,
    GOOD,
    HOUSEHOLD,
    MEMBER,
    TITLES,
    make_workbook,
    place,
    places,
    read,
    save,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def only_code(data: bytes) -> str:
    """Return the code of the one fault a file has, which must leave no household behind."""
    workbook = read(data)
    assert len(workbook.faults) == 1
    assert workbook.records == ()
    return workbook.faults[0].code


def to_csv(path: Path, sheet: str, encoding: str) -> bytes:
    page = load_workbook(path)[sheet]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [("" if cell is None else str(cell).removesuffix(" 00:00:00")) for cell in row]
        for row in page.iter_rows(values_only=True)
    )
    return text.getvalue().encode(encoding)


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a package with bytes of one part replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            out.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00", "not_a_workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff", "not_a_workbook"),
        (b"", "sheet_empty"),
        (b"\n\n", "sheet_empty"),
        ("一,二\n三,四\n".encode(), "no_header"),
        (OLE + b"\x00" * 600, "old_workbook"),
        (OLE + b"\x00" * 64 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 this is no archive", "broken"),
    ],
)
def test_a_file_of_another_kind_is_one_clear_fault(data: bytes, code: str) -> None:
    assert only_code(data) == code


def test_a_truncated_workbook_is_one_clear_fault() -> None:
    assert only_code(GOOD.read_bytes()[:-5000]) == "broken"


@pytest.mark.parametrize("at", [600, 20_000, 60_000, 110_000])
def test_a_damaged_workbook_never_crashes(at: int) -> None:
    data = bytearray(GOOD.read_bytes())
    data[at : at + 40] = b"\x5a" * 40
    workbook = read(bytes(data))
    assert workbook.faults


def test_an_archive_that_is_no_workbook_is_said_so() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert only_code(target.getvalue()) == "not_a_workbook"


def test_an_open_document_sheet_is_to_be_saved_as_xlsx() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert only_code(target.getvalue()) == "old_workbook"


def test_a_bomb_is_refused_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LIMIT_MEGABYTES", 2)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (3 * 1024 * 1024))
    assert only_code(target.getvalue()) == "too_large"
    assert read(GOOD).faults == ()


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(make_workbook())
    entry = data.index(b"PK\x01\x02")
    # The uncompressed size in the archive's directory, made smaller than the truth.
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    assert only_code(bytes(data)) == "broken"


@pytest.mark.parametrize("cell", ["XFD2", "DA2", "A1048576"])
def test_a_cell_far_outside_the_table_is_refused(cell: str) -> None:
    book = Book()
    page = book.create_sheet(HOUSEHOLD_SHEET)
    page.append(TITLES[HOUSEHOLD_SHEET])
    page[cell] = "x"
    book.create_sheet(MEMBER_SHEET).append(TITLES[MEMBER_SHEET])
    assert only_code(save(book)) == "stray_cells"


@pytest.mark.parametrize(
    ("plain", "hostile"),
    [
        (b'<c r="A2"', b'<c t="n" r="XFD2"'),
        (b'<c r="A2"', b"<c r='XFD2'"),
        (b'<c r="A2"', b'<c r="xfd2"'),
        (b'<c r="A2"', b'<c\tr="A1048576"'),
        (b'<c r="A2"', b'<c r="A1048576"><v>1</v></c><c r="A2"'),
    ],
)
def test_a_stray_cell_does_not_hide_in_odd_spelling(plain: bytes, hostile: bytes) -> None:
    data = rewritten(make_workbook(), "xl/worksheets/sheet1.xml", plain, hostile)
    workbook = read(data)
    assert workbook.faults
    assert workbook.rows <= 1


def test_a_sheet_in_another_encoding_is_refused() -> None:
    data = make_workbook()
    part = "xl/worksheets/sheet1.xml"
    content = zipfile.ZipFile(io.BytesIO(data)).read(part)
    odd = content.decode().encode("utf-16-le")
    assert only_code(rewritten(data, part, content, odd)) == "broken"


def test_a_missing_sheet_is_named() -> None:
    fault = read(save(Book())).faults[0]
    assert (fault.sheet, fault.code) == (HOUSEHOLD_SHEET, "sheet_missing")
    assert "困难职工档案" in str(fault.message)


def test_a_sheet_without_rows_is_one_fault() -> None:
    assert only_code(make_workbook([], [])) == "sheet_empty"


def test_missing_columns_are_one_fault_that_names_them() -> None:
    titles = [title for title in TITLES[HOUSEHOLD_SHEET] if title not in ("身份证号", "所属工会")]
    workbook = read(make_workbook(titles={HOUSEHOLD_SHEET: titles}))
    assert workbook.records == ()
    assert places(workbook) == {(HOUSEHOLD_SHEET, 1, "身份证号", "column_missing")}
    assert workbook.faults[0].message.values["missing"] == "身份证号、所属工会"


def test_a_renamed_column_is_missing_and_its_new_name_unknown() -> None:
    titles = ["总收入" if title == "家庭年度总收入" else title for title in TITLES[HOUSEHOLD_SHEET]]
    workbook = read(make_workbook(titles={HOUSEHOLD_SHEET: titles}))
    assert workbook.records == ()
    assert [place(fault)[1:] for fault in workbook.faults] == [
        (1, "家庭年度总收入", "column_missing"), (1, "总收入", "column_unknown"),
    ]  # fmt: skip


def test_an_extra_column_is_a_fault_but_the_rows_are_read() -> None:
    titles = [*TITLES[HOUSEHOLD_SHEET], "备注"]
    workbook = read(make_workbook([{**HOUSEHOLD, "备注": "急"}], titles={HOUSEHOLD_SHEET: titles}))
    assert places(workbook) == {(HOUSEHOLD_SHEET, 1, "备注", "column_unknown")}
    assert len(workbook.records) == 1


def test_a_column_that_stands_twice_stops_the_file() -> None:
    titles = [*TITLES[MEMBER_SHEET], "姓名"]
    workbook = read(make_workbook(titles={MEMBER_SHEET: titles}))
    assert workbook.records == ()
    assert places(workbook) == {(MEMBER_SHEET, 1, "姓名", "column_twice")}


def test_columns_may_stand_in_any_order_under_decorated_titles() -> None:
    titles = [*reversed(TITLES[HOUSEHOLD_SHEET])]
    book = load_workbook(io.BytesIO(make_workbook(titles={HOUSEHOLD_SHEET: titles})))
    page = book[HOUSEHOLD_SHEET]
    page.cell(1, titles.index("家庭年度总收入") + 1).value = "家庭年度总收入（元）"
    page.cell(1, titles.index("姓名") + 1).value = "* 姓 名"
    assert read(save(book)).records == read(make_workbook()).records


def test_a_title_above_the_header_and_blank_rows_do_not_shift_the_rows() -> None:
    book = load_workbook(io.BytesIO(make_workbook([{**HOUSEHOLD, "手机号码": "1"}])))
    page = book[HOUSEHOLD_SHEET]
    page.insert_rows(1, 2)
    page["A1"] = "困难职工档案表"
    page.insert_rows(4, 3)
    page["B5"] = "   "
    assert places(read(save(book))) == {(HOUSEHOLD_SHEET, 7, "手机号码", "phone_digits")}


@pytest.mark.parametrize("computed", [b"<v />", b"<v>100</v>"])
@pytest.mark.parametrize("title", ["姓名", "家庭年度总收入", "身份证号", "建档日期"])
def test_a_real_formula_is_found_whatever_it_last_computed(title: str, computed: bytes) -> None:
    data = make_workbook([{**HOUSEHOLD, title: '=HYPERLINK("http://x","点我")'}])
    data = rewritten(data, "xl/worksheets/sheet1.xml", b"</f><v />", b"</f>" + computed)
    assert places(read(data)) == {(HOUSEHOLD_SHEET, 2, title, "formula")}


def test_a_formula_in_a_column_nobody_reads_does_not_matter() -> None:
    titles = [*TITLES[HOUSEHOLD_SHEET], "备注"]
    data = make_workbook([{**HOUSEHOLD, "备注": "=1+1"}], titles={HOUSEHOLD_SHEET: titles})
    assert places(read(data)) == {(HOUSEHOLD_SHEET, 1, "备注", "column_unknown")}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_csv_in_the_encodings_excel_writes_gives_the_same_households(encoding: str) -> None:
    households = to_csv(GOOD, HOUSEHOLD_SHEET, encoding)
    members = to_csv(GOOD, MEMBER_SHEET, encoding)
    workbook = read(households, members=members)
    assert workbook.faults == ()
    assert workbook.records == read(GOOD).records


def test_csv_without_members_takes_the_number_of_persons_as_stated() -> None:
    workbook = read(to_csv(GOOD, HOUSEHOLD_SHEET, "utf-8-sig"))
    assert workbook.faults == ()
    assert workbook.members == {}
    assert [record.member_count for record in workbook.records] == [
        record.member_count for record in read(GOOD).records
    ]


def test_members_beside_a_csv_file_are_found_by_their_name(tmp_path: Path) -> None:
    source = tmp_path / "档案.csv"
    source.write_bytes(to_csv(GOOD, HOUSEHOLD_SHEET, "utf-8-sig"))
    assert read(source).members == {}
    sibling(source, MEMBER_SHEET).write_bytes(to_csv(GOOD, MEMBER_SHEET, "utf-8-sig"))
    assert read(source).records == read(GOOD).records


def test_csv_has_the_faults_of_the_workbook() -> None:
    households = to_csv(FAULTY, HOUSEHOLD_SHEET, "gb18030")
    workbook = read(households, members=to_csv(FAULTY, MEMBER_SHEET, "gb18030"))
    found = {(fault.row, fault.column) for fault in workbook.faults}
    assert found == {(fault.row, fault.column) for fault in read(FAULTY).faults}


def test_an_id_excel_wrote_to_csv_in_powers_of_ten_is_refused() -> None:
    text = to_csv(GOOD, HOUSEHOLD_SHEET, "utf-8").decode()
    broken = text.replace("52022219940611297X", "5.20222E+17", 1)
    assert places(read(broken.encode())) == {(HOUSEHOLD_SHEET, 2, "身份证号", "id_numeric")}


def test_an_apostrophe_that_keeps_a_number_as_text_is_no_part_of_it() -> None:
    text = to_csv(GOOD, HOUSEHOLD_SHEET, "utf-8").decode()
    marked = text.replace("52022219940611297X", "'52022219940611297X", 1)
    assert read(marked.encode()).records[0].id_number == "52022219940611297X"


def test_every_title_is_in_the_sample_files() -> None:
    book = load_workbook(GOOD, read_only=True)
    for sheet in (HOUSEHOLD_SHEET, MEMBER_SHEET):
        first = next(book[sheet].iter_rows(values_only=True))
        assert list(first) == [column.title for column in COLUMNS[sheet]]
    assert set(MEMBER) == set(TITLES[MEMBER_SHEET])
    assert set(HOUSEHOLD) == set(TITLES[HOUSEHOLD_SHEET])
