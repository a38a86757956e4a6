"""`bangfu import households`: what is said, what is stored, with which exit code."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.households.models import Household, Import
from core.installation import Installation
from tests.factories import Tree, found_tree, hire, place_unit
from web.cli import main

DATA = Path(__file__).parents[2] / "data"
SAMPLE, FAULTY = DATA / "困难职工档案.xlsx", DATA / "困难职工档案-有误.xlsx"
UNITS = ("水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会")


@pytest.fixture
def tree(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Tree:
    made = found_tree(installation)
    for name in UNITS:
        place_unit(installation, made.city_a, name)
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
    return made


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["import", "households", *map(str, arguments)])


def report(*arguments: object) -> tuple[dict[str, Any], int]:
    result = run(*arguments, "--json")
    return json.loads(result.stdout), result.exit_code


def count(installation: Installation, tree: Tree, table: type[Household | Import]) -> int:
    with installation.system(tree.city_a) as ctx:
        query = select(func.count()).where(table.tenant_id == ctx.tenant_id)
        return ctx.session.scalar(query) or 0


class TestWithoutAServer:
    def test_every_fault_of_the_faulty_sample(self) -> None:
        told, code = report(FAULTY, "--check", "--pack", "city_2023")
        with (DATA / "faults.csv").open(encoding="utf-8-sig", newline="") as file:
            expected = {(int(row["行"]), row["列"]) for row in csv.DictReader(file)}
        assert {(fault["row"], fault["column"]) for fault in told["faults"]} == expected
        assert {tuple(fault) for fault in told["faults"]} == {
            ("sheet", "row", "column", "code", "message", "remedy")
        }
        assert (told["rows"], told["good"], code) == (24, 2, 1)

    def test_a_clean_file_is_exit_code_0(self) -> None:
        told, code = report(SAMPLE, "--check", "--pack", "city-2023")
        assert (told["rows"], told["good"], told["faults"], code) == (300, 300, [], 0)

    def test_people_get_a_table_with_remedies(self) -> None:
        result = run(FAULTY, "--check", "--pack", "city_2023")
        assert "身份证号" in result.stdout
        assert result.exit_code == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("--pack", "city_2023"),
            ("--check",),
            ("--check", "--pack", "city_2023", "--tenant", "city-a"),
            ("--check", "--pack", "nowhere"),
        ],
    )
    def test_misuse_is_exit_code_2(self, arguments: tuple[str, ...]) -> None:
        assert run(SAMPLE, *arguments).exit_code == 2

    def test_a_file_that_is_not_there_is_misuse(self) -> None:
        assert run("nowhere.xlsx", "--check", "--pack", "city_2023").exit_code == 2


class TestIntoATenant:
    def test_300_households_come_in(self, installation: Installation, tree: Tree) -> None:
        told, code = report(SAMPLE, "--tenant", "city-a", "--on", "2023-06-30")
        assert (told["state"], told["added"], told["faults"], code) == ("imported", 300, [], 0)
        assert told["categories"] == {"deep": 125, "relative": 102, "accidental": 17, "none": 56}
        assert count(installation, tree, Household) == 300

    def test_checking_stores_nothing(self, installation: Installation, tree: Tree) -> None:
        told, code = report(SAMPLE, "--tenant", "city-a", "--check")
        assert (told["added"], told["faults"], code) == (300, [], 0)
        assert count(installation, tree, Household) == count(installation, tree, Import) == 0

    def test_good_rows_are_kept_and_faults_told(
        self, installation: Installation, tree: Tree
    ) -> None:
        told, code = report(FAULTY, "--tenant", "city-a")
        assert (told["state"], told["added"], len(told["faults"]), code) == ("imported", 2, 22, 1)
        assert count(installation, tree, Household) == 2

    def test_all_or_nothing_keeps_nothing(self, installation: Installation, tree: Tree) -> None:
        told, code = report(FAULTY, "--tenant", "city-a", "--all-or-nothing")
        assert (told["state"], len(told["faults"]), code) == ("refused", 22, 1)
        assert count(installation, tree, Household) == 0

    def test_in_the_name_of_a_clerk_only_his_units_are_known(
        self, installation: Installation, tree: Tree
    ) -> None:
        hire(installation, tree.city_a, "clerk", unit=UNITS[0], login="shuicheng")
        told, code = report(SAMPLE, "--tenant", "city-a", "--as", "shuicheng", "--check")
        assert {fault["code"] for fault in told["faults"]} == {"unit_unknown"}
        assert code == 1

    def test_an_unknown_tenant_is_misuse(self, tree: Tree) -> None:
        assert run(SAMPLE, "--tenant", "city-z").exit_code == 2
