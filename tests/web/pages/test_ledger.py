"""The shared ledger before officers and clerks: list, record, take back, workbook, referrals."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pytest
from playwright.sync_api import Browser

from core.context import Context
from core.federations import NewTenant, add_tenant
from core.households.life.measures import Referral, refer_measure
from core.households.models import Household
from core.tenancy import TenantView
from tests.core.departments.conftest import workbook
from tests.factories import COUNTY, ELSEWHERE, Filed, acting, file_household, id_number
from tests.web.conftest import Site, Visitor, do_jobs, open_page
from tests.web.reading import cells
from tests.web.test_accessibility import PHONE, breaches

LEDGER = "/lps/ledger"
DAY = dt.date(2023, 5, 31)


class Hall:
    """A city whose departments share a ledger, and visitors from them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        add_tenant(site.installation, NewTenant(
            "lps", "city", "六盘水", "Liupanshui", "liupanshui", "520200", "province",
        ))  # fmt: skip
        self.city: TenantView = site.installation.tenant("lps")
        self.home = file_household(site.installation, self.city, category="housing_hardship")
        self.other = file_household(site.installation, self.city, unit=ELSEWHERE, name="赵铁柱")
        self.officer = self.hire("housing")
        self.clerk = self.sit("clerk")

    def sit(self, role: str, unit: str = "", department: str = "") -> Visitor:
        visitor = self.site.person(self.city, role, unit=unit, department=department)
        visitor.client.set_cookie("language", "zh")
        return visitor

    def hire(self, department: str, unit: str = "") -> Visitor:
        return self.sit("department_officer", unit, department)

    def number(self, home: Filed) -> str:
        with self.site.installation.system(self.city) as ctx:
            return ctx.session.get_one(Household, (self.city.id, home.id)).file_number

    @contextmanager
    def acting(self, who: Visitor) -> Iterator[Context]:
        assert who.actor is not None
        with acting(self.site.installation, self.city, who.actor) as ctx:
            yield ctx

    def record(self, who: Visitor, home: Filed, **fields: str) -> str:
        """Record aid by the form; return the page it leads to, or shows again."""
        page = f"{LEDGER}/household/{home.id}"
        told = {"department": "housing", "measure": "housing", "kind": "money",
                "on": DAY.isoformat(), "amount": "1453", **fields}  # fmt: skip
        sent = who.post(page, page, **told)
        return who.read(page) if sent.status_code == 303 else sent.text


@pytest.fixture(scope="module")
def hall(site: Site) -> Hall:
    return Hall(site)


def test_an_officer_finds_a_household_records_and_every_department_reads_it(hall: Hall) -> None:
    found = hall.officer.get(f"{LEDGER}/find?file_number={hall.number(hall.home)}")
    assert found.headers["Location"].endswith(f"{LEDGER}/household/{hall.home.id}")
    page = hall.record(hall.officer, hall.home, note="五月租赁补贴", member_id=str(hall.home.head))
    row = next(row for row in cells(page) if "五月租赁补贴" in row[6])
    assert row[:5] == [
        "2023-05-31", "住房城乡建设局", "住房保障：棚户区改造、租赁补贴", "资金", "1,453.00",
    ]  # fmt: skip
    assert row[5].startswith("王**")
    assert "王建国" not in page
    for visitor in (hall.hire("education"), hall.clerk):
        listed = visitor.read(f"{LEDGER}?department=housing&since=2023-05-01&until=2023-05-31")
        assert "五月租赁补贴" in listed
    assert "五月租赁补贴" not in hall.clerk.read(f"{LEDGER}?department=education")


def test_a_refused_form_keeps_what_was_entered_and_says_why(hall: Hall) -> None:
    page = hall.record(hall.officer, hall.home, amount="", note="没有金额")
    assert "没有金额" in page
    assert "资金类帮扶的金额须大于0" in page
    assert "请填写金额" in page
    page = hall.record(hall.officer, hall.home, kind="recognition", category="worker_hardship")
    assert "该部门无权作此认定" in page


