"""Household files before a clerk: list, filters, one screen, form, evidence, Excel."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from core.households.models import Household
from tests import factories
from tests.web.conftest import Site, Visitor
from tests.web.reading import cells

NEW = {
    "file_number": "", "unit": factories.GRASSROOTS, "filed_on": "2023-03-10", "name": "王新",
    "sex": "男", "work_status": "在岗", "main_cause": "重特大疾病", "income": "48000",
    "illness": "15000", "schooling": "9600", "contact_person": "宋磊", "single_parent": "否",
    "zero_employment": "否", "still_difficult": "否",
}  # fmt: skip


def man(serial: int) -> str:
    """Return the ID number of a man."""
    numbers = (factories.id_number(800_000 + serial * 40 + step) for step in range(40))
    return next(number for number in numbers if int(number[16]) % 2)


def form(serial: int, **changes: Any) -> dict[str, Any]:
    """Return what a clerk types for a household of one; `member_…` fields add members."""
    return {**NEW, "id_number": man(serial), **changes}


@pytest.fixture(scope="module")
def clerk(site: Site) -> Visitor:
    return site.person(site.tree.city_a, "clerk")


def test_a_form_files_a_household_and_judges_it_with_every_step_explained(clerk: Visitor) -> None:
    response = clerk.post("/city-a/households/new", "/city-a/households/new", **form(1))
    assert response.status_code == 303, response.text[:3000]
    text = clerk.read(response.headers["Location"])
    assert "The household is filed under number" in text
    assert "王新" in text
    assert "700.00 yuan per head and month" in text
    assert "Source:" in text
    assert "from 2023-01-01" in text
    assert man(1) not in text


def test_members_of_the_form_are_filed_with_it(clerk: Visitor) -> None:
    fields = {
        "member-0-name": "李芳", "member-0-relation": "配偶", "member-0-sex": "男",
        "member-0-id_number": man(20), "member-0-occupation": "无业",
        "member-3-name": "王小明", "member-3-relation": "子女", "member-3-sex": "男",
        "member-3-id_number": man(21), "member-3-occupation": "学生",
        "member-3-education_stage": "本科",
    }  # fmt: skip
    response = clerk.post("/city-a/households/new", "/city-a/households/new", **form(2), **fields)
    text = clerk.read(response.headers["Location"])
    assert "李芳" in text
    assert "王小明" in text
    assert "Persons</dt><dd>3" in text


def test_what_is_wrong_in_a_form_is_said_at_its_field_and_nothing_typed_is_lost(
    clerk: Visitor,
) -> None:
    wrong = form(3, income="三万六", id_number=man(3)[:-1] + ("1" if man(3)[-1] != "1" else "2"))
    response = clerk.post("/city-a/households/new", "/city-a/households/new", **wrong)
    assert response.status_code == 422
    assert "2 entries need your attention" in response.text
    assert re.search(r'id="income-error">[^<]*is not an amount', response.text)
    assert re.search(r'id="id_number-error">“ID number” fails its check digit', response.text)
    assert 'value="三万六"' in response.text
    assert 'aria-invalid="true"' in response.text


def test_a_second_file_for_a_person_is_refused_naming_the_first(clerk: Visitor) -> None:
    first = clerk.post("/city-a/households/new", "/city-a/households/new", **form(4))
    number = re.search(r"<title>\S+ (\S+)", clerk.read(first.headers["Location"]))
    assert number
    again = clerk.post("/city-a/households/new", "/city-a/households/new", **form(4, name="王旧"))
    assert again.status_code == 409
    assert f"already stands in the active file {number[1]}" in again.text
    assert 'value="王旧"' in again.text  # What was typed is still there.


def test_a_change_keeps_secrets_left_empty_and_refuses_an_outdated_form(
    site: Site, clerk: Visitor
) -> None:
    filed = clerk.post(
        "/city-a/households/new", "/city-a/households/new", **form(5, phone="13988887777")
    )
    page = filed.headers["Location"]
    edit = clerk.read(f"{page}/change")
    assert "139****7777" in edit
    assert man(5) not in edit
    version = re.search(r'name="version" value="(\d+)"', edit)
    assert version
    sent = {**form(5, income="90000", id_number=""), "version": version[1]}
    assert clerk.post(f"{page}/change", f"{page}/change", **sent).status_code == 303
    text = clerk.read(page)
    assert "139****7777" in text
    assert "90,000.00" in text
    trail = site.person(site.tree.city_a, "auditor").read(f"/city-a/audit?object={page[-36:]}")
    changed = next(row for row in cells(trail) if row[2].startswith("File changed"))
    assert "48,000.00 yuan → 90,000.00 yuan" in changed[3]
    stale = clerk.post(f"{page}/change", f"{page}/change", **{**sent, "income": "1"})
    assert stale.status_code == 412
    assert f'name="version" value="{version[1]}"' in stale.text  # Saved again, it is refused again.
    assert "Someone else changed this meanwhile." in stale.text
    assert "90,000.00" in clerk.read(page)


def test_the_list_narrows_by_the_filters_staff_know(site: Site, clerk: Visitor) -> None:
    factories.file_household(site.installation, site.tree.city_a, name="赵深深", category="deep")
    factories.file_household(
        site.installation, site.tree.city_a, name="钱相对", category="relative"
    )
    page = clerk.read("/city-a/households?category=deep&search=深深")
    assert "赵深深" in page
    assert "钱相对" not in page
    assert "赵深深" not in clerk.read("/city-a/households?search=深深&unchanged=1")
    assert "赵深深" in clerk.read("/city-a/households?search=深深&never_aided=1")
    assert "赵深深" not in clerk.read("/city-a/households?search=深深&no_contact=1")
    assert "赵深深" in clerk.read("/city-a/households?search=深深&verification_overdue=1")


def test_a_whole_id_number_finds_the_file_and_stands_in_no_address_or_page(
    clerk: Visitor,
) -> None:
    clerk.post("/city-a/households/new", "/city-a/households/new", **form(6, name="寻得着"))
    found = clerk.post("/city-a/households", "/city-a/households", search=man(6))
    assert found.status_code == 200
    assert "寻得着" in found.text
    assert man(6) not in found.text
    nobody = clerk.post("/city-a/households", "/city-a/households", search=man(7))
    assert "寻得着" not in nobody.text


def test_any_other_search_leads_to_an_address_that_can_be_kept(clerk: Visitor) -> None:
    found = clerk.post(
        "/city-a/households", "/city-a/households", search="赵", category="deep", unit="", page="3"
    )
    assert found.status_code == 303
    address = urlsplit(found.headers["Location"])
    assert parse_qs(address.query) == {"search": ["赵"], "category": ["deep"]}


def test_column_heads_sort_and_keep_filters_and_tell_how_it_lies(
    site: Site, clerk: Visitor
) -> None:
    for name, day in (("排序甲", 2), ("排序乙", 1), ("排序丙", 3)):
        filed = factories.file_household(site.installation, site.tree.city_a, name=name)
        with site.installation.system(site.tree.city_a) as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
            household.filed_on = dt.date(2022, 1, day)
    base = "/city-a/households?search=排序"
    page = clerk.read(base)
    assert re.search(r'aria-sort="ascending"><a [^>]*sort=-file_number', page)
    up = links(page)["Filed on"]
    assert parse_qs(urlsplit(up).query) == {"search": ["排序"], "sort": ["filed_on"]}
    assert heads(clerk.read(up)) == ["排序乙", "排序甲", "排序丙"]
    down = links(clerk.read(f"{up}&page=1"))["Filed on"]
    text = clerk.read(down)
    assert heads(text) == ["排序丙", "排序甲", "排序乙"]
    assert len(re.findall("aria-sort", text)) == 1
    assert 'aria-sort="descending"' in text
    assert parse_qs(urlsplit(links(text)["Filed on"]).query) == {"search": ["排序"]}
    kept = clerk.post("/city-a/households", base, search="排序", sort="-filed_on")
    assert parse_qs(urlsplit(kept.headers["Location"]).query)["sort"] == ["-filed_on"]


def links(page: str) -> dict[str, str]:
    """Return where each column head leads."""
    return dict(reversed(one) for one in re.findall(r'class="sorter" href="([^"]+)">([^<]+)', page))


def heads(page: str) -> list[str]:
    """Return the heads of the households listed, from the top."""
    return [row[1][:3] for row in cells(page)]


def test_a_clerk_sees_the_files_of_his_own_unit_alone(site: Site) -> None:
    factories.file_household(site.installation, site.tree.city_a, name="本单位")
    elsewhere = factories.file_household(
        site.installation, site.tree.city_a, name="别单位", unit=factories.ELSEWHERE
    )
    local = site.person(site.tree.city_a, "clerk", unit=factories.GRASSROOTS)
    page = local.read("/city-a/households")
    assert "本单位" in page
    assert "别单位" not in page
    assert local.get(f"/city-a/households/{elsewhere.id}").status_code == 404


def test_the_list_comes_as_excel_that_was_narrowed_like_the_page(
    site: Site, clerk: Visitor
) -> None:
    factories.file_household(site.installation, site.tree.city_a, name="下载甲", category="deep")
    response = clerk.get("/city-a/households/excel?search=下载甲")
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert [row[1].value for row in book["困难职工档案"].iter_rows(min_row=2)] == ["下载甲"]


def test_an_auditor_reads_but_is_offered_no_change(site: Site) -> None:
    filed = factories.file_household(site.installation, site.tree.city_a)
    auditor = site.person(site.tree.city_a, "auditor")
    text = auditor.read(f"/city-a/households/{filed.id}")
    assert "Change</a>" not in text
    assert "Apply for aid" not in text
    assert auditor.get(f"/city-a/households/{filed.id}/change").status_code == 403
    assert auditor.get("/city-a/households/new").status_code == 403


def test_a_paper_is_kept_and_handed_out_again_unchanged(site: Site, clerk: Visitor) -> None:
    filed = factories.file_household(site.installation, site.tree.city_a)
    page = f"/city-a/households/{filed.id}"
    paper = (io.BytesIO(b"%PDF-1.4 bill"), "医疗票据.pdf")
    response = clerk.post(f"{page}/evidence", page, kind="medical_record", file=paper)
    assert response.status_code == 303, response.text[:1500]
    link = re.search(r'href="([^"]+)">医疗票据.pdf', clerk.read(page))
    assert link
    handed = clerk.get(link[1])
    assert handed.data == b"%PDF-1.4 bill"
    assert "attachment" in handed.headers["Content-Disposition"]
    assert "Paper opened" not in clerk.read("/city-a/policies")


def test_a_page_far_beyond_the_last_is_empty_and_no_error(clerk: Visitor) -> None:
    for page in ("9999", "x", "-3"):
        assert clerk.get(f"/city-a/households?page={page}").status_code == 200
