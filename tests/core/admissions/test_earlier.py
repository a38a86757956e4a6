"""Earlier admissions: a workbook of what departments had admitted on paper before the filing."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from sqlalchemy import func, select

from core.admissions.models import Admission
from core.admissions.workbook import COLUMNS, SHEET
from core.audit.models import AuditRecord
from core.errors import ForbiddenError, InvalidError
from core.households.export import write_rows
from core.households.life.states import standing_of
from core.households.models import Household
from core.verification.files import (
    ADMISSIONS,
    check_file,
    confirm_file,
    preview_file,
    run_file,
    take_file,
)
from core.verification.models import DepartmentFile
from tests.core.admissions.conftest import City
from tests.factories import ELSEWHERE, Filed

DAY = dt.date(2018, 2, 1)
FILED_ON = dt.date(2018, 3, 1)
DOCUMENT = "钟民救〔2018〕12号"


def roster(*rows: dict[str, Any]) -> bytes:
    given = {"decided_on": DAY, "document": DOCUMENT}
    return write_rows(SHEET, COLUMNS, [{**given, **row} for row in rows])


def nothing(_done: int, _total: int) -> None:
    """Show no progress."""


def file(city: City, category: str | None = "dibao", **values: Any) -> tuple[Filed, str]:
    """File a household on 1 March; return it with its number."""
    filed = city.file(category, relatives=(), **values)
    city.change(filed, filed_on=FILED_ON)
    return filed, city.household(filed).file_number


def bring(
    city: City, data: bytes, who: str = "civil_affairs", source: str = "civil_affairs"
) -> DepartmentFile:
    with city.acting(who) as ctx:
        item = take_file(ctx, ADMISSIONS, source, "名册.xlsx", data)
    with city.acting(who) as ctx:
        item = check_file(ctx, item.id)
    if item.state != "checked":
        return item
    with city.acting(who) as ctx:
        confirm_file(ctx, item.id)
    with city.acting(who) as ctx:
        return run_file(ctx, item.id, nothing)


def test_they_are_admitted_with_day_and_document_and_who_brought_them(city: City) -> None:
    (first, one), (second, two) = file(city), file(city, "expenditure_hardship")
    item = bring(city, roster({"file_number": one}, {"file_number": two, "decided_on": FILED_ON}))
    assert (item.state, item.faults, item.counts["added"]) == ("imported", [], 2)
    for filed in (first, second):
        household = city.household(filed)
        assert household.admitted_by == "civil_affairs"
        with city.system() as ctx:
            assert standing_of(ctx, household) == "active"
            [kept] = ctx.session.scalars(
                select(Admission).where(Admission.household_id == filed.id)
            )
            assert (kept.state, kept.way, kept.document, kept.file_id, kept.round) == (
                "admitted", "earlier", DOCUMENT, item.id, 0,
            )  # fmt: skip
            record = ctx.session.scalars(
                select(AuditRecord).where(AuditRecord.object_id == kept.id)
            ).one()
        assert record.event == "admission.brought"
        assert record.after["document"] == DOCUMENT
        assert record.actor_id == city.people["civil_affairs"].person_id
    again = bring(city, roster({"file_number": one}, {"file_number": two}))
    assert (again.counts["added"], again.counts["unchanged"], again.faults) == (0, 2, [])


def test_the_union_brings_in_those_of_its_own_category(city: City) -> None:
    filed, number = file(city, "worker_hardship")
    assert bring(city, roster({"file_number": number}), "union", "union").state == "imported"
    assert city.household(filed).admitted_by == "union"


def test_every_fault_is_named_with_its_row_and_what_to_do(city: City) -> None:
    good, number = file(city)
    rows = {
        "file_not_there": "T9999999", "file_outside": file(city, unit=ELSEWHERE)[1],
        "file_not_in_force": file(city, state="suspended")[1],
        "file_not_judged": file(city, None)[1],
        "other_department": file(city, "housing_hardship")[1],
    }  # fmt: skip
    running, on_its_way = file(city)
    city.begin(running)
    late = file(city)[1]
    item = bring(city, roster(
        *({"file_number": one} for one in rows.values()), {"file_number": on_its_way},
        {"file_number": late, "decided_on": FILED_ON + dt.timedelta(days=1)},
        {"file_number": number}, {"file_number": number},
    ))  # fmt: skip
    faults = {fault["code"]: fault for fault in item.faults}
    assert list(faults) == [
        "admission_twice", *rows, "admission_on_its_way", "admitted_after_filing",
    ]  # fmt: skip
    assert [faults[code]["row"] for code in rows] == [2, 3, 4, 5, 6]
    assert faults["admitted_after_filing"]["column"] == "审批日期"
    assert faults["admitted_after_filing"]["values"]["value"] == "2018-03-01"
    assert faults["other_department"]["values"]["value"] == "住房城乡建设局"
    assert all(fault["remedy"] for fault in item.faults)
    assert (item.counts["rows"], item.counts["added"]) == (9, 1)
    assert city.household(good).admitted_by == "civil_affairs"


@pytest.mark.parametrize(("cells", "code"), [
    ({"decided_on": None}, "required"), ({"document": ""}, "required"),
    ({"decided_on": dt.date(2031, 1, 1)}, "date_future"),
])  # fmt: skip
def test_an_empty_or_wrong_cell_is_named(city: City, cells: dict[str, Any], code: str) -> None:
    item = bring(city, roster({"file_number": file(city)[1], **cells}))
    assert item.state == "refused"
    assert [fault["code"] for fault in item.faults] == [code]


def test_a_workbook_of_another_form_is_refused(city: City) -> None:
    for columns, code in ((COLUMNS[:2], "column_missing"), (COLUMNS[1:], "no_admissions_sheet")):
        data = write_rows(
            SHEET, columns, [{"file_number": "1", "decided_on": DAY, "document": "x"}]
        )
        assert [fault["code"] for fault in bring(city, data).faults] == [code]
    assert bring(city, b"no workbook").state == "refused"


def test_nobody_brings_in_what_another_department_decides(city: City) -> None:
    data = roster({"file_number": file(city)[1]})
    for who, source in (("housing", "civil_affairs"), ("union", "civil_affairs"),
                        ("education", "education"), ("civil_affairs", "union"),
                        ("civil_affairs", "nothing")):  # fmt: skip
        with city.acting(who) as ctx, pytest.raises(InvalidError):
            take_file(ctx, ADMISSIONS, source, "a.xlsx", data)
    for who in ("clerk", "reviewer"):
        with city.acting(who) as ctx, pytest.raises(ForbiddenError):
            take_file(ctx, ADMISSIONS, "civil_affairs", "a.xlsx", data)


def test_a_check_alone_stores_nothing(city: City) -> None:
    filed, number = file(city)
    with city.acting("civil_affairs") as ctx:
        item = preview_file(ctx, ADMISSIONS, "civil_affairs", roster({"file_number": number}))
    assert item.counts["added"] == 1
    assert city.household(filed).admitted_by is None


def test_thousands_are_brought_in_within_seconds(city: City) -> None:
    filed, _number = file(city)
    with city.system() as ctx:
        columns = [column.name for column in Household.__table__.columns]
        told = {
            "id": "gen_random_uuid()",
            "file_number": "'M' || n",
            "filed_on": "date '2018-03-01'",
        }
        chosen = ", ".join(told.get(name, f"h.{name}") for name in columns)
        ctx.session.fetch(
            f"with made as (insert into households ({', '.join(columns)}) select {chosen} "
            "from households h, generate_series(1, 5000) n where h.id = %(one)s returning 1) "
            "select count(*) from made", {"one": filed.id},
        )  # fmt: skip
    data = roster(*({"file_number": f"M{n}"} for n in range(1, 5001)))
    begun = time.monotonic()
    item = bring(city, data)
    assert (item.counts["added"], item.faults) == (5000, [])
    assert time.monotonic() - begun < 20
    with city.system() as ctx:
        admitted = select(func.count()).where(
            Household.tenant_id == ctx.tenant_id, Household.file_number.like("M%"),
            Household.admitted_by == "civil_affairs",
        )  # fmt: skip
        assert ctx.session.scalar(admitted) == 5000
