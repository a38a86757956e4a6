"""Quarters: how they are written, which days and moments they hold."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import InvalidError
from core.supervision.periods import Period, add_months, read_period

TODAY = dt.date(2023, 7, 3)


@pytest.mark.parametrize("text", ["2023Q2", " 2023q2 "])
def test_a_quarter_is_read_as_people_write_it(text: str) -> None:
    assert read_period(text, TODAY) == Period(2023, 2)


@pytest.mark.parametrize(
    "text",
    ["", "2023", "2023Q0", "2023Q5", "23Q2", "2023-Q2", "Q2", "1999Q4", "2023Q2x", "２０２３Q2"],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_period(text, TODAY)
    assert caught.value.field == "period"
    assert "2023Q2" in str(caught.value.remedy)


def test_a_quarter_may_be_running_but_not_lie_ahead() -> None:
    assert read_period("2023Q3", TODAY) == Period(2023, 3)
    assert read_period("2023Q4", dt.date(2023, 10, 1)) == Period(2023, 4)
    with pytest.raises(InvalidError, match="2023Q4 has not begun"):
        read_period("2023Q4", dt.date(2023, 9, 30))


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [(1, "2024-01-01", "2024-03-31"), (2, "2024-04-01", "2024-06-30"),
     (3, "2024-07-01", "2024-09-30"), (4, "2024-10-01", "2024-12-31")],
)  # fmt: skip
def test_its_days(quarter: int, first: str, last: str) -> None:
    period = Period(2024, quarter)
    assert (str(period.first), str(period.last)) == (first, last)
    assert str(period) == f"2024Q{quarter}"


def test_it_begins_and_ends_at_midnight_in_china() -> None:
    period = Period(2023, 2)
    assert period.begins == dt.datetime(2023, 3, 31, 16, tzinfo=dt.UTC)
    assert period.ends == dt.datetime(2023, 6, 30, 16, tzinfo=dt.UTC)


def test_the_trend_ends_with_it_and_has_twelve_months() -> None:
    months = Period(2023, 1).months
    assert (months[0], months[-1]) == (dt.date(2022, 4, 1), dt.date(2023, 3, 1))
    assert len(set(months)) == 12


@pytest.mark.parametrize(
    ("months", "expected"), [(0, "2023-01-01"), (-1, "2022-12-01"), (12, "2024-01-01")]
)
def test_months_are_added_over_the_turn_of_the_year(months: int, expected: str) -> None:
    assert str(add_months(dt.date(2023, 1, 1), months)) == expected
