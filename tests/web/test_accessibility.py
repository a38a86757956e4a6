"""Every page in a real Chromium: WCAG 2.2 AA by axe, no script error, fit for a phone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from core.applications.drafts import start_application
from core.federations import find_unit
from core.funds.budget_changes import propose_change
from core.funds.budgets import create_fund
from core.outbox import enqueue
from core.people import Actor
from core.reverification.service import advance, begin
from tests import factories
from tests.urgent import owe
from tests.web.conftest import Site, open_page

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
DRAWN = """document.fonts.ready.then(
  () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))"""
PHONE, DESK = 390, 1280
EVERYTHING = (
    "clerk", "investigator", "reviewer", "approver", "finance", "supervisor", "auditor",
    "tenant_administrator", "platform_operator",
)  # fmt: skip
PAGES = (
    "/login", "/", "/queue", "/city-a/households", "/city-a/households/new",
    "/city-a/households/{household}", "/city-a/households/{household}/change",
    "/city-a/households/{household}/apply", "/city-a/households/{household}/apply/living_aid",
    "/city-a/imports", "/city-a/applications", "/city-a/application-forms", "/city-a/notices",
    "/public/city-a/notices",
    "/city-a/funds", "/city-a/batches", "/city-a/reports", "/city-a/audit", "/city-a/policies",
    "/city-a/jobs", "/nowhere/at/all", "/city-a/households?sort=-changed_at",
    "/city-a/funds/{fund}", "/city-a/people", "/city-a/people/{person}", "/city-a/units",
    "/city-a/units/{unit}", "/city-a/programmes", "/city-a/programmes/living_aid",
    "/federations",
    "/city-a/households/{household}/life", "/city-a/verification",
    "/city-a/verification/consents", "/city-a/verification/unknown", "/city-a/differences",
    "/city-a/discovery", "/city-a/departments/answers", "/city-a/departments/people",
    "/city-a/reverifications", "/city-a/reverifications/{reverification}", "/city-a/simulation",
    "/city-a/simulation?on=2026-03-31&set-dibao_line=750.00", "/city-a/overdue",
    "/city-a/measures", "/city-a/measures?overdue=1", "/city-a/policies/living_aid/months_minimum",
    "/city-a/visit-forms?file={household}", "/city-a/wrong-payments", "/city-a/mutual-aid",
    "/city-a/owed-papers/{owed}", "/city-a/owed-papers/{handed_in}",
    "/city-a/entitlements", "/city-a/owed-papers", "/city-a/students", "/city-a/students/{student}",
    "/city-a/applications/{draft}", "/city-a/applications/{draft}/move?to=medical_relief",
)  # fmt: skip


@dataclass
class Watched:
    """A tab and everything it complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page; all it asks for has come, its scripts have run and it has been drawn."""
        self.page.goto(path, wait_until="load")
        self.page.evaluate(DRAWN)


@pytest.fixture(scope="module")
def somebody(site: Site) -> Actor:
    return factories.hire(site.installation, site.tree.city_a, *EVERYTHING)


@pytest.fixture(scope="module")
def household(site: Site) -> str:
    for category in ("deep", "relative", "none"):
        factories.file_household(site.installation, site.tree.city_a, category=category)
    return str(factories.file_household(site.installation, site.tree.city_a).id)


@pytest.fixture(scope="module")
def places(site: Site, household: str) -> dict[str, str]:
    """The things that addresses name: a file, a fund whose budget is to change, a failed job."""
    installation, city = site.installation, site.tree.city_a
    finance = factories.hire(installation, city, "finance")
    with installation.context(city, finance) as ctx:
        fund = create_fund(ctx, "帮扶资金", "市财政", 2023, 100_000)
        propose_change(ctx, fund.id, 50_000, "黔财社〔2023〕12号")
        enqueue(ctx, "make_report", {"report_id": str(uuid.uuid4())}).state = "failed"
        unit = find_unit(ctx, factories.TOWNSHIP)
    helped = factories.file_household(installation, city)
    factories.help_student(installation, city, helped)
    day = dt.date(2023, 6, 30)
    owed = owe(installation, city, day, day)
    handed_in = owe(installation, city, day, day, handed_in_on=day, state="handed_in")
    with installation.system(city) as ctx:
        run = begin(ctx, dt.date(2023, 6, 30))
        advance(ctx, run.id)
    return {
        "household": household, "fund": str(fund.id), "unit": str(unit.id),
        "person": str(finance.person_id), "student": str(helped.members[1]),
        "reverification": str(run.id), "owed": str(owed.id), "handed_in": str(handed_in.id),
        "draft": str(begin_draft(site)),
    }  # fmt: skip


def begin_draft(site: Site) -> uuid.UUID:
    """Return a draft that could be moved to another programme."""
    installation, city = site.installation, site.tree.city_a
    today = installation.now().date()
    filed = factories.file_household(
        installation, city, as_of=today - dt.timedelta(days=30), verified_on=today,
        statement={"self_paid": 900_000},
    )  # fmt: skip
    clerk = factories.hire(installation, city, "clerk")
    with factories.acting(installation, city, clerk, at=installation.now()) as ctx:
        answers = {"circumstances": "两人失业"}
        return start_application(ctx, filed.id, "living_aid", answers, 560_000).id


def watch(chromium: Browser, address: str, site: Site, actor: Actor, width: int) -> Watched:
    """Return a tab that notes every error of a script and every breach of the page's policy."""
    watched = Watched(open_page(chromium, address, site, actor, width=width))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.on("console", lambda message: watched.complaints.append(message.text)
                    if message.type == "error" and "404" not in message.text else None)  # fmt: skip
    return watched


