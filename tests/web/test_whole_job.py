"""The whole job in a real browser, on real web, workers and ticker: from workbook to report.

Every page on the way is saved as a picture under `build/screenshots`.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from core.installation import Installation
from core.outbox import QUEUES
from tests import factories
from tests.web.conftest import follow

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "screenshots"
WORKBOOK = ROOT / "tests" / "data" / "困难职工档案.xlsx"
BANGFU = (sys.executable, "-c", "from web.cli import main; main()")
PATIENCE_SECONDS = 60
START_SECONDS = 180
WORKING_DAYS = 6
DECIDING = (("a-investigator", "通过"), ("a-reviewer", "通过"), ("a-approver", "批准"))


@dataclass
class Desk:
    """One browser at which one person after another sits down."""

    page: Page
    pictures: int = 0

    def sit_down(self, login: str) -> None:
        """Become another person through the demonstration's login."""
        self.page.goto("/login?next=/")
        follow(self.page.locator(f"button[data-login='{login}']"))
        expect(self.page.locator(".masthead .who")).to_contain_text("退出登录")

    def picture(self, name: str) -> None:
        """Save the whole page as a picture."""
        self.pictures += 1
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self.pictures:02d}-{name}.png", full_page=True)

    def press(self, words: str) -> None:
        """Press a button by its words, and see the page that answers."""
        follow(self.page.get_by_role("button", name=words, exact=True))


@pytest.fixture(scope="module")
def processes(module_installation: Installation) -> Iterator[str]:
    """Web, one worker a queue, and ticker as processes of their own; yields the address."""
    settings, port = module_installation.settings, free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
        "BANGFU_SECRET_KEY": settings.secret_key,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_DEMO": "true",
        "BANGFU_HOST": "127.0.0.1",
        "BANGFU_PORT": str(port),
    }
    commands = [("web", "--processes", "1"), ("ticker",), *(("worker", one) for one in QUEUES)]
    with ExitStack() as stack:
        started = [stack.enter_context(running(command, environment)) for command in commands]
        wait_for(f"http://127.0.0.1:{port}/login")
        yield f"http://127.0.0.1:{port}"
        for process in started:  # all at once, so that they end side by side
            process.terminate()


@contextmanager
def running(
    command: tuple[str, ...], environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one program of the system, and ask it to end afterwards."""
    process = subprocess.Popen((*BANGFU, *command), env=environment, cwd=ROOT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str) -> None:
    """Wait until a page answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"{address} does not answer")


@pytest.fixture(scope="module")
def people(module_installation: Installation) -> None:
    """The city's unions as the sample workbook names them, and somebody in every role."""
    tree = factories.found_tree(module_installation)
    city = tree.city_a
    for name in module_installation.policies.pack("city_2023").unit_names():
        factories.place_unit(module_installation, city, name)
    for role in ("clerk", "investigator", "reviewer", "approver", "finance"):
        factories.hire(module_installation, city, role, login=f"a-{role}")
    factories.hire(module_installation, city, "finance", login="a-second")
    factories.hire(module_installation, tree.province, "supervisor", login="p-supervisor")


