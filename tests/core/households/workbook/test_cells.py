"""Every kind of cell: what is understood, what is refused, and that nothing is guessed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.households.codes import ETHNICITIES
from core.households.workbook.columns import HOUSEHOLD_SHEET, MEMBER_SHEET
from tests.core.households.workbooks import (
    MEMBER,
    TODAY,
    make_workbook,
    places,
    read,
    with_cells,
)


def read_cell(title: str, value: Any) -> tuple[Any, str | None]:
    """Return the household read with one cell changed, and the code of that cell's fault."""
    workbook = read(make_workbook([with_cells(**{title: value})]))
    assert {fault.column for fault in workbook.faults} <= {title}
    if workbook.faults:
        assert len(workbook.faults) == 1
        assert workbook.records == ()
        return None, workbook.faults[0].code
    return workbook.records[0], None


def read_member(title: str, value: Any) -> tuple[Any, str | None]:
    """Return the member read with one cell changed, and the code of that cell's fault."""
    workbook = read(make_workbook(members=[{**MEMBER, title: value}]))
    if workbook.faults:
        assert [(fault.sheet, fault.row, fault.column) for fault in workbook.faults] == [
            (MEMBER_SHEET, 2, title)
        ]
        return None, workbook.faults[0].code
    return workbook.records[0].members[0], None


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (0, 0), (0.01, 1), (36000, 3_600_000), (42835.76, 4_283_576), (0.1 + 0.2, 30),
        (1.005e6 + 0.07, 100_500_007), ("36000", 3_600_000), ("1,234.50", 123_450),
        ("１２３４．５", 123_450), ("￥88.8", 8_880), ("500元", 50_000),
        (99_999_999_999.99, 10**13 - 1),
    ],
)  # fmt: skip
def test_amounts_are_exact_fen(cell: Any, fen: int) -> None:
    record, fault = read_cell("家庭年度总收入", cell)
    assert fault is None
    assert record.income == fen


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "required"), ("  ", "required"), (-0.01, "negative"), ("-1", "negative"),
        (0.001, "decimals"), (36000.005, "decimals"), ("36000.005", "decimals"),
        (99_999_999_999.994, "decimals"), ("三万六", "not_an_amount"),
        ("1e3元左右", "not_an_amount"),
        (True, "not_an_amount"), (dt.date(2023, 1, 1), "not_an_amount"), ("NaN", "not_an_amount"),
        ("Infinity", "not_an_amount"), (1e12, "too_great"), ("1000000000000", "too_great"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(cell: Any, code: str) -> None:
    assert read_cell("家庭年度总收入", cell)[1] == code


def test_an_empty_spending_is_none() -> None:
    record, fault = read_cell("因病支出", None)
    assert fault is None
    assert record.illness == 0


@pytest.mark.parametrize(("cell", "area"), [(None, None), (0, 0), (68.5, 6850), ("102.25", 10225)])
def test_areas_may_be_left_out(cell: Any, area: int | None) -> None:
    record, fault = read_cell("建筑面积", cell)
    assert fault is None
    assert record.housing_area_centi == area


@pytest.mark.parametrize(
    ("cell", "code"),
    [(None, "required"), (0, "count_zero"), (-2, "count_zero"), (2.5, "not_a_count"),
     ("两人", "not_a_count"), (150, "not_a_count"), (3, "member_count")],
)  # fmt: skip
def test_a_wrong_number_of_persons_is_one_fault(cell: Any, code: str) -> None:
    assert read_cell("家庭人口", cell)[1] == code


@pytest.mark.parametrize("cell", [2, 2.0, "2", " 2 ", "2.0"])
def test_a_number_of_persons_may_be_text(cell: Any) -> None:
    assert read_cell("家庭人口", cell)[0].member_count == 2


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "required"), ("   ", "required"),
        (520201196911201548, "id_numeric"), (5.20201196911201e17, "id_numeric"),
        ("5.20201E+17", "id_numeric"), ("520201691120154", "id_length"),
        ("52020119691120154", "id_length"), ("5202011969112015480", "id_length"),
        ("52020119691120154Y", "id_format"), ("52020119X911201548", "id_format"),
        ("520201196913201548", "id_birth_date"), ("520201196902291548", "id_birth_date"),
        ("520201209911201548", "id_birth_date"), ("990201196911201548", "id_division"),
        ("520201196911201549", "id_check_digit"), ("520201196911205148", "id_check_digit"),
    ],
)  # fmt: skip
def test_an_id_number_that_cannot_be_is_refused(cell: Any, code: str) -> None:
    assert read_cell("身份证号", cell)[1] == code


@pytest.mark.parametrize(
    "cell", ["52022219940611297x", " 52022219940611297X ", "５２０２２２１９９４０６１１２９７Ｘ"]
)
def test_an_id_number_is_understood_in_other_spelling(cell: str) -> None:
    workbook = read(make_workbook([with_cells(身份证号=cell, 性别="男")]))
    assert workbook.faults == ()
    assert workbook.records[0].id_number == "52022219940611297X"


