"""The life of a file in a real browser: from its first contact person to its return.

Each stage is saved as a picture under `build/screenshots`, wide and on a phone, in both languages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.context import BEIJING
from core.households.models import Household
from core.installation import Installation
from core.people import Actor
from core.policies.figures import month_ends
from tests import factories
from tests.region import with_life
from tests.web.conftest import Site, as_demonstration, follow, open_page
from tests.web.pages.test_life import PHOTO
from tests.web.test_accessibility import breaches
from web.app import create_app
from web.security import limiter

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
WIDTHS = (1280, 390)
PEOPLE = 4
HEAD = 3_000
"""What each of the household earns a month, in yuan: far above the line."""


@pytest.fixture(scope="module")
def site(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose region knows exits, measure lines and a phase-out."""
    made = with_life(module_installation, tmp_path_factory.mktemp("region"))
    demonstration = as_demonstration(made)
    app = create_app(demonstration)
    with app.app_context():
        limiter.reset()
    return Site(demonstration, factories.found_tree(made), app)


@pytest.fixture(scope="module")
def staff(site: Site) -> dict[str, Actor]:
    roles = ("clerk", "investigator", "reviewer", "approver")
    return {role: factories.hire(site.installation, site.tree.city_a, role) for role in roles}


@pytest.fixture(scope="module")
def household(site: Site) -> Household:
    """A file nobody verified since 2024, without contact person."""
    file = factories.file_household(
        site.installation, site.tree.city_a, verified_on=dt.date(2024, 5, 6)
    )
    with site.installation.system(site.tree.city_a) as ctx:
        found = ctx.session.get_one(Household, (site.tree.city_a.id, file.id))
        found.contact_person = ""
        return found


@pytest.fixture(scope="module")
def tabs(
    chromium: Browser, address: str, site: Site, staff: dict[str, Actor]
) -> Iterator[dict[str, Page]]:
    """A tab for each of the staff."""
    opened = {role: open_page(chromium, address, site, who) for role, who in staff.items()}
    yield opened
    for page in opened.values():
        page.context.close()


def today() -> dt.date:
    return dt.datetime.now(BEIJING).date()


def life(household: Household) -> str:
    return f"/city-a/households/{household.id}/life"


@contextmanager
def section(page: Page, name: str) -> Iterator[Locator]:
    """Fill in a section's last form, then send it; nothing may be refused."""
    card = page.locator(f"#{name}")
    form = card.locator("form").last
    for closed in card.locator("details:not([open]) > summary").all():
        closed.click()
    yield form
    follow(form.locator("button").last)
    expect(page.locator(".notice-bar.bad")).to_have_count(0)


