"""The school year of a region: when it begins, how long studies last, how often they are asked
about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bangfu_sdk import STAGES, Text

from core.policies.reading import Table

MONTHS, DAYS = 12, 28
LONGEST = 12


@dataclass(frozen=True)
class SchoolYear:
    """The day on which a school year begins, the months after which a student who was helped is
    asked about again, and the years each stage of education lasts."""

    month: int
    day: int
    follow_up_months: int
    years: Mapping[str, int]
    section: Text
    note: Text | None = None

    def of(self, on: dt.date) -> int:
        """Return the year in which the school year of a day began."""
        return on.year if (on.month, on.day) >= (self.month, self.day) else on.year - 1

    def last_day(self, began_in: int) -> dt.date:
        """Return the last day of the school year that began in a year."""
        return dt.date(began_in + 1, self.month, self.day) - dt.timedelta(days=1)

    def graduation(self, stage: str, enrolled_in: int | None) -> dt.date | None:
        """Return the last day of the last school year of a stage; None where it is not known."""
        if enrolled_in is None or stage not in self.years:
            return None
        return self.last_day(enrolled_in + self.years[stage] - 1)


def read_school_year(table: Table) -> SchoolYear | None:
    """Return the school year; None where the region sets none. Raises PolicyError."""
    if "school_year" not in table:
        return None
    part = table.table("school_year")
    begins, years = part.table("begins"), part.table("years")
    read = SchoolYear(
        begins.integer("month", 1, MONTHS), begins.integer("day", 1, DAYS),
        part.integer("follow_up_months", 1, 5 * MONTHS),
        {stage.code: years.integer(stage.code, 1, LONGEST) for stage in STAGES},
        part.text("section"), part.text("note") if "note" in part else None,
    )  # fmt: skip
    for one in (begins, years, part):
        one.finish()
    return read
