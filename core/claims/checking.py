"""Checking bills before they are judged: person, days, amounts, and that each is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.claims import faults
from core.claims.bills import Bill
from core.claims.cover import Cover
from core.enrolments.models import MutualAidPeriod
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.money import format_yuan

Found = tuple[FaultKind, str, dict[str, Any]]


@dataclass(frozen=True)
class Known:
    """What bills are held against: who is covered, and which bills were claimed by now."""

    cover: Mapping[bytes, Cover]
    own: Mapping[bytes, str]
    elsewhere: frozenset[bytes]


def check_bills(
    period: MutualAidPeriod,
    bills: Sequence[Bill],
    indexes: Sequence[bytes],
    digests: Sequence[bytes],
    known: Known,
) -> dict[int, Fault]:
    """Return by place the first fault of each bill that has one."""
    wrong: dict[int, Fault] = {}
    first: dict[bytes, int] = {}
    for place, (bill, index, digest) in enumerate(zip(bills, indexes, digests, strict=True)):
        before = first.setdefault(digest, bill.row)
        found = next(_find(period, bill, known, (index, digest), before), None)
        if found is not None:
            kind, column, values = found
            wrong[place] = make_fault(kind, bill.sheet, bill.row, column, **values)
    return wrong


def _find(
    period: MutualAidPeriod,
    bill: Bill,
    known: Known,
    keys: tuple[bytes, bytes],
    before: int,
) -> Iterator[Found]:
    index, digest = keys
    yield from _check_person(period, bill, known.cover.get(index))
    yield from _check_days(period, bill)
    if bill.parts != bill.total:
        told = {"parts": format_yuan(bill.parts), "total": format_yuan(bill.total)}
        yield faults.AMOUNTS, "医疗总费用", told
    if before != bill.row:
        yield faults.BILL_TWICE, "结算单号", {"first": before}
    if digest in known.own:
        yield faults.BILL_KNOWN, "结算单号", {"number": known.own[digest]}
    if digest in known.elsewhere:
        yield faults.BILL_ELSEWHERE, "结算单号", {}


def _check_person(period: MutualAidPeriod, bill: Bill, cover: Cover | None) -> Iterator[Found]:
    if cover is None:
        yield faults.NOT_ENROLLED, "身份证号", {"period": period.name}
    elif bill.name != cover.name:
        yield faults.NAME_DIFFERS, "姓名", {}


def _check_days(period: MutualAidPeriod, bill: Bill) -> Iterator[Found]:
    if bill.discharged_on < bill.admitted_on:
        yield faults.DISCHARGE_BEFORE, "出院日期", {}
    if not period.starts_on <= bill.discharged_on <= period.ends_on:
        told = {"first": period.starts_on.isoformat(), "last": period.ends_on.isoformat()}
        yield faults.OUTSIDE_PERIOD, "出院日期", told
