"""Contributions by Excel: the list of vouchers as the bank or finance has it, each booked once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.context import Context
from core.enrolments.contributions import Receipt, book
from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import find_period
from core.errors import _
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.households.workbook.findings import Findings
from core.verification.tables import Sheet, read_forms

SHEET = "医疗互助缴费清单"
VOUCHER = "凭证号"
COLUMNS: tuple[Column, ...] = (
    Column("employer", "单位名称", "Work unit", required=True, width=26),
    Column("employer_code", "统一社会信用代码", "Credit code", kinds.CREDIT_CODE, required=True,
           width=22),
    Column("amount", "缴费金额", "Amount", kinds.MONEY, required=True, width=14),
    Column("received_on", "到账日期", "Received on", kinds.DATE, required=True, width=12),
    Column("reference", VOUCHER, "Voucher", required=True, width=20),
)  # fmt: skip
BOOKED = """
select reference, employer_code, amount from contributions
where tenant_id = %(tenant)s and period_id = %(period)s and reference = any (%(references)s)
"""
NOTHING = FaultKind(
    "no_amount",
    _("Row %(row)s: the amount is 0."),
    _("Write what came in, or delete the row."),
)
TWICE = FaultKind(
    "voucher_twice",
    _("Row %(row)s: this voucher already stands in row %(first)s."),
    _("Each voucher is booked once; delete one of the two rows."),
)
OTHERWISE = FaultKind(
    "voucher_booked",
    _("Row %(row)s: this voucher is booked for the period with another unit or amount."),
    _("Compare it with the contributions received; money is booked once."),
)


class Told(NamedTuple):
    """One row: a receipt, and where it stands."""

    sheet: str
    row: int
    receipt: Receipt


@dataclass(frozen=True)
class ReceiptPlan:
    """Receipts that are not booked yet, and how many of the rows are."""

    period: MutualAidPeriod
    rows: int
    fresh: tuple[Receipt, ...]
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new, booked already."""
        return {
            "rows": self.rows, "good": len(self.fresh) + self.unchanged,
            "added": len(self.fresh), "unchanged": self.unchanged,
        }  # fmt: skip

    def put_in(
        self, ctx: Context, _file_id: uuid.UUID | None, progress: Callable[[int, int], None]
    ) -> dict[str, int]:
        """Book the receipts that are not, all in this transaction; return what they come to."""
        for done, receipt in enumerate(self.fresh):
            progress(done, len(self.fresh))
            book(ctx, self.period, receipt)
        return {"amount": sum(one.amount for one in self.fresh)}


def plan_file(ctx: Context, source: str, data: bytes) -> ReceiptPlan:
    """Read and check a workbook for the period `source` names, storing nothing."""
    period = find_period(ctx, source)
    sheets, faults = read_forms(data, (VOUCHER,))
    told: list[Told] = []
    for sheet in sheets:
        good, wrong = _read_sheet(sheet, ctx.today)
        told += good
        faults += wrong
    booked = _find_booked(ctx, period, [one.receipt.reference for one in told])
    fresh = [one.receipt for one in told if one.receipt.reference not in booked]
    known = [one for one in told if one.receipt.reference in booked]
    same = [one for one in known if booked[one.receipt.reference] == _as_booked(one.receipt)]
    others = [make_fault(OTHERWISE, one.sheet, one.row, VOUCHER) for one in known
              if one not in same]  # fmt: skip
    rows = sum(len(sheet.table.rows) for sheet in sheets)
    return ReceiptPlan(period, rows, tuple(fresh), len(same), (*faults, *others))


def _find_booked(
    ctx: Context, period: MutualAidPeriod, references: Sequence[str]
) -> Mapping[str, tuple[str, int]]:
    values = {"tenant": ctx.tenant_id, "period": period.id, "references": list(references)}
    return {row[0]: (row[1], row[2]) for row in ctx.session.fetch(BOOKED, values)}


def _as_booked(receipt: Receipt) -> tuple[str, int]:
    return receipt.employer_code, receipt.amount


def _read_sheet(sheet: Sheet, today: dt.date) -> tuple[list[Told], list[Fault]]:
    values, findings, wrong = sheet.clean_form(COLUMNS, today)
    if values is None:
        return [], wrong
    told = [
        Told(sheet.table.sheet, row, _make({name: every[at] for name, every in values.items()}))
        for at, row in enumerate(sheet.table.rows)
    ]
    _check(told, findings)
    bad = findings.bad()
    good = [one for place, one in enumerate(told) if place not in bad]
    return good, [*wrong, *(findings.faults[place] for place in sorted(findings.faults))]


def _make(row: dict[str, Any]) -> Receipt:
    return Receipt(**{**row, "amount": int(row["amount"])})


def _check(told: Sequence[Told], findings: Findings) -> None:
    first: dict[str, int] = {}
    for place, one in enumerate(told):
        if not one.receipt.amount:
            findings.add(place, "缴费金额", NOTHING)
        before = first.setdefault(one.receipt.reference, one.row)
        if one.receipt.reference and before != one.row:
            findings.add(place, VOUCHER, TWICE, first=before)
