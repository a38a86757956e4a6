"""Admission in the report: who awaits which department, what is on its way, late and decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.installation import Installation
from core.supervision.content import build_report
from core.tenancy import TenantView
from tests.core.admissions.conftest import NOW, City, found_city
from tests.factories import ELSEWHERE, acting, found_tree, hire
from worker.pdf.wording import Wording

LATER = NOW + dt.timedelta(days=30)
APRIL, MARCH = "2018Q2", "2018Q1"


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    """In March one admitted, one refused, one waiting for housing since; in April one begun, and
    two that nobody began, one of them in another county."""
    city = found_city(module_installation, found_tree(module_installation))
    city.admit(city.file(relatives=()))
    city.decide("investigator", city.begin(city.file("dibao", relatives=())),
                decision="refuse", reason="不实")  # fmt: skip
    city.pass_on(city.begin(city.file(relatives=())))
    city.now = LATER
    city.begin(city.file("worker_hardship", relatives=()))
    city.file("dibao", relatives=())
    city.file("dibao", unit=ELSEWHERE)
    city.people["supervisor"] = hire(city.installation, city.tree.province, "supervisor")
    return city


def report(city: City, subject: TenantView, period: str) -> dict[str, Any]:
    with acting(city.installation, city.tree.province, city.people["supervisor"], at=LATER) as ctx:
        return build_report(ctx, subject, period)


def test_a_county_s_counts_stand_by_union(city: City) -> None:
    table = report(city, city.tenant, APRIL)["tables"]["admissions"]
    assert [row[1:] for row in table["rows"]] == [[4, 2, 1, 0, 0], [1, 0, 0, 0, 0]]
    assert [row[0] for row in table["rows"]] == ["水城区总工会", "钟山区总工会"]
    assert table["total"][1:] == [5, 2, 1, 0, 0]


def test_each_department_has_what_awaits_it_and_what_it_decided(city: City) -> None:
    told = report(city, city.tenant, MARCH)["tables"]["admissions_waiting"]
    rows = {row[0]["zh"]: row[1:] for row in told["rows"]}
    assert rows == {
        "民政局": [3, 6, 0, 0, 0, 1],
        "住房城乡建设局": [1, 1, 1, 1, 1, 0],
        "总工会": [1, 1, 1, 0, 0, 0],
    }
    assert told["total"][1:] == [5, 8, 2, 1, 1, 1]


def test_a_province_counts_its_cities_together(city: City) -> None:
    table = report(city, city.tree.province, APRIL)["tables"]["admissions"]
    [row] = [row for row in table["rows"] if row[0] == {"zh": "六盘水市总工会", "en": "Liupanshui"}]
    assert row[1:] == [5, 2, 1, 0, 0]


def test_what_is_late_is_a_finding_and_the_section_says_how_many_wait(city: City) -> None:
    content = report(city, city.tenant, APRIL)
    [section] = [one for one in content["sections"] if one["title"]["text"] == "Admission to help"]
    assert section["paragraphs"][0]["values"] == {
        "awaiting": 5, "running": 2, "admitted": 0, "refused": 0,
    }  # fmt: skip
    items = [item for part in content["sections"][-1]["parts"] for item in part["items"]]
    [late] = [item["values"] for item in items if item["text"].startswith("Admissions past")]
    assert late == {"late": 1, "running": 2}
    told = Wording("zh").put(section["paragraphs"][0])
    assert told.startswith("目前待纳入帮扶5户，其中办理中2户")


def test_a_region_without_a_route_has_no_such_section(city: City) -> None:
    content = report(city, city.tree.city_a, APRIL)
    assert "admissions" not in content["tables"]
    assert all(one["title"]["text"] != "Admission to help" for one in content["sections"])
