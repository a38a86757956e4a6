"""Referrals by measure line in the report: new, running, late, done, and who leads each line."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.context import BEIJING
from core.households.life.measures import Referral, answer_measure, refer_measure
from core.installation import Installation
from core.supervision.figures import bilingual
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
from tests.factories import acting, file_household, found_tree, hire
from tests.office import Office
from worker.pdf.wording import Wording

LATE = "Referrals past their day"
FEBRUARY = dt.datetime(2019, 2, 1, 9, tzinfo=BEIJING)
CHARITY = "南宁市慈善总会（助学捐赠3,000元）"


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Nanning: employment late since February, housing done, social resources that run to autumn,
    one refused; Liuzhou: one for employment that runs."""
    found = found_region(module_installation)
    refer(found, found.nanning, QINGXIU, "employment", FEBRUARY, dt.date(2019, 5, 1))
    refer(found, found.nanning, QINGXIU, "housing", NOW, dt.date(2019, 9, 1), state="done")
    refer(found, found.nanning, QINGXIU, "social_resources", NOW, dt.date(2019, 9, 1))
    refer(found, found.nanning, QINGXIU, "medical", FEBRUARY, dt.date(2019, 9, 1), state="refused")
    refer(found, found.liuzhou, CHENGZHONG, "employment", NOW, NOW.date())
    return found


def refer(
    region: Region, tenant: TenantView, unit: str, line: str, at: dt.datetime, due: dt.date,
    state: str = "",
) -> None:  # fmt: skip
    """Refer a new household on a day and, where a state is given, note what became of it now."""
    file = file_household(region.installation, tenant, unit=unit, relatives=(), category="dibao")
    clerk = hire(region.installation, tenant, "clerk")
    with acting(region.installation, tenant, clerk, at=at) as ctx:
        made = refer_measure(ctx, file.id, Referral(line, "按规定办理", due, CHARITY))
        measure_id, version = made.id, made.version
    if state:
        with acting(region.installation, tenant, clerk, at=NOW) as ctx:
            answer_measure(ctx, measure_id, state, "已答复", version)


def rows(region: Region, subject: TenantView, period: str = "2019Q2") -> dict[str, list[Any]]:
    """Return the counts by line of those lines that have any."""
    table = report(region, subject, period)["tables"]["referrals"]
    assert all(len(row) == len(table["columns"]) for row in (*table["rows"], table["total"]))
    return {row[0]["en"]: row[2:] for row in table["rows"] if any(row[2:])}


def test_a_city_s_lines_with_what_is_new_runs_is_late_done_or_refused(region: Region) -> None:
    assert rows(region, region.nanning) == {
        "employment": [0, 1, 1, 0, 0],
        "housing": [1, 0, 0, 1, 0],
        "medical": [0, 0, 0, 0, 1],
        "social resources: donations, volunteers, charities": [1, 1, 0, 0, 0],
    }


def test_a_province_adds_its_cities_up(region: Region) -> None:
    found = rows(region, region.province)
    assert found["employment"] == [1, 2, 1, 0, 0]
    table = report(region, region.province)["tables"]["referrals"]
    assert table["total"][2:] == [3, 3, 1, 1, 1]
    assert table["rows"][0][1] == bilingual("民政局", "Civil Affairs")


def test_what_was_answered_in_another_quarter_counts_there_alone(region: Region) -> None:
    assert rows(region, region.nanning, "2019Q1")["medical"] == [1, 0, 0, 0, 0]


def test_late_ones_are_a_finding_that_names_who_leads(region: Region) -> None:
    content = report(region, region.nanning)
    [found] = findings_of(content, LATE)
    assert (found["late"], found["running"]) == (1, 1)
    [item] = [
        one for part in content["sections"][-1]["parts"] for one in part["items"]
        if one["text"].startswith(LATE)
    ]  # fmt: skip
    assert "请向人力资源社会保障局了解" in Wording("zh").put(item)
    assert findings_of(report(region, region.liuzhou), LATE) == []


def test_a_region_without_lines_has_no_such_table(installation: Installation) -> None:
    office = Office(installation, found_tree(installation))
    assert count_office(office).referrals == []
