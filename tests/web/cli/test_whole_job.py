"""The whole job by command: import, apply, decide, notice, fund, batch, result."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.applications.models import Application
from core.households.models import Household
from core.installation import Installation
from core.money import parse_yuan
from core.notices.publication import close_due_notices, open_notice
from core.people import SYSTEM
from core.tenancy import TenantView
from tests import factories
from web.cli import main
from web.cli.acting import find_number

SAMPLE = Path(__file__).parents[2] / "data" / "困难职工档案.xlsx"
TOWNSHIPS = ("水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会")
ROLES = ("clerk", "investigator", "reviewer", "approver", "finance")
Run = Callable[..., Any]


@pytest.fixture
def city(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> TenantView:
    """A city with the units of the sample and one person a role, named by it."""
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage),
        "LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)
    tree = factories.found_tree(installation)
    for unit in TOWNSHIPS:
        factories.place_unit(installation, tree.city_a, unit)
    for role in ROLES:
        factories.hire(installation, tree.city_a, role, login=role)
    factories.hire(installation, tree.city_a, "finance", login="cashier")
    factories.hire(installation, tree.province, "approver", login="approver")
    factories.hire(installation, tree.nation, "approver", login="approver")
    return tree.city_a


def bangfu(*arguments: str, code: int = 0) -> Result:
    """Run one command, in this process."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == code, done.output
    return done


def told(*arguments: str, by: str) -> Any:
    """Run a command in somebody's name at city-a and return what it tells programs."""
    done = bangfu(*arguments, "--tenant", "city-a", "--as", by, "--json")
    return json.loads(done.stdout)


def run_notice(installation: Installation, city: TenantView, number: str) -> None:
    """Open the notice and close it after its last day, as worker and ticker do."""
    with installation.system(city) as ctx:
        notice = open_notice(ctx, find_number(ctx, number))
        assert notice is not None
        over = dt.datetime.combine(notice.last_day, dt.time(23), dt.UTC) + dt.timedelta(days=1)
    with factories.acting(installation, city, SYSTEM, at=over) as ctx:
        close_due_notices(ctx)


def test_from_the_workbook_to_the_reconciled_batch(
    installation: Installation, city: TenantView, tmp_path: Path
) -> None:
    imported = told("import", "households", str(SAMPLE), by="clerk")
    assert imported["added"] == 300
    assert imported["categories"] == {
        "deep": 125, "relative": 102, "accidental": 17, "none": 56,
    }  # fmt: skip
    look_at_files(tmp_path)
    year = str(installation.now().year)
    told("fund", "add", "帮扶资金", "--source", "财政", "--year", year, "--budget", "50000",
         by="finance")  # fmt: skip
    answers = ("--answers", '{"circumstances": "户主残疾"}')
    verify_in_time()
    started = told("application", "start", "LPS0700001", "living_aid", "--asked", "6000", *answers,
                   "--submit", by="clerk")  # fmt: skip
    number = started["number"]
    for role in ("investigator", "reviewer", "approver"):
        waiting = told("application", "waiting", by=role)
        assert [one["number"] for one in waiting] == [number]
        decided = told("application", "decide", number, "approve", by=role)
    assert decided["state"] == "approved"
    run_notice(installation, city, number)

    batch = told("batch", "make", "1", by="finance")["number"]
    bangfu("batch", "send", batch, "--tenant", "city-a", "--as", "finance", code=1)
    assert told("batch", "send", batch, by="cashier")["state"] == "sent"
    sheet = tmp_path / "bank.xlsx"
    bangfu("batch", "file", batch, "--out", str(sheet), "--reason", "发放", "--tenant", "city-a",
           "--as", "cashier")  # fmt: skip
    result = tmp_path / "result.csv"
    result.write_text(answer_as_the_bank(sheet), encoding="utf-8")
    booked = told("batch", "result", batch, str(result), by="cashier")
    assert booked == {"paid": 1, "paid_total": 600_000, "failed": 0, "failed_total": 0}
    assert told("application", "show", number, by="clerk")["state"] == "paid"
    assert told("fund", "list", by="finance")[0]["left"] == 4_400_000
    replay_all(installation)


def verify_in_time() -> None:
    """A file that is overdue gets nothing until two people verified it."""
    start = ("application", "start", "LPS0700001", "living_aid", "--asked", "6000")
    of_clerk = ("--tenant", "city-a", "--as", "clerk")
    assert "too long ago" in bangfu(*start, *of_clerk, code=1).output
    late = json.loads(bangfu("household", "overdue", *of_clerk, "--json", code=1).stdout)
    assert "LPS0700001" in [one["file_number"] for one in late]
    alone = bangfu("household", "verify", "LPS0700001", "--with", "clerk", *of_clerk, code=2)
    assert "one alone is not enough" in alone.output
    told("household", "verify", "LPS0700001", "--with", "investigator", by="clerk")
    again = json.loads(bangfu("household", "overdue", *of_clerk, "--json", code=1).stdout)
    assert len(again) == len(late) - 1


