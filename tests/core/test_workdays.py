"""Working days decide when a notice ends, so they are checked against published calendars."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import InvalidError
from core.workdays import (
    add_working_days,
    is_published,
    is_working_day,
    working_days_between,
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2023-06-21", True),
        ("2023-06-22", False),  # Dragon Boat, a Thursday
        ("2023-06-23", False),  # the Friday exchanged
        ("2023-06-25", True),  # the Sunday worked for it
        ("2023-10-07", True),  # a Saturday worked for National Day
        ("2023-10-06", False),
        ("2026-02-14", True),
        ("2026-02-20", False),
        ("2026-11-21", False),
        ("2026-11-23", True),
    ],
)
def test_published_years_know_the_exchanged_days(text: str, working: bool) -> None:
    assert is_working_day(day(text)) is working


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2027-01-01", False),
        ("2027-01-04", True),
        ("2027-02-06", False),  # Spring Festival of 2027
        ("2027-02-09", False),  # in lieu of a festival day on the weekend
        ("2027-02-11", True),
        ("2027-10-01", False),
        ("2027-10-09", False),  # no Saturday is worked until the State Council says so
        ("2040-05-01", False),
    ],
)
def test_years_to_come_follow_the_law(text: str, working: bool) -> None:
    assert is_working_day(day(text)) is working


def test_a_year_says_whether_its_calendar_is_published() -> None:
    assert is_published(2023)
    assert not is_published(2090)


@pytest.mark.parametrize("text", ["2003-12-31", "2100-01-01"])
def test_no_calendar_is_invented_beyond_the_known_years(text: str) -> None:
    with pytest.raises(InvalidError, match="2004 to 2099"):
        is_working_day(day(text))


def test_five_working_days_pass_over_a_festival() -> None:
    assert add_working_days(day("2023-06-20"), 1) == day("2023-06-21")
    assert add_working_days(day("2023-06-20"), 5) == day("2023-06-28")


def test_five_working_days_reach_into_a_year_not_yet_published() -> None:
    assert add_working_days(day("2026-12-29"), 5) == day("2027-01-06")


def test_no_days_is_the_day_itself_even_a_sunday() -> None:
    assert add_working_days(day("2026-11-22"), 0) == day("2026-11-22")


@pytest.mark.parametrize("n", [-1, 1001])
def test_a_senseless_number_of_days_is_refused(n: int) -> None:
    with pytest.raises(InvalidError):
        add_working_days(day("2026-11-22"), n)


def test_between_counts_both_ends() -> None:
    assert working_days_between(day("2023-06-21"), day("2023-06-28")) == 5
    assert working_days_between(day("2023-06-22"), day("2023-06-24")) == 0
    assert working_days_between(day("2023-06-22"), day("2023-06-21")) == 0


@pytest.mark.parametrize("start", ["2023-01-19", "2026-09-30", "2026-12-25", "2027-02-01"])
@pytest.mark.parametrize("n", [1, 5, 7, 20])
def test_adding_and_counting_agree(start: str, n: int) -> None:
    first = add_working_days(day(start), 1)
    assert working_days_between(first, add_working_days(day(start), n)) == n