def look(page: Page, name: str) -> None:
    """Picture a page in both languages and widths; it fits, and nobody is shut out."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language in ("zh", "en"):
        page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.reload()
            page.screenshot(path=PICTURES / f"life-{name}-{language}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert language == "en" or breaches(page) == [], (name, width)
    page.context.add_cookies([{"name": "language", "value": "zh", "url": page.url}])
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.reload()


@pytest.mark.timeout(600)
def test_a_file_from_its_first_contact_to_its_return(
    tabs: dict[str, Page], staff: dict[str, Actor], household: Household
) -> None:
    clerk = tabs["clerk"]
    begin(clerk, household)
    look_after(clerk, staff)
    visit_and_verify(clerk, staff)
    recover(clerk)
    confirm(tabs["reviewer"], household)
    stand_in_the_list_of_exits(clerk, household)
    come_back(tabs["approver"], household)


def begin(page: Page, household: Household) -> None:
    """The clerk finds the file in the list of those overdue and sees all it lacks."""
    page.goto("/city-a/overdue")
    look(page, "overdue")
    follow(page.get_by_role("link", name=household.file_number))
    gaps = page.locator(".notice-bar.wait")
    expect(gaps).to_have_count(5)
    expect(page.locator("#life")).to_contain_text("逾期")
    look(page, "begun")


def look_after(page: Page, staff: dict[str, Actor]) -> None:
    """Contact person, plan, and a referral to the department that leads the line."""
    with section(page, "contact") as form:
        form.locator("#contact_id").select_option(str(staff["investigator"].person_id))
    expect(page.locator("#contact")).to_contain_text(staff["investigator"].name)
    with section(page, "plans") as form:
        form.locator("#goals").fill("夫妻一方实现就业，子女完成学业")
        form.locator("#starts_on").fill(today().isoformat())
        form.locator("#ends_on").fill(f"{today().year + 1}-12-31")
    with section(page, "measures") as form:
        form.locator("#line").select_option("employment")
        form.locator("#content").fill("推荐公益性岗位")
        form.locator("#due_on").fill((today() + dt.timedelta(days=30)).isoformat())
        form.locator("#responsible").fill("李强")
    expect(page.locator("#measures")).to_contain_text("人社局（教育局、总工会）")
    expect(page.locator(".notice-bar.wait")).to_have_count(2)  # no visit yet, and overdue


def visit_and_verify(page: Page, staff: dict[str, Actor]) -> None:
    """Two people visit with a photo, and verify the file."""
    two = [str(staff[role].person_id) for role in ("clerk", "investigator")]
    with section(page, "visits") as form:
        form.locator("#first_visitor").select_option(two[0])
        form.locator("#second_visitor").select_option(two[1])
        form.locator("#met").fill("户主本人")
        form.locator("#living").fill("饮食正常，衣着整洁")
        form.locator("#income").fill("12000")
        form.locator("#findings").fill("夫妻均已上岗")
        form.locator("#conclusion").select_option("improved")
        form.locator("#photos").set_input_files(
            {"name": "客厅.png", "mimeType": "image/png", "buffer": PHOTO}
        )
    expect(page.locator("#visits")).to_contain_text("12,000.00")
    expect(page.get_by_role("link", name="客厅.png")).to_be_visible()
    with section(page, "verifications") as form:
        form.locator("#result").select_option("improved")
        form.locator("#first_person").select_option(two[0])
        form.locator("#second_person").select_option(two[0])  # one alone: refused, nothing lost
        form.locator("#verify-remark").fill("夫妻均已就业")
        follow(form.locator("button").last)
        expect(page.locator(".notice-bar.bad")).to_be_visible()
        expect(page.locator("#second_person-error")).to_be_visible()
        assert page.locator("#verify-remark").input_value() == "夫妻均已就业"
        page.locator("#second_person").select_option(two[1])
    expect(page.locator(".notice-bar.wait")).to_have_count(0)
    look(page, "looked-after")


def recover(page: Page) -> None:
    """Six months above the line, the causes gone: the rule proposes recovery, and says why."""
    with section(page, "months") as form:
        for end in month_ends(today(), 6):
            form.locator(f"[id='month-{end:%Y-%m}']").fill(str(HEAD * PEOPLE))
    with section(page, "circumstances") as form:
        form.locator("#causes_removed").select_option("yes")
    with section(page, "exits"):
        pass
    exits = page.locator("#exits")
    expect(exits).to_contain_text("脱困")
    expect(exits).to_contain_text("每人每月3,000.00元")
    expect(exits).to_contain_text("依据")
    expect(exits).to_contain_text("待另一人确认")
    look(page, "proposed")


def confirm(page: Page, household: Household) -> None:
    """A colleague reads the grounds and confirms; the file is in its phase-out."""
    page.goto(life(household))
    follow(page.locator("#exits button[value='confirm']"))
    expect(page.locator("#life")).to_contain_text("渐退期")
    look(page, "phase-out")


def stand_in_the_list_of_exits(page: Page, household: Household) -> None:
    """The file stands in the list of those that recovered, and in no other."""
    page.goto("/city-a/households?way=recovery")
    expect(page.locator("tbody")).to_contain_text(household.file_number)
    look(page, "recovered")
    page.goto("/city-a/households?way=safety_net")
    expect(page.locator("main")).not_to_contain_text(household.file_number)


def come_back(page: Page, household: Household) -> None:
    """The household falls back: it returns to its own file, with all that happened in it."""
    page.goto(life(household))
    page.locator("#life details > summary").click()
    page.locator("#step").select_option("return")
    page.locator("#state-reason").fill("户主再次住院，返困")
    follow(page.locator("#life form button"))
    timeline = page.locator("#life .timeline-list li")
    expect(timeline).to_have_count(2)
    expect(timeline.first).to_contain_text("返困")
    expect(page.locator("#plans")).to_contain_text("夫妻一方实现就业")
    expect(page.locator("#visits")).to_contain_text("夫妻均已上岗")
    look(page, "returned")
    page.goto("/city-a/households?way=recovery")
    expect(page.locator("main")).not_to_contain_text(household.file_number)
