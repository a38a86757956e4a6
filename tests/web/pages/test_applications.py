"""Applying and deciding by page: ranges, the route, four eyes, notices, money."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from dataclasses import dataclass

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from core import clock
from core.federations import NewTenant, add_tenant
from tests import factories
from tests.web.conftest import Site, Visitor, do_jobs, follow, open_page
from tests.web.reading import cells

CITY = "/city-a"


@dataclass
class Staff:
    """The people of a city, each before a browser of his own."""

    clerk: Visitor
    investigator: Visitor
    reviewer: Visitor
    approver: Visitor
    finance: Visitor
    second: Visitor


@pytest.fixture(scope="module")
def staff(site: Site) -> Staff:
    city = site.tree.city_a
    return Staff(
        clerk=site.person(city, "clerk"),
        investigator=site.person(city, "investigator", unit=factories.GRASSROOTS),
        reviewer=site.person(city, "reviewer", unit=factories.COUNTY),
        approver=site.person(city, "approver"),
        finance=site.person(city, "finance"),
        second=site.person(city, "finance"),
    )


def declare(site: Site, **statement: int) -> str:
    """Return the address of a new file, worked example C1 unless something else is declared."""
    today = site.installation.now().date()
    filed = factories.file_household(
        site.installation, site.tree.city_a, statement=statement,
        as_of=today - dt.timedelta(days=30), verified_on=today,
    )  # fmt: skip
    return f"{CITY}/households/{filed.id}"


def apply(staff: Staff, file: str, asked: str, programme: str = "living_aid") -> str:
    """Have the clerk apply and hand in; return the application's address."""
    form = f"{file}/apply/{programme}"
    answers = {"circumstances": "两人失业", "illness_name": "尿毒症"}
    response = staff.clerk.post(form, form, asked=asked, then="submit", **answers)
    assert response.status_code == 303, response.text[:3000]
    return response.headers["Location"]


def decide(visitor: Visitor, page: str, decision: str, **fields: str) -> int:
    """Decide on the open step and return the status."""
    return visitor.post(f"{page}/decide", page, decision=decision, **fields).status_code


def test_every_programme_shows_its_range_or_why_not(site: Site, staff: Staff) -> None:
    text = staff.clerk.read(f"{declare(site)}/apply")
    assert "5,600.00 – 8,400.00" in text
    assert text.count("Not eligible") >= 1
    assert "below the dibao line" in text


def test_income_declared_long_ago_is_pointed_out_before_applying(site: Site, staff: Staff) -> None:
    city, told = site.tree.city_a, "Income and spending were declared as of"
    today = site.installation.now().date()
    for back, warned in ((300, False), (400, True)):
        as_of = today - dt.timedelta(days=back)
        filed = factories.file_household(site.installation, city, as_of=as_of)
        page = f"/city-a/households/{filed.id}/apply"
        for address in (page, f"{page}/living_aid"):
            text = staff.clerk.read(address)
            assert (f"{told} {as_of.isoformat()}" in text) is warned


def test_an_amount_out_of_range_is_refused_with_the_range_and_the_form_kept(
    site: Site, staff: Staff
) -> None:
    form = f"{declare(site)}/apply/living_aid"
    response = staff.clerk.post(form, form, asked="9000", circumstances="写好的话", then="submit")
    assert response.status_code == 422
    assert "5,600.00 to 8,400.00 yuan can be granted here" in response.text
    assert "写好的话" in response.text
    assert 'value="9000"' in response.text


def test_the_route_runs_from_queue_to_queue_to_the_payment(site: Site, staff: Staff) -> None:
    page = apply(staff, declare(site), "6000")
    number = re.search(r"<dt>Number</dt><dd>([^<]+)", staff.clerk.read(page))
    assert number
    assert number[1] not in staff.reviewer.read("/queue")
    assert number[1] in staff.investigator.read("/queue")
    assert decide(staff.investigator, page, "approve", findings="入户核实") == 303
    assert number[1] not in staff.investigator.read("/queue")
    assert number[1] in staff.reviewer.read("/queue")
    assert decide(staff.reviewer, page, "approve") == 303
    assert decide(staff.approver, page, "approve", amount="99999") == 422
    assert decide(staff.approver, page, "approve", amount="5800") == 303
    text = staff.approver.read(page)
    assert "5,800.00" in text
    assert "入户核实" in text
    assert "Approved, notice to come" in text
    do_jobs(site, site.tree.city_a)
    assert "On public notice" in staff.clerk.read(page)
    _object_and_dismiss(site, staff, page)
    _wait_out_the_notice(site, staff)
    assert "Granted" in staff.clerk.read(page)
    _pay(staff, page)


