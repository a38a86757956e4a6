"""A campaign of warmth visits in a browser: list, decision, visits, and the last receipt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.campaigns.queries import Told, list_campaigns
from core.context import BEIJING
from core.installation import Installation
from tests.visiting import SCAN, Visiting, found_visiting_today
from tests.web.conftest import Site, follow, open_page
from tests.web.test_accessibility import PHONE, breaches
from web.app import create_app

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
LIST = "/city-a/campaigns"
DESK = 1280


@pytest.fixture(scope="module")
def office(module_installation: Installation) -> Visiting:
    return found_visiting_today(module_installation)


@pytest.fixture(scope="module")
def site(office: Visiting) -> Site:
    return Site(office.installation, office.tree, create_app(office.installation))


def look(page: Page, name: str) -> None:
    """Picture a page wide, and in English on a phone; it fits there, and nobody is shut out."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language, width in (("en", PHONE), ("zh", DESK)):
        page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        page.screenshot(path=PICTURES / f"campaign-{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert breaches(page) == [], name


def tab(chromium: Browser, address: str, site: Site, office: Visiting, who: str) -> Page:
    page = open_page(chromium, address, site, office.people[who])
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def told(office: Visiting) -> Told:
    with office.system() as ctx:
        return list_campaigns(ctx)[0]


@pytest.mark.timeout(300)
def test_from_the_list_to_the_last_receipt(
    chromium: Browser, address: str, site: Site, office: Visiting
) -> None:
    today = dt.datetime.now(BEIJING).date()
    for name in ("王建国", "李秀英", "张伟"):
        office.file(name=name, verified_on=today)
    office.file(name="刘洋", statement={"income": 90_000_000}, verified_on=today)
    office.fund(name="送温暖资金", year=today.year)
    clerk = tab(chromium, address, site, office, "clerk")
    begin(clerk, today)
    choose(clerk)
    approve(tab(chromium, address, site, office, "approver"), clerk)
    campaign = told(office)
    office.now = office.installation.now() - dt.timedelta(days=16)
    for one in office.applications(campaign):  # type: ignore[arg-type]
        office.publish(one)
    office.wait_out_notice()
    hand_over(clerk)
    settle(tab(chromium, address, site, office, "finance"), clerk.url)
    after = told(office)
    assert (after.state, after.handed_over, after.missed) == ("closed", 2, 1)


def begin(page: Page, today: dt.date) -> None:
    """The clerk begins it and packs rice and oil."""
    page.goto(LIST)
    look(page, "begin")
    page.get_by_label("批次名称").fill("2026年元旦春节送温暖 第一批")
    page.get_by_label("资金", exact=True).select_option(index=1)
    page.locator("#ends_on").fill((today + dt.timedelta(days=30)).isoformat())
    follow(page.get_by_role("button", name="开始"))
    look(page, "draft")
    page.locator("#parcel_name").fill("米油")
    fill_article(page, 0, "大米（10公斤）", "袋", "65")
    page.locator("[data-add-row]").click()
    fill_article(page, 1, "食用油（5升）", "桶", "85")
    follow(page.get_by_role("button", name="添加慰问品套餐"))
    expect(page.locator("#parcels tbody")).to_contain_text("150.00")


def fill_article(page: Page, row: int, name: str, measure: str, price: str) -> None:
    for field, value in (("name", name), ("measure", measure), ("price", price)):
        page.locator(f"#article_{field}_{row}").fill(value)


def choose(page: Page) -> None:
    """All that fit are chosen; one that may be given nothing is named; then it is handed in."""
    page.locator("#money").fill("1000")
    page.locator("#parcel").select_option(label="米油")
    page.get_by_role("button", name="列入名单").click()
    expect(page.locator("#refused")).to_contain_text("刘洋")
    expect(page.locator("#visits tbody tr")).to_have_count(3)
    page.goto(LIST)
    follow(page.get_by_role("link", name="第一批"))
    look(page, "listed")
    follow(page.get_by_role("button", name="提交名单"))
    expect(page.locator("#campaign")).to_contain_text("待审批")


def approve(page: Page, clerk: Page) -> None:
    """The approver finds the list in his queue as one thing, not each household."""
    page.goto("/queue")
    expect(page.locator("#campaigns tbody tr")).to_have_count(1)
    expect(page.locator("main table")).to_have_count(1)
    look(page, "queue")
    follow(page.locator("#campaigns tbody a"))
    look(page, "deciding")
    follow(page.get_by_role("button", name="批准名单"))
    expect(page.locator("#campaign")).to_contain_text("已批准")
    clerk.reload()


def hand_over(page: Page) -> None:
    """The list is printed and signed; two were visited, one was not met."""
    page.reload()
    expect(page.locator("#visits")).to_contain_text("待走访")
    follow(page.get_by_role("link", name="打印签领表"))
    expect(page.locator(".paper-signed tbody tr")).to_have_count(4)
    expect(page.locator(".paper")).to_contain_text("合计3户")
    look(page, "receipts")
    paper = page.pdf(prefer_css_page_size=True)
    (PICTURES / "campaign-receipts.pdf").write_bytes(paper)
    page.go_back()
    look(page, "waiting")
    for name in ("王建国", "李秀英"):
        page.get_by_label(name).check()
    page.locator("#first").fill("王晓燕")
    page.locator("#second").fill("王晓燕")
    page.locator("#file").set_input_files(
        {"name": "签领表.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )
    follow(page.get_by_role("button", name="登记已发放"))
    expect(page.locator(".notice-bar.bad")).to_contain_text("两")
    assert page.get_by_label("王建国").is_checked()
    page.locator("#second").fill("陈立新")
    page.locator("#file").set_input_files(
        {"name": "签领表.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )
    follow(page.get_by_role("button", name="登记已发放"))
    expect(page.locator("#visits")).to_contain_text("已登记待确认")
    page.get_by_label("本页全选").check()
    page.locator("#visit-reason").fill("外出务工，联系不上")
    follow(page.get_by_role("button", name="登记未发放"))
    expect(page.locator("#visits")).to_contain_text("外出务工")


def settle(page: Page, at: str) -> None:
    """Finance compares it with the scan and books it."""
    page.goto(at)
    look(page, "recorded")
    with page.expect_download() as download:
        page.locator("#visits").get_by_role("link", name="签领表").first.click()
    assert Path(download.value.path()).read_bytes() == SCAN
    follow(page.get_by_role("button", name="确认登记结果"))
    expect(page.locator("#campaign")).to_contain_text("已办结")
    look(page, "closed")
    follow(page.locator("#visits tbody a.mono").first)
    expect(page.locator(".notice-bar").first).to_contain_text("第一批")
    expect(page.locator("main")).to_contain_text("当面发放")
