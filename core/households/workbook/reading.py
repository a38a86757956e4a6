"""Reading the household workbook: every fault found, every good household clean and typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from core.households.records import HouseholdRecord, MemberRecord
from core.households.workbook import links
from core.households.workbook.cells import clean_table
from core.households.workbook.columns import (
    CIRCUMSTANCES_SHEET,
    COLUMNS,
    FURTHER_SHEETS,
    HOUSEHOLD_SHEET,
    MEMBER_SHEET,
    MONTHS_SHEET,
)
from core.households.workbook.faults import SHEET_EMPTY, Fault, make_fault
from core.households.workbook.links import Checked
from core.households.workbook.opening import Source, open_source
from core.households.workbook.package import UnreadableError
from core.households.workbook.sheets import Reader, Table, make_table

_OF_ROWS = ("household", "file_number", "row")
Columns = dict[str, Any]
_ONCE = {CIRCUMSTANCES_SHEET: ("file_number",), MONTHS_SHEET: ("file_number", "month")}


@dataclass(frozen=True)
class Workbook:
    """What a file holds: its good households column by column, and its faults in sheet order.

    `households` and `members` map fields of the records to equally long columns; `row` is the
    spreadsheet's row, and `members["household"]` the index of the member's household. Columns
    of `circumstances` and `months` are like those of members, none where the file has no such
    sheet. `rows` counts the household rows of the file, good and bad. A household whose row or
    one of whose rows in another sheet has a fault is left out.
    """

    households: Columns = field(default_factory=dict)
    members: Columns = field(default_factory=dict)
    circumstances: Columns = field(default_factory=dict)
    months: Columns = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    rows: int = 0

    @property
    def good(self) -> int:
        """How many households have no fault."""
        return len(self.households.get("file_number", ()))

    @cached_property
    def records(self) -> tuple[HouseholdRecord, ...]:
        """The good households as records, in the order of the sheet."""
        families: list[list[MemberRecord]] = [[] for _ in range(self.good)]
        if self.members:
            fields = [name for name in self.members if name not in ("household", "file_number")]
            for owner, values in zip(
                self.members["household"], _rows(self.members, fields), strict=True
            ):
                families[owner].append(MemberRecord(**dict(zip(fields, values, strict=True))))
        fields = list(self.households)
        stated, months = self._stated(), self._months()
        return tuple(
            HouseholdRecord(
                members=tuple(family), circumstances=stated.get(place, ()),
                months=tuple(months.get(place, ())), **dict(zip(fields, values, strict=True)),
            )
            for place, (family, values) in enumerate(
                zip(families, _rows(self.households, fields), strict=True)
            )
        )  # fmt: skip

    def _stated(self) -> dict[int, tuple[tuple[str, Any], ...]]:
        said = self.circumstances
        fields = [name for name in said if name not in _OF_ROWS]
        return {
            owner: tuple(zip(fields, values, strict=True))
            for owner, values in zip(said.get("household", ()), _rows(said, fields), strict=True)
        }

    def _months(self) -> dict[int, list[tuple[dt.date, int]]]:
        found: dict[int, list[tuple[dt.date, int]]] = {}
        rows = _rows(self.months, ("month", "income")) if self.months else ()
        for owner, row in zip(self.months.get("household", ()), rows, strict=True):
            found.setdefault(owner, []).append(row)
        return found


def _rows(columns: Columns, fields: Sequence[str]) -> Any:
    lists = [
        column.tolist() if isinstance(column, np.ndarray) else column
        for column in (columns[name] for name in fields)
    ]
    return zip(*lists, strict=True) if lists else iter(())


def read_workbook(
    source: Source,
    *,
    today: dt.date,
    units: Collection[str],
    members: Source | None = None,
) -> Workbook:
    """Return the households of an .xlsx or CSV file and everything that is wrong with it.

    `units` are the full names of the unions there are. A CSV file holds the household sheet;
    `members` is a second one with the members, by default the file beside it that `sibling`
    names, as it does those of the further sheets; all may come together in one .zip. Without
    members nothing is known of them, and the number of persons a household states is taken as it
    is. A file that cannot be read at all comes back with one fault and no household. Raises
    OSError when a path cannot be opened.
    """
    check = partial(_check_sheet, today=today, units=units)
    try:
        readers = open_source(source, members)
        # The reader works outside Python's lock: while it parses one sheet, the other is checked.
        with ThreadPoolExecutor(len(readers)) as pool:
            sheets = dict(zip(readers, pool.map(check, readers, readers.values()), strict=True))
    except UnreadableError as error:
        fault = make_fault(error.kind, error.sheet, **error.values)
        return Workbook(faults=(fault,))
    sheets = {name: sheet for name, sheet in sheets.items() if not sheet.is_left_blank(name)}
    header_faults = [fault for sheet in sheets.values() for fault in sheet.header_faults]
    return _join({name: sheet.checked for name, sheet in sheets.items()}, header_faults)


class _Sheet(NamedTuple):
    checked: Checked
    header_faults: list[Fault]

    def is_left_blank(self, name: str) -> bool:
        """Return whether it is a sheet that may be left out and holds nothing at all."""
        codes = [fault.code for fault in self.header_faults]
        return name in FURTHER_SHEETS and codes == [SHEET_EMPTY.code]


def _check_sheet(sheet: str, read: Reader, *, today: dt.date, units: Collection[str]) -> _Sheet:
    table, header_faults = make_table(sheet, read())
    return _Sheet(_clean(table, today, units), header_faults)


def _clean(table: Table, today: dt.date, units: Collection[str]) -> Checked:
    columns = [one for one in COLUMNS[table.sheet] if one.title in table.cells]
    return Checked(*clean_table(table, columns, today=today, units=units))


def check_tables(
    tables: Mapping[str, Table], *, today: dt.date, units: Collection[str]
) -> Workbook:
    """Return the households of tables that were made already; see `read_workbook`."""
    return _join({sheet: _clean(table, today, units) for sheet, table in tables.items()}, ())


def _join(sheets: Mapping[str, Checked], header_faults: Sequence[Fault]) -> Workbook:
    households, members = sheets[HOUSEHOLD_SHEET], sheets.get(MEMBER_SHEET)
    if not all(sheet.findings.table.cells for sheet in sheets.values()):
        return Workbook(faults=tuple(header_faults), rows=len(households.findings.table.rows))
    owners = _link(households, members) | _link_further(households, sheets)
    bad = households.findings.bad()
    for name, placed in owners.items():
        bad |= {placed[index] for index in sheets[name].findings.bad()}
    found = [fault for sheet in sheets.values() for fault in _in_order(sheet)]
    good = [index for index in range(len(households.findings.table.rows)) if index not in bad]
    kept = {name: _keep_rows(sheets[name], placed, good) for name, placed in owners.items()}
    return Workbook(
        households=_keep(households, good),
        members=kept.get(MEMBER_SHEET, {}),
        circumstances=kept.get(CIRCUMSTANCES_SHEET, {}),
        months=kept.get(MONTHS_SHEET, {}),
        faults=(*header_faults, *found),
        rows=len(households.findings.table.rows),
    )


def _link(households: Checked, members: Checked | None) -> dict[str, list[int]]:
    links.check_sex(households)
    links.check_file_numbers(households)
    if members is None:
        return {}
    links.check_sex(members)
    links.check_relations(members)
    owners = links.place_rows(households, members)
    links.check_people(households, members)
    links.check_counts(households, members, owners)
    return {MEMBER_SHEET: owners}


def _link_further(households: Checked, sheets: Mapping[str, Checked]) -> dict[str, list[int]]:
    owners = {}
    for name in FURTHER_SHEETS:
        if name in sheets:
            links.check_once(sheets[name], _ONCE[name])
            owners[name] = links.place_rows(households, sheets[name])
    return owners


def _in_order(sheet: Checked) -> list[Fault]:
    columns = COLUMNS[sheet.findings.table.sheet]
    order = {column.title: place for place, column in enumerate(columns)}
    faults = sheet.findings.faults
    return [faults[place] for place in sorted(faults, key=lambda at: (at[0], order[at[1]]))]


def _keep(sheet: Checked, good: list[int]) -> Columns:
    columns = {**sheet.values, "row": sheet.findings.table.rows}
    if len(good) == len(columns["row"]):
        return columns
    return {name: _pick(column, good) for name, column in columns.items()}


def _pick(column: Any, places: list[int]) -> Any:
    if isinstance(column, np.ndarray):
        return column[places]
    return [column[place] for place in places]


def _keep_rows(sheet: Checked, owners: list[int], good: list[int]) -> Columns:
    position = {index: place for place, index in enumerate(good)}
    kept = [place for place, owner in enumerate(owners) if owner in position]
    return _keep(sheet, kept) | {"household": [position[owners[place]] for place in kept]}
