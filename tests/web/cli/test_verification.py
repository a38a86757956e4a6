"""`bangfu verification` and `bangfu discover`: what is said, what is stored, the exit code."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.households.listing import Filters
from core.installation import Installation
from core.verification.models import Proposal, VerificationAnswer
from core.verification.requests import make_round
from tests.core.verification.conftest import (
    SAMPLE,
    World,
    answered,
    found_world,
    person_id,
    workbook,
)
from tests.factories import id_number
from web.cli import main


@pytest.fixture(scope="module")
def world(module_installation: Installation) -> World:
    return found_world(module_installation)


@pytest.fixture(autouse=True)
def environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.installation.settings
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
    return CliRunner().invoke(main, [*map(str, arguments), "--tenant", "city-a"])


def told(*arguments: object) -> tuple[Any, int]:
    result = run(*arguments, "--json")
    return json.loads(result.stdout), result.exit_code


def count(world: World, table: type[Proposal] | type[VerificationAnswer]) -> int:
    with world.system() as ctx:
        return ctx.session.scalar(select(func.count(table.id))) or 0


def test_answers_are_checked_put_in_and_twice_the_same(world: World) -> None:
    report, code = told("verification", "import", SAMPLE, "--check")
    assert (report["good"], report["added"], code, count(world, VerificationAnswer)) == (
        200, 200, 0, 0,
    )  # fmt: skip
    report, code = told("verification", "import", SAMPLE)
    assert (report["state"], report["added"], code) == ("imported", 200, 0)
    report, _code = told("verification", "import", SAMPLE)
    assert (report["added"], report["unchanged"]) == (0, 200)
    rows, code = told("verification", "differences")
    assert code == 0
    assert len(rows) == report["found"] + len(rows)
    assert {"kind", "declared", "told", "due_on"} <= set(rows[0])
    assert rows[0]["file_number"] in run("verification", "differences").stdout


def test_faults_are_exit_code_1_and_an_unknown_federation_2(tmp_path: Path) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(answered("民政低保", rows=[("坏", "12", "是")]))
    report, code = told("verification", "import", bad)
    assert (report["state"], code) == ("refused", 1)
    assert [(one["row"], one["code"]) for one in report["faults"]] == [(2, "id_length")]
    shown = run("verification", "import", bad)
    assert "身份证号" in shown.stdout
    unknown = CliRunner().invoke(main, ["discover", str(bad), "--tenant", "nowhere"])
    assert unknown.exit_code == 2


def test_a_list_is_matched_and_the_registry_screened(world: World, tmp_path: Path) -> None:
    names = tmp_path / "名单.xlsx"
    names.write_bytes(workbook(("甲", id_number(991_001)), titles=("姓名", "身份证号")))
    report, code = told("discover", names, "--kind", "dibao", "--check")
    assert (report["proposable"], code, count(world, Proposal)) == (1, 0, 0)
    report, code = told("discover", names, "--kind", "dibao")
    assert (report["proposed"], code) == (1, 0)
    screened, code = told("discover", "--screen")
    assert code == 0
    assert screened["proposed"] == count(world, Proposal) - 1 > 0
    again = run("discover", "--screen")
    assert again.exit_code == 0


def test_a_file_or_the_registry_but_not_both_or_neither(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"x")
    assert run("discover").exit_code == 2
    assert run("discover", file, "--screen").exit_code == 2


def test_the_list_of_a_round_is_written_and_its_households_wait(
    world: World, tmp_path: Path
) -> None:
    name, number, _household = person_id(world, "LPS0700005")
    world.consent("LPS0700005")
    with world.acting() as ctx:
        item = make_round(ctx, Filters(), sources=["civil_affairs"], due_on=dt.date(2099, 1, 1))
        rounds = f"{item.year}-{item.number}"
    out = tmp_path / "名单.xlsx"
    unknown = run("verification", "export", "2026-99", "--out", out)
    assert (unknown.exit_code, out.exists()) == (2, False)
    assert run("verification", "export", rounds, "--out", out, "--source", "tax").exit_code == 2
    assert run("verification", "export", rounds, "--out", out).exit_code == 0
    rows = list(openpyxl.load_workbook(out).worksheets[0].values)
    assert ("LPS0700005", name, "户主", number) in {row[:4] for row in rows}
    listed, code = told("verification", "rounds")
    assert (listed[0]["name"], listed[0]["households"], listed[0]["waiting"], code) == (
        rounds, 1, 1, 0,
    )  # fmt: skip
    assert rounds in run("verification", "rounds").stdout
