"""Students who were helped and donors' funds: on the page, by API and by command."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from core.households.models import Household
from tests.factories import Filed, file_household, help_student, hire
from tests.web.api.conftest import Place, Program
from tests.web.conftest import Site
from web.cli import main

PAGE = "/city-a/students"


@pytest.fixture
def helped(site: Site) -> Filed:
    """A household whose student was helped in June 2023, long ago."""
    filed = file_household(site.installation, site.tree.city_a)
    help_student(site.installation, site.tree.city_a, filed)
    return filed


def excel(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def api(site: Site, role: str) -> Program:
    place = Place(site.installation, site.tree, site.app.test_client())
    return place.program(site.tree.city_a, role)


def number_of(site: Site, filed: Filed) -> str:
    with site.installation.system(site.tree.city_a) as ctx:
        return ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number


def test_a_clerk_sees_who_is_due_and_notes_what_he_found(site: Site, helped: Filed) -> None:
    clerk, number = site.person(site.tree.city_a, "clerk"), number_of(site, helped)
    student = f"{PAGE}/{helped.members[1]}"
    text = clerk.read(f"{PAGE}?due=1")
    assert student in text
    assert "Overdue" in text
    rows = excel(clerk.get(f"{PAGE}/excel?due=1").data)
    (row,) = (one for one in rows if one[11] == number)
    assert (str(row[0]), row[1], row[2], row[4]) == ("2024-06-30", "Yes", "王小明", "University")
    refused = clerk.post(student, student, finding="left", seen_on="2024-07-01", remark="")
    assert "A remark is needed" in refused.text
    kept = clerk.post(student, student, finding="left", seen_on="2024-07-01", remark="休学")
    assert kept.status_code == 303
    assert student not in clerk.read(PAGE)


def test_who_may_only_look_sees_no_form(site: Site, helped: Filed) -> None:
    reviewer = site.person(site.tree.city_a, "reviewer")
    assert "What was found" not in reviewer.read(f"{PAGE}/{helped.members[1]}")
    assert site.person(site.tree.city_a, "finance").get(PAGE).status_code == 403


def test_the_api_lists_and_notes_once(site: Site, helped: Filed) -> None:
    client = api(site, "clerk")
    address = f"students/{helped.members[1]}/follow-ups"
    found = client.get("students", due="true", size=200).json["items"]
    (one,) = (row for row in found if row["member_id"] == str(helped.members[1]))
    assert (one["due_on"], one["overdue"], one["times"]) == ("2024-06-30", True, 1)
    told = {"finding": "studying", "seen_on": "2024-07-01", "remark": "在读"}
    for _time in range(2):
        answer = client.post(address, told, key="follow-up-once-1")
        assert answer.status_code == 201
        assert [row["finding"] for row in answer.json] == ["studying"], "a repeat notes nothing"
    assert len(client.get(address).json) == 1
    wrong = client.post(address, {**told, "seen_on": "2024-06-01"}, key="follow-up-once-2")
    assert (wrong.status_code, wrong.json["field"]) == (422, "seen_on")


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

    def run(role: str, *arguments: str) -> Any:
        login = f"{role}-{uuid.uuid4().hex[:8]}"
        hire(site.installation, site.tree.city_a, role, login=login)
        told = [*arguments, "--tenant", "city-a", "--as", login, "--json"]
        return CliRunner().invoke(main, told)

    return run


def test_the_commands_list_and_record(site: Site, helped: Filed, command: Any) -> None:
    number = number_of(site, helped)
    listed = command("clerk", "student", "list", "--due")
    assert listed.exit_code == 0, listed.output
    assert number in {one["file_number"] for one in json.loads(listed.output)}
    noted = command(
        "clerk", "student", "record", number, "王小明", "graduated", "--on", "2024-07-01"
    )
    assert noted.exit_code == 0, noted.output
    assert json.loads(noted.output)[0]["finding"] == "graduated"
    again = command(
        "clerk", "student", "record", number, "王小明", "studying", "--on", "2024-07-02"
    )
    assert again.exit_code == 2


def test_an_application_for_a_student_is_started_by_command(site: Site, command: Any) -> None:
    today = site.installation.now().date()
    filed = file_household(
        site.installation, site.tree.city_a, verified_on=today, as_of=today.replace(month=1, day=1)
    )
    start = ("application", "start", number_of(site, filed), "golden_autumn", "--asked", "1000")
    made = command("clerk", *start, "--student", "王小明")
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    assert (told["state"], told["facts"]["stage"]) == ("draft", "undergraduate")
    again = command("clerk", *start, "--student", "王小明")
    assert again.exit_code == 1
    assert told["number"] in again.output
    assert command("clerk", *start, "--student", "王小丽").exit_code == 2


def test_a_donor_s_fund_by_page_api_and_command(site: Site, command: Any) -> None:
    finance = site.person(site.tree.city_a, "finance")
    made = finance.post(
        "/city-a/funds", "/city-a/funds", name="圆梦基金", source="社会捐赠", year="2023",
        budget="10000.00", programmes="golden_autumn", donor="凉都商贸", stages="undergraduate",
    )  # fmt: skip
    assert made.status_code == 303
    assert "Given by 凉都商贸" in finance.read("/city-a/funds")
    (fund,) = (one for one in api(site, "finance").get("funds").json if one["donor"])
    assert (fund["programmes"], fund["stages"]) == (["golden_autumn"], ["undergraduate"])
    page = finance.read(f"/city-a/funds/{fund['id']}")
    assert "List for the donor" in page
    rows = excel(finance.get(f"/city-a/funds/{fund['id']}/donations/excel").data)
    assert rows[-1][0] == "Total"
    assert api(site, "finance").get(f"funds/{fund['id']}/donations").json == []
    listed = command("finance", "fund", "donations", str(fund["number"]))
    assert (listed.exit_code, json.loads(listed.output)) == (0, [])
