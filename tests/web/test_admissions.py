"""Liupanshui's route by pages in a real browser, from the community to the county's departments;
then the lists, the workbook of earlier admissions, the API and the commands.

Each stage is saved as a picture under `build/screenshots`, wide and on a phone.
"""

from __future__ import annotations

import io
import json
import uuid
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page, expect

from core.admissions.workbook import COLUMNS, SHEET
from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances
from core.households.export import write_rows
from core.households.judgements import judge_household
from core.households.models import Household
from core.people import Actor
from core.sessions import open_login
from core.tenancy import TenantView
from tests.factories import COUNTY, GRASSROOTS, TOWNSHIP, Filed, file_household, hire
from tests.web.conftest import Site, Visitor, do_jobs, follow, open_page
from tests.web.reading import cells
from tests.web.test_accessibility import PHONE, breaches
from web.cli import main

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
WIDE = 1280
LIST, API = "/lps/admissions", "/api/tenants/lps/admissions"
VISITED = "入户核实：全家靠低保金生活，租住一间房"


class City:
    """Liupanshui's city, its people, and files that await admission."""

    def __init__(self, site: Site) -> None:
        self.site = site
        add_tenant(site.installation, NewTenant(
            "lps", "city", "六盘水", "Liupanshui", "liupanshui", "520200", "province",
        ))  # fmt: skip
        self.tenant: TenantView = site.installation.tenant("lps")
        self.people: dict[str, Actor] = {}
        for name, role, unit, department in (
            ("clerk", "clerk", GRASSROOTS, ""),
            ("investigator", "investigator", GRASSROOTS, ""),
            ("reviewer", "reviewer", TOWNSHIP, ""), ("union", "approver", COUNTY, ""),
            ("civil_affairs", "department_officer", COUNTY, "civil_affairs"),
            ("housing", "department_officer", COUNTY, "housing"),
        ):  # fmt: skip
            self.people[name] = hire(
                site.installation, self.tenant, role, unit=unit, department=department,
                login=f"lps-{name}",
            )  # fmt: skip

    def file(self, category: str = "dibao", **values: Any) -> Filed:
        """File a household, verified today; one in dibao is judged with all its reasons."""
        today = self.site.installation.now().date()
        filed = file_household(
            self.site.installation, self.tenant, category=category, verified_on=today, **values
        )
        with self.site.installation.system(self.tenant) as ctx:
            household = ctx.session.get_one(Household, (self.tenant.id, filed.id))
            household.filed_on = today
            if category == "dibao":
                state_circumstances(ctx, filed.id, today, {"in_dibao": True})
                assert judge_household(ctx, filed.id).category == category
        return filed

    def number(self, filed: Filed) -> str:
        with self.site.installation.system(self.tenant) as ctx:
            return ctx.session.get_one(Household, (self.tenant.id, filed.id)).file_number

    def admitted_by(self, filed: Filed) -> str | None:
        with self.site.installation.system(self.tenant) as ctx:
            return ctx.session.get_one(Household, (self.tenant.id, filed.id)).admitted_by

    def visit(self, who: str) -> Visitor:
        """Return the browser of one of its people, speaking English."""
        return self.site.sign_in(self.people[who])


@pytest.fixture(scope="module")
def city(site: Site) -> City:
    return City(site)