def test_an_id_with_a_division_abolished_before_the_birth_is_good() -> None:
    # 520222 was a county from 1999 to 2017; people born before carry it all the same.
    workbook = read(
        make_workbook(members=[{**MEMBER, "身份证号": "520222193805308390", "性别": "男"}])
    )
    assert workbook.faults == ()


def test_a_sex_that_the_id_denies_is_one_fault_of_the_sex() -> None:
    assert read_cell("性别", "男")[1] == "sex_mismatch"
    workbook = read(make_workbook(members=[{**MEMBER, "性别": "男"}]))
    assert places(workbook) == {(MEMBER_SHEET, 2, "性别", "sex_mismatch")}


@pytest.mark.parametrize(
    ("cell", "code"),
    [(6217007603137215909, "card_numeric"), ("6217007603137215908", "card_check"),
     ("62170076031", "card_check"), ("6217 0076 0313 7215 90a", "card_check")],
)  # fmt: skip
def test_a_wrong_card_is_refused(cell: Any, code: str) -> None:
    assert read_cell("银行卡号", cell)[1] == code


@pytest.mark.parametrize(
    ("cell", "card"),
    [(None, ""), ("6217 0076 0313 7215 909", "6217007603137215909"),
     ("4111111111111111", "4111111111111111")],
)  # fmt: skip
def test_a_card_may_be_spaced_or_missing(cell: Any, card: str) -> None:
    assert read_cell("银行卡号", cell)[0].card == card


@pytest.mark.parametrize("cell", ["91520221KJAY4NUGY3", "91520221KJAY4NUGY", "I1520221KJAY4NUGY2",
                                  "不知道", 91520221])  # fmt: skip
def test_a_wrong_credit_code_is_refused(cell: Any) -> None:
    assert read_cell("统一社会信用代码", cell)[1] == "credit_code_check"


def test_a_credit_code_may_be_small_or_missing() -> None:
    assert (
        read_cell("统一社会信用代码", "91520221kjay4nugy2")[0].employer_code == "91520221KJAY4NUGY2"
    )
    assert read_cell("统一社会信用代码", None)[0].employer_code == ""


@pytest.mark.parametrize(
    "cell", ["1313894672", "131389467200", "23138946720", "0858-8223456", "无"]
)
def test_a_phone_number_that_is_no_mobile_is_refused(cell: str) -> None:
    assert read_cell("手机号码", cell)[1] == "phone_digits"


@pytest.mark.parametrize("cell", ["15079244026", 15079244026, "150 7924 4026", "150-7924-4026"])
def test_a_phone_number_may_be_a_number_cell(cell: Any) -> None:
    assert read_cell("手机号码", cell)[0].phone == "15079244026"


@pytest.mark.parametrize(
    "cell", ["520222", "520221", "520201", "520200", 520281, "659012", "330113"]
)
def test_divisions_of_today_and_of_the_past_are_known(cell: Any) -> None:
    assert read_cell("户口所在地行政区划", cell)[0].division_code == str(cell)


@pytest.mark.parametrize("cell", ["999999", "520299", "5202", "水城县", "000000"])
def test_divisions_that_never_were_are_refused(cell: str) -> None:
    assert read_cell("户口所在地行政区划", cell)[1] == "division_unknown"


@pytest.mark.parametrize("cell", ["天宫总工会", "水城区总工会", "水城区总工会/双水街道工会/"])
def test_a_union_that_is_not_there_is_refused(cell: str) -> None:
    assert read_cell("所属工会", cell)[1] == "unit_unknown"


@pytest.mark.parametrize(
    "cell",
    [dt.date(2022, 3, 5), dt.datetime(2022, 3, 5), "2022-03-05",  # noqa: DTZ001
     "2022/3/5", "2022.3.5",
     "2022年3月5日", "20220305", 20220305, "2022-03-05 00:00:00"],
)  # fmt: skip
def test_dates_are_understood_as_people_write_them(cell: Any) -> None:
    assert read_cell("建档日期", cell)[0].filed_on == dt.date(2022, 3, 5)


@pytest.mark.parametrize(
    ("cell", "code"),
    [(None, "required"), ("2022-02-30", "not_a_date"), ("去年", "not_a_date"),
     (44622, "not_a_date"), ("05/03/22", "not_a_date"),
     (TODAY + dt.timedelta(days=1), "date_future"),
     ("2099-01-01", "date_future")],
)  # fmt: skip
def test_a_date_that_cannot_be_is_refused(cell: Any, code: str) -> None:
    assert read_cell("建档日期", cell)[1] == code


def test_today_is_no_future() -> None:
    assert read_cell("建档日期", TODAY)[0].filed_on == TODAY


def test_a_file_never_verified_has_no_date() -> None:
    assert read_cell("上次复核日期", None)[0].verified_on is None


