"""What cannot wait on the command line: asked for, granted, papers handed in and checked."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from core.applications.models import Application
from core.context import BEIJING
from core.households.models import Household
from core.installation import Installation
from core.notices.publication import open_notice
from core.tenancy import TenantView
from tests import factories
from tests.factories import Filed
from tests.urgent import ANSWERS, PDF, PROGRAMME, REASON, file_burnt, found_nanning, gather
from web.cli import main


def bangfu(*arguments: str, by: str, code: int = 0) -> Result:
    """Run one command at Nanning in somebody's name."""
    done = CliRunner().invoke(main, [*arguments, "--tenant", "nanning", "--as", by])
    assert done.exit_code == code, done.output
    return done


def settle_environment(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands find the installation."""
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url, "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage), "LANGUAGE": "en",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


def grant(installation: Installation, city: TenantView, filed: Filed, asked: str) -> str:
    """Bring an application through the urgent route and return its number."""
    with installation.system(city) as ctx:
        file_number = ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number
    form = ("application", "start", file_number, PROGRAMME, "--answers", json.dumps(ANSWERS))
    urgent = ("--urgent", REASON, "--submit", "--json", "--asked", asked)
    made = bangfu(*form, *urgent, by="clerk")
    number: str = json.loads(made.output)["number"]
    for who in ("investigator", "approver"):
        bangfu("application", "decide", number, "approve", by=who)
    with installation.system(city) as ctx:
        query = select(Application.id).where(Application.number == number)
        open_notice(ctx, ctx.session.scalars(query).one())
    return number


def test_it_is_granted_first_and_its_papers_follow(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settle_environment(installation, monkeypatch)
    now = dt.datetime.now(dt.UTC)
    factories.found_tree(installation)
    city = found_nanning(installation)
    staff = {
        role: factories.hire(installation, city, role, login=role)
        for role in ("clerk", "investigator", "reviewer", "approver")
    }
    factories.hire(installation, city, "finance", login="finance")
    bangfu("fund", "add", "急难备用金", "--source", "财政", "--year", str(now.year),
           "--budget", "100000", by="finance")  # fmt: skip
    filed = file_burnt(installation, city, now)
    with installation.system(city) as ctx:
        file_number = ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number
    told = bangfu("application", "start", file_number, PROGRAMME, "--answers", json.dumps(ANSWERS),
                  "--urgent", REASON, "--asked", "5000.01", by="clerk", code=2)  # fmt: skip
    assert "5,000.00" in told.output
    number = grant(installation, city, filed, "5000")
    (owed,) = json.loads(bangfu("papers", "list", "--json", by="clerk").output)
    assert (owed["number"], owed["standing"], owed["amount"]) == (number, "owed", 500_000)
    assert number in bangfu("papers", "waiting", by="clerk").output
    bangfu("handover", "hold", number, "1", "--article=棉被:床:2:150", "--article=大米:袋:1:5000",
           by="finance", code=2)  # fmt: skip
    made = bangfu("batch", "make", "1", f"--payment={number}-1", "--json", by="finance")
    assert json.loads(made.output)["count"] == 1
    bangfu("batch", "make", "1", "--payment=X-1", by="finance", code=2)
    form = tmp_path / "form.pdf"
    form.write_bytes(PDF)
    named = [f"--paper={name}={form}" for name in ("event_paper", "application_form")]
    told = bangfu("papers", "hand-in", number, *named, by="clerk", code=2)
    assert "home visit" in told.output
    visitors = (staff["investigator"].person_id, staff["clerk"].person_id)
    assert visitors[0] and visitors[1]
    gather(installation, city, staff["clerk"], filed, (visitors[0], visitors[1]), now)
    bangfu("papers", "hand-in", number, f"--paper=receipt={form}", by="clerk", code=2)
    assert "handed_in" in bangfu("papers", "hand-in", number, *named, by="clerk").output
    bangfu("papers", "check", number, "approve", by="approver", code=1)
    assert "settled" in bangfu("papers", "check", number, "approve", by="reviewer").output
    assert bangfu("papers", "list", "--standing", "owed", by="clerk").output.count("\n") == 1


def test_it_is_handed_over_in_cash_and_goods(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settle_environment(installation, monkeypatch)
    factories.found_tree(installation)
    city, now = found_nanning(installation), dt.datetime.now(dt.UTC)
    for role in ("clerk", "investigator", "approver", "finance"):
        factories.hire(installation, city, role, login=role)
    number = grant(installation, city, file_burnt(installation, city, now), "1000")
    bangfu("fund", "add", "急难备用金", "--source", "财政", "--year", str(now.year),
           "--budget", "100000", by="finance")  # fmt: skip
    held = bangfu(
        "handover", "hold", number, "1", "--article=棉被:床:2:150", "--json", by="finance"
    )
    assert json.loads(held.output)["goods"] == [
        {"name": "棉被", "measure": "床", "quantity": 2, "price": 15_000}
    ]
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(PDF)
    given = ("--on", str(now.astimezone(BEIJING).date()), "--giver=王一", "--receiver=王建国",
             "--receipt", str(receipt))  # fmt: skip
    bangfu("handover", "record", number, *given, by="clerk", code=2)
    told = bangfu("handover", "record", number, *given, "--giver=李二", by="clerk").output
    assert "handed_over recorded" in told
    assert "reserved" in bangfu("handover", "refuse", number, "--reason", "金额有误",
                                by="finance").output  # fmt: skip
    bangfu("handover", "record", number, *given, "--giver=李二", by="clerk")
    assert "paid" in bangfu("handover", "confirm", number, by="finance").output