def look(page: Page, name: str) -> None:
    """Picture a page wide, and in English on a phone; it fits there, and nobody is shut out."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language, width in (("en", PHONE), ("zh", WIDE)):
        page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        page.screenshot(path=PICTURES / f"admission-{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert width == WIDE or breaches(page) == [], name


@pytest.mark.timeout(240)
def test_a_household_goes_from_the_community_over_the_township_to_the_county(
    chromium: Browser, address: str, site: Site, city: City
) -> None:
    filed = city.file(name="王建国")
    number = city.number(filed)
    tabs = {
        who: open_page(chromium, address, site, actor)
        for who, actor in city.people.items() if who != "union"
    }  # fmt: skip
    clerk = tabs["clerk"]
    clerk.goto(f"/lps/households/{filed.id}")
    expect(clerk.locator("#admission")).to_contain_text("尚未发起")
    expect(clerk.locator(".notice-bar.wait").last).to_contain_text("尚未纳入帮扶，不能新增帮扶")
    follow(clerk.get_by_role("button", name="发起纳入帮扶"))
    expect(clerk.locator(".stepper")).to_contain_text("民政局 · 审批")
    look(clerk, "begun")
    investigate(tabs["investigator"], number)
    review(tabs["reviewer"], number)
    tabs["housing"].goto(LIST)
    expect(tabs["housing"].locator("main")).to_contain_text("没有待办事项")
    approve(tabs["civil_affairs"], number)
    assert city.admitted_by(filed) == "civil_affairs"
    clerk.goto(f"/lps/households/{filed.id}")
    expect(clerk.locator("#admission")).to_contain_text("已纳入")
    expect(clerk.locator("#household")).to_contain_text("在档")
    for page in tabs.values():
        page.context.close()


def investigate(page: Page, number: str) -> None:
    """The community finds it in its queue, and cannot pass it on without a finding."""
    page.goto(LIST)
    follow(page.get_by_role("link", name=number))
    follow(page.get_by_role("button", name="通过"))
    expect(page.locator("#findings-error")).to_be_visible()
    page.get_by_label("调查情况").fill(VISITED)
    follow(page.get_by_role("button", name="通过"))
    expect(page.locator("#decisions")).to_contain_text(VISITED)


def review(page: Page, number: str) -> None:
    """The township reads what the community found."""
    page.goto(LIST)
    follow(page.get_by_role("link", name=number))
    expect(page.locator("#decisions")).to_contain_text(VISITED)
    follow(page.get_by_role("button", name="通过"))
    expect(page.locator(".notice-bar")).to_be_visible()


def approve(page: Page, number: str) -> None:
    """The county's civil affairs see whom it is about masked, with the category and its reasons."""
    page.goto("/")
    expect(page.locator("#admissions")).to_contain_text("1")
    page.goto(LIST)
    follow(page.get_by_role("link", name=number))
    main = page.locator("main")
    expect(main).to_contain_text("王**")
    expect(main).not_to_contain_text("王建国")
    expect(page.locator("#judgement")).to_contain_text("低保")
    expect(page.locator("#visits")).to_have_count(0)
    look(page, "approval")
    follow(page.get_by_role("button", name="同意纳入"))
    expect(page.locator("#household")).to_contain_text("已纳入")
    page.goto(f"{LIST}?view=all")
    look(page, "all")


def begin(city: City, filed: Filed) -> str:
    """Begin an admission by the household's page; return the address of its own."""
    page = f"/lps/households/{filed.id}"
    sent = city.visit("clerk").post(LIST, page, household=str(filed.id))
    assert sent.status_code == 303, sent.text[:2000]
    return str(sent.headers["Location"])


def decide(city: City, who: str, address: str, decision: str = "approve", **told: str) -> str:
    """Send a decision by the form; return the page that follows."""
    visitor = city.visit(who)
    sent = visitor.post(f"{address}/decide", address, decision=decision, **told)
    return visitor.read(address) if sent.status_code == 303 else sent.text


def test_it_is_returned_completed_refused_and_begun_anew_by_pages(city: City) -> None:
    filed = city.file("housing_hardship")
    address = begin(city, filed)
    shown = decide(city, "investigator", address, "return", reason="缺租房合同", findings="")
    assert "Returned by" in shown
    clerk = city.visit("clerk")
    assert clerk.post(f"{address}/submission", address, version="2").status_code == 303
    decide(city, "investigator", address, findings=VISITED)
    decide(city, "reviewer", address)
    assert "Refused: 另有住房" in decide(city, "housing", address, "refuse", reason="另有住房")
    household = clerk.read(f"/lps/households/{filed.id}")
    assert "另有住房" in household
    assert "Begin the admission" in household
    again = begin(city, filed)
    assert again != address
    assert clerk.post(f"{again}/withdrawal", again, reason="本人放弃").status_code == 303
    assert "Withdrawn" in clerk.read(again)


def test_what_is_wrong_is_said_on_the_page_and_nothing_typed_is_lost(city: City) -> None:
    address = begin(city, city.file("housing_hardship"))
    decide(city, "investigator", address, findings=VISITED)
    shown = decide(city, "reviewer", address, "refuse", reason=" ")
    assert "A reason is needed." in shown
    wrong = city.visit("investigator").post(f"{address}/decide", address, decision="approve")
    assert wrong.status_code == 403
    assert city.visit("housing").get(f"{LIST}/{uuid.uuid4()}").status_code == 404
    second = city.visit("clerk").post(LIST, LIST, household=str(household_of(city, address)))
    assert second.status_code == 409
    assert "on its way already" in second.text


def household_of(city: City, address: str) -> str:
    found = city.visit("clerk").read(address)
    return found.partition("/lps/households/")[2][:36]


def test_many_are_begun_from_the_list_and_handed_out_as_a_workbook(city: City) -> None:
    filed = [city.file("worker_hardship", unit=GRASSROOTS, relatives=()) for _number in range(3)]
    clerk = city.visit("clerk")
    listed = clerk.read("/lps/households?state=filed&category=worker_hardship")
    assert "Begin the admission of those listed" in listed
    assert "await admission and that nobody began" in clerk.read(LIST)
    sent = clerk.post(
        f"{LIST}/many", "/lps/households?state=filed", state="filed", category="worker_hardship"
    )
    assert sent.headers["Location"].endswith("view=all")
    assert "Admissions begun: 3" in clerk.read(f"{LIST}?view=all")
    rows = cells(clerk.read(f"{LIST}?view=all&category=worker_hardship&sort=file_number"))
    assert len(rows) == len(filed)
    assert "No admission fits." in clerk.read(f"{LIST}?view=overdue")
    data = clerk.get(f"{LIST}/excel?view=all&category=worker_hardship").data
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][2:4] == ["File number", "Head"]
    assert sheet.max_row == 1 + len(filed)
    masked = city.visit("union").get(f"{LIST}/excel?view=waiting").data
    assert openpyxl.load_workbook(io.BytesIO(masked)).active is not None


