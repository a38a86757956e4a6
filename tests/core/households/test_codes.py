"""Coded values: stable codes behind the words of the federations' files."""

from __future__ import annotations

import pytest

from core.households.codes import CAUSES, CODE_LISTS, ETHNICITIES, RELATIONS, WORK_STATUSES
from core.households.divisions import is_division, is_origin
from core.households.workbook.columns import COLUMNS


@pytest.mark.parametrize("name", list(CODE_LISTS))
def test_every_code_and_every_word_is_there_once_in_both_languages(name: str) -> None:
    values = CODE_LISTS[name].values
    assert len({item.code for item in values}) == len(values)
    words = [word for item in values for word in (item.zh, *item.other_words)]
    assert len(set(words)) == len(words)
    assert all(item.zh and item.en and item.code.isascii() for item in values)


@pytest.mark.parametrize("name", list(CODE_LISTS))
def test_word_and_code_lead_to_each_other(name: str) -> None:
    codes = CODE_LISTS[name]
    for item in codes:
        assert item.code in codes
        assert codes.find(codes.word(item.code)) == item.code
        assert all(codes.find(word) == item.code for word in item.other_words)
        assert codes.word(item.code, "en") == item.en


def test_the_causes_are_the_ten_of_the_national_list_in_its_order() -> None:
    assert [item.zh for item in CAUSES] == [
        "无劳动能力", "有劳动能力而未就业", "下岗失业", "未参加社会保险", "社保待遇落实不到位",
        "重特大疾病", "自然灾害", "意外事故", "子女上学", "其他",
    ]  # fmt: skip


def test_there_are_56_ethnic_groups() -> None:
    assert len(ETHNICITIES.values) == 56
    assert ETHNICITIES.find("汉族") == ETHNICITIES.find("汉") == "han"
    assert ETHNICITIES.find("维吾尔族") == "uygur"


def test_words_are_found_without_regard_to_brackets_and_spaces() -> None:
    assert WORK_STATUSES.find("失（无）业") == WORK_STATUSES.find(" 失(无) 业") == "unemployed"
    assert WORK_STATUSES.find("上天") is None


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert RELATIONS.word("neighbour") == "neighbour"
    assert RELATIONS.word("") == ""


def test_every_word_column_has_a_list_and_every_list_a_column() -> None:
    used = {
        column.words.name
        for columns in COLUMNS.values()
        for column in columns
        if column.words is not None
    }
    assert used == set(CODE_LISTS)


@pytest.mark.parametrize(
    "code", ["520221", "520222", "520201", "520203", "110100", "659001", "330114"]
)
def test_divisions_of_now_and_then_are_known(code: str) -> None:
    assert is_division(code)
    assert is_origin(code)


@pytest.mark.parametrize("code", ["", "999999", "52022", "5202221", "五二〇二二二", "５２０２２２"])
def test_what_never_was_a_division_is_unknown(code: str) -> None:
    assert not is_division(code)


def test_an_id_may_carry_a_county_no_list_has_if_its_prefecture_was_there() -> None:
    assert not is_division("320599")
    assert is_origin("320599")
    assert not is_origin("990101")
