"""`bangfu campaign`: from the list to the last signed receipt."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from core.context import BEIJING
from core.households.models import Household
from core.installation import Installation
from tests import factories
from tests.factories import GRASSROOTS
from tests.visiting import SCAN, Visiting, found_visiting_today
from web.cli import main


@pytest.fixture
def office(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Visiting:
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url, "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage), "LANGUAGE": "en",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    made = found_visiting_today(installation)
    for role, unit in (("clerk", GRASSROOTS), ("approver", ""), ("finance", "")):
        factories.hire(installation, made.city, role, unit=unit, login=role)
    return made


def bangfu(*arguments: str, by: str, code: int = 0) -> Result:
    """Run one command at city-a in somebody's name."""
    done = CliRunner().invoke(main, ["campaign", *arguments, "--tenant", "city-a", "--as", by])
    assert done.exit_code == code, done.output
    return done


def test_a_list_is_made_and_decided_on(office: Visiting, tmp_path: Path) -> None:
    day = dt.datetime.now(BEIJING).date()
    fund = office.fund(year=day.year)
    begun = bangfu("begin", "春节送温暖", "--unit", GRASSROOTS, "--fund", str(fund.number),
                   "--from", str(day), "--to", str(day), "--json", by="clerk")  # fmt: skip
    number = json.loads(begun.output)[0]["number"]
    told = bangfu("parcel", number, "米油", "--article", "大米:袋:2:65.00",
                  "--article", "食用油:桶:1:85", by="clerk").output  # fmt: skip
    assert "215.00 yuan" in told
    bangfu("submit", number, by="clerk", code=1)
    files = [office.file(verified_on=day) for _each in range(3)]
    chosen = bangfu("choose", number, "--money", "500", "--parcel", "米油", by="clerk").output
    assert "3 households are put on the list" in chosen
    with office.system() as ctx:
        household = ctx.session.get_one(Household, (office.city.id, files[0].id))
        household.state, file_number = "suspended", household.file_number
    refused = bangfu("submit", number, by="clerk", code=1).output
    assert file_number in refused
    with office.system() as ctx:
        ctx.session.get_one(Household, (office.city.id, files[0].id)).state = "active"
    bangfu("submit", number, by="clerk")
    bangfu("return", number, "--reason", "请核对", by="approver")
    bangfu("submit", number, by="clerk")
    assert "approved" in bangfu("approve", number, by="approver").output
    listed = json.loads(bangfu("visits", number, "--json", by="clerk").output)
    assert {(one["state"], one["money"], one["goods"]) for one in listed} == {
        ("approved", 50_000, 21_500)
    }
    wrong = tmp_path / "wrong.xlsx"
    openpyxl.Workbook().save(wrong)
    second = json.loads(
        bangfu("begin", "第二批", "--unit", GRASSROOTS, "--fund", str(fund.number), "--from",
               str(day), "--to", str(day), "--json", by="clerk").output
    )[0]["number"]  # fmt: skip
    bangfu("import", second, str(wrong), by="clerk", code=1)
    bangfu("withdraw", second, "--reason", "改期", by="clerk")
    states = json.loads(bangfu("list", "--json", by="approver").output)
    assert {one["number"]: one["state"] for one in states} == {
        number: "approved", second: "withdrawn",
    }  # fmt: skip


def fill(sheet: Any, titles: list[str], row: int, told: dict[str, str]) -> None:
    """Write what became of a visit today into its row."""
    for title, value in {"日期": dt.datetime.now(BEIJING).date(), **told}.items():
        place = next(i for i, one in enumerate(titles, 1) if one.startswith(title))
        sheet.cell(row, place).value = value


def test_results_come_back_in_the_workbook_and_are_settled(
    office: Visiting, tmp_path: Path
) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file(verified_on=office.now.date()) for _each in range(2)], "500")
    office.grant_list(campaign)
    book, scan = tmp_path / "结果.xlsx", tmp_path / "签领表.pdf"
    scan.write_bytes(SCAN)
    bangfu("form", campaign.number, str(book), by="clerk")
    filled = openpyxl.load_workbook(book)
    sheet = filled.worksheets[0]
    titles = [str(cell.value).strip("*").strip() for cell in sheet[1]]
    fill(sheet, titles, 2, {"领取人": "王建国", "走访人一": "王晓燕", "走访人二": "陈立新"})
    fill(sheet, titles, 3, {"未发放原因": "外出"})
    filled.save(book)
    without = bangfu("record", campaign.number, str(book), by="clerk", code=1).output
    assert "signed receipt" in without
    bangfu("record", campaign.number, str(book), "--receipt", str(scan), by="clerk")
    done = bangfu("settle", campaign.number, by="finance").output
    assert "1 visits of 500.00 yuan are booked, 1 of 500.00 went back" in done
    listed = bangfu("list", "--state", "closed", by="finance").output
    assert campaign.number in listed