@pytest.mark.parametrize(
    ("title", "cell", "field", "code"),
    [
        ("工作状态", "下（待）岗", "work_status", "laid_off"),
        ("工作状态", " 失(无)业 ", "work_status", "unemployed"),
        ("婚姻状况", "离婚", "marital_status", "divorced"),
        ("民族", "彝", "ethnicity", "yi"),
        ("残疾类别", None, "disability_kind", ""),
    ],
)
def test_words_are_understood_in_other_spelling(
    title: str, cell: Any, field: str, code: str
) -> None:
    assert getattr(read_cell(title, cell)[0], field) == code


@pytest.mark.parametrize(
    ("title", "cell"), [("工作状态", "上天"), ("主要致困原因", "外星人"), ("住房类型", 7)]
)
def test_a_word_of_no_list_is_refused_with_the_choices(title: str, cell: Any) -> None:
    workbook = read(make_workbook([with_cells(**{title: cell})]))
    assert places(workbook) == {(HOUSEHOLD_SHEET, 2, title, "word_unknown")}
    assert "、" in str(workbook.faults[0].remedy)


def test_a_long_list_of_choices_is_cut() -> None:
    workbook = read(make_workbook([with_cells(民族="火星族")]))
    remedy = str(workbook.faults[0].remedy)
    assert remedy.count("、") < len(ETHNICITIES.values) - 1
    assert "……" in remedy


@pytest.mark.parametrize(
    "cell", ["子女上学、意外事故", "子女上学,意外事故", "子女上学；意外事故", "子女上学 / 意外事故"]
)
def test_further_causes_may_be_set_apart_in_several_ways(cell: str) -> None:
    assert read_cell("次要致困原因", cell)[0].further_causes == ("schooling", "accident")


def test_more_than_three_further_causes_are_refused() -> None:
    assert read_cell("次要致困原因", "子女上学、意外事故、自然灾害、其他")[1] == "too_many"
    assert read_cell("次要致困原因", "子女上学、穷")[1] == "word_unknown"


@pytest.mark.parametrize(
    ("cell", "answer"), [("是", True), ("否", False), (None, False), (True, True), (False, False)]
)
def test_yes_and_no(cell: Any, answer: bool) -> None:
    assert read_cell("生活仍有困难", cell)[0].still_difficult is answer


def test_neither_yes_nor_no_is_refused() -> None:
    assert read_cell("生活仍有困难", "也许")[1] == "word_unknown"


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+8613", "-cmd|' /C calc'!A0"])
def test_a_name_that_would_become_a_formula_is_refused(cell: str) -> None:
    book = make_workbook([with_cells(姓名=cell)])
    assert places(read(book)) == {(HOUSEHOLD_SHEET, 2, "姓名", "formula")}


def test_a_number_is_no_name() -> None:
    assert read_cell("姓名", 12345)[1] == "not_text"


@pytest.mark.parametrize("cell", ["买买提江·吐尔逊", "欧阳建国", "𠮷田花子", "喆堃珺祎昇玥"])
def test_rare_and_long_names_stay_as_they_are(cell: str) -> None:
    assert read_cell("姓名", cell)[0].name == cell


def test_line_breaks_and_unseen_characters_do_not_come_in() -> None:
    assert (
        read_cell("家庭住址", " 荷城街道\n1号\u200b\u3000二楼 ")[0].address == "荷城街道 1号 二楼"
    )


def test_a_text_that_is_too_long_is_refused() -> None:
    assert read_cell("家庭住址", "长" * 500)[1] is None
    assert read_cell("家庭住址", "长" * 501)[1] == "too_long"
    assert read_cell("姓名", "长" * 61)[1] == "too_long"


def test_a_file_number_may_be_a_number_cell() -> None:
    workbook = read(
        make_workbook([with_cells(档案编号=700001)], [{**MEMBER, "档案编号": "700001"}])
    )
    assert workbook.faults == ()
    assert workbook.records[0].file_number == "700001"


@pytest.mark.parametrize(("cell", "year"), [(2022, 2022), ("2022", 2022), (None, None)])
def test_the_year_of_enrolment_may_be_left_out(cell: Any, year: int | None) -> None:
    assert read_member("入学年份", cell)[0].enrolment_year == year


@pytest.mark.parametrize("cell", [22, "去年", 2022.5, 20220901])
def test_a_year_that_is_none_is_refused(cell: Any) -> None:
    assert read_member("入学年份", cell)[1] == "not_a_year"


@pytest.mark.parametrize("title", ["姓名", "与户主关系", "性别", "身份证号", "身份"])
def test_what_a_member_must_have(title: str) -> None:
    assert read_member(title, None)[1] == "required"


@pytest.mark.parametrize("title", ["健康状况", "月收入", "学历阶段", "就读学校", "入学年份"])
def test_what_a_member_need_not_have(title: str) -> None:
    assert read_member(title, None)[1] is None


@pytest.mark.parametrize("title", ["因病支出", "家庭住址", "上次复核日期"])
def test_an_error_value_of_a_spreadsheet_is_not_taken_for_nothing(title: str) -> None:
    assert read_cell(title, "#REF!")[1] == "error_value"
