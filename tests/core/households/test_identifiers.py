"""The checks over columns agree with python-stdnum, number by number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from core.households.identifiers import (
    CARD_LENGTHS,
    CREDIT_ALPHABET,
    characters,
    is_male,
    valid_birth_dates,
    valid_cards,
    valid_credit_codes,
    valid_id_checks,
    well_formed_ids,
)
from tests.core.households.workbooks import GOOD, TODAY, read

digits = st.text("0123456789", min_size=17, max_size=17)
id_like = st.tuples(digits, st.sampled_from("0123456789X")).map("".join)
any_18 = st.text("0123456789Xx年 /:", min_size=18, max_size=18)
credit_like = st.tuples(
    st.text("0123456789", min_size=8, max_size=8),
    st.text(CREDIT_ALPHABET, min_size=10, max_size=10),
).map("".join)
anything = st.text("0123456789ABCDEFIOSVZ不 -", max_size=20)


def is_date(number: str, today: dt.date) -> bool:
    try:
        born = ric.get_birth_date(number)
    except Exception:
        return False
    return dt.date(1880, 1, 1) <= born <= today


@given(st.lists(any_18, max_size=40))
def test_only_17_digits_and_a_digit_or_x_are_well_formed(numbers: list[str]) -> None:
    expected = [
        all(char in "0123456789" for char in number[:17]) and number[17] in "0123456789X"
        for number in numbers
    ]
    assert well_formed_ids(characters(numbers)).tolist() == expected


@given(st.lists(id_like, max_size=40))
def test_check_digits_of_ids_agree_with_stdnum(numbers: list[str]) -> None:
    expected = [ric.calc_check_digit(number) == number[-1] for number in numbers]
    assert valid_id_checks(characters(numbers)).tolist() == expected


@given(digits)
def test_each_id_has_exactly_one_check_digit(body: str) -> None:
    passed = valid_id_checks(characters([body + last for last in "0123456789X"]))
    assert int(passed.sum()) == 1


@given(st.dates(dt.date(1850, 1, 1), dt.date(2100, 12, 31)))
def test_every_real_day_up_to_today_is_a_birth_date(day: dt.date) -> None:
    number = f"520201{day:%Y%m%d}1234"
    assert valid_birth_dates(characters([number]), TODAY).tolist() == [is_date(number, TODAY)]


@given(st.lists(st.integers(1800_00_00, 2100_99_99), min_size=1, max_size=40))
def test_impossible_days_are_no_birth_dates(days: list[int]) -> None:
    numbers = [f"520201{day}1234" for day in days]
    assert valid_birth_dates(characters(numbers), TODAY).tolist() == [
        is_date(number, TODAY) for number in numbers
    ]


@given(st.lists(credit_like | anything, max_size=40))
def test_credit_codes_agree_with_stdnum(numbers: list[str]) -> None:
    # stdnum drops spaces and dashes first; in a file they are a fault.
    expected = [uscc.is_valid(number) and len(number) == 18 for number in numbers]
    assert valid_credit_codes(numbers).tolist() == expected


@given(st.lists(credit_like, min_size=1, max_size=20))
@settings(max_examples=50)
def test_credit_codes_with_their_check_character_are_valid(numbers: list[str]) -> None:
    codes = [number[:17] + uscc.calc_check_digit(number[:17]) for number in numbers]
    assert valid_credit_codes(codes).all()
    assert all(map(uscc.is_valid, codes))


@given(st.lists(st.text("0123456789", max_size=22) | anything, max_size=40))
def test_cards_agree_with_stdnum(numbers: list[str]) -> None:
    expected = [
        len(number) in CARD_LENGTHS and number.isascii() and number.isdigit()
        and luhn.is_valid(number)
        for number in numbers
    ]  # fmt: skip
    assert valid_cards(numbers).tolist() == expected


@given(st.text("0123456789", min_size=11, max_size=18))
def test_a_card_with_its_luhn_digit_is_valid(body: str) -> None:
    assert valid_cards([body + luhn.calc_check_digit(body)]).tolist() == [True]


def test_every_number_of_the_sample_file_is_valid_both_ways() -> None:
    records = read(GOOD).records
    people: list[Any] = [*records, *(member for record in records for member in record.members)]
    numbers = [person.id_number for person in people]
    assert len(numbers) == len(set(numbers)) == 989
    assert valid_id_checks(characters(numbers)).all()
    assert valid_birth_dates(characters(numbers), TODAY).all()
    assert all(ric.calc_check_digit(number) == number[-1] for number in numbers)
    assert [is_male(number) for number in numbers] == [person.sex == "male" for person in people]
    cards, codes = [one.card for one in records], [one.employer_code for one in records]
    assert valid_cards(cards).all()
    assert all(map(luhn.is_valid, cards))
    assert valid_credit_codes(codes).all()
    assert all(map(uscc.is_valid, codes))


def test_an_empty_column_is_no_trouble() -> None:
    for check in (well_formed_ids, valid_id_checks):
        assert check(characters([])).shape == (0,)
    for other in (valid_credit_codes, valid_cards):
        assert other([]).shape == (0,)
        assert other([]).dtype == np.bool_
    assert valid_birth_dates(characters([]), TODAY).shape == (0,)
