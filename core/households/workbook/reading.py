"""Reading the household workbook: every fault found, every good household clean and typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.households.records import HouseholdRecord, MemberRecord
from core.households.workbook import links
from core.households.workbook.cells import clean_table
from core.households.workbook.columns import COLUMNS, HOUSEHOLD_SHEET, MEMBER_SHEET
from core.households.workbook.faults import NOT_A_WORKBOOK, Fault, make_fault
from core.households.workbook.links import Checked
from core.households.workbook.package import ZIP_MAGIC, UnreadableError, unpack_csv
from core.households.workbook.sheets import Reader, Table, make_table, open_sheets

Source = Path | bytes
_MEMBER_MARKS = tuple("与户主关系".encode(name) for name in ("utf-8", "gb18030"))
Columns = dict[str, Any]


@dataclass(frozen=True)
class Workbook:
    """What a file holds: its good households column by column, and its faults in sheet order.

    `households` and `members` map fields of the records to equally long columns; `row` is the
    spreadsheet's row, and `members["household"]` the index of the member's household. `rows`
    counts the household rows of the file, good and bad. A household whose row or one of whose
    members has a fault is left out.
    """

    households: Columns = field(default_factory=dict)
    members: Columns = field(default_factory=dict)
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
        return tuple(
            HouseholdRecord(members=tuple(family), **dict(zip(fields, values, strict=True)))
            for family, values in zip(families, _rows(self.households, fields), strict=True)
        )


def member_file(households: Path) -> Path:
    """Return where the members of a CSV file lie: "a.csv" has "a-家庭成员.csv" beside it."""
    return households.with_name(f"{households.stem}-{MEMBER_SHEET}{households.suffix}")


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
    `members` is a second one with the members, by default the file beside it that
    `member_file` names; both may come together in one .zip. Without one members are not known,
    and the number of persons a household states is taken as it is. A file that cannot be read at
    all comes back with one fault and no household. Raises OSError when a path cannot be opened.
    """
    check = partial(_check_sheet, today=today, units=units)
    try:
        readers = _open(source, members)
        # The reader works outside Python's lock: while it parses one sheet, the other is checked.
        with ThreadPoolExecutor(len(readers)) as pool:
            sheets = dict(zip(readers, pool.map(check, readers, readers.values()), strict=True))
    except UnreadableError as error:
        fault = make_fault(error.kind, error.sheet, **error.values)
        return Workbook(faults=(fault,))
    header_faults = [fault for sheet in sheets.values() for fault in sheet.header_faults]
    return _join({name: sheet.checked for name, sheet in sheets.items()}, header_faults)


class _Sheet(NamedTuple):
    checked: Checked
    header_faults: list[Fault]


def _check_sheet(sheet: str, read: Reader, *, today: dt.date, units: Collection[str]) -> _Sheet:
    table, header_faults = make_table(sheet, read())
    return _Sheet(_clean(table, today, units), header_faults)


def _clean(table: Table, today: dt.date, units: Collection[str]) -> Checked:
    columns = COLUMNS[table.sheet] if table.cells else ()
    return Checked(*clean_table(table, columns, today=today, units=units))


def _open(source: Source, members: Source | None) -> dict[str, Reader]:
    data = source.read_bytes() if isinstance(source, Path) else source
    both = data.startswith(ZIP_MAGIC)
    if both and (parts := unpack_csv(data)):
        return _open_pair(parts)
    if members is None and not both and isinstance(source, Path):
        beside = member_file(source)
        members = beside if beside.exists() else None
    if members is None:
        return open_sheets(data, (HOUSEHOLD_SHEET, MEMBER_SHEET) if both else (HOUSEHOLD_SHEET,))
    more = members.read_bytes() if isinstance(members, Path) else members
    return open_sheets(data, (HOUSEHOLD_SHEET,)) | open_sheets(more, (MEMBER_SHEET,))


def _open_pair(parts: Sequence[bytes]) -> dict[str, Reader]:
    """Open the CSV files of a .zip; the one with the members is told by its columns."""
    members = [part for part in parts if any(mark in part[:4096] for mark in _MEMBER_MARKS)]
    households = [part for part in parts if part not in members]
    if len(households) != 1 or len(members) > 1:
        raise UnreadableError(NOT_A_WORKBOOK)
    grids = open_sheets(households[0], (HOUSEHOLD_SHEET,))
    return grids | open_sheets(members[0], (MEMBER_SHEET,)) if members else grids


def check_tables(
    tables: Mapping[str, Table], *, today: dt.date, units: Collection[str]
) -> Workbook:
    """Return the households of tables that were made already; see `read_workbook`."""
    return _join({sheet: _clean(table, today, units) for sheet, table in tables.items()}, ())


def _join(sheets: Mapping[str, Checked], header_faults: Sequence[Fault]) -> Workbook:
    households, members = sheets[HOUSEHOLD_SHEET], sheets.get(MEMBER_SHEET)
    if not all(sheet.findings.table.cells for sheet in sheets.values()):
        return Workbook(faults=tuple(header_faults), rows=len(households.findings.table.rows))
    owners = _link(households, members)
    bad = households.findings.bad()
    if members is not None:
        bad |= {owners[index] for index in members.findings.bad()}
    found = [fault for sheet in sheets.values() for fault in _in_order(sheet)]
    good = [index for index in range(len(households.findings.table.rows)) if index not in bad]
    return Workbook(
        households=_keep(households, good),
        members=_keep_members(members, owners, good) if members is not None else {},
        faults=(*header_faults, *found),
        rows=len(households.findings.table.rows),
    )


def _link(households: Checked, members: Checked | None) -> list[int]:
    links.check_sex(households)
    links.check_file_numbers(households)
    if members is None:
        return []
    links.check_sex(members)
    links.check_relations(members)
    owners = links.place_members(households, members)
    links.check_people(households, members)
    links.check_counts(households, members, owners)
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


def _keep_members(members: Checked, owners: list[int], good: list[int]) -> Columns:
    position = {index: place for place, index in enumerate(good)}
    kept = [place for place, owner in enumerate(owners) if owner in position]
    return _keep(members, kept) | {"household": [position[owners[place]] for place in kept]}