def _object_and_dismiss(site: Site, staff: Staff, page: str) -> None:
    visitor = site.visitor()
    public = visitor.read("/public/city-a/notices")
    assert "王**" in public
    assert "王建国" not in public
    assert "520201" not in public
    form = re.search(r'href="(/public/city-a/notices/[^"]+)"', public)
    assert form
    short = visitor.post(form[1], form[1], text="不")
    assert short.status_code == 422
    sent = visitor.post(form[1], form[1], text="他家有两套房子", contact="13900001111")
    assert sent.status_code == 303
    waiting = staff.approver.read(f"{CITY}/notices")
    assert "他家有两套房子" in waiting
    assert "13900001111" not in waiting
    objection = re.search(r'action="(/city-a/notices/objections/[^"]+)"', waiting)
    assert objection
    answer = {"decision": "dismiss", "answer": "已查实,只有一套"}
    own = staff.approver.post(objection[1], f"{CITY}/notices", **answer)
    assert own.status_code == 403, "who approved must not judge the objection"
    other = site.person(site.tree.city_a, "approver")
    assert other.post(objection[1], f"{CITY}/notices", **answer).status_code == 303
    assert "On public notice" in staff.clerk.read(page)


def _wait_out_the_notice(site: Site, staff: Staff) -> None:
    for _day in range(7):
        assert staff.clerk.post("/demo/next-day", "/").status_code == 303
    assert clock.days_ahead(site.installation.settings) >= 7


def _pay(staff: Staff, page: str) -> None:
    funds = f"{CITY}/funds"
    made = staff.finance.post(
        funds, funds, name="中央资金", source="中央财政", budget="10000",
        year=re.search(r'name="year"[^>]*value="(\d+)"', staff.finance.read(funds))[1],  # type: ignore[index]
    )  # fmt: skip
    assert made.status_code == 303, made.text[:2000]
    text = staff.finance.read(funds)
    fund = re.search(r'<option value="([^"]+)"[^>]*>中央资金', text)
    application = page.rpartition("/")[2]
    assert fund
    assert application in text
    kept = staff.finance.post(f"{funds}/reserve", funds, fund=fund[1], application=application)
    assert kept.status_code == 303, kept.text[:2000]
    batches = f"{CITY}/batches"
    batch = staff.finance.post(batches, batches, fund=fund[1]).headers["Location"]
    assert "a colleague must release it" in staff.finance.read(batch)
    assert staff.finance.post(f"{batch}/send", batch).status_code == 403
    assert staff.second.post(f"{batch}/send", batch).status_code == 303
    data = staff.second.post(f"{batch}/file", batch, reason="for the bank").data
    _reconcile(staff, batch, data)
    assert '<dt>State</dt><dd><span class="tag good">Paid' in staff.clerk.read(page)
    assert "4,200.00" in staff.finance.read(funds)


def _reconcile(staff: Staff, batch: str, data: bytes) -> None:
    unanswered = (io.BytesIO(data), "result.xlsx")
    wrong = staff.second.post(f"{batch}/result", batch, file=unanswered)
    assert wrong.status_code == 422
    assert "nothing was booked" in wrong.text
    assert [row[1] for row in cells(wrong.text) if len(row) == 4]
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("结果") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value = "成功"
    answered = io.BytesIO()
    book.save(answered)
    answered.seek(0)
    done = staff.second.post(f"{batch}/result", batch, file=(answered, "result.xlsx"))
    assert done.status_code == 303, done.text[:2000]
    assert "were paid" in staff.second.read(batch)


def test_returned_for_completion_it_is_changed_and_handed_in_again(
    site: Site, staff: Staff
) -> None:
    page = apply(staff, declare(site), "6000")
    assert decide(staff.investigator, page, "return") == 422
    assert decide(staff.investigator, page, "return", reason="缺少病历") == 303
    assert "缺少病历" in staff.clerk.read(page)
    form = f"{page}/change"
    assert 'value="6000.00"' in staff.clerk.read(form)
    sent = staff.clerk.post(form, form, asked="7000", circumstances="补充", then="submit")
    assert sent.status_code == 303, sent.text[:2000]
    text = staff.clerk.read(page)
    assert "7,000.00" in text
    assert "In approval" in text
    assert "handed in 2 times" in staff.investigator.read("/queue")


def test_a_rejection_needs_a_reason_and_shows_it(site: Site, staff: Staff) -> None:
    page = apply(staff, declare(site), "6000")
    assert decide(staff.investigator, page, "reject", reason="情况不实") == 303
    text = staff.clerk.read(page)
    assert "Rejected" in text
    assert "情况不实" in text
    assert "Your decision" not in staff.reviewer.read(page)


