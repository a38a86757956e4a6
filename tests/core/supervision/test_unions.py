"""The table by union: its columns are the categories of the region, whichever they are."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.federations import NewTenant, add_tenant
from core.installation import Installation
from core.supervision.figures import bilingual, say
from core.tenancy import TenantView
from tests.core.supervision.guangxi import (
    CHENGZHONG,
    QINGXIU,
    XINGNING,
    Region,
    found_region,
    report,
)
from tests.factories import SPOUSE, file_household

CORPS = "corps-city"


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    found = found_region(module_installation)
    add_tenant(module_installation, NewTenant(
        CORPS, "city", "贵港市总工会", "Guigang", "city_2023", "450800", "guangxi",
    ))  # fmt: skip
    for tenant, unit, category in (
        (found.nanning, QINGXIU, "dibao"), (found.nanning, QINGXIU, "low_income"),
        (found.nanning, XINGNING, "dibao"), (found.nanning, XINGNING, None),
        (found.liuzhou, CHENGZHONG, "none"),
    ):  # fmt: skip
        file_household(module_installation, tenant, unit=unit, category=category,
                       relatives=(SPOUSE,))  # fmt: skip
    return replace(found, province=module_installation.tenant("guangxi"))


def table(region: Region, subject: TenantView) -> dict[str, Any]:
    found: dict[str, Any] = report(region, subject)["tables"]["unions"]
    return found


def heads(found: dict[str, Any]) -> list[str]:
    return [one["title"].get("en") or one["title"]["text"] for one in found["columns"]]


def test_a_city_of_guangxi_has_the_classes_of_guangxi(region: Region) -> None:
    found = table(region, region.nanning)
    assert heads(found)[3:] == [
        "persons in special hardship", "orphans", "dibao", "expenditure-type low income",
        "Not eligible", "New this quarter",
    ]  # fmt: skip
    assert found["rows"] == [
        ["青秀区总工会", 2, 4, 0, 0, 1, 1, 0, 0],
        ["兴宁区总工会", 2, 4, 0, 0, 1, 0, 0, 0],
    ]
    assert found["total"] == [say("Total"), 4, 8, 0, 0, 2, 1, 0, 0]


def test_without_a_file_the_columns_are_still_the_region_s(region: Region) -> None:
    corps = region.installation.tenant(CORPS)
    found = table(region, corps)
    assert heads(found)[3:6] == ["deep hardship", "relative hardship", "accidental hardship"]
    assert (found["rows"], found["total"]) == ([], [say("Total"), *[0] * 7])


def test_a_province_whose_cities_follow_several_regions_shows_what_there_is(
    region: Region,
) -> None:
    before = table(region, region.province)
    assert heads(before)[3:5] == ["persons in special hardship", "orphans"]
    corps = region.installation.tenant(CORPS)
    file_household(region.installation, corps, unit="港北区总工会", category="deep")
    found = table(region, region.province)
    assert heads(found)[3:-1] == [
        "dibao", "expenditure-type low income", "deep hardship", "Not eligible",
    ]  # fmt: skip
    assert [row[5] for row in found["rows"]] == [0, 0, 1]
    assert sum(row[1] for row in found["rows"]) == found["total"][1] == 6


def test_no_category_is_lost_from_the_table_by_category(region: Region) -> None:
    content = json.loads(json.dumps(report(region, region.province)))
    by_category = content["tables"]["categories"]
    names = [row[0] for row in by_category["rows"]]
    assert bilingual("城镇低保对象", "dibao") in names
    assert sum(row[1] for row in by_category["rows"]) == by_category["total"][1]
