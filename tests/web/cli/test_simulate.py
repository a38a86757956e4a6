"""`bangfu policy simulate`: what it says, the workbook, the exit codes; nothing is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from core.audit.models import AuditRecord
from core.installation import Installation
from core.money import parse_yuan as yuan
from tests.factories import found_tree, hire
from tests.registry import Registry
from web.cli import main

RICH = {"income": yuan("69600"), "illness": 0, "schooling": 0}
"""Four members at 1450 yuan a head: none at twice 700, relative at twice 750."""


@pytest.fixture
def registry(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Registry:
    tree = found_tree(installation)
    made = Registry(installation, tree, tree.city_a, hire(installation, tree.city_a, "approver"))
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LANGUAGE", "en")
    return made


def run(*options: object, tenant: str = "city-a", on: str = "2023-06-30") -> Result:
    words = ["policy", "simulate", "--tenant", tenant, "--on", on, *map(str, options)]
    return CliRunner().invoke(main, words)


def records(registry: Registry) -> int:
    with registry.installation.system(registry.city) as ctx:
        return ctx.session.scalar(select(func.count()).select_from(AuditRecord)) or 0


def test_it_tells_who_comes_in_and_what_it_costs(registry: Registry) -> None:
    registry.file(statement=RICH)
    registry.file()
    before = records(registry)
    told = run("--set", "dibao_line=750.00")
    assert told.exit_code == 0, told.output
    assert "of 2 households 1 newly qualify, 0 drop out, 0 change category" in told.stdout
    [living] = [line for line in told.stdout.splitlines() if line.startswith("Living aid")
                or line.startswith("living aid")]  # fmt: skip
    assert living.split()[-3:] == ["8,400.00", "16,200.00", "7,800.00"]
    assert records(registry) == before


def test_a_province_stands_for_its_cities_and_programs_get_json(registry: Registry) -> None:
    registry.file(statement=RICH)
    replace(registry, city=registry.tree.city_b).file()
    told = run("--set", "dibao_line=750.00", "--json", tenant="province")
    assert told.exit_code == 0, told.output
    data = json.loads(told.stdout)
    assert (data["tenant"], data["set"]) == ("province", ["dibao_line=750.00"])
    assert (data["households"], data["qualifying"]) == (2, 1)
    found = {one["federation"]: one["qualifying"] for one in data["federations"]}
    assert found == {"city-a": 1, "city-b": 0}


def test_several_figures_at_once(registry: Registry) -> None:
    registry.file()
    data = json.loads(run("--set", "living_aid.months_maximum=10", "--set",
                          "living_aid.months_minimum=9", "--json").stdout)  # fmt: skip
    [living] = [one for one in data["costs"] if one["programme"] == "living_aid"]
    assert (living["after"]["minimum"], living["after"]["maximum"]) == (
        yuan("6300"), yuan("7000"),
    )  # fmt: skip


def test_the_workbook_lists_the_files_masked(registry: Registry, tmp_path: Path) -> None:
    filed = registry.file(statement=RICH)
    path = tmp_path / "simulation.xlsx"
    told = run("--set", "dibao_line=750.00", "--excel", path)
    assert told.exit_code == 0, told.output
    assert str(path) in told.stdout
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["Categories", "Cost", "Wrong payments", "Affected files"]
    [_heads, file] = book.get_sheet_by_name("Affected files").to_python()
    assert file[2] == registry.household(filed).file_number
    assert file[3] == "王**"
    costs = book.get_sheet_by_name("Cost").to_python()
    assert [row[6:8] for row in costs if row[2] == "living aid" or row[2] == "Living aid"] == [
        [4800.0, 7200.0]
    ]


@pytest.mark.parametrize(
    ("figure", "told"),
    [("dibao_lien=1", "There is no figure “dibao_lien”"), ("dibao_line", "no figure with a value"),
     ("dibao_line=many", "“dibao_line” cannot be many"), ("dibao_line=0.00", "from 0.01 to")],
)  # fmt: skip
def test_what_cannot_be_tried_is_misuse_that_names_it(
    registry: Registry, figure: str, told: str
) -> None:
    result = run("--set", figure)
    assert result.exit_code == 2, result.output
    assert told in result.stderr


@pytest.mark.parametrize("given", [{"tenant": "nowhere"}, {"on": "2019-01-01"}, {"on": "soon"}])
def test_a_federation_or_a_day_that_is_not_known_is_misuse(
    registry: Registry, given: dict[str, str]
) -> None:
    assert run("--set", "dibao_line=750.00", **given).exit_code == 2