def test_only_the_own_department_is_offered_and_taken(hall: Hall) -> None:
    education = hall.hire("education")
    page = education.read(f"{LEDGER}/household/{hall.home.id}")
    assert re.findall(r'<option value="(housing|education|union)" selected>', page) == ["education"]
    sent = education.post(
        f"{LEDGER}/household/{hall.home.id}", f"{LEDGER}/household/{hall.home.id}",
        department="housing", measure="housing", kind="money", on=DAY.isoformat(), amount="1",
    )  # fmt: skip
    assert sent.status_code == 403
    assert "housing" not in sent.text


def test_an_entry_is_taken_back_with_a_reason_by_its_department(hall: Hall) -> None:
    page = hall.record(hall.officer, hall.home, note="录错一笔", amount="777.77")
    [place] = [
        one for one in re.findall(rf'href="({LEDGER}/entry/[^"]+/reversal)"', page)
        if "录错一笔" in hall.officer.read(one)
    ]  # fmt: skip
    assert place not in hall.clerk.read(f"{LEDGER}/household/{hall.home.id}")
    assert hall.clerk.post(place, place, reason="不是我的").status_code == 403
    assert hall.officer.post(place, place, reason="重复").status_code == 303
    rows = cells(hall.officer.read(f"{LEDGER}/household/{hall.home.id}"))
    assert {row[4] for row in rows if "777.77" in row[4]} == {"777.77", "-777.77"}
    assert any("已冲销" in row[6] and "录错一笔" in row[6] for row in rows)
    assert hall.officer.post(place, place, reason="再来").status_code == 409


def test_another_unit_another_tenant_and_other_pages_stay_shut(hall: Hall) -> None:
    county = hall.hire("housing", unit=COUNTY)
    assert county.get(f"{LEDGER}/household/{hall.other.id}").status_code == 404
    assert county.get(f"{LEDGER}/household/{uuid.uuid4()}").status_code == 404
    assert county.get(f"{LEDGER}/entry/{uuid.uuid4()}/reversal").status_code == 404
    assert hall.number(hall.other) not in county.read(LEDGER)
    neighbour = hall.site.person(hall.site.tree.city_b, "clerk")
    assert neighbour.get(LEDGER).status_code == 404
    for path in ("/lps/households", f"/lps/households/{hall.home.id}", "/lps/measures"):
        assert hall.officer.get(path).status_code == 403, path
    start = hall.officer.read("/")
    assert LEDGER in start
    assert "/lps/households" not in start


def test_a_workbook_is_checked_shown_and_put_in_and_the_blank_form_is_there(hall: Hall) -> None:
    form = hall.officer.get(f"{LEDGER}/form")
    book = openpyxl.load_workbook(io.BytesIO(form.data))
    assert book.sheetnames[0] == "帮扶台账"
    number = hall.number(hall.home)
    data = workbook(
        (number, None, None, None, "住房保障", "资金", None, DAY, 300.5, "导入一笔"),
        (number, None, None, "教育局", "教育保障", "资金", None, DAY, 1, ""),
        (None, id_number(940_001), "无档人", None, "住房保障", "实物", None, DAY, None, "棉被"),
    )
    page = "/lps/departments/aid"
    assert "空白表格" in hall.officer.read(page)
    sent = hall.officer.post(page, page, source="ledger", file=(io.BytesIO(data), "台账.xlsx"))
    do_jobs(hall.site, hall.city)
    place = sent.headers["Location"].partition("?")[0]
    checked = hall.officer.read(place)
    assert "您不能以“教育局”的名义登记" in checked
    assert hall.officer.post(f"{place}/confirm", place).status_code == 303
    do_jobs(hall.site, hall.city)
    assert f"{LEDGER}?unfiled=1" in hall.officer.read(place)
    [row] = [row for row in cells(hall.officer.read(f"{LEDGER}?unfiled=1")) if "棉被" in row[7]]
    assert row[5] == "未建档"
    assert row[6].startswith("无**520201")
    excel = hall.officer.get(f"{LEDGER}/excel?since=2023-05-31&until=2023-05-31")
    sheet = openpyxl.load_workbook(io.BytesIO(excel.data)).active
    assert sheet is not None
    found = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert any(line[5] == 300.5 and line[11] == "导入一笔" for line in found)


