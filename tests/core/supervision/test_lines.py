"""Standards in the report: each city by the figures it set for itself, with who says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.installation import Installation
from core.supervision.content import build_report
from core.supervision.figures import bilingual, yuan
from core.tenancy import TenantView
from tests.core.supervision.guangxi import (
    Region,
    count,
    findings_of,
    found_region,
    report,
    set_own,
)
from tests.core.supervision.records import count as count_office
from tests.factories import acting, found_tree
from tests.office import Office
from worker.pdf.wording import Wording

LOW = "%(place)s: %(standard)s is"


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Nanning's special-hardship standard is 840 yuan, Liuzhou's line rose from 590 to 640."""
    found = found_region(module_installation)
    set_own(found, found.nanning, "special_hardship_standard", "840.00")
    set_own(found, found.liuzhou, "dibao_line", "640.00", programme="urban_classes")
    return found


def rows(region: Region, subject: TenantView, period: str = "2019Q2") -> list[list[Any]]:
    table: dict[str, Any] = report(region, subject, period)["tables"]["lines"]
    assert all(len(row) == len(table["columns"]) for row in table["rows"])
    return [[row[0]["en"], row[1]["en"], row[2]["fen"], row[3]["fen"]] for row in table["rows"]]


def test_g1_and_g2_each_city_by_its_own_figures(region: Region) -> None:
    assert rows(region, region.province) == [
        ["Guangxi", "dibao line", 65_000, 64_900],
        ["Guangxi", "special-hardship standard", 84_500, 84_500],
        ["Nanning", "dibao line", 65_000, 64_900],
        ["Nanning", "special-hardship standard", 84_000, 84_500],
        ["Liuzhou", "dibao line", 64_000, 64_900],
        ["Liuzhou", "special-hardship standard", 84_500, 83_200],
    ]


def test_a_city_s_report_tells_of_that_city_alone(region: Region) -> None:
    assert [row[0] for row in rows(region, region.nanning)] == ["Nanning"] * 2
    with acting(region.installation, region.nanning, region.supervisor) as ctx:
        assert {one.tenant_id for one in count(region, region.nanning).lines} == {ctx.tenant_id}


def test_each_shortfall_is_a_finding_with_its_figures(region: Region) -> None:
    content = report(region, region.province)
    nanning, liuzhou = findings_of(content, LOW)
    assert nanning["place"] == bilingual("南宁市总工会", "Nanning")
    assert (nanning["value"], nanning["least"]) == (yuan(84_000), yuan(84_500))
    assert liuzhou["standard"] == bilingual("城镇最低生活保障标准", "dibao line")
    assert (liuzhou["value"], liuzhou["least"]) == (yuan(64_000), yuan(64_900))
    assert content["introduction"][-1]["values"]["count"] == 2


def test_a_finding_reads_with_its_sources_in_both_languages(region: Region) -> None:
    content = report(region, region.liuzhou)
    (item,) = content["sections"][-1]["parts"][0]["items"]
    chinese, english = (Wording(language).put(item) for language in ("zh", "en"))
    assert chinese.startswith(
        "柳州市总工会：城镇最低生活保障标准现为640.00元，低于应不低于的649.00元"
    )
    for told in ("柳州市总工会〔2019〕1号", "10%", "2018年全区平均标准590元/月"):
        assert told in chinese
    assert english.startswith("Liuzhou: dibao line is 640.00 yuan, less than the 649.00 yuan")


def test_what_held_at_the_end_of_the_quarter_counts(region: Region) -> None:
    """In 2018 no rise was asked for and nobody had set anything."""
    quarter = rows(region, region.province, "2018Q4")
    assert {row[0] for row in quarter} == {"Guangxi", "Nanning", "Liuzhou"}
    assert all(row[2] >= row[3] for row in quarter)
    assert findings_of(report(region, region.province, "2018Q4"), LOW) == []


def test_the_section_stands_before_the_findings_and_is_json(region: Region) -> None:
    content = json.loads(json.dumps(report(region, region.province)))
    section = content["sections"][-2]
    assert section["title"]["text"] == "What the region asks for"
    assert section["parts"][0]["table"] == "lines"


def test_a_region_that_asks_for_no_least_has_no_section(installation: Installation) -> None:
    office = Office(installation, found_tree(installation))
    assert count_office(office).lines == []
    with acting(installation, office.tree.province, office.people["supervisor"]) as ctx:
        content = build_report(ctx, office.city, "2023Q2")
    assert "lines" not in content["tables"]
    assert "What the region asks for" not in json.dumps(content["sections"])
