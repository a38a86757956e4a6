"""Claims and pools on the command line: entered, brought in, decided, listed, shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.claims.bills import Bill
from core.claims.workbook import COLUMNS, SHEET
from core.households.export import write_rows
from core.installation import Installation
from tests.core.claims.city import BENEFIT, CARD, City, staff
from tests.core.enrolments.test_enrolments import MILL
from tests.factories import found_tree
from web.cli import main


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    found_tree(module_installation)
    return staff(module_installation, "lps")


@pytest.fixture
def command(city: City, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = city.installation.settings
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
        login = city.people[who].login
        words = [*map(str, arguments), "--tenant", "lps", "--as", login, "--json"]
        return CliRunner().invoke(main, words)

    return run


def told(bill: Bill) -> list[object]:
    """Return the options that tell a bill."""
    return [
        "--id-number", bill.id_number, "--name", bill.name, "--hospital", bill.hospital,
        "--hospital-code", bill.hospital_code, "--bill", bill.bill_number, "--admitted",
        bill.admitted_on, "--discharged", bill.discharged_on, "--total", "20000.00",
        "--basic-insurance", "6000.00", "--illness-insurance", "1000.00", "--in-policy",
        "10000.00", "--out-of-policy", "3000.00", "--bank", "中国建设银行", "--account", CARD,
    ]  # fmt: skip


def test_the_commands_do_the_whole_job(city: City, command: Any, tmp_path: Path) -> None:
    booked = command(
        "finance", "mutual-aid", "receive", "1000000.00", "--period", "2018年度", "--unit",
        "红果镇煤矿", "--code", MILL, "--on", "2018-03-01", "--voucher", "令1",
    )  # fmt: skip
    assert booked.exit_code == 0, booked.output
    bill = city.bill()
    entered = command("clerk", "claim", "enter", "--period", "2018年度", *told(bill))
    assert entered.exit_code == 0, entered.output
    (made,) = json.loads(entered.output)
    assert (made["benefit"], made["step"]) == (BENEFIT, "review")
    back = command("reviewer", "claim", "decide", made["number"], "return", "--reason", "补正")
    assert json.loads(back.output)[0]["state"] == "returned"
    again = command("clerk", "claim", "correct", made["number"], *told(bill))
    assert json.loads(again.output)[0]["step"] == "review", again.output
    for who in ("reviewer", "approver"):
        decided = command(who, "claim", "decide", made["number"], "approve")
        assert decided.exit_code == 0, decided.output
    shown = json.loads(command("finance", "claim", "show", made["number"]).output)
    assert (shown["state"], shown["payment"]["state"]) == ("approved", "reserved")
    pool = json.loads(command("finance", "mutual-aid", "pool", "--period", "2018年度").output)
    assert (pool["reserved"], pool["loss_ratio"]) == (BENEFIT, 4)
    rows = json.loads(
        command("finance", "mutual-aid", "contributions", "--period", "2018年度").output
    )
    assert rows[0]["received"] == 1_000_000_00


def test_a_workbook_is_checked_brought_in_and_its_difference_settled(
    city: City, command: Any, tmp_path: Path
) -> None:
    bill = city.bill(settled=BENEFIT + 1, payee="hospital", payee_name="")
    file = tmp_path / "结算.xlsx"
    file.write_bytes(write_rows(SHEET, COLUMNS, [bill._asdict()]))
    for extra, state in ((("--check",), "checked"), ((), "imported")):
        done = command("clerk", "claim", "import", file, "--period", "2018年度", *extra)
        assert (done.exit_code, json.loads(done.output)["state"]) == (0, state), done.output
        assert json.loads(done.output)["different"] == 1
    listed = command("reviewer", "claim", "list", "--standing", "difference")
    assert listed.exit_code == 1
    (one,) = json.loads(listed.output)
    waiting = command("reviewer", "claim", "waiting")
    assert one["number"] in {row["number"] for row in json.loads(waiting.output)}, waiting.output
    assert json.loads(command("clerk", "claim", "waiting").output) == []
    settled = command("reviewer", "claim", "settle", one["number"], "hospital", "--reason", "已核")
    assert json.loads(settled.output)[0]["granted"] == BENEFIT + 1
    assert command("clerk", "claim", "decide", one["number"], "approve").exit_code != 0
    again = command("clerk", "claim", "import", file, "--period", "2018年度")
    assert again.exit_code == 1
    assert json.loads(again.output)["faults"][0]["code"] == "bill_claimed"
    assert command("clerk", "claim", "show", "没有").exit_code == 2
