"""What a clerk relies on when he brings in a workbook: nothing missed, nothing invented."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections import Counter

import pytest

from core.households.export import write_csv
from core.households.workbook.columns import HOUSEHOLD_SHEET, MEMBER_SHEET
from core.households.workbook.reading import Workbook
from tests.core.households.workbooks import (
    DATA,
    FAULTY,
    GOOD,
    HOUSEHOLD,
    MEMBER,
    make_workbook,
    places,
    read,
    with_cells,
)

FAULT_CODES = {
    "身份证号校验位错误": "id_check_digit",
    "身份证号十五位": "id_length",
    "身份证号为数字单元格": "id_numeric",
    "身份证号与性别不符": "sex_mismatch",
    "身份证号为空": "required",
    "姓名为空": "required",
    "姓名为公式": "formula",
    "收入为负": "negative",
    "收入为文字": "not_an_amount",
    "收入三位小数": "decimals",
    "家庭人口与成员数不符": "member_count",
    "家庭人口为零": "count_zero",
    "未知致困原因": "word_unknown",
    "未知工作状态": "word_unknown",
    "行政区划不存在": "division_unknown",
    "信用代码校验错误": "credit_code_check",
    "银行卡校验错误": "card_check",
    "建档日期在将来": "date_future",
    "手机号位数不对": "phone_digits",
    "所属工会不存在": "unit_unknown",
    "因病支出大于常理为文字": "not_an_amount",
    "与同表另一档案重复(一人多档)": "person_twice",
}


@pytest.fixture(scope="module")
def good() -> Workbook:
    return read(GOOD)


@pytest.fixture(scope="module")
def faulty() -> Workbook:
    return read(FAULTY)


def test_the_good_file_has_300_households_and_no_fault(good: Workbook) -> None:
    assert good.faults == ()
    assert (good.rows, good.good, len(good.records)) == (300, 300, 300)
    assert sum(len(record.members) for record in good.records) == 689
    assert all(len(record.members) + 1 == record.member_count for record in good.records)


def test_a_household_comes_in_with_clean_typed_values(good: Workbook) -> None:
    record = good.records[1]
    assert (record.file_number, record.name, record.row) == ("LPS0700002", "戴琪玉", 3)
    assert (record.income, record.schooling, record.work_cost) == (4283576, 1057976, 834377)
    assert (record.sex, record.work_status, record.main_cause) == (
        "female",
        "employed",
        "schooling",
    )
    assert (record.housing_area_centi, record.single_parent) == (6800, True)
    assert (record.filed_on, record.verified_on) == (dt.date(2021, 11, 11), dt.date(2022, 8, 21))
    assert [(member.relation, member.education_stage, member.enrolment_year, member.row)
            for member in record.members] == [
        ("child", "senior_high", 2022, 3), ("child", "undergraduate", 2020, 4),
        ("parent", "", None, 5),
    ]  # fmt: skip


def test_several_further_causes_keep_their_order(good: Workbook) -> None:
    counted = Counter(record.further_causes for record in good.records)
    assert counted[("no_capacity", "schooling", "accident")] == 1
    assert counted[()] == 172


def test_the_columns_and_the_records_say_the_same(good: Workbook) -> None:
    assert good.households["income"].tolist() == [record.income for record in good.records]
    assert good.households["row"] == list(range(2, 302)) or good.households["row"] == range(2, 302)
    for owner, name in zip(good.members["household"], good.members["name"], strict=True):
        assert name in {member.name for member in good.records[owner].members}


def test_every_known_fault_is_found_where_it_is_and_no_other(faulty: Workbook) -> None:
    with (DATA / "faults.csv").open(encoding="utf-8-sig", newline="") as source:
        expected = {
            (HOUSEHOLD_SHEET, int(row["行"]), row["列"], FAULT_CODES[row["错误"]])
            for row in csv.DictReader(source)
        }
    assert places(faulty) == expected
    assert len(faulty.faults) == len(expected) == 22


def test_the_good_rows_of_a_faulty_file_are_there(faulty: Workbook) -> None:
    assert [record.file_number for record in faulty.records] == ["LPS0791001", "LPS0791003"]
    assert faulty.rows == 24


def test_a_fault_names_row_field_and_remedy(faulty: Workbook) -> None:
    fault = next(fault for fault in faulty.faults if fault.row == 2)
    told = fault.as_json()
    assert told["message"] == "Row 2: “身份证号” fails its check digit."
    assert told["remedy"].startswith("Compare the number with the ID card")
    assert (told["sheet"], told["column"], told["code"]) == (
        HOUSEHOLD_SHEET,
        "身份证号",
        "id_check_digit",
    )


def test_no_fault_tells_an_id_phone_or_card(faulty: Workbook) -> None:
    told = "".join(
        f"{fault.message}{fault.remedy}{fault.message.values}" for fault in faulty.faults
    )
    for secret in (
        "520201196707243121",
        "520201760331245",
        "1313894672",
        "6217005879410797184",
        "520201197401099656",
    ):
        assert secret not in told


def test_a_record_does_not_show_numbers_that_are_protected(good: Workbook) -> None:
    shown = repr(good.records[1])
    assert "520201196911201548" not in shown
    assert "15079244026" not in shown
    assert "6217007603137215909" not in shown
    assert "520221200710113941" not in shown


def test_a_household_with_a_faulty_member_is_left_out_whole() -> None:
    other = {
        **HOUSEHOLD,
        "档案编号": "A2",
        "身份证号": "52022219940611297X",
        "性别": "男",
        "家庭人口": 1,
    }
    workbook = read(make_workbook([HOUSEHOLD, other], [{**MEMBER, "与户主关系": "邻居"}]))
    assert places(workbook) == {(MEMBER_SHEET, 2, "与户主关系", "word_unknown")}
    assert [record.file_number for record in workbook.records] == ["A2"]
    assert workbook.records[0].members == ()


def test_a_member_listed_in_two_files_is_found_in_the_second() -> None:
    other = {**HOUSEHOLD, "档案编号": "A2", "身份证号": "52022219940611297X", "性别": "男"}
    workbook = read(make_workbook([HOUSEHOLD, other], [MEMBER, {**MEMBER, "档案编号": "A2"}]))
    assert places(workbook) == {(MEMBER_SHEET, 3, "身份证号", "person_twice")}
    assert workbook.faults[0].message.values["file_first"] == "A1"
    assert workbook.faults[0].message.values["first"] == 2


def test_a_head_who_is_a_member_elsewhere_is_found() -> None:
    other = {**HOUSEHOLD, "档案编号": "A2", "身份证号": "52022219940611297X", "性别": "男"}
    again = {**MEMBER, "档案编号": "A2", "身份证号": HOUSEHOLD["身份证号"]}
    workbook = read(make_workbook([HOUSEHOLD, other], [MEMBER, again]))
    assert places(workbook) == {(MEMBER_SHEET, 3, "身份证号", "person_twice")}
    assert [record.file_number for record in workbook.records] == ["A1"]


def test_the_head_is_not_listed_among_the_members() -> None:
    head = {**MEMBER, "与户主关系": "户主", "身份证号": HOUSEHOLD["身份证号"]}
    workbook = read(make_workbook([HOUSEHOLD], [MEMBER, head]))
    assert places(workbook) == {(MEMBER_SHEET, 3, "与户主关系", "head_listed")}


def test_a_file_number_that_comes_twice_is_one_fault() -> None:
    workbook = read(make_workbook([HOUSEHOLD, HOUSEHOLD]))
    assert places(workbook) == {(HOUSEHOLD_SHEET, 3, "档案编号", "file_number_twice")}
    assert len(workbook.records) == 1


def test_a_member_without_a_file_is_found() -> None:
    stray = {**MEMBER, "档案编号": "B9", "身份证号": "520222200304302532", "性别": "男"}
    workbook = read(make_workbook([HOUSEHOLD], [MEMBER, stray]))
    assert places(workbook) == {(MEMBER_SHEET, 3, "档案编号", "file_unknown")}
    assert len(workbook.records) == 1


def test_a_count_is_compared_with_the_members_listed() -> None:
    workbook = read(make_workbook([with_cells(家庭人口=4)]))
    fault = workbook.faults[0]
    assert (fault.row, fault.column, fault.code) == (2, "家庭人口", "member_count")
    assert (fault.message.values["value"], fault.message.values["listed"]) == (4, 1)


def test_people_living_alone_need_no_row_among_the_members() -> None:
    workbook = read(make_workbook([with_cells(家庭人口=1)], []))
    assert workbook.faults == ()
    assert workbook.records[0].members == ()


def test_faults_come_in_the_order_of_the_sheet() -> None:
    rows = [
        with_cells(姓名="", 手机号码="1", 因病支出="很多"),
        with_cells(档案编号="A2", 民族="火星族"),
    ]
    workbook = read(make_workbook(rows))
    assert [(fault.row, fault.column) for fault in workbook.faults] == [
        (2, "姓名"), (2, "手机号码"), (2, "因病支出"), (3, "民族"), (3, "身份证号"),
        (3, "家庭人口"),
    ]  # fmt: skip


class TestCsvInOnePackage:
    """Both CSV files in one .zip, as they are brought in where one file is asked for."""

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_both_files_are_read_whatever_their_names(self, encoding: str) -> None:
        whole = read(GOOD)
        files = [
            part.decode("utf-8-sig").encode(encoding) for part in write_csv(whole.records).values()
        ]
        packed = pack({"b.csv": files[0], "a.csv": files[1]})
        found = read(packed)
        assert found.faults == ()
        assert [record.members for record in found.records] == [
            record.members for record in whole.records
        ]

    def test_two_household_files_are_refused(self) -> None:
        whole = read(GOOD)
        households, _members = write_csv(whole.records).values()
        found = read(pack({"a.csv": households, "b.csv": households}))
        assert [fault.code for fault in found.faults] == ["not_a_workbook"]

    def test_a_damaged_package_is_named(self) -> None:
        packed = pack({"a.csv": b"x" * 9000})
        found = read(packed[: len(packed) // 2])
        assert len(found.faults) == 1


def pack(files: dict[str, bytes]) -> bytes:
    """Return files in one .zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
