"""How a region assesses the federations below it: indicators and their weights, dated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from bangfu_sdk import Text

from core.errors import _
from core.policies.reading import Table

INDICATORS = (
    "verified", "in_time", "funds", "contact", "plan", "measure", "tolerance", "objections",
)  # fmt: skip
"""What can be assessed: files verified in time, steps in time, funds used, files with a contact
person, a plan, a measure, wrong payments within the tolerance, objections not upheld."""
WHOLE = 100


@dataclass(frozen=True)
class Assessment:
    """The weights of the indicators from a day on; together they are 100."""

    holds_from: dt.date
    weights: Mapping[str, int]
    section: Text
    note: Text | None = None


def read_assessments(table: Table) -> tuple[Assessment, ...]:
    """Return the assessments by date, none where the region has none.

    Raises PolicyError for an indicator nobody counts, weights that are not 100 together, and two
    assessments that are not one after the other.
    """
    read = tuple(_read(row) for row in table.tables("assessment"))
    for before, after in pairwise(read):
        if before.holds_from >= after.holds_from:
            raise table.error(
                "assessment",
                _("has dates that do not follow each other."),
                _("Order them by date, each with a date of its own."),
            )
    return read


def _read(row: Table) -> Assessment:
    part = row.table("weights")
    for name in part:
        if name not in INDICATORS:
            raise part.error(
                name, _("is no indicator."), _("Write one of: %(allowed)s."),
                allowed=", ".join(INDICATORS),
            )  # fmt: skip
    weights = {name: part.integer(name, 1, WHOLE) for name in INDICATORS if name in part}
    if sum(weights.values()) != WHOLE:
        raise row.error(
            "weights", _("are %(sum)s together."), _("Make them 100."), sum=sum(weights.values())
        )
    note = row.text("note") if "note" in row else None
    read = Assessment(row.day("from"), weights, row.text("section"), note)
    part.finish()
    row.finish()
    return read