def test_the_household_page_of_the_union_tells_what_departments_gave(hall: Hall) -> None:
    hall.record(hall.officer, hall.home, note="见于档案页", amount="88")
    page = hall.clerk.read(f"/lps/households/{hall.home.id}")
    assert "住房城乡建设局 · 资金 · 88.00" in " ".join(page.split())
    assert f"{LEDGER}/household/{hall.home.id}" in page
    elsewhere = hall.site.person(hall.site.tree.city_a, "clerk")
    assert "/city-a/ledger" not in elsewhere.read("/")
    assert "The region lists no departments" in elsewhere.read("/city-a/ledger")


def test_sums_of_a_year_by_department_and_as_excel(hall: Hall) -> None:
    hall.record(hall.hire("human_resources"), hall.home, department="human_resources",
                measure="employment", kind="post", amount="", on="2022-02-01",
                member_id=str(hall.home.members[0]))  # fmt: skip
    page = hall.clerk.read(f"{LEDGER}/sums?year=2022")
    assert cells(page)[0][0::2] == ["人力资源社会保障局", "公益性岗位", "1", "0.00"]
    excel = hall.clerk.get(f"{LEDGER}/sums/excel?year=2022")
    sheet = openpyxl.load_workbook(io.BytesIO(excel.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][3:] == [1, 1, 1, 0]
    assert "人力资源" not in str(cells(hall.clerk.read(f"{LEDGER}/sums?year=2021")))


def test_a_referral_is_seen_and_answered_by_the_lead_department(hall: Hall) -> None:
    with hall.acting(hall.clerk) as ctx:
        due = ctx.today + dt.timedelta(days=30)
        referral = Referral("housing", "解决住房困难", due, "王科长")
        measure = refer_measure(ctx, hall.home.id, referral)
    place = f"/lps/referrals/{measure.id}"
    cooperating = hall.hire("civil_affairs")
    assert "解决住房困难" in cooperating.read("/lps/referrals")
    assert place not in cooperating.read("/lps/referrals")
    assert cooperating.post(place, "/lps/referrals", state="accepted", version=1).status_code == 403
    assert "解决住房困难" not in hall.hire("education").read("/lps/referrals")
    assert hall.clerk.get("/lps/referrals").status_code == 403
    sent = hall.officer.post(place, "/lps/referrals", state="done", outcome="已安置", version=1)
    assert sent.status_code == 303
    assert "解决住房困难" not in hall.officer.read("/lps/referrals")
    assert "已安置" in hall.officer.read("/lps/referrals?all=1")
    assert "已安置" in hall.clerk.read(f"/lps/households/{hall.home.id}/life")
    excel = hall.officer.get("/lps/referrals/excel?all=1")
    sheet = openpyxl.load_workbook(io.BytesIO(excel.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][11] == "已安置"


def test_an_administrator_gives_and_takes_the_role_with_its_department(hall: Hall) -> None:
    administrator = hall.sit("tenant_administrator")
    with hall.site.installation.system(hall.city) as ctx:
        from core.federations import root_unit  # noqa: PLC0415
        from core.personnel import add_person  # noqa: PLC0415

        person, unit = add_person(ctx, "jiaoyu", "教育老师"), root_unit(ctx).id
    page = f"/lps/people/{person.id}"
    fields = {"role": "department_officer", "unit": str(unit)}
    assert administrator.post(f"{page}/roles", page, **fields).status_code == 422
    sent = administrator.post(f"{page}/roles", page, department="education", **fields)
    assert sent.status_code == 303
    assert "部门经办人 (教育局)" in administrator.read(page)
    assert administrator.post(
        f"{page}/roles", page, role="clerk", unit=str(unit), department="education"
    ).status_code == 422  # fmt: skip
    taken = administrator.post(f"{page}/roles/revoke", page, department="education", **fields)
    assert taken.status_code == 303
    assert "部门经办人 (教育局)" not in administrator.read(page)


def test_its_pages_are_accessible_and_fit_a_phone(
    hall: Hall, chromium: Browser, address: str
) -> None:
    hall.record(hall.officer, hall.home, note="手机上看", member_id=str(hall.home.head))
    with hall.acting(hall.clerk) as ctx:
        refer_measure(ctx, hall.home.id, Referral("housing", "安排公租房", ctx.today, "王科长"))
    page = open_page(chromium, address, hall.site, hall.officer.actor, width=PHONE)
    for path in (LEDGER, f"{LEDGER}/household/{hall.home.id}", "/lps/referrals"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
        assert breaches(page) == [], path
