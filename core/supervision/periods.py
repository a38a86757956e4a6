"""The quarter a report is about: written as 2023Q2, its days counted in China."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from core.context import BEIJING
from core.errors import InvalidError, _

FIRST_YEAR = 2000
MONTHS_SHOWN = 12
_QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A calendar quarter; `first` and `last` are its days, both included."""

    year: int
    quarter: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def first(self) -> dt.date:
        """The first day."""
        return dt.date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last(self) -> dt.date:
        """The last day."""
        return add_months(self.first, 3) - dt.timedelta(days=1)

    @property
    def begins(self) -> dt.datetime:
        """The moment it begins: midnight in China."""
        return midnight(self.first)

    @property
    def ends(self) -> dt.datetime:
        """The first moment after it."""
        return midnight(add_months(self.first, 3))

    @property
    def months(self) -> tuple[dt.date, ...]:
        """The first days of the twelve months that end with it."""
        return tuple(add_months(self.first, offset) for offset in range(3 - MONTHS_SHOWN, 3))


def read_period(text: str, today: dt.date) -> Period:
    """Return the quarter a text such as "2023Q2" names.

    InvalidError when it names none, or one that has not begun on `today`.
    """
    found = _QUARTER.fullmatch(text.strip().upper())
    if found is None or int(found[1]) < FIRST_YEAR:
        raise InvalidError(
            _("“%(period)s” is not a quarter."),
            remedy=_("Write year and quarter, such as 2023Q2."),
            field="period",
            period=text,
        )
    period = Period(int(found[1]), int(found[2]))
    if period.first > today:
        raise InvalidError(
            _("The quarter %(period)s has not begun yet."),
            remedy=_("Choose one that has."),
            field="period",
            period=str(period),
        )
    return period


def add_months(first: dt.date, months: int) -> dt.date:
    """Return the first day of a month so many months on, or back."""
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment a day begins in China."""
    return dt.datetime.combine(day, dt.time(), BEIJING)
