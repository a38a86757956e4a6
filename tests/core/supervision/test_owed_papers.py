"""Aid that was paid first in the report: counted by programme, and a finding where papers are
overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.installation import Installation
from core.supervision.figures import day
from core.tenancy import TenantView
from tests.core.supervision.guangxi import (
    CHENGZHONG,
    NOW,
    QINGXIU,
    Region,
    findings_of,
    found_region,
    report,
)
from tests.core.supervision.records import count as count_office
from tests.office import Office
from tests.urgent import AMOUNT, owe

OVERDUE = "Papers of aid that was paid first are overdue"
TODAY = NOW.date()
BEFORE, AFTER = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
JUNE, MARCH = dt.date(2019, 6, 10), dt.date(2019, 3, 1)


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Nanning: one overdue by a day, one due today, one settled late, one not due, one to check;
    Liuzhou: one overdue since March."""
    found = found_region(module_installation)
    for due, more in (
        (BEFORE, {}), (TODAY, {}), (BEFORE, {"state": "settled", "handed_in_on": TODAY}),
        (AFTER, {"state": "failed", "handed_in_on": TODAY}),
        (AFTER, {"state": "handed_in", "handed_in_on": TODAY}),
    ):  # fmt: skip
        values: dict[str, Any] = dict(more)
        owe(module_installation, found.nanning, JUNE, due, unit=QINGXIU, **values)
    owe(module_installation, found.liuzhou, MARCH, dt.date(2019, 3, 15), unit=CHENGZHONG)
    return found


def row(region: Region, subject: TenantView) -> list[Any]:
    """Return the numbers of the one programme."""
    table = report(region, subject, "2019Q2")["tables"]["paid_first"]
    (one,) = table["rows"]
    assert one[1:] == table["total"][1:]
    assert len(one) == len(table["columns"])
    return [cell if isinstance(cell, int) else cell["fen"] for cell in one[1:]]


def test_a_city_counts_what_was_paid_first_and_what_became_of_its_papers(region: Region) -> None:
    assert row(region, region.nanning) == [5, 5 * AMOUNT, 2, 1, AMOUNT, 1, 1, 1, 1]


def test_a_province_adds_its_cities_up(region: Region) -> None:
    assert row(region, region.province) == [5, 5 * AMOUNT, 3, 2, 2 * AMOUNT, 1, 1, 1, 1]


def test_overdue_papers_are_a_finding_with_the_oldest_day(region: Region) -> None:
    content = report(region, region.province)
    (found,) = findings_of(content, OVERDUE)
    assert (found["overdue"], found["owed"], found["amount"]["fen"]) == (2, 3, 2 * AMOUNT)
    assert found["day"] == day(dt.date(2019, 3, 15))


def test_where_nothing_is_paid_first_the_report_says_nothing_of_it(office: Office) -> None:
    assert count_office(office).paid_first is None
