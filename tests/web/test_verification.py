"""Means verification and active discovery in a real browser, from the consent to the new file.

Each stage is saved as a picture under `build/screenshots`, wide and on a phone, in both languages.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from core.installation import Installation
from tests.core.verification.conftest import (
    PDF,
    SAMPLE,
    World,
    answered,
    found_world,
    person_id,
    workbook,
)
from tests.factories import id_number
from tests.web.conftest import Site, as_demonstration, do_jobs, follow, open_page
from tests.web.test_accessibility import breaches
from web.app import create_app
from web.security import limiter

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
DESK, PHONE = 1280, 390
BASE = "/city-a"
UNFILED = ("欧阳新", id_number(970_101), "水城区双水街道3号")


@dataclass
class Office:
    """A clerk before the browser, with the worker at hand."""

    site: Site
    world: World
    page: Page

    def work(self) -> None:
        """Have the worker do what waits, then load the page again."""
        do_jobs(self.site, self.site.tree.city_a)
        self.page.reload()

    def household(self, number: str) -> str:
        """Return the address of a file."""
        return f"{BASE}/households/{self.world.household(number).id}"

    def press(self, words: str) -> None:
        """Press a button by its words, and see the page that answers."""
        follow(self.page.get_by_role("button", name=words, exact=True))

    def download(self, words: str, kind: str) -> bytes:
        """Press what begins a download, and return the file."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button" if kind == "button" else "link", name=words).click()
        return Path(download.value.path()).read_bytes()

    def bring(self, kind: str, source: str, name: str, data: bytes) -> None:
        """Send a department's workbook and have it checked."""
        self.page.goto(f"{BASE}/departments/{kind}")
        self.page.locator("#source").select_option(source)
        self.page.locator("#file").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
        self.press("检查表格")
        self.work()

    def let_in(self) -> None:
        """Confirm what was checked, and have it put in."""
        follow(self.page.locator("form[action$='/confirm'] button"))
        self.work()

    def look(self, name: str) -> None:
        """Picture a page on desk and phone and in English; it fits, and nobody is shut out."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        page, start = self.page, self.page.url
        for language, width in (("en", DESK), ("zh", PHONE), ("zh", DESK)):
            page.context.add_cookies([{"name": "language", "value": language, "url": start}])
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(start)
            path = PICTURES / f"verification-{name}-{language}-{width}.png"
            page.screenshot(path=path, full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert breaches(page) == [], name


@pytest.fixture(scope="module")
def world(module_installation: Installation) -> World:
    return found_world(as_demonstration(module_installation))


@pytest.fixture(scope="module")
def site(world: World) -> Site:
    app = create_app(world.installation)
    with app.app_context():
        limiter.reset()
    return Site(world.installation, world.tree, app)


@pytest.fixture
def office(chromium: Browser, address: str, site: Site, world: World) -> Office:
    return Office(site, world, open_page(chromium, address, site, world.people["clerk"]))


@pytest.mark.timeout(600)
def test_from_the_printed_consent_to_what_the_household_page_tells(office: Office) -> None:
    print_and_keep_the_consent(office)
    ask_the_civil_affairs(office)
    see_the_faults_of_a_workbook(office)
    bring_the_answers_in(office)
    decide_each_way(office)
    read_the_result(office)


def print_and_keep_the_consent(office: Office) -> None:
    """The worker prints the form, all adults sign, the scan is kept with the file."""
    page, number = office.page, "LPS0700001"
    page.goto(f"{BASE}/verification/consents")
    row = page.locator("tbody tr", has_text=number)
    expect(row).to_be_visible()
    office.look("consents")
    follow(row.get_by_role("button"))
    expect(page.locator("#verification")).to_contain_text("正在生成")
    office.work()
    form = office.download("打开已打印的委托书", "link")
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "verification-consent.pdf").write_bytes(form)
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(form)).pages)
    name, id_card, _household = person_id(office.world, number)
    assert name in text
    assert id_card in text
    page.locator("#kind").select_option("authorisation")
    page.locator("#file").set_input_files(
        {"name": "授权委托书.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    follow(page.locator("#evidence form button"))
    expect(page.locator("#verification")).to_contain_text("授权委托书.pdf")
    page.goto(f"{BASE}/verification/consents")
    expect(page.locator("tbody tr", has_text=number)).to_have_count(0)
    office.world.consent("LPS0700003", "LPS0700006")


def ask_the_civil_affairs(office: Office) -> None:
    """A round about the three that agreed; the list names their people with full numbers."""
    page = office.page
    page.goto(f"{BASE}/verification?verification_overdue=1")
    expect(page.locator(".tile.bar-deep b")).to_have_text("297")
    office.look("rounds")
    follow(page.locator("form.card[method=post] button"))
    expect(page.locator("tbody tr")).to_have_count(3)
    book = office.download("下载民政", "button")
    rows = {row[0]: row for row in openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].values}
    assert {"LPS0700001", "LPS0700003", "LPS0700006"} < set(rows)
    page.reload()
    expect(page.locator("tbody")).to_contain_text("待核对")
    office.look("round")


def see_the_faults_of_a_workbook(office: Office) -> None:
    """A workbook with a wrong number: sheet, row, column, fault and remedy; nothing is kept."""
    rows = [("夏侯无", "123", "是")]
    office.bring("answers", "civil_affairs", "有误.xlsx", answered("民政低保", rows=rows))
    cells = office.page.locator("tbody tr").first
    expect(cells).to_contain_text("核对结果")
    expect(cells).to_contain_text("身份证号")
    expect(cells.locator("td.number")).to_have_text("2")
    expect(office.page.locator("form[action$='/confirm']")).to_have_count(0)
    office.look("faults")


def bring_the_answers_in(office: Office) -> None:
    """The platform's own workbook, then one that contradicts two households."""
    office.bring("answers", "civil_affairs", SAMPLE.name, SAMPLE.read_bytes())
    office.look("checked")
    office.let_in()
    first, third = person_id(office.world, "LPS0700001"), person_id(office.world, "LPS0700003")
    income = answered("核定年收入", rows=[(*first[:2], "20231.12"), (*third[:2], "300000")])
    office.bring("answers", "civil_affairs", "收入.xlsx", income)
    office.let_in()
    sixth, stranger = person_id(office.world, "LPS0700006"), id_number(970_102)
    rows = [(*sixth[:2], 2), ("夏侯无", stranger, 1)]
    office.bring("answers", "vehicles", "车辆.xlsx", answered("车辆数", rows=rows))
    office.let_in()
    office.look("imported")
    office.page.goto(f"{BASE}/verification/unknown")
    expect(office.page.locator("tbody tr", has_text="夏**")).to_have_count(1)
    expect(office.page.locator("body")).not_to_contain_text(stranger)
    office.look("unknown")


