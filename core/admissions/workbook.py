"""The workbook of earlier admissions: one row a file, decided on paper before it was filed here."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from core.errors import _
from core.households.workbook import columns as kinds
from core.households.workbook.cells import clean_table
from core.households.workbook.columns import Column
from core.households.workbook.faults import (
    COLUMN_UNKNOWN,
    COLUMNS_MISSING,
    SHEET_EMPTY,
    Fault,
    FaultKind,
    make_fault,
)
from core.households.workbook.package import UnreadableError
from core.households.workbook.sheets import HEADER_WITHIN, Grid, Table, open_all, read_title
from core.verification.tables import arrange, distinct

SHEET = "纳入帮扶名册"
FILE_NUMBER, DECIDED_ON, DOCUMENT = "档案编号", "审批日期", "审批文号"
COLUMNS: tuple[Column, ...] = (
    Column("file_number", FILE_NUMBER, "File number", kinds.NUMBER, required=True, width=18),
    Column("decided_on", DECIDED_ON, "Approved on", kinds.DATE, required=True, width=14),
    Column("document", DOCUMENT, "Document number", required=True, width=30),
)
NO_ROSTER = FaultKind(
    "no_admissions_sheet",
    _("No sheet has a header row of earlier admissions in its first rows."),
    _("Take the blank form and keep its header row."),
)
ROW_TWICE = FaultKind(
    "admission_twice",
    _("Row %(row)s: this file already stands in row %(first)s."),
    _("One admission a file; delete one of the two rows."),
)


class Told(NamedTuple):
    """One row in order: which file was admitted when, by which document."""

    sheet: str
    row: int
    file_number: str
    decided_on: dt.date
    document: str


def read_roster(data: bytes, today: dt.date) -> tuple[list[Told], int, list[Fault]]:
    """Return the good rows of a workbook, how many there are of all, and every fault."""
    try:
        grids = {name: read() for name, read in open_all(data).items()}
    except UnreadableError as error:
        return [], 0, [make_fault(error.kind, error.sheet, **error.values)]
    told: list[Told] = []
    faults: list[Fault] = []
    rows, known = 0, False
    for name, grid in grids.items():
        table, wrong = _find_table(name, grid)
        known |= table is not None or bool(wrong)
        faults += wrong
        if table is not None:
            good, wrong = _read_rows(table, today)
            rows, told, faults = rows + len(table.rows), told + good, faults + wrong
    if not known:
        faults.append(make_fault(NO_ROSTER, ""))
    return told, rows, faults


def _find_table(sheet: str, grid: Grid) -> tuple[Table | None, list[Fault]]:
    """Return a sheet by its columns, none where it is another one or lacks what it needs."""
    needed = [column.title for column in COLUMNS]
    for index, row in enumerate(grid.rows[:HEADER_WITHIN]):
        titles = distinct([read_title(cell) for cell in row])
        if FILE_NUMBER not in titles:
            continue
        missing = "、".join(title for title in needed if title not in titles)
        if missing:
            return None, [make_fault(COLUMNS_MISSING, sheet, index + 1, missing, missing=missing)]
        faults = [
            make_fault(COLUMN_UNKNOWN, sheet, index + 1, title)
            for title in titles
            if title and title not in needed
        ]
        table = arrange(sheet, titles, index + 1, grid)
        if not table.rows:
            faults.append(make_fault(SHEET_EMPTY, sheet, index + 1))
        hidden = {place: kind for place, kind in table.hidden.items() if place[1] in needed}
        return Table(sheet, table.rows, table.cells, hidden), faults
    return None, []


def _read_rows(table: Table, today: dt.date) -> tuple[list[Told], list[Fault]]:
    values, findings = clean_table(table, COLUMNS, today=today, units=())
    columns = [values[column.field] for column in COLUMNS]
    rows = zip([table.sheet] * len(table.rows), table.rows, *columns, strict=True)
    told = list(map(Told._make, rows))
    first: dict[str, int] = {}
    for place, one in enumerate(told):
        if one.file_number and first.setdefault(one.file_number, one.row) != one.row:
            findings.add(place, FILE_NUMBER, ROW_TWICE, first=first[one.file_number])
    bad = findings.bad()
    faults = [findings.faults[place] for place in sorted(findings.faults)]
    return [one for place, one in enumerate(told) if place not in bad], faults
