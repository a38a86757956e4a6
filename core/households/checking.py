"""Checking one record by the very checks of the workbook, for pages and programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from core.context import Context
from core.errors import InvalidError
from core.households.export import show_value
from core.households.records import HouseholdRecord, MemberRecord
from core.households.workbook.columns import (
    COLUMNS,
    HOUSEHOLD_COLUMNS,
    HOUSEHOLD_SHEET,
    MEMBER_COLUMNS,
    MEMBER_SHEET,
    Column,
)
from core.households.workbook.faults import Fault
from core.households.workbook.reading import check_tables
from core.households.workbook.sheets import Table


def clean_record(ctx: Context, record: HouseholdRecord) -> HouseholdRecord:
    """Return the record with its texts cleaned.

    Raises InvalidError for the first thing that is wrong; `field` names it, `members.2.id_number`
    that of the second member.
    """
    tables = {
        HOUSEHOLD_SHEET: _table(HOUSEHOLD_SHEET, HOUSEHOLD_COLUMNS, [record]),
        MEMBER_SHEET: _table(MEMBER_SHEET, MEMBER_COLUMNS, record.members, record.file_number),
    }
    checked = check_tables(tables, today=ctx.today, units={record.unit})
    for fault in checked.faults:
        raise InvalidError(
            fault.message.text, remedy=fault.remedy.text, field=_field(fault),
            **fault.message.values,
        )  # fmt: skip
    return checked.records[0]


def _table(
    sheet: str,
    columns: Iterable[Column],
    records: Sequence[HouseholdRecord | MemberRecord],
    file_number: str = "",
) -> Table:
    cells: dict[str, Sequence[Any]] = {
        column.title: [
            _cell(column, getattr(record, column.field, file_number)) for record in records
        ]
        for column in columns
    }
    return Table(sheet, range(1, len(records) + 1), cells)


def _cell(column: Column, value: Any) -> Any:
    shown = show_value(column, value)
    return "" if shown is None else shown


def _field(fault: Fault) -> str:
    names = {column.title: column.field for column in COLUMNS[fault.sheet]}
    name = names.get(fault.column, "")
    return name if fault.sheet == HOUSEHOLD_SHEET else f"members.{fault.row}.{name}"
