"""`bangfu generate` as a newcomer types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.households.workbook.columns import MEMBER_SHEET
from core.households.workbook.opening import sibling
from core.households.workbook.reading import Workbook, read_workbook
from core.policies import Policies
from tests.core.households.workbooks import TODAY
from web.cli import main

BASE = ["generate", "--pack", "city_2023", "--households", "40", "--seed", "5"]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*BASE, *map(str, arguments)])


def read(file: Path) -> Workbook:
    units = Policies.load().pack("city_2023").unit_names()
    return read_workbook(file, today=TODAY, units=units)


def test_a_workbook_of_the_packs_unions_that_imports(tmp_path: Path) -> None:
    result = run("--out", tmp_path / "a.xlsx")
    assert (result.exit_code, result.output.strip()) == (0, str(tmp_path / "a.xlsx"))
    workbook = read(tmp_path / "a.xlsx")
    assert (workbook.faults, workbook.good) == ((), 40)


def test_csv_lies_in_two_files_that_say_the_same(tmp_path: Path) -> None:
    assert run("--out", tmp_path / "a.csv").exit_code == 0
    assert run("--out", tmp_path / "a.xlsx").exit_code == 0
    assert sibling(tmp_path / "a.csv", MEMBER_SHEET).exists()
    assert read(tmp_path / "a.csv").records == read(tmp_path / "a.xlsx").records


def test_the_same_seed_writes_the_same_bytes_another_others(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("--out", tmp_path / f"{name}.xlsx").exit_code == 0
    assert run("--seed", "6", "--out", tmp_path / "c.xlsx").exit_code == 0
    a, b, c = ((tmp_path / f"{name}.xlsx").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_without_a_name_the_file_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("--json").output) == {
        "files": ["city_2023-40-5.xlsx"],
        "households": 40,
    }
    assert read(tmp_path / "city_2023-40-5.xlsx").good == 40


@pytest.mark.parametrize("wrong", [["--households", "0"], ["--seed", "-1"], ["--pack", "nowhere"]])
def test_misuse_is_said_so(wrong: list[str], tmp_path: Path) -> None:
    result = run(*wrong, "--out", tmp_path / "a.xlsx")
    assert result.exit_code == 2
    assert not (tmp_path / "a.xlsx").exists()


def test_a_region_that_published_its_figures_comes_with_the_aid_it_gave(tmp_path: Path) -> None:
    arguments = ["generate", "--pack", "liupanshui", "--households", "120", "--json", "--out"]
    result = CliRunner().invoke(main, [*arguments, str(tmp_path / "l.xlsx")])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["households"] == 120
    assert str(tmp_path / "l-帮扶台账.xlsx") in told["files"]
    assert all(Path(file).exists() for file in told["files"])
    units = Policies.load().pack("liupanshui").unit_names()
    workbook = read_workbook(tmp_path / "l.xlsx", today=TODAY, units=units)
    assert (workbook.faults, workbook.good) == ((), 120)


def test_a_region_that_published_nothing_wants_a_number(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["generate", "--pack", "city_2023", "--out", str(tmp_path / "a.xlsx")]
    )
    assert result.exit_code == 2
    assert "--households" in result.output
