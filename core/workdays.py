"""Working days by the Chinese statutory calendar.

For years whose calendar the State Council has published, `chinesecalendar` knows every exchanged
day. For a later year the law's own holidays are taken, with Saturdays and Sundays: a date counted
into such a year is provisional, and whoever relies on it counts again when the day has come.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import chinese_calendar
import holidays

from core.errors import InvalidError, _

FIRST_YEAR, LAST_YEAR = 2004, 2099
MOST_DAYS = 1000
_SATURDAY = 5
_DAY = dt.timedelta(days=1)


def is_working_day(day: dt.date) -> bool:
    """Return whether offices work on this day.

    Raises InvalidError outside 2004…2099, where no calendar reaches.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidError(
            _("The calendar of working days knows the years %(first)s to %(last)s, not %(day)s."),
            first=FIRST_YEAR, last=LAST_YEAR, day=day,
        )  # fmt: skip
    if is_published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < _SATURDAY and day not in _lawful_holidays(day.year)


@lru_cache
def is_published(year: int) -> bool:
    """Return whether the year's calendar is known with its exchanged days."""
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def add_working_days(day: dt.date, n: int) -> dt.date:
    """Return the n-th working day after `day`; with 0 the day itself, working or not."""
    if not 0 <= n <= MOST_DAYS:
        raise InvalidError(
            _("%(n)s working days are too many to count."), remedy=_("Give 0 to 1000."), n=n
        )
    while n:
        day += _DAY
        n -= is_working_day(day)
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """Return how many working days lie from `first` to `last`, both included; 0 if none."""
    days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
    return sum(is_working_day(day) for day in days)


@lru_cache
def _lawful_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("CN", years=year))
