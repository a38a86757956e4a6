"""Workbooks of the shared ledger: one sheet, one row a help, each cell checked and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from core.access import departments
from core.context import Context
from core.departments.kinds import (
    KINDS,
    MONEY,
    RECOGNITION,
    list_categories,
    list_departments,
    list_lines,
    may_recognise,
)
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
from core.households.workbook.findings import Findings
from core.households.workbook.package import UnreadableError
from core.households.workbook.sheets import HEADER_WITHIN, Grid, Table, open_all, read_title
from core.policies import Pack
from core.verification.tables import arrange, distinct

PERMISSION = "ledger.record"
SHEET = "帮扶台账"
FILE_NUMBER, ID_NUMBER, DEPARTMENT = "档案编号", "身份证号", "部门"
NEEDED = ("措施", "类别", "日期")
NO_LEDGER = FaultKind(
    "no_ledger_sheet",
    _("No sheet has a header row of the shared ledger in its first rows."),
    _("Take the blank form and keep its header row."),
)
NOBODY = FaultKind(
    "nobody",
    _("Row %(row)s: neither file number nor ID number says who was helped."),
    _("Fill in one of the two."),
)
DEPARTMENT_MISSING = FaultKind(
    "department_missing",
    _("Row %(row)s: “%(column)s” is empty, and you record for more than one department."),
    _("Fill in the department."),
)
DEPARTMENT_FOREIGN = FaultKind(
    "department_foreign",
    _("Row %(row)s: you do not record for the department “%(value)s”."),
    _("Leave the row to that department."),
)
AMOUNT_MISSING = FaultKind(
    "amount_missing",
    _("Row %(row)s: aid in money has no amount."),
    _("Write the amount in yuan."),
)
CATEGORY_NEEDLESS = FaultKind(
    "category_needless",
    _("Row %(row)s: only a recognition names a category."),
    _("Empty the cell, or write 认定 as the kind."),
)
NOT_TO_RECOGNISE = FaultKind(
    "not_to_recognise",
    _("Row %(row)s: this department does not recognise here."),
    _("The line's lead department does, or the one that approves the category."),
)


class Told(NamedTuple):
    """What one row says; codes of the region's pack, the amount in fen.

    `file_number` or `id_number` may be empty, not both. `row` is the spreadsheet's.
    """

    sheet: str
    row: int
    file_number: str
    id_number: str
    name: str
    department: str
    measure: str
    kind: str
    category: str
    on_date: date
    amount: int
    note: str


@dataclass(frozen=True)
class Ledger:
    """The good rows of a workbook, how many there are of both sorts, and every fault."""

    told: tuple[Told, ...]
    rows: int
    faults: tuple[Fault, ...]


def list_columns(pack: Pack) -> tuple[Column, ...]:
    """Return the columns of the workbook in their order, with the words of a region."""
    return (
        Column("file_number", FILE_NUMBER, "File number", kinds.NUMBER, width=16),
        Column("id_number", ID_NUMBER, "ID number", kinds.ID_NUMBER, width=21),
        Column("name", "姓名", "Name", kinds.NAME, width=14),
        Column("department", DEPARTMENT, "Department", kinds.WORD, list_departments(pack),
               width=22),
        Column("measure", "措施", "Measure line", kinds.WORD, list_lines(pack), required=True,
               width=30),
        Column("kind", "类别", "Kind", kinds.WORD, KINDS, required=True, width=12),
        Column("category", "认定类别", "Recognised as", kinds.WORD, list_categories(pack),
               width=18),
        Column("on_date", "日期", "Day", kinds.DATE, required=True, width=12),
        Column("amount", "金额", "Amount", kinds.MONEY, width=14),
        Column("note", "备注", "Note", width=30),
    )  # fmt: skip


def read_ledger(ctx: Context, data: bytes) -> Ledger:
    """Read every sheet that has the header of the ledger; nothing is looked up or stored."""
    try:
        grids = {name: read() for name, read in open_all(data).items()}
    except UnreadableError as error:
        return Ledger((), 0, (make_fault(error.kind, error.sheet, **error.values),))
    columns = list_columns(ctx.pack)
    told: list[Told] = []
    faults: list[Fault] = []
    rows, known = 0, False
    for name, grid in grids.items():
        table, wrong = _find_table(name, grid, columns)
        known |= table is not None or bool(wrong)
        faults += wrong
        if table is not None:
            rows += len(table.rows)
            good, wrong = _read_rows(ctx, table, columns)
            told += good
            faults += wrong
    if not known:
        faults.append(make_fault(NO_LEDGER, ""))
    return Ledger(tuple(told), rows, tuple(faults))


def _find_table(
    sheet: str, grid: Grid, columns: Sequence[Column]
) -> tuple[Table | None, list[Fault]]:
    """Return a sheet by its columns, none where it is another one or lacks what it needs."""
    for index, row in enumerate(grid.rows[:HEADER_WITHIN]):
        titles = distinct([read_title(cell) for cell in row])
        if not ({FILE_NUMBER, ID_NUMBER} & set(titles) and set(NEEDED) & set(titles)):
            continue
        missing = [title for title in NEEDED if title not in titles]
        if missing:
            names = "、".join(missing)
            return None, [make_fault(COLUMNS_MISSING, sheet, index + 1, names, missing=names)]
        known = {column.title for column in columns}
        faults = [
            make_fault(COLUMN_UNKNOWN, sheet, index + 1, title)
            for title in titles
            if title and title not in known
        ]
        table = arrange(sheet, titles, index + 1, grid)
        if not table.rows:
            faults.append(make_fault(SHEET_EMPTY, sheet, index + 1))
        return _with_every_column(table, known), faults
    return None, []


def _with_every_column(table: Table, known: set[str]) -> Table:
    blank = [""] * len(table.rows)
    cells = {title: table.cells.get(title, blank) for title in known}
    hidden = {place: kind for place, kind in table.hidden.items() if place[1] in known}
    return Table(table.sheet, table.rows, cells, hidden)


def _read_rows(
    ctx: Context, table: Table, columns: Sequence[Column]
) -> tuple[list[Told], list[Fault]]:
    values, findings = clean_table(table, columns, today=ctx.today, units=())
    size = len(table.rows)
    fields: dict[str, Sequence[Any]] = {
        name: column if isinstance(column, list) else list(map(int, column))
        for name, column in values.items()
    }
    own = departments(ctx, PERMISSION)
    if len(own) == 1:
        fields["department"] = [code or own[0] for code in fields["department"]]
    names = [name for name in Told._fields if name not in ("sheet", "row")]
    rows = zip([table.sheet] * size, table.rows, *(fields[name] for name in names), strict=True)
    told = list(map(Told._make, rows))
    _check_rows(ctx, told, findings, own)
    bad = findings.bad()
    faults = [findings.faults[place] for place in sorted(findings.faults)]
    return [one for place, one in enumerate(told) if place not in bad], faults


def _check_rows(ctx: Context, told: Sequence[Told], findings: Findings, own: Sequence[str]) -> None:
    for place, one in enumerate(told):
        if not one.file_number and not one.id_number:
            findings.add(place, FILE_NUMBER, NOBODY)
        if not one.department:
            findings.add(place, DEPARTMENT, DEPARTMENT_MISSING)
        elif one.department not in own:
            value = ctx.pack.department(one.department).name.zh
            findings.add(place, DEPARTMENT, DEPARTMENT_FOREIGN, value=value)
        if one.kind == MONEY and not one.amount:
            findings.add(place, "金额", AMOUNT_MISSING)
        if one.category and one.kind != RECOGNITION:
            findings.add(place, "认定类别", CATEGORY_NEEDLESS)
    _check_recognitions(ctx, told, findings)


def _check_recognitions(ctx: Context, told: Sequence[Told], findings: Findings) -> None:
    for place, one in enumerate(told):
        if one.kind != RECOGNITION or not one.measure or not one.department:
            continue
        if not may_recognise(ctx.pack, one.department, one.measure, one.category):
            findings.add(place, "类别", NOT_TO_RECOGNISE)
