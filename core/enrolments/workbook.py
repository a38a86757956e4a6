"""The workbook of enrolments: one sheet, one row a worker, each cell checked and named."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from core.enrolments.models import MutualAidPeriod
from core.errors import _
from core.households.rows import plain
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column
from core.households.workbook.faults import Fault, FaultKind
from core.households.workbook.findings import Findings
from core.money import format_yuan
from core.verification.tables import Sheet, read_sheets

SHEET = "医疗互助参加名册"
COLUMNS: tuple[Column, ...] = (
    Column("employer", "单位名称", "Work unit", required=True, width=26),
    Column("employer_code", "统一社会信用代码", "Credit code", kinds.CREDIT_CODE, required=True,
           width=22),
    Column("name", "姓名", "Name", kinds.NAME, required=True, width=14),
    Column("id_number", "身份证号", "ID number", kinds.ID_NUMBER, required=True, width=21),
    Column("contribution", "缴费金额", "Contribution", kinds.MONEY, required=True, width=12),
    Column("enrolled_on", "参加日期", "Enrolled on", kinds.DATE, required=True, width=12),
)  # fmt: skip
CONTRIBUTION_OTHER = FaultKind(
    "contribution_other",
    _("Row %(row)s: the contribution of this period is %(value)s yuan a head."),
    _("Write that amount, or choose another period."),
)
AFTER_PERIOD = FaultKind(
    "after_period",
    _("Row %(row)s: the day lies after the end of the period, %(value)s."),
    _("Correct the day, or choose another period."),
)
WORKER_TWICE = FaultKind(
    "worker_twice",
    _("Row %(row)s: this worker already stands in row %(first)s."),
    _("One enrolment a worker and period; delete one of the two rows."),
)
NAMES_DIFFER = FaultKind(
    "names_differ",
    _("Row %(row)s: the work unit of this credit code is called %(value)s in row %(first)s."),
    _("Write one name for one credit code."),
)


class Worker(NamedTuple):
    """One row in order: who is enrolled by which unit; `contribution` is fen."""

    sheet: str
    row: int
    employer: str
    employer_code: str
    name: str
    id_number: str
    contribution: int
    enrolled_on: dt.date


def read_workers(
    data: bytes, period: MutualAidPeriod, today: dt.date
) -> tuple[list[Worker], int, list[Fault]]:
    """Return the good rows of a workbook, how many there are of all, and every fault."""
    sheets, faults = read_sheets(data)
    workers: list[Worker] = []
    for sheet in sheets:
        good, wrong = _read_sheet(sheet, period, today)
        workers += good
        faults += wrong
    return workers, sum(len(sheet.table.rows) for sheet in sheets), faults


def _read_sheet(
    sheet: Sheet, period: MutualAidPeriod, today: dt.date
) -> tuple[list[Worker], list[Fault]]:
    table = sheet.table
    values, findings, wrong = sheet.clean_form(COLUMNS, today)
    if values is None:
        return [], wrong
    values["contribution"] = plain(values["contribution"])
    columns = [values[name] for name in Worker._fields[2:]]
    rows = zip([table.sheet] * len(table.rows), table.rows, *columns, strict=True)
    workers = list(map(Worker._make, rows))
    _check_rows(workers, period, findings)
    bad = findings.bad()
    good = [one for place, one in enumerate(workers) if place not in bad]
    return good, [*wrong, *(findings.faults[place] for place in sorted(findings.faults))]


def _check_rows(workers: list[Worker], period: MutualAidPeriod, findings: Findings) -> None:
    """Find rows that do not fit the period or each other; the first of two stays."""
    persons: dict[str, int] = {}
    employers: dict[str, Worker] = {}
    for place, one in enumerate(workers):
        if one.contribution != period.contribution:
            told = format_yuan(period.contribution)
            findings.add(place, "缴费金额", CONTRIBUTION_OTHER, value=told)
        if one.enrolled_on and one.enrolled_on > period.ends_on:
            findings.add(place, "参加日期", AFTER_PERIOD, value=period.ends_on.isoformat())
        first = persons.setdefault(one.id_number, one.row)
        if one.id_number and first != one.row:
            findings.add(place, "身份证号", WORKER_TWICE, first=first)
        if one.employer and one.employer_code:
            named = employers.setdefault(one.employer_code, one)
            if named.employer != one.employer:
                told = named.employer
                findings.add(place, "单位名称", NAMES_DIFFER, value=told, first=named.row)
