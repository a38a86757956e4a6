"""`bangfu wrong-payment`: what is said, what is stored, the exit code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.federations import root_unit
from core.funds.models import Payment
from core.installation import Installation
from core.personnel import add_person, grant_role
from tests.core.wrong_payments.conftest import pay_one
from tests.factories import found_tree
from tests.office import Office
from web.cli import main


@pytest.fixture(scope="module")
def office(module_installation: Installation) -> Office:
    office = Office(module_installation, found_tree(module_installation))
    with office.system() as ctx:
        for login, role in (("cash", "finance"), ("chief", "approver"), ("desk", "clerk")):
            person = add_person(ctx, login, login)
            ctx.session.flush()
            grant_role(ctx, person, role, root_unit(ctx))
    return office


@pytest.fixture(autouse=True)
def environment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = office.installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_SECRET_KEY": settings.secret_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
        "LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)


def run(who: str, *arguments: str) -> Result:
    words = ["wrong-payment", *arguments, "--tenant", "city-a", "--as", who]
    return CliRunner().invoke(main, words)


def told(who: str, *arguments: str, code: int = 0) -> Any:
    done = run(who, *arguments, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def number_of(office: Office) -> str:
    payment = pay_one(office, "100")
    with office.system() as ctx:
        return ctx.session.get_one(Payment, (ctx.tenant_id, payment)).number


def record(number: str, who: str = "cash", amount: str = "60") -> Result:
    return run(who, "record", number, "--kind", "other", "--amount", amount, "--on", "2023-07-01",
               "--found-by", "审计局", "--reason", "多付")  # fmt: skip


def test_the_whole_way(office: Office) -> None:
    number = number_of(office)
    assert record(number).exit_code == 0
    assert run("cash", "confirm", number).exit_code == 1
    (confirmed,) = told("chief", "confirm", number)
    assert (confirmed["standing"], confirmed["amount"]) == ("open", 6_000)
    assert told("cash", "list", "--standing", "outstanding", code=1)[0]["payment"] == number
    entry = ("--on", "2023-07-03", "--note", "回单")
    assert told("cash", "recover", number, "60", *entry)[0]["standing"] == "recovered"
    assert told("cash", "list", "--year", "2023")[0]["recovered"] == 6_000
    assert told("cash", "recover", number, "0.01", *entry, "--back")[0]["standing"] == "partly"
    told("cash", "recover", number, "0.01", *entry)
    shown = run("cash", "list")
    assert shown.exit_code == 0
    assert number in shown.output
    assert "60.00" in shown.output


def test_put_aside(office: Office) -> None:
    number = number_of(office)
    record(number)
    (done,) = told("chief", "refuse", number, "--reason", "无误")
    assert (done["standing"], done["decision"]) == ("refused", "无误")
    assert told("cash", "list", "--standing", "proposed") == []


def test_misuse_says_what_is_wrong(office: Office) -> None:
    number = number_of(office)
    unknown = record("2023999")
    assert unknown.exit_code == 2
    assert "2023999" in unknown.output
    assert run("chief", "confirm", number).exit_code == 2
    refused = record(number, amount="100.01")
    assert refused.exit_code in (1, 2)
    assert "100.00" in refused.output
    assert record(number, who="desk").exit_code == 1
    assert told("cash", "list", "--standing", "proposed") == []
