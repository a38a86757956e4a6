"""The page of policy figures in a region with standards: each city sees what holds in its place."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from core.federations import NewTenant, add_tenant
from core.tenancy import ParameterOverride, TenantView
from tests.web.conftest import Site
from tests.web.reading import cells

DAY = "policies?on=2019-06-30"


@pytest.fixture(scope="module")
def cities(site: Site) -> dict[str, TenantView]:
    """Guangxi and two of its cities; Nanning set a line and a standard for itself."""
    found = [
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
        NewTenant("liuzhou", "city", "柳州市总工会", "Liuzhou", "guangxi", "450200", "guangxi"),
    ]
    tenants = {new.slug: add_tenant(site.installation, new) for new in found}
    own = [("urban_classes", "dibao_line", "700.00"),
           ("standards", "special_hardship_standard", "840.00")]  # fmt: skip
    with site.installation.system(tenants["nanning"]) as ctx:
        ctx.session.add_all(
            ParameterOverride(
                tenant_id=ctx.tenant_id, programme=programme, name=name, value=value,
                holds_from=dt.date(2019, 3, 1), source="南府规〔2019〕1号",
                set_by=uuid.uuid4(), set_at=ctx.now,
            )
            for programme, name, value in own
        )  # fmt: skip
    return tenants


def read_rows(site: Site, tenant: TenantView, day: str = DAY) -> dict[str, list[list[str]]]:
    """Return the rows of the page by figure, in small letters; a line judged by has two."""
    found: dict[str, list[list[str]]] = {}
    for row in cells(site.person(tenant, "clerk").read(f"/{tenant.slug}/{day}")):
        found.setdefault(row[0].lower(), []).append(row[1:])
    return found


def test_standards_stand_below_the_rules_with_date_and_source(
    site: Site, cities: dict[str, TenantView]
) -> None:
    text = site.person(cities["liuzhou"], "clerk").read(f"/liuzhou/{DAY}")
    assert text.index("urban_classes-title") < text.index("standards-title")
    assert "Standards of the region" in text
    rows = read_rows(site, cities["liuzhou"])
    (subsidy,) = rows["nursing subsidy for severe disability"]
    assert subsidy[:2] == ["80.00 yuan per head and month", "2019-01-01"]
    assert "mental disability of grade 3 and 4" in subsidy[2]


def test_a_city_sees_its_own_figures_with_their_source_and_no_other_city_does(
    site: Site, cities: dict[str, TenantView]
) -> None:
    own = read_rows(site, cities["nanning"])
    assert [row[:2] for row in own["dibao line"]] == [
        ["700.00 yuan per head and month", "2019-03-01"]
    ] * 3, "judged by, left by, looked up: one figure"
    (standard,) = own["special-hardship standard"]
    assert standard[0] == "840.00 yuan per head and month"
    assert "南府规〔2019〕1号" in standard[2]
    other = read_rows(site, cities["liuzhou"])
    assert {row[0] for row in other["dibao line"]} == {"650.00 yuan per head and month"}
    assert other["special-hardship standard"][0][0] == "845.00 yuan per head and month"


def test_on_the_day_before_it_was_set_the_region_s_figure_holds(
    site: Site, cities: dict[str, TenantView]
) -> None:
    rows = read_rows(site, cities["nanning"], "policies?on=2019-02-28")
    assert {row[0] for row in rows["dibao line"]} == {"650.00 yuan per head and month"}


def test_before_any_standard_the_page_says_that_none_is_in_force(
    site: Site, cities: dict[str, TenantView]
) -> None:
    text = site.person(cities["liuzhou"], "clerk").read("/liuzhou/policies?on=2017-06-30")
    assert "None is in force on this day." in text
    assert "no value of “dibao_line”" in text


def test_a_region_without_standards_has_no_part_for_them(site: Site) -> None:
    text = site.person(site.tree.city_a, "clerk").read("/city-a/policies?on=2023-06-30")
    assert "standards-title" not in text


def test_the_page_speaks_chinese_too(site: Site, cities: dict[str, TenantView]) -> None:
    person = site.person(cities["nanning"], "clerk")
    person.client.set_cookie("language", "zh")
    text = person.read(f"/nanning/{DAY}")
    assert "本地区标准" in text
    assert "特困人员救助供养标准" in text
    assert "每人每月840.00元" in text