def decide_each_way(office: Office) -> None:
    """The answer is right; the declaration is right, by a paper; only a visit can tell."""
    page = office.page
    page.goto(f"{BASE}/differences")
    office.look("differences")
    open_difference(office, "LPS0700003", "income")
    expect(page.locator("main")).to_contain_text("300,000.00")
    office.look("difference")
    decide(office, "answer", "工资流水一致")
    expect(page.locator("main")).to_contain_text("以核对结果为准")
    open_difference(office, "LPS0700006", "vehicles")
    page.locator("#file").set_input_files(
        {"name": "报废证明.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    decide(office, "declared", "车辆已报废")
    expect(page.locator("main")).to_contain_text("报废证明.pdf")
    open_difference(office, "LPS0700001", "income")
    decide(office, "visit", "收入来源不清")
    expect(page.locator("main")).to_contain_text("需入户")
    office.look("visit")


def open_difference(office: Office, number: str, kind: str) -> None:
    household = office.world.household(number).id
    office.page.goto(f"{BASE}/differences?kind={kind}&household={household}")
    follow(office.page.locator("tbody th a").first)


def decide(office: Office, outcome: str, reason: str) -> None:
    office.page.locator(f"input[name=outcome][value={outcome}]").check()
    office.page.locator("#reason").fill(reason)
    follow(office.page.locator("form[action$='/decide'] button"))
    expect(office.page.locator("main")).to_contain_text(reason)


def read_the_result(office: Office) -> None:
    """The household page keeps each answer with its day and the row of its workbook."""
    page = office.page
    page.goto(office.household("LPS0700003"))
    card = page.locator("#verification")
    expect(card).to_contain_text("300,000.00")
    expect(card).to_contain_text("收入.xlsx")
    expect(card).to_contain_text("SHA-256")
    office.look("household")
    follow(card.locator("a[href*='/answers/']").first)
    expect(page.locator("main")).to_contain_text("300000")
    office.look("answer")
    page.goto(office.household("LPS0700001"))
    expect(page.locator("#verification")).to_contain_text("差异待处理")


@pytest.mark.timeout(600)
def test_from_a_list_of_another_department_to_a_new_file(office: Office) -> None:
    match_a_list(office)
    file_who_was_proposed(office)
    dismiss_another(office)
    screen_the_registry(office)


def match_a_list(office: Office) -> None:
    """People of a list: one in a file, two in none."""
    filed = person_id(office.world, "LPS0700005")
    rows = [UNFILED, ("司马旧", id_number(970_103), "钟山区"), (*filed[:2], "水城区")]
    data = workbook(*rows, titles=("姓名", "身份证号", "家庭住址"))
    office.bring("people", "dibao", "低保名单.xlsx", data)
    office.look("list-checked")
    office.let_in()
    office.page.goto(f"{BASE}/discovery")
    expect(office.page.locator("tbody tr")).to_have_count(2)
    expect(office.page.locator("tbody")).not_to_contain_text("欧阳新")
    office.look("proposals")


def file_who_was_proposed(office: Office) -> None:
    """Taken up, the proposal fills in the form; the file it became stands beside it."""
    page = office.page
    follow(page.locator("tbody tr", has_text="欧**").locator("form[action$='/take'] button"))
    expect(page.locator("#name")).to_have_value(UNFILED[0])
    expect(page.locator("#id_number")).to_have_value(UNFILED[1])
    expect(page.locator("#address")).to_have_value(UNFILED[2])
    office.look("filing")
    page.locator("#sex").select_option("男" if int(UNFILED[1][16]) % 2 else "女")
    page.locator("#unit").select_option(index=1)
    page.locator("#work_status").select_option("在岗")
    page.locator("#main_cause").select_option("重特大疾病")
    page.locator("#income").fill("12000")
    follow(page.locator("form button.btn-primary", has_text="保存"))
    expect(page.locator("main")).to_contain_text("欧阳新")
    number = re.search(r"/households/[0-9a-f-]+", page.url)
    assert number is not None
    page.goto(f"{BASE}/discovery?state=taken_up")
    expect(page.locator(f"tbody a[href*='{number[0]}']")).to_have_count(1)


def dismiss_another(office: Office) -> None:
    """Dismissed with a reason, which stays beside it."""
    page = office.page
    page.goto(f"{BASE}/discovery")
    follow(page.locator("tbody a[href$='/dismiss']"))
    office.look("dismiss")
    page.locator("#reason").fill("已随子女迁出")
    follow(page.locator("form[action$='/dismiss'] button"))
    page.goto(f"{BASE}/discovery?state=dismissed")
    expect(page.locator("tbody")).to_contain_text("已随子女迁出")


def screen_the_registry(office: Office) -> None:
    """Files that could be helped and did not ask this year become tasks."""
    office.page.goto(f"{BASE}/discovery")
    follow(office.page.locator("form[action$='/screen'] button"))
    office.work()
    office.page.goto(f"{BASE}/discovery?reason=unaided")
    assert office.page.locator("tbody tr").count() > 1
    office.look("screened")
