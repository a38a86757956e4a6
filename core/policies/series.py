"""The dated values of one parameter: which one is in force on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from bangfu_sdk import STAGES, Parameter, Source, Text
from bangfu_sdk.kit.figures import read_number

from core.errors import _
from core.policies.reading import Table


@dataclass(frozen=True)
class DatedValue:
    """A value from a day on, up to and including `until` where that is set.

    `values` has one value under "" or, by category or stage, one under each code. `division` is the
    GB/T 2260 code of the region it holds in, "" for the whole region of the pack.
    """

    source: Source
    until: dt.date | None
    division: str
    values: dict[str, int]

    def holds(self, on: dt.date) -> bool:
        """Say whether the value is in force on a day."""
        return self.source.holds_from <= on and (self.until is None or on <= self.until)

    def covers(self, division: str) -> bool:
        """Say whether the value holds in a division: codes end in zeros for all below them."""
        return division.startswith(stem(self.division))


@dataclass(frozen=True)
class Series:
    """A parameter of a programme with its dated values, and what a tenant may set instead."""

    parameter: Parameter
    values: tuple[DatedValue, ...]
    bounds: tuple[int, int] | None

    def at(self, on: dt.date, division: str) -> DatedValue | None:
        """Return the value in force: of the smallest division that has one, the newest."""
        held = [value for value in self.values if value.holds(on) and value.covers(division)]
        key = lambda value: (len(stem(value.division)), value.source.holds_from)  # noqa: E731
        return max(held, key=key, default=None)

    @property
    def begins(self) -> dt.date:
        """The first day on which there is a value."""
        return min(value.source.holds_from for value in self.values)

    @property
    def ends(self) -> dt.date | None:
        """The last day on which there is a value; None where one holds for good."""
        ends = [value.until for value in self.values if value.until is not None]
        return max(ends) if len(ends) == len(self.values) else None


def read_series(table: Table, parameter: Parameter, document: Text, codes: list[str]) -> Series:
    """Return a parameter's values. `codes` are the categories a value by category must name."""
    rows = list(table.tables("values"))
    if not rows:
        raise table.error("values", _("is missing."), _("Give at least one dated value."))
    values = [_read_value(row, parameter, document, codes) for row in rows]
    _check_dates(table, values)
    bounds = _read_bounds(table, parameter) if "override" in table else None
    table.finish()
    return Series(parameter, tuple(values), bounds)


def _read_value(table: Table, parameter: Parameter, document: Text, codes: list[str]) -> DatedValue:
    if parameter.by_category:
        values = _read_by_code(table.table("value"), parameter, codes)
    elif parameter.by_stage:
        stages = [stage.code for stage in STAGES]
        values = _read_by_code(table.table("value"), parameter, stages)
    else:
        values = {"": read_number(table, "value", parameter)}
    source = Source(
        document=table.text("document") if "document" in table else document,
        section=table.text("section"),
        holds_from=table.day("from"),
        note=table.text("note") if "note" in table else None,
    )
    until = table.day("until") if "until" in table else None
    if until is not None and until < source.holds_from:
        raise table.error("until", _("lies before its beginning."), _("Correct one of the dates."))
    division = table.string("division") if "division" in table else ""
    table.finish()
    return DatedValue(source, until, division, values)


def _read_by_code(table: Table, parameter: Parameter, codes: list[str]) -> dict[str, int]:
    values = {code: read_number(table, code, parameter) for code in codes}
    table.finish()
    return values


def _read_bounds(table: Table, parameter: Parameter) -> tuple[int, int]:
    allowed = table.table("override")
    low = read_number(allowed, "minimum", parameter)
    high = read_number(allowed, "maximum", parameter)
    if low > high:
        raise allowed.error("minimum", _("is above the maximum."), _("Exchange the two."))
    allowed.finish()
    return low, high


def _check_dates(table: Table, values: list[DatedValue]) -> None:
    by_start = sorted(values, key=lambda value: (value.division, value.source.holds_from))
    for before, after in pairwise(by_start):
        if before.division == after.division:
            _check_pair(table, before, after)


def _check_pair(table: Table, before: DatedValue, after: DatedValue) -> None:
    start = after.source.holds_from
    overlaps = before.source.holds_from == start
    if before.until is not None:
        overlaps = overlaps or before.until >= start
        if before.until < start - dt.timedelta(days=1):
            raise table.error(
                "values",
                _("has no value between %(end)s and %(start)s."),
                _("Close the gap or give a value for it."),
                end=before.until,
                start=start,
            )
    if overlaps:
        raise table.error(
            "values",
            _("has two values from %(start)s on."),
            _("Let one of them end before the other begins."),
            start=start,
        )


def stem(division: str) -> str:
    """Return a GB/T 2260 code without the zeros that stand for all below it."""
    for zeros in ("0000", "00"):
        if division.endswith(zeros):
            return division.removesuffix(zeros)
    return division
