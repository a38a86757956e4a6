"""`bangfu policy test`: the examples hold, and a miss is told in words and by exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import main

RIGHT = """
pack = "city_2023"
[[case]]
name = "exactly the line"
on = 2023-06-30
household = { members = 2, income = "16800.00" }
expect = { category = "relative" }
"""


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command speak English."""
    monkeypatch.setenv("LANGUAGE", "en")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["policy", "test", *map(str, arguments)])


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_examples_of_packs_and_plugins_hold() -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "city_2023/cases.toml" in result.stdout
    assert "worker_hardship/cases.toml" in result.stdout
    assert "✗" not in result.stdout


def test_one_file_alone(tmp_path: Path) -> None:
    result = run(written(tmp_path, RIGHT))
    assert result.exit_code == 0
    assert "1 of 1 cases as expected" in result.stdout
    assert "city_2023/" not in result.stdout


def test_a_miss_is_told_so_that_people_can_read_it(tmp_path: Path) -> None:
    result = run(written(tmp_path, RIGHT.replace('"relative"', '"deep"')))
    assert result.exit_code == 1
    assert "0 of 1 cases" in result.stdout
    for told in ("exactly the line", "category", "deep", "relative"):
        assert told in result.stdout


def test_a_miss_as_json(tmp_path: Path) -> None:
    result = run(written(tmp_path, RIGHT.replace('"relative"', '"deep"')), "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["cases"], told["failed"]) == (1, 1)
    (difference,) = told["differences"]
    assert difference["case"] == "exactly the line"
    assert (difference["key"], difference["expected"], difference["found"]) == (
        "category", "deep", "relative",
    )  # fmt: skip


@pytest.mark.parametrize("spoil", [("2023-06-30", "soon"), ("members", "membres"), ("[[", "[")])
def test_a_file_that_cannot_be_read_is_misuse_naming_it(
    spoil: tuple[str, str], tmp_path: Path
) -> None:
    result = run(written(tmp_path, RIGHT.replace(*spoil)))
    assert result.exit_code == 2
    assert "cases.toml" in result.stderr


def test_a_file_that_is_not_there_is_misuse() -> None:
    assert run("nowhere.toml").exit_code == 2