def test_a_city_without_a_route_says_so_and_has_no_menu_entry(site: Site, city: City) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    assert "admits nobody by a route" in clerk.read("/city-a/admissions")
    assert "/city-a/admissions" not in clerk.read("/city-a/households")
    assert LIST in city.visit("clerk").read("/lps/households")


def roster(*numbers: str, **told: Any) -> bytes:
    today = told.pop("today")
    given = {"decided_on": today, "document": "钟民救〔2018〕12号"}
    return write_rows(SHEET, COLUMNS, [{**given, "file_number": one, **told} for one in numbers])


def test_earlier_admissions_come_in_from_the_page(site: Site, city: City) -> None:
    filed = city.file("expenditure_hardship")
    today = site.installation.now().date()
    officer = city.visit("civil_affairs")
    page = "/lps/departments/admissions"
    assert "审批文号" in officer.read(page)
    form = openpyxl.load_workbook(io.BytesIO(officer.get(f"{LIST}/form").data)).active
    assert form is not None
    assert [cell.value for cell in form[1]] == [column.title for column in COLUMNS]
    data = roster(city.number(filed), "T0000000", today=today)
    sent = officer.post(page, page, source="civil_affairs", file=(io.BytesIO(data), "a.xlsx"))
    assert sent.status_code == 303, sent.text[:2000]
    file = sent.headers["Location"].partition("?")[0]
    do_jobs(site, city.tenant)
    shown = officer.read(file)
    assert "there is no file T0000000" in shown
    assert "Put in the rows (1)" in shown
    officer.post(f"{file}/confirm", file)
    do_jobs(site, city.tenant)
    assert "To the admissions" in officer.read(file)
    assert city.admitted_by(filed) == "civil_affairs"
    refused = city.visit("housing").post(page, page, source="civil_affairs",
                                         file=(io.BytesIO(data), "a.xlsx"))  # fmt: skip
    assert "You do not decide for the department" in refused.text


