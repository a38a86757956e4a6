"""`bangfu demo`: accounts to sign in with, and a clock that runs ahead only in a demonstration."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from core.installation import Installation
from tests.factories import found_tree, hire
from web.cli import main


@pytest.fixture
def served(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    settings = installation.settings
    given = {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_SECRET_KEY": settings.secret_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return installation


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", *arguments])


def test_accounts_of_every_federation_cities_first(served: Installation) -> None:
    tree = found_tree(served)
    hire(served, tree.province, "supervisor", login="above")
    hire(served, tree.city_a, "clerk", "investigator", login="here")
    hire(served, tree.city_a, login="without-a-role")
    told = json.loads(run("accounts", "--json").stdout)
    assert told["address"] == "http://127.0.0.1:8300/"
    assert [(one["tenant"], one["login"], one["roles"]) for one in told["accounts"]] == [
        ("city-a", "here", ["clerk", "investigator"]),
        ("province", "above", ["supervisor"]),
    ]


def test_people_get_a_table(served: Installation) -> None:
    hire(served, found_tree(served).city_a, "clerk", login="here")
    result = run("accounts")
    assert result.exit_code == 0
    assert "http://127.0.0.1:8300/" in result.stdout
    assert "here" in result.stdout


def test_the_clock_goes_ahead_and_back(
    served: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGFU_DEMO", "1")
    assert json.loads(run("clock", "--ahead", "3", "--json").stdout)["days_ahead"] == 3
    assert json.loads(run("clock", "--ahead", "2", "--json").stdout)["days_ahead"] == 5
    assert json.loads(run("clock", "--json").stdout)["days_ahead"] == 5
    assert json.loads(run("clock", "--reset", "--json").stdout)["days_ahead"] == 0


def test_no_other_clock_is_moved(served: Installation) -> None:
    result = run("clock", "--ahead", "3")
    assert result.exit_code == 1
    assert json.loads(run("clock", "--json").stdout)["days_ahead"] == 0
