"""Workbooks of bills, as hospital or insurer send them, and the same checks for one typed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.claims.bills import Bill
from core.claims.faults import TAKEN
from core.context import Context
from core.errors import ConflictError, DomainError, InvalidError
from core.households.codes import Code, CodeList
from core.households.export import show_value
from core.households.workbook import columns as kinds
from core.households.workbook.cells import clean_table
from core.households.workbook.columns import Column
from core.households.workbook.faults import Fault
from core.households.workbook.sheets import Table
from core.verification.tables import Sheet, read_sheets

SHEET = "医疗互助结算单"
PAYEE_WORDS = CodeList("payee", (
    Code("worker", "职工本人", "The worker", ("本人", "职工")),
    Code("hospital", "医院", "The hospital", ("医疗机构",)),
))  # fmt: skip
COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", "Name", kinds.NAME, required=True, width=14),
    Column("id_number", "身份证号", "ID number", kinds.ID_NUMBER, required=True, width=21),
    Column("hospital", "医院名称", "Hospital", required=True, width=26),
    Column("hospital_code", "医院编码", "Hospital code", required=True, width=16),
    Column("bill_number", "结算单号", "Bill number", required=True, width=20),
    Column("admitted_on", "入院日期", "Admitted on", kinds.DATE, required=True, width=12),
    Column("discharged_on", "出院日期", "Discharged on", kinds.DATE, required=True, width=12),
    Column("total", "医疗总费用", "Whole bill", kinds.MONEY, required=True, width=14),
    Column("basic_insurance", "基本医保支付", "Basic insurance", kinds.MONEY, width=14),
    Column("illness_insurance", "大病保险支付", "Serious-illness insurance", kinds.MONEY, width=14),
    Column("in_policy", "政策内自付", "Self-paid in policy", kinds.MONEY, width=14),
    Column("out_of_policy", "政策外自费", "Self-paid outside policy", kinds.MONEY, width=14),
    Column("listed_illness", "是否重大疾病", "Listed serious illness", kinds.YES_NO, width=12),
    Column("illness", "诊断", "Illness", width=20),
    Column("settled", "已即时结报金额", "Settled at discharge", kinds.AREA, width=14),
    Column("payee", "收款方", "Paid to", kinds.WORD, PAYEE_WORDS, width=10),
    Column("payee_name", "收款人", "Payee", width=20),
    Column("bank_name", "开户银行", "Bank", required=True, width=22),
    Column("card", "收款账号", "Account", kinds.CARD, required=True, width=24),
)  # fmt: skip
FIELDS = {column.title: column.field for column in COLUMNS}
AMOUNTS = ("total", "basic_insurance", "illness_insurance", "in_policy", "out_of_policy")


def read_bills(data: bytes, today: dt.date) -> tuple[list[Bill], int, list[Fault]]:
    """Return the bills of a workbook that are in order, how many rows there are, every fault."""
    sheets, faults = read_sheets(data)
    bills: list[Bill] = []
    for sheet in sheets:
        good, wrong = _read_sheet(sheet, today)
        bills += good
        faults += wrong
    return bills, sum(len(sheet.table.rows) for sheet in sheets), faults


def clean_bill(ctx: Context, bill: Bill) -> Bill:
    """Return a bill that was typed in with its texts cleaned, by the checks of the workbook.

    Raises InvalidError for the first thing that is wrong; `field` names it.
    """
    cells: dict[str, Sequence[Any]] = {
        one.title: [_cell(one, getattr(bill, one.field))] for one in COLUMNS
    }
    table = Table("", [1], cells)
    values, findings = clean_table(table, COLUMNS, today=ctx.today, units=())
    for fault in findings.faults.values():
        raise as_error(fault)
    return _make("", 0, {name: column[0] for name, column in values.items()})


def as_error(fault: Fault) -> DomainError:
    """Return the fault of a bill that was typed in, as people and programs are told it."""
    kind = ConflictError if fault.code in TAKEN else InvalidError
    field = FIELDS.get(fault.column, "")
    return kind(fault.message.text, remedy=fault.remedy.text, field=field, **fault.message.values)


def _read_sheet(sheet: Sheet, today: dt.date) -> tuple[list[Bill], list[Fault]]:
    values, findings, wrong = sheet.clean_form(COLUMNS, today)
    if values is None:
        return [], wrong
    bad, table = findings.bad(), sheet.table
    bills = [
        _make(table.sheet, row, {name: column[place] for name, column in values.items()})
        for place, row in enumerate(table.rows)
        if place not in bad
    ]
    return bills, [*wrong, *(findings.faults[place] for place in sorted(findings.faults))]


def _make(sheet: str, row: int, told: dict[str, Any]) -> Bill:
    """Return a bill; who is not named is paid: the hospital that settled, else the worker."""
    payee = told["payee"] or ("worker" if told["settled"] is None else "hospital")
    own = told["hospital"] if payee == "hospital" else told["name"]
    amounts = {name: int(told[name]) for name in AMOUNTS}
    said = {**told, **amounts, "payee": payee, "payee_name": told["payee_name"] or own}
    return Bill(sheet, row, **{name: said[name] for name in Bill._fields[2:]})


def _cell(column: Column, value: Any) -> Any:
    shown = show_value(column, value)
    return "" if shown is None else shown