def test_a_draft_is_kept_changed_and_withdrawn(site: Site, staff: Staff) -> None:
    form = f"{declare(site)}/apply/living_aid"
    page = staff.clerk.post(form, form, asked="6000", then="keep").headers["Location"]
    assert "Draft" in staff.clerk.read(page)
    refused = staff.clerk.post(f"{page}/submit", page)
    assert refused.status_code == 422, "a required question is not answered"
    withdrawn = staff.clerk.post(f"{page}/withdraw", page, reason="已就业")
    assert withdrawn.status_code == 303
    assert "Withdrawn" in staff.clerk.read(page)


def test_whoever_filed_or_decided_is_offered_no_further_decision(site: Site) -> None:
    city = site.tree.city_a
    both = site.person(city, "clerk", "investigator", "reviewer")
    page = apply(Staff(both, both, both, both, both, both), declare(site), "6000")
    assert "Your decision" not in both.read(page)
    assert decide(both, page, "approve") == 403
    mixed = site.person(city, "investigator", "reviewer")
    assert decide(mixed, page, "approve") == 303
    assert "Your decision" not in mixed.read(page)
    assert decide(mixed, page, "approve") == 403


def test_twenty_thousand_of_medical_relief_goes_up_to_the_province(
    site: Site, staff: Staff
) -> None:
    page = apply(staff, declare(site, self_paid=30_000_00), "20000", "medical_relief")
    for who in (staff.investigator, staff.reviewer, staff.approver):
        assert decide(who, page, "approve") == 303
    province = site.person(site.tree.province, "approver")
    assert page.rpartition("/")[2] in province.read("/queue")
    assert "Provincial · Approval" in province.read(page)
    assert decide(province, page, "approve", amount="20000") == 303
    do_jobs(site, site.tree.city_a)
    assert "On public notice" in staff.clerk.read(page)


def test_a_neighbour_never_learns_of_an_application(site: Site, staff: Staff) -> None:
    page = apply(staff, declare(site), "6000")
    neighbour = site.person(site.tree.city_b, "approver")
    assert neighbour.get(page).status_code == 404
    assert neighbour.get(page.replace("city-a", "city-b")).status_code == 404
    assert staff.clerk.get(f"{CITY}/applications/{uuid.uuid4()}").status_code == 404


def test_the_list_narrows_and_comes_as_excel(site: Site, staff: Staff) -> None:
    apply(staff, declare(site), "6000")
    listed = cells(staff.clerk.read(f"{CITY}/applications?state=in_route"))
    assert listed
    response = staff.clerk.get(f"{CITY}/applications/excel?state=in_route")
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert len(list(book.worksheets[0].iter_rows(min_row=2))) == len(listed)
    assert not cells(staff.clerk.read(f"{CITY}/applications?search=没有这个人"))


@pytest.fixture(scope="module")
def help_with_work(site: Site) -> str:
    """The address of the form of help with work, of a household in which somebody looks for it."""
    new = NewTenant("baotou", "city", "包头市总工会", "Baotou", "baotou", "150200", "province")
    city, today = add_tenant(site.installation, new), site.installation.now().date()
    filed = factories.file_household(
        site.installation, city, relatives=(factories.Relative("王强", "child", "unemployed"),),
        statement={"income": 0}, as_of=today - dt.timedelta(days=30), verified_on=today,
    )  # fmt: skip
    return f"/baotou/households/{filed.id}/apply/employment_support"


def test_a_question_is_there_only_where_it_is_asked(
    chromium: Browser, address: str, site: Site, help_with_work: str
) -> None:
    clerk = factories.hire(site.installation, site.installation.tenant("baotou"), "clerk")
    page = open_page(chromium, address, site, clerk)
    page.goto(help_with_work)
    trade, business = page.locator("#trade"), page.locator("#business")
    expect(trade).to_be_hidden()
    page.locator("#wish").select_option("training")
    expect(trade).to_be_visible()
    expect(business).to_be_hidden()
    trade.fill("电工")
    page.locator("#wish").select_option("startup_loan")
    expect(trade).to_be_hidden()
    business.fill("早餐店，需3万元")
    follow(page.get_by_role("button", name="保存草稿"))
    expect(page.locator("main")).to_contain_text("早餐店")
    expect(page.locator("main")).not_to_contain_text("电工")
    page.context.close()


def test_what_another_answer_asks_for_does_not_hold_up_the_form(
    site: Site, help_with_work: str
) -> None:
    clerk, form = site.person(site.installation.tenant("baotou"), "clerk"), help_with_work
    text = clerk.read(form)
    assert "Only for: Vocational training and its subsidy" in text
    (trade,) = re.findall(r'<textarea[^>]*name="trade"[^>]*>', text)
    assert "required" not in trade
    refused = clerk.post(form, form, wish="training", then="submit")
    assert refused.status_code == 422
    assert "is not answered" in refused.text
    handed = clerk.post(form, form, wish="job_placement", then="submit")
    assert handed.status_code == 303, handed.text[:2000]
    assert "Job placement" in clerk.read(handed.headers["Location"])
