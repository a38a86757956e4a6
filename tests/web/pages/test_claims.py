"""Claims and pools on the page: entered, refused, decided, settled, matched; seen in Chromium."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from playwright.sync_api import Browser
from python_calamine import CalamineWorkbook

from core.claims.workbook import COLUMNS, SHEET
from core.enrolments.receipts import COLUMNS as VOUCHERS
from core.enrolments.receipts import SHEET as LIST
from core.funds.budgets import create_fund
from core.funds.models import Fund
from core.households.export import write_rows
from tests import factories
from tests.core.claims.city import BENEFIT, CARD, City, staff
from tests.core.enrolments.test_enrolments import MILL
from tests.core.enrolments.test_pools import ill
from tests.web.conftest import Site, Visitor, do_jobs, open_page
from tests.web.test_accessibility import PHONE, breaches
from tests.web.test_whole_job import PICTURES

PAGE = "/lps/mutual-aid/claims"


@pytest.fixture(scope="module")
def city(site: Site) -> City:
    """A city with 1,000,000 yuan in its pool, served."""
    city = staff(site.installation, "lps")
    city.receive(1_000_000)
    return city


def sit(site: Site, city: City, who: str) -> Visitor:
    """Return somebody's browser, English."""
    visitor = site.sign_in(city.people[who])
    visitor.client.set_cookie("language", "en")
    return visitor


def fields(city: City, **told: Any) -> dict[str, Any]:
    """Return the form of a new bill as it is sent."""
    bill = city.bill()
    money = ("total", "basic_insurance", "illness_insurance", "in_policy", "out_of_policy")
    sent = {name: getattr(bill, name) for name in bill._fields[2:] if name not in money}
    sent = {name: str(value) for name, value in sent.items() if value not in (None, False)}
    amounts = {name: f"{getattr(bill, name) / 100:.2f}" for name in money}
    return {**sent, **amounts, "period": str(city.period.id), **told}


def test_a_claim_goes_from_the_form_to_the_reserved_payment(site: Site, city: City) -> None:
    clerk = sit(site, city, "clerk")
    wrong = clerk.post(PAGE, f"{PAGE}/new", **fields(city, total="20000.01"))
    assert wrong.status_code == 422
    assert "come to 20,000.00 yuan, the bill to 20,000.01" in wrong.text
    assert "六盘水市人民医院" in wrong.text, "what was typed stays"
    answer = clerk.post(PAGE, f"{PAGE}/new", **fields(city))
    assert answer.status_code == 303, answer.text
    shown = answer.headers["Location"]
    text = clerk.read(shown)
    assert "4,490.00" in text
    assert "Upper edge of the first band" in text
    assert CARD not in text
    assert "Pass on to approval" not in text, "who entered it does not review it"
    for who, words in (("reviewer", "Pass on to approval"), ("approver", "Approve and reserve")):
        visitor = sit(site, city, who)
        page = visitor.read(shown)
        assert words in page
        version = page.partition('name="version" value="')[2].partition('"')[0]
        sent = visitor.post(f"{shown}/decision", shown, decision="approve", version=version)
        assert sent.status_code == 303, sent.text
    finance = sit(site, city, "finance")
    assert "Reserved" in finance.read(shown)
    pool = finance.read(f"/lps/mutual-aid/{city.period.id}/pool")
    assert "1,000,000.00" in pool
    assert "4,490.00" in pool
    fund = finance.read(f"/lps/funds/{city.pool().id}")
    assert shown.rpartition("/")[2] in fund, "the payment leads to its claim"


def test_a_claim_waits_in_the_queue_and_on_the_start_page(site: Site, city: City) -> None:
    claim = city.enter()
    reviewer, approver = sit(site, city, "reviewer"), sit(site, city, "approver")
    queue = reviewer.read("/queue")
    assert claim.number in queue
    assert f"{PAGE}/{claim.id}" in queue
    table = CalamineWorkbook.from_filelike(io.BytesIO(reviewer.get("/queue/claims/excel").data))
    rows = table.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Due on", "Step", "Number"]
    assert claim.number in {row[2] for row in rows}
    start = reviewer.read("/")
    assert "the first is due on" in start
    assert 'href="/queue"' in start
    assert claim.number not in approver.read("/queue"), "its review comes first"
    clerk = sit(site, city, "clerk")
    assert claim.number not in clerk.read("/queue")


def test_a_workbook_of_the_hospital_is_judged_and_its_difference_settled(
    site: Site, city: City
) -> None:
    clerk = sit(site, city, "clerk")
    paid = (BENEFIT, BENEFIT + 100)
    bills = [city.bill(settled=one, payee="hospital", payee_name="")._asdict() for one in paid]
    data = write_rows(SHEET, COLUMNS, bills)
    sent = clerk.post(
        f"{PAGE}/workbooks", PAGE, period=str(city.period.id), file=(io.BytesIO(data), "a.xlsx")
    )
    assert sent.status_code == 303
    file = sent.headers["Location"].partition("?")[0]
    do_jobs(site, city.tenant)
    assert "bills on which hospital and rule differ" in clerk.read(file)
    assert clerk.post(f"{file}/confirm", file).status_code == 303
    do_jobs(site, city.tenant)
    assert "To the claims" in clerk.read(file)
    reviewer = sit(site, city, "reviewer")
    listed = reviewer.read(f"{PAGE}?standing=difference")
    assert bills[1]["bill_number"] in listed
    assert bills[0]["bill_number"] not in listed
    shown = f"{PAGE}/" + listed.rpartition(f'href="{PAGE}/')[2].partition('"')[0]
    page = reviewer.read(shown)
    assert "The hospital settled 4,491.00 yuan, the rule gives 4,490.00." in page
    version = page.partition('name="version" value="')[2].partition('"')[0]
    settled = reviewer.post(
        f"{shown}/difference", shown, side="hospital", why="已与医院核对", version=version
    )
    assert settled.status_code == 303
    assert "Settled: as the hospital paid" in reviewer.read(shown)
    table = reviewer.get(f"{PAGE}/excel").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(table)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Claim"
    assert CARD not in str(rows)
    form = clerk.get(f"{PAGE}/form").data
    heads = CalamineWorkbook.from_filelike(io.BytesIO(form)).get_sheet_by_index(0).to_python()
    assert heads == [[column.title for column in COLUMNS]]


