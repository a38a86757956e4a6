"""Families with nobody employed: the same in the list, the report and the facts judged by."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from core.households.fact_columns import read_fact_columns
from core.households.listing import Filters, list_households
from core.households.models import Household, Member
from core.installation import Installation
from core.supervision.employment import Families, find_families
from core.supervision.figures import bilingual, share
from core.tenancy import TenantView
from tests.core.supervision.guangxi import (
    CHENGZHONG,
    QINGXIU,
    XINGNING,
    Region,
    count,
    findings_of,
    found_region,
    report,
)
from tests.core.supervision.records import count as count_office
from tests.factories import Relative, file_household, found_tree
from tests.office import Office

IDLE = "%(union)s: families able to work"
CASES = (
    ("laid_off", ("employed",), "healthy", False),
    ("employed", ("unemployed",), "healthy", False),
    ("flexible", (), "healthy", False),
    ("laid_off", ("farmer",), "healthy", False),
    ("laid_off", (), "healthy", True),
    ("unemployed", ("student", "preschool"), "healthy", True),
    ("retired", ("unemployed",), "healthy", True),
    ("laid_off", (), "disabled", False),
    ("retired", ("retired",), "healthy", False),
)
"""The head's work, what the others do, everybody's health, and whether such a family counts."""


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """The cases in Qingxiu; one such family that left the files; one in Liuzhou."""
    found = found_region(module_installation)
    for work, others, health, _counts in CASES:
        put(found, found.nanning, QINGXIU, work, others, health)
    put(found, found.nanning, XINGNING, "laid_off", (), "healthy", state="exited")
    put(found, found.nanning, XINGNING, "employed", (), "healthy")
    put(found, found.liuzhou, CHENGZHONG, "unemployed", (), "healthy")
    return found


def put(
    region: Region, tenant: TenantView, unit: str, work: str, others: tuple[str, ...],
    health: str, state: str = "active",
) -> uuid.UUID:  # fmt: skip
    """File a family whose head and others do this."""
    relatives = tuple(Relative(f"成员{i}", "child", one) for i, one in enumerate(others))
    file = file_household(region.installation, tenant, unit=unit, relatives=relatives, state=state,
                          category="dibao", as_of=dt.date(2019, 1, 1))  # fmt: skip
    with region.installation.system(tenant) as ctx:
        ctx.session.get_one(Household, (tenant.id, file.id)).work_status = work
        for member in (file.head, *file.members):
            ctx.session.get_one(Member, (tenant.id, member)).health = health
    return file.id


def test_the_report_counts_by_county_and_the_province_by_city(region: Region) -> None:
    expected = sum(counts for *_case, counts in CASES)
    assert [one[1:] for one in count(region, region.nanning).families] == [
        ("青秀区总工会", len(CASES), expected), ("兴宁区总工会", 1, 0),
    ]  # fmt: skip
    assert count(region, region.province).families == [
        Families(region.nanning.id, None, len(CASES) + 1, expected),
        Families(region.liuzhou.id, None, 1, 1),
    ]


def test_list_and_facts_agree_with_the_report(region: Region) -> None:
    with region.installation.system(region.nanning) as ctx:
        page = list_households(ctx, Filters(nobody_employed=True, state="active"), count=True)
        facts = read_fact_columns(
            ctx, dt.date(2019, 6, 28), ("employed", "able_unemployed"), None
        )  # fmt: skip
        everybody = list_households(ctx, Filters(nobody_employed=True), count=True)
    idle = {
        str(one) for one, employed, able in
        zip(facts.ids, *(facts.columns[name] for name in ("employed", "able_unemployed")),
            strict=True)
        if employed == 0 and able > 0
    }  # fmt: skip
    assert {row["id"] for row in page.data} == idle
    assert page.total == sum(one.nobody for one in count(region, region.nanning).families) == 3
    assert everybody.total == 3  # Nobody of the family that left is a member any more.


def test_each_union_with_such_a_family_is_a_finding_with_the_department(region: Region) -> None:
    content = report(region, region.nanning)
    (found,) = findings_of(content, IDLE)
    assert found["union"] == "青秀区总工会"
    assert (found["nobody"], found["households"]) == (3, len(CASES))
    assert found["lead"] == bilingual("人力资源社会保障局", "Human Resources and Social Security")
    table = content["tables"]["families"]
    assert table["rows"][1] == ["兴宁区总工会", 1, 0, share(0, 1)]
    assert table["total"][1:3] == [len(CASES) + 1, 3]
    assert [one["union"]["en"] for one in findings_of(report(region, region.province), IDLE)] == [
        "Nanning", "Liuzhou",
    ]  # fmt: skip


def test_a_region_without_an_employment_line_counts_and_finds_nothing(
    installation: Installation,
) -> None:
    office = Office(installation, found_tree(installation))
    file = office.file(category="deep", relatives=())
    with office.system() as ctx:
        ctx.session.get_one(Household, (ctx.tenant_id, file.id)).work_status = "laid_off"
    families = count_office(office).families
    assert [one[1:] for one in families] == [("水城区总工会", 1, 1)]
    with office.acting("approver") as ctx:
        assert list(find_families(ctx, families)) == []