@pytest.fixture
def desk(chromium: Browser, processes: str, people: None) -> Desk:
    context = chromium.new_context(
        base_url=processes, locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.on("dialog", lambda dialog: dialog.accept())
    return Desk(page)


@pytest.mark.timeout(600)
def test_from_a_workbook_to_a_report(desk: Desk, tmp_path: Path) -> None:
    import_the_workbook(desk)
    application = apply_for_living_aid(desk)
    decide_step_by_step(desk, application)
    wait_out_the_notice(desk, application)
    pay(desk, application, tmp_path)
    report(desk, tmp_path)


def import_the_workbook(desk: Desk) -> None:
    """A clerk imports 300 households and sees them judged."""
    desk.sit_down("a-clerk")
    desk.picture("overview")
    desk.page.goto("/city-a/imports")
    desk.page.locator("#file").set_input_files(WORKBOOK)
    desk.page.locator("#judged_on").fill("2023-06-30")
    desk.picture("import")
    desk.press("检查表格")
    confirm = desk.page.get_by_role("button", name="导入全部300户")
    expect(confirm).to_be_visible()
    desk.picture("checked")
    follow(confirm)
    expect(desk.page.locator("#judged-title")).to_be_visible()
    desk.picture("imported")
    desk.page.goto("/")
    expect(desk.page.locator(".tile.bar-deep b")).not_to_have_text("0")
    desk.picture("overview-after")


def apply_for_living_aid(desk: Desk) -> str:
    """The clerk opens a deep case, reads why, and applies; returns the application's address."""
    desk.page.goto("/city-a/households?category=deep")
    desk.picture("deep")
    follow(desk.page.locator("tbody th a").first)
    expect(desk.page.locator("#judgement")).to_contain_text("低于低保标准")
    expect(desk.page.locator("#judgement")).to_contain_text("依据")
    desk.picture("household")
    verify_in_time(desk)
    follow(desk.page.get_by_role("link", name="申请帮扶"))
    desk.picture("programmes")
    follow(desk.page.locator("a[href$='/apply/living_aid']"))
    desk.page.locator("#asked").fill("6000")
    desk.page.locator("#circumstances").fill("夫妻二人失业，子女上学")
    desk.picture("form")
    desk.press("提交")
    expect(desk.page.locator("#application")).to_contain_text("审批中")
    desk.picture("handed-in")
    return desk.page.url


def verify_in_time(desk: Desk) -> None:
    """The file is overdue: clerk and investigator verify it before any aid is asked for."""
    household = desk.page.url
    expect(desk.page.locator("main")).to_contain_text("逾期未复核")
    follow(desk.page.get_by_role("link", name="档案动态", exact=True).first)
    desk.picture("life")
    form = desk.page.locator("#verifications")
    form.locator("#first_person").select_option(index=1)
    form.locator("#second_person").select_option(index=2)
    follow(form.get_by_role("button", name="登记复核"))
    expect(desk.page.locator("#verifications")).to_contain_text("无变化")
    desk.page.goto(household)


def decide_step_by_step(desk: Desk, application: str) -> None:
    """Investigator, reviewer and approver each act from their own queue."""
    for login, words in (
        ("a-investigator", "通过"),
        ("a-reviewer", "通过"),
        ("a-approver", "批准"),
    ):
        desk.sit_down(login)
        desk.page.goto("/queue")
        desk.picture(f"queue-{login}")
        follow(desk.page.locator("tbody th a").first)
        expect(desk.page).to_have_url(application)
        desk.picture(f"decision-{login}")
        desk.press(words)
        expect(desk.page.locator(".notice-bar.good")).to_be_visible()


def wait_out_the_notice(desk: Desk, application: str) -> None:
    """The notice opens by a worker, the public reads it, its days pass, aid is granted."""
    opened = re.compile("公示中")
    wait_until(desk, application, opened)
    desk.picture("on-notice")
    desk.page.goto("/public/city-a/notices")
    expect(desk.page.locator("tbody th")).to_contain_text("*")
    desk.picture("public")
    for _day in range(WORKING_DAYS):
        desk.press("前进到下一工作日")
    wait_until(desk, application, re.compile("已核准"))
    desk.picture("granted")


def wait_until(desk: Desk, address: str, words: re.Pattern[str]) -> None:
    """Load a page again until its application says so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        desk.page.goto(address)
        if words.search(desk.page.locator("#application").inner_text()):
            return
        time.sleep(0.5)
    pytest.fail(f"{address} never said {words.pattern}")


def pay(desk: Desk, application: str, folder: Path) -> None:
    """Finance sets up a fund, makes a batch; a second person sends it and books the answer."""
    desk.sit_down("a-finance")
    set_up_a_fund(desk)
    desk.page.goto("/city-a/funds")
    desk.press("为所选申请预留")
    desk.picture("reserved")
    desk.page.goto("/city-a/batches")
    follow(desk.page.get_by_role("button", name="编制批次"))
    desk.picture("batch")
    batch = desk.page.url
    desk.sit_down("a-second")
    desk.page.goto(batch)
    desk.press("放行至银行")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="下载银行文件").click()
    file = folder / "bank.xlsx"
    download.value.save_as(file)
    answer_as_the_bank(file)
    desk.page.locator("#file").set_input_files(file)
    desk.press("记账")
    expect(desk.page.locator("#batch")).to_contain_text("已对账")
    desk.picture("reconciled")
    desk.page.goto(application)
    expect(desk.page.locator("#application")).to_contain_text("已发放")
    desk.picture("paid")


def set_up_a_fund(desk: Desk) -> None:
    desk.page.goto("/city-a/funds")
    desk.page.locator("#name").fill("中央财政帮扶资金")
    desk.page.locator("#source").fill("中央财政")
    desk.page.locator("#budget").fill("1000000")
    desk.press("设立")
    desk.picture("fund")


def answer_as_the_bank(file: Path) -> None:
    """Fill in that every payment succeeded."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("结果") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value = "成功"
    book.save(file)


def report(desk: Desk, folder: Path) -> None:
    """The province asks for a supervision report on the city and opens the PDF a worker made."""
    desk.sit_down("p-supervisor")
    desk.page.goto("/province/reports")
    desk.page.locator("#subject").select_option("city-a")
    desk.picture("reports")
    desk.press("编制报告")
    link = desk.page.get_by_role("link", name="打开PDF")
    expect(link.first).to_be_visible(timeout=PATIENCE_SECONDS * 2000)
    desk.picture("report")
    with desk.page.expect_download() as download:
        link.first.click()
    file = folder / "report.pdf"
    download.value.save_as(file)
    text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert "300" in text
    assert "5,600" in text.replace(" ", "") or "6,000" in text.replace(" ", "")