def test_a_returned_claim_is_corrected_on_its_page(site: Site, city: City) -> None:
    number = city.enrol()
    claim = city.enter(number)
    city.decide("reviewer", claim.id, "return", "金额有误")
    clerk, shown = sit(site, city, "clerk"), f"{PAGE}/{claim.id}"
    assert "金额有误" in clerk.read(shown)
    bill = {**fields(city), "id_number": number, "bill_number": claim.bill_number,
            "in_policy": "5000.00", "version": "2"}  # fmt: skip
    wrong = clerk.post(f"{shown}/correction", shown, **bill)
    assert wrong.status_code == 422
    assert "15,000.00" in wrong.text
    bill |= {"out_of_policy": "8000.00"}
    assert clerk.post(f"{shown}/correction", shown, **bill).status_code == 303
    assert "Waiting for review" in clerk.read(shown)


def test_contributions_are_booked_and_only_what_does_not_match_is_listed(
    site: Site, city: City
) -> None:
    finance, place = sit(site, city, "finance"), f"/lps/mutual-aid/{city.period.id}/pool"
    told = {"employer": "红果镇煤矿", "employer_code": MILL, "amount": "100.00",
            "received_on": "2018-03-01", "reference": "页面回单"}  # fmt: skip
    assert finance.post(f"{place}/contributions", place, **told).status_code == 303
    again = finance.post(f"{place}/contributions", place, **told)
    assert again.status_code == 422
    assert "is booked for this period already" in again.text
    assert "红果镇煤矿" in finance.read(f"{place}?unmatched=1")
    data = finance.get(f"{place}/excel?unmatched=1").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == MILL
    clerk = sit(site, city, "clerk")
    assert clerk.post(f"{place}/contributions", place, **told).status_code == 403
    blank = finance.get("/lps/mutual-aid/contributions/form").data
    heads = CalamineWorkbook.from_filelike(io.BytesIO(blank)).get_sheet_by_index(0).to_python()
    row = {**told, "amount": 100_00, "received_on": dt.date(2018, 3, 2), "reference": "表格回单"}
    assert heads == [[column.title for column in VOUCHERS]]
    data = io.BytesIO(write_rows(LIST, VOUCHERS, [row]))
    file = finance.post(f"{place}/workbooks", place, file=(data, "a.xlsx")).headers["Location"]
    do_jobs(site, city.tenant)
    file = file.partition("?")[0]
    assert "Put in the rows (1)" in finance.read(file)
    assert finance.post(f"{file}/confirm", file).status_code == 303
    do_jobs(site, city.tenant)
    assert "To the pool" in finance.read(file)


def test_who_is_missing_is_enrolled_by_two(site: Site, city: City) -> None:
    """In a period that runs on the day of the site, which is not 2018."""
    ill(city)
    administrator = sit(site, city, "administrator")
    today = site.installation.now().date()
    home = "/lps/mutual-aid"
    answer = administrator.post(
        f"{home}/periods", home, name="本年度", starts_on=today.replace(month=1, day=1).isoformat(),
        ends_on=today.replace(month=12, day=31).isoformat(), contribution="100.00",
    )  # fmt: skip
    period = answer.headers["Location"].partition("period=")[2]
    with city.acting("finance") as ctx:
        fund: Fund = create_fund(ctx, "页面资金", "工会经费", 2018, 1_000_00)
    place = f"{home}/{period}/pool"
    finance, second = sit(site, city, "finance"), sit(site, city, "second_finance")
    assert "in no period that runs: 1." in finance.read(place)
    assert finance.post(f"{place}/free", place, fund=str(fund.id)).status_code == 303
    assert "a colleague must confirm it" in finance.read(place)
    page = second.read(place)
    confirm = page.partition('action="/lps/mutual-aid/free/')[2].partition("/confirm")[0]
    sent = second.post(f"{home}/free/{confirm}/confirm", place)
    assert sent.status_code == 303, sent.text
    after = second.read(place)
    assert "in no period that runs: 0." in after
    assert "free enrolment" in after


def test_every_page_is_accessible_and_fits_a_phone(
    chromium: Browser, address: str, site: Site, city: City
) -> None:
    differing, returned = city.enter(settled=BENEFIT + 1), city.enter()
    city.decide("reviewer", returned.id, "return", "请补正")
    everything = factories.hire(
        site.installation, city.tenant, "clerk", "reviewer", "finance", "tenant_administrator"
    )
    page = open_page(chromium, address, site, everything, width=PHONE)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, place in {
        "claims": PAGE, "claim": f"{PAGE}/{differing.id}",
        "claim-returned": f"{PAGE}/{returned.id}", "pool": f"/lps/mutual-aid/{city.period.id}/pool",
    }.items():  # fmt: skip
        page.goto(place)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / f"{name}-phone.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, name
        assert breaches(page) == [], name
