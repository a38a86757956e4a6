"""Forms on the command line: written, filled in, checked, brought in, a paper attached."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.context import BEIJING
from core.installation import Installation
from tests.core.applications.test_forms import PICTURE, fill, read_keys
from tests.factories import file_household, found_tree, hire
from web.cli import main

ASKS = {"申请金额（元）": 8400, "家庭生活困难情况": "病"}


@pytest.fixture(scope="module")
def login(module_installation: Installation) -> str:
    tree = found_tree(module_installation)
    clerk = hire(module_installation, tree.city_a, "clerk")
    today = module_installation.now().date()
    for name in ("卫一", "卫二"):
        file_household(module_installation, tree.city_a, name=name, as_of=today, category="deep",
                       verified_on=today)  # fmt: skip
    return clerk.login


@pytest.fixture
def run(module_installation: Installation, login: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = module_installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage),
        "LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)

    def call(*words: object) -> Result:
        arguments = [*map(str, words), "--tenant", "city-a", "--as", login]
        return CliRunner().invoke(main, arguments)

    return call


def test_the_commands_do_the_whole_job(
    run: Any, tmp_path: Path, module_installation: Installation
) -> None:
    form, filled = tmp_path / "form.xlsx", tmp_path / "filled.xlsx"
    assert run("application", "form", "living_aid", form, "--category", "deep").exit_code == 0
    rows = read_keys(form.read_bytes())
    assert [row[1] for row in rows] == ["卫一", "卫二"]
    filled.write_bytes(fill(form.read_bytes(), ASKS, {**ASKS, "申请金额（元）": 9_000_000}))
    bring = ("import", "applications", filled, "--hand-in", "--json")
    checked = run(*bring, "--check")
    assert checked.exit_code == 1, "a fault is something wrong"
    [fault] = json.loads(checked.output)["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (4, "申请金额", "invalid")
    nothing = run(*bring, "--all-or-nothing")
    assert (nothing.exit_code, json.loads(nothing.output)["state"]) == (1, "refused")
    kept = json.loads(run(*bring).output)
    assert (kept["state"], kept["handed_in"], kept["added"]) == ("imported", 1, 1)
    number = f"{rows[0][0]}-"
    one = run("application", "form", "golden_autumn", form, "--file", rows[0][0])
    assert one.exit_code == 0
    assert read_keys(form.read_bytes()) == [(*rows[0], "王小明")]
    schema = json.loads(run("programme", "schema", "golden_autumn").output)
    [paper] = [one["name"] for one in schema["x-evidence"]]
    filled.write_bytes(fill(form.read_bytes(), {"申请金额（元）": 1000}))
    assert run("import", "applications", filled).exit_code == 0
    photo = tmp_path / "证.png"
    photo.write_bytes(PICTURE)
    year = module_installation.now().astimezone(BEIJING).year
    attached = run("application", "attach", f"{number}{year}-02", paper, photo, "--json")
    assert attached.exit_code == 0, attached.output
    found = json.loads(attached.output)
    assert (found["state"], len(found["answers"][paper])) == ("draft", 1)
