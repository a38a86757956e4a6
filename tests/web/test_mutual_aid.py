"""Medical mutual aid on the page, by API and by command: opened, enrolled, listed."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from core.enrolments.workbook import COLUMNS, SHEET
from core.households.export import write_rows
from tests.factories import id_number
from tests.web.conftest import Site, do_jobs
from tests.web.reading import cells
from web.cli import main

PAGE = "/city-a/mutual-aid"
CODE = "91520221KJAY4NUGY2"


def roster(*serials: int, **told: Any) -> bytes:
    given = {"employer": "红果镇煤矿", "employer_code": CODE, "name": "王建国",
             "contribution": 100_00, "enrolled_on": dt.date(2023, 2, 1)}  # fmt: skip
    rows = [{**given, "id_number": id_number(800_000 + serial), **told} for serial in serials]
    return write_rows(SHEET, COLUMNS, rows)


def test_a_period_is_opened_and_workers_are_enrolled_from_the_page(site: Site) -> None:
    administrator = site.person(site.tree.city_a, "tenant_administrator")
    administrator.client.set_cookie("language", "en")
    answer = administrator.post(
        f"{PAGE}/periods", PAGE, name="页上期", starts_on="2023-01-01", ends_on="2023-12-31",
        contribution="100.00",
    )  # fmt: skip
    assert answer.status_code == 303
    address = answer.headers["Location"]
    text = administrator.read(address)
    assert "Nobody is enrolled in this period yet." in text
    assert "Check the workbook" not in text, "who opens periods does not enrol"
    clerk = site.person(site.tree.city_a, "clerk")
    clerk.client.set_cookie("language", "en")
    period = address.partition("period=")[2]
    sent = clerk.post(
        f"{PAGE}/{period}/workbooks", address, file=(io.BytesIO(roster(1, 2)), "a.xlsx")
    )
    assert sent.status_code == 303
    shown = sent.headers["Location"]
    assert do_jobs(site, site.tree.city_a) == 1
    file = shown.partition("?")[0]
    assert "Put in the rows (2)" in clerk.read(file)
    assert clerk.post(f"{file}/confirm", file).status_code == 303
    do_jobs(site, site.tree.city_a)
    assert "To the work units" in clerk.read(file)
    assert cells(clerk.read(address))[0][:4] == ["红果镇煤矿", CODE, "2", "200.00"]
    workers = clerk.read(f"{PAGE}/{period}/units/{CODE}")
    assert id_number(800_001) not in workers
    assert "王建国" in workers
    data = clerk.get(f"{PAGE}/{period}/excel").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["红果镇煤矿", CODE, 2.0, 200.0]
    form = clerk.get(f"{PAGE}/form").data
    heads = CalamineWorkbook.from_filelike(io.BytesIO(form)).get_sheet_by_index(0).to_python()
    assert heads == [[column.title for column in COLUMNS]]


def test_a_refused_period_says_why_and_an_unknown_one_is_not_there(site: Site) -> None:
    administrator = site.person(site.tree.city_a, "tenant_administrator")
    administrator.client.set_cookie("language", "en")
    answer = administrator.post(
        f"{PAGE}/periods", PAGE, name="倒", starts_on="2023-12-31", ends_on="2023-01-01",
        contribution="100.00",
    )  # fmt: skip
    assert "from one day to three years" in answer.text
    assert "There is no period" in administrator.get(f"{PAGE}?period=1").text
    investigator = site.person(site.tree.city_a, "investigator")
    assert investigator.get(PAGE).status_code == 403


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

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(
            main, ["mutual-aid", *map(str, arguments), "--tenant", "city-a", "--json"]
        )

    return run


def test_the_commands_open_enrol_and_list(command: Any, tmp_path: Path) -> None:
    made = command("open", "令期", "--from", "2023-01-01", "--until", "2024-12-31",
                   "--contribution", "100.00")  # fmt: skip
    assert made.exit_code == 0, made.output
    file = tmp_path / "a.xlsx"
    file.write_bytes(roster(11, 12))
    for extra, state in ((("--check",), "checked"), ((), "imported")):
        told = command("import", file, "--period", "令期", *extra)
        assert (told.exit_code, json.loads(told.output)["state"]) == (0, state)
    units = json.loads(command("units", "--period", "令期").output)
    assert (units["workers"], units["raised"]) == (2, 200_00)
    assert units["units"][0]["employer"] == "红果镇煤矿"
    periods = json.loads(command("periods").output)
    assert {"name": "令期", "starts_on": "2023-01-01", "ends_on": "2024-12-31",
            "contribution": "100.00"} in periods  # fmt: skip
    file.write_bytes(roster(13, contribution=99_00))
    wrong = command("import", file, "--period", "令期")
    assert wrong.exit_code == 1
    assert json.loads(wrong.output)["faults"][0]["code"] == "contribution_other"
    assert command("units", "--period", "没有").exit_code == 2