class Program:
    """A program that speaks the API in somebody's name."""

    def __init__(self, city: City, who: str) -> None:
        self.client = city.site.app.test_client()
        actor = city.people[who]
        with city.site.installation.system(city.tenant) as ctx:
            token = open_login(ctx, actor.person_id or uuid.UUID(int=0))
        self.headers = {"Authorization": f"Bearer {city.tenant.id}:{token}"}

    def get(self, path: str = "", **asked: str) -> Any:
        """Return what stands at an address below the admissions."""
        answer = self.client.get(f"{API}{path}", headers=self.headers, query_string=asked)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: dict[str, Any], version: int | None = None) -> Any:
        """Send something and return the answer."""
        own = {"Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            own["If-Match"] = f'"{version}"'
        return self.client.post(f"{API}{path}", headers={**self.headers, **own}, json=body)


def test_a_program_begins_decides_and_lists(city: City) -> None:
    filed = city.file("housing_hardship")
    made = Program(city, "clerk").post("", {"household_id": str(filed.id)})
    assert made.status_code == 201, made.text
    one = f"/{made.json['id']}"
    assert made.json["can"] == ["withdraw"]
    lacking = Program(city, "investigator").post(f"{one}/decisions", {"decision": "approve"}, 1)
    assert (lacking.status_code, lacking.json["field"]) == (422, "findings")
    for version, (who, findings) in enumerate(
        (("investigator", VISITED), ("reviewer", ""), ("housing", "")), start=1
    ):
        program = Program(city, who)
        waiting = program.get("/waiting")
        assert made.json["id"] in {row["id"] for row in waiting["items"]}
        assert waiting["total"] == len(waiting["items"])
        decided = program.post(
            f"{one}/decisions", {"decision": "approve", "findings": findings}, version
        )
        assert decided.status_code == 200, decided.text
    assert (decided.json["state"], decided.json["named"]) == ("admitted", False)
    assert decided.json["household"]["head_name"] == "王**"
    stale = Program(city, "housing").post(f"{one}/decisions", {"decision": "approve"}, 1)
    assert stale.status_code == 412
    found = Program(city, "clerk").get(household_id=str(filed.id), state="admitted")
    assert [row["id"] for row in found["items"]] == [made.json["id"]]
    assert city.admitted_by(filed) == "housing"


def test_a_program_begins_many_hands_in_again_and_withdraws(city: City) -> None:
    filed = city.file("three_without")
    clerk = Program(city, "clerk")
    begun = clerk.post("/many", {"category": "three_without"})
    assert (begun.status_code, begun.json) == (201, {"begun": 1})
    [row] = clerk.get(household_id=str(filed.id))["items"]
    one = f"/{row['id']}"
    returned = Program(city, "investigator").post(
        f"{one}/decisions", {"decision": "return", "reason": "缺户口簿"}, 1
    )
    assert returned.json["state"] == "returned"
    again = clerk.post(f"{one}/submission", {}, 2)
    assert (again.status_code, again.json["round"]) == (200, 2)
    gone = clerk.post(f"{one}/withdrawal", {"reason": "本人放弃"}, 3)
    assert gone.json["state"] == "withdrawn"
    assert Program(city, "housing").client.get(f"{API}{one}").status_code == 401


def test_a_program_brings_earlier_admissions_in(site: Site, city: City) -> None:
    filed = city.file("expenditure_hardship")
    data = roster(city.number(filed), today=site.installation.now().date())
    program = Program(city, "civil_affairs")
    files = "/api/tenants/lps/discovery/files"
    told = {"kind": "admissions", "source": "civil_affairs", "file": (io.BytesIO(data), "a.xlsx")}
    keyed = {**program.headers, "Idempotency-Key": str(uuid.uuid4())}
    answer = program.client.post(files, headers=keyed, data=told)
    assert answer.status_code == 202, answer.text
    do_jobs(site, city.tenant)
    one = f"{files}/{json.loads(answer.text)['id']}"
    checked = json.loads(program.client.get(one, headers=program.headers).text)
    assert (checked["state"], checked["counts"]["added"]) == ("checked", 1)
    keyed["Idempotency-Key"] = str(uuid.uuid4())
    assert program.client.post(f"{one}/confirmation", headers=keyed).status_code == 202
    do_jobs(site, city.tenant)
    done = json.loads(program.client.get(one, headers=program.headers).text)
    assert done["state"] == "imported"
    assert city.admitted_by(filed) == "civil_affairs"


@pytest.fixture
def command(site: Site, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = site.installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_SECRET_KEY": settings.secret_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
    }.items():
        monkeypatch.setenv(name, value)

    def run(who: str, *arguments: object) -> Result:
        return CliRunner().invoke(main, [
            "admission", *map(str, arguments), "--tenant", "lps", "--as", f"lps-{who}", "--json",
        ])  # fmt: skip

    return run


def test_the_commands_begin_decide_withdraw_and_list(
    city: City, command: Any, tmp_path: Path
) -> None:
    filed = city.file("housing_hardship")
    number = city.number(filed)
    assert json.loads(command("clerk", "begin", number).output) == {"begun": 1}
    assert command("clerk", "begin", number).exit_code == 1
    assert command("clerk", "begin").exit_code == 2
    waiting = json.loads(command("investigator", "list", "--waiting").output)
    assert number in {row["file_number"] for row in waiting}
    assert command("investigator", "decide", number, "approve").exit_code == 2
    for who in ("investigator", "reviewer", "housing"):
        told = command(who, "decide", number, "approve", "--findings", VISITED)
        assert told.exit_code == 0, told.output
    assert json.loads(told.output)["state"] == "admitted"
    assert command("clerk", "withdraw", number, "--reason", "晚了").exit_code == 2
    other = city.number(city.file("dibao_marginal"))
    begun = command("clerk", "begin", "--all", "--category", "dibao_marginal")
    assert json.loads(begun.output)["begun"] == 1
    gone = command("clerk", "withdraw", other, "--reason", "本人放弃")
    assert json.loads(gone.output)["state"] == "withdrawn"
    listed = json.loads(command("clerk", "list", "--state", "withdrawn").output)
    assert other in {row["file_number"] for row in listed}
    file, today = tmp_path / "a.xlsx", city.site.installation.now().date()
    file.write_bytes(roster(other, today=today))
    for extra, state in ((("--check",), "checked"), ((), "imported")):
        told = command("civil_affairs", "earlier", file, "--department", "civil_affairs", *extra)
        assert (told.exit_code, json.loads(told.output)["state"]) == (0, state), told.output
    file.write_bytes(roster("T0000000", today=today))
    wrong = command("housing", "earlier", file, "--department", "housing")
    assert (wrong.exit_code, json.loads(wrong.output)["faults"][0]["code"]) == (
        1, "file_not_there",
    )  # fmt: skip
    assert CliRunner().invoke(main, ["admission", "form", str(file)]).exit_code == 0
    told = CliRunner().invoke(main, ["admission", "list", "--tenant", "lps", "--as", "lps-clerk"])
    assert number in told.output