@pytest.fixture(scope="module")
def desk(chromium: Browser, address: str, site: Site, somebody: Actor) -> Watched:
    return watch(chromium, address, site, somebody, DESK)


@pytest.fixture(scope="module")
def phone(chromium: Browser, address: str, site: Site, somebody: Actor) -> Watched:
    return watch(chromium, address, site, somebody, PHONE)


def breaches(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds, each with the elements it means."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        {"rule": one["id"], "why": one["help"], "where": [node["target"] for node in one["nodes"]]}
        for one in found
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_at_a_desk(desk: Watched, places: dict[str, str], path: str) -> None:
    desk.open(path.format(**places))
    assert breaches(desk.page) == []
    assert desk.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_is_accessible_there(
    phone: Watched, places: dict[str, str], path: str
) -> None:
    phone.open(path.format(**places))
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert breaches(phone.page) == []


def test_a_keyboard_reaches_the_content_first_and_sees_where_it_is(desk: Watched) -> None:
    desk.open("/city-a/households")
    desk.page.keyboard.press("Tab")
    focused = desk.page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#content"
    outline = desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "content"


def test_the_menu_opens_on_a_phone(phone: Watched) -> None:
    phone.open("/")
    menu = phone.page.locator("#menu")
    assert not menu.is_visible()
    phone.page.locator(".menu-button").click()
    menu.wait_for(state="visible")
    assert phone.page.locator(".menu-button").get_attribute("aria-expanded") == "true"


def test_members_are_added_and_removed_by_keyboard(desk: Watched) -> None:
    desk.open("/city-a/households/new")
    desk.page.locator("[data-add-row]").press("Enter")
    assert desk.page.evaluate("document.activeElement.name") == "member-0-name"
    desk.page.locator("[data-add-row]").press("Enter")
    assert desk.page.locator("[data-row]").count() == 2
    desk.page.locator("[data-row] [data-remove-row]").first.press("Enter")
    assert desk.page.locator("[data-row-number]").all_text_contents() == ["1"]
    assert breaches(desk.page) == []


def test_a_list_is_sorted_by_keyboard_and_tells_it_to_who_cannot_see(
    desk: Watched, household: str
) -> None:
    assert household
    desk.open("/city-a/households?state=active")
    desk.page.locator("th a", has_text="户主").press("Enter")
    desk.page.wait_for_url("**sort=head_name**")
    assert "state=active" in desk.page.url
    head = desk.page.locator("th[aria-sort]")
    assert head.count() == 1
    assert head.get_attribute("aria-sort") == "ascending"
    desk.page.locator("th a", has_text="户主").press("Enter")
    desk.page.wait_for_url("**sort=-head_name**")
    assert desk.page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"


def test_a_list_is_sorted_on_a_phone_too(phone: Watched) -> None:
    phone.open("/city-a/households")
    phone.page.locator("#sort").select_option("-filed_on")
    phone.page.wait_for_url("**sort=-filed_on**")
    assert phone.page.locator("#sort").input_value() == "-filed_on"


def test_a_chart_has_its_table_beside_it(desk: Watched, household: str) -> None:
    assert household
    desk.open("/")
    expect(desk.page.locator("[data-chart-of] canvas")).to_have_count(1)
    told = desk.page.locator("#category-table tbody td[data-value]").all_text_contents()
    assert sum(int(text.replace(",", "")) for text in told) >= 3
