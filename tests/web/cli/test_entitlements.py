"""`bangfu entitlement`: listed, a month paid once, ended with a reason."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner, Result

from core.context import BEIJING
from core.installation import Installation
from tests import factories
from tests.entitled import entitle
from web.cli import main


def bangfu(*arguments: str, by: str, code: int = 0) -> Result:
    """Run one command at city-a in somebody's name."""
    done = CliRunner().invoke(main, [*arguments, "--tenant", "city-a", "--as", by])
    assert done.exit_code == code, done.output
    return done


def test_a_month_is_paid_once_and_what_runs_is_ended(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url, "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage), "LANGUAGE": "en",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    city, today = factories.found_tree(installation).city_a, dt.datetime.now(BEIJING).date()
    for role in ("finance", "approver"):
        factories.hire(installation, city, role, login=role)
    _one, number = entitle(installation, city, today)
    bangfu("fund", "add", "租赁补贴", "--source", "财政", "--year", str(today.year),
           "--budget", "1000", by="finance")  # fmt: skip
    month = today.replace(day=1).isoformat()
    told = bangfu("entitlement", "run", "1", month, by="finance").output
    assert "1 payments of 123.45 yuan" in told
    again = bangfu("entitlement", "run", "1", month, by="finance").output
    assert again.startswith("0 payments")
    (listed,) = json.loads(bangfu("entitlement", "list", "--json", by="finance").output)
    assert (listed["number"], listed["paid_until"]) == (number, month)
    ended = bangfu("entitlement", "end", number, "--reason", "已搬走", by="approver").output
    assert "ended" in ended
    assert bangfu("entitlement", "list", "--state", "running", by="finance").output.count("\n") == 1
    bangfu("entitlement", "end", "X-1", "--reason", "已搬走", by="approver", code=2)