def replay_all(installation: Installation) -> None:
    """Every decision comes out the same; one that was altered is named, with exit code 1."""
    (whole,) = json.loads(bangfu("policy", "replay", "--tenant", "city-a", "--json").stdout)
    assert (whole["judgements"], whole["applications"], whole["differences"]) == (300, 1, [])
    with installation.system(installation.tenant("city-a")) as ctx:
        application = ctx.session.scalars(select(Application)).one()
        application.assessment = {**application.assessment, "maximum": 1}
    differs = bangfu("policy", "replay", "--tenant", "city-a", "--json", code=1)
    (found,) = json.loads(differs.stdout)[0]["differences"]
    assert (found["number"], found["what"]) == (application.number, ["maximum"])
    text = bangfu("policy", "replay", "--tenant", "city-a", code=1).stdout
    assert (
        "300 judgements, 1 applications, 0 reviews for exit and 0 claims judged anew, 1 came"
        in text
    )
    assert application.number in text


def look_at_files(folder: Path) -> None:
    """Every file is listed, shown with how it was judged, and exported without loss."""
    listed = told("household", "list", "--category", "deep", "--size", "5", by="clerk")
    assert (listed["total"], len(listed["households"])) == (125, 5)
    shown = told("household", "show", "LPS0700001", by="clerk")
    assert shown["judgement"]["category"] == "deep"
    assert shown["judgement"]["explanation"]
    of_clerk = ("--tenant", "city-a", "--as", "clerk")
    assert "LPS0700001" in bangfu("household", "list", *of_clerk).stdout
    text = bangfu("household", "show", "LPS0700001", *of_clerk).stdout
    assert "588.00 yuan per head and month" in text
    assert "14,112.00 ÷ 24" in text
    assert "from 2023-01-01" in text
    out = folder / "export.xlsx"
    assert told("household", "export", "--out", str(out), by="clerk")["path"] == str(out)
    again = told("import", "households", str(out), "--check", by="clerk")
    assert (again["unchanged"], again["added"], again["faults"]) == (300, 0, [])


def test_a_budget_is_raised_and_lowered_by_two_people(city: TenantView) -> None:
    told("fund", "add", "帮扶资金", "--source", "财政", "--year", "2023", "--budget", "50000",
         by="finance")  # fmt: skip
    why = ("--reason", "追加")
    (change,) = told("fund", "raise", "1", "2500.50", *why, by="finance")
    assert (change["amount"], change["state"]) == (250_050, "proposed")
    own = ("fund", "confirm", "1", "--tenant", "city-a", "--as", "finance")
    assert "someone else must decide" in bangfu(*own, code=1).output
    assert told("fund", "confirm", "1", by="cashier")[0]["state"] == "confirmed"
    told("fund", "lower", "1", "100", *why, by="cashier")
    told("fund", "refuse", "1", "--reason", "不必", by="finance")
    assert [one["state"] for one in told("fund", "changes", "1", by="finance")] == [
        "refused", "confirmed",
    ]  # fmt: skip
    assert told("fund", "list", by="finance")[0]["budget"] == 5_250_050
    too_much = ("fund", "lower", "1", "60000", *why, "--tenant", "city-a", "--as", "finance")
    assert "52,500.50 yuan left" in bangfu(*too_much, code=1).output
    assert bangfu(*own[:2], "9", *own[3:], code=2).exit_code == 2


def test_medical_relief_goes_up_to_the_nation(installation: Installation, city: TenantView) -> None:
    statement = {"self_paid": parse_yuan("60000")}
    filed = factories.file_household(installation, city, statement=statement)
    with installation.system(city) as ctx:
        file_number = ctx.session.get_one(Household, (city.id, filed.id)).file_number
    told("household", "verify", file_number, "--with", "investigator", by="clerk")
    started = told("application", "start", file_number, "medical_relief", "--asked", "50000",
                   "--answers", '{"illness_name": "尿毒症"}', "--submit", by="clerk")  # fmt: skip
    takers = ("investigator", "reviewer", "approver", "approver@province", "approver@nation")
    for login in takers:
        decided = told("application", "decide", started["number"], "approve", by=login)
    assert decided["state"] == "approved"
    assert [step["level"] for step in decided["steps"]][-2:] == ["province", "nation"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("application", "show", "X-1", "--tenant", "city-z", "--as", "clerk"),
         "no federation “city-z”"),
        (("application", "show", "X-1", "--tenant", "city-a", "--as", "stranger"),
         "nobody with the login “stranger”"),
        (("application", "show", "X-1", "--tenant", "city-a", "--as", "clerk"),
         "no application X-1"),
        (("application", "start", "X", "living_aid", "--tenant", "city-a", "--as", "clerk"),
         "no household file X"),
        (("batch", "make", "9", "--tenant", "city-a", "--as", "finance"), "no number 9"),
        (("report", "supervision", "--tenant", "city-z", "--period", "2023Q1"),
         "no federation “city-z”"),
        (("jobs", "list", "--tenant", "city-z"), "no federation “city-z”"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(
    city: TenantView, arguments: tuple[str, ...], told: str
) -> None:
    assert told in bangfu(*arguments, code=2).output


def test_answers_that_are_no_json_are_named(city: TenantView) -> None:
    done = bangfu("application", "start", "X", "living_aid", "--answers", "deep", "--tenant",
                  city.slug, "--as", "clerk", code=2)  # fmt: skip
    assert "The answers are no JSON object." in done.output


def answer_as_the_bank(sheet: Path) -> str:
    """Return the bank's CSV in which every payment of its workbook went well."""
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    heading = next(index for index, row in enumerate(rows) if "付款编号" in row)
    number, amount = (rows[heading].index(name) for name in ("付款编号", "金额（元）"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["付款编号", "金额（元）", "结果", "失败原因"])
    for row in rows[heading + 1 :]:
        if "-" in str(row[number]):
            writer.writerow([row[number], row[amount], "成功", ""])
    return out.getvalue()
