"""`bangfu judge`: a workbook in, one line a file out, without any server."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web.cli import console, main
from web.cli.judge import write_share, write_yuan

DATA = Path(__file__).resolve().parents[2] / "data"
GOOD, FAULTY = DATA / "困难职工档案.xlsx", DATA / "困难职工档案-有误.xlsx"


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away whatever a server could be reached by."""
    for name in [name for name in os.environ if name.endswith("_URL")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANGUAGE", "en")
    console._catalogue.cache_clear()


def judge(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["judge", *map(str, arguments)])


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_sample_comes_out_as_expected_in_every_row(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = judge(GOOD, "--pack", "city_2023", "--on", "2023-06-30", "--csv", out)
    assert result.exit_code == 0, result.output
    found = lines(out.read_text(encoding="utf-8"))
    expected = lines((DATA / "expected.csv").read_text(encoding="utf-8"))
    assert len(found) == len(expected) == 300
    assert all(one.pop("reasons") for one in found)
    assert found == expected


def test_without_a_file_the_lines_go_to_the_output() -> None:
    result = judge(GOOD, "--pack", "city-2023", "--on", "2023-06-30")
    assert result.exit_code == 0
    assert result.stdout.startswith("档案编号,category,living_min,living_max,education_max,")
    assert len(lines(result.stdout)) == 300
    assert "deep 125, relative 102, accidental 17, none 56" in result.stderr


def test_programs_get_json() -> None:
    result = judge(GOOD, "--pack", "city_2023", "--on", "2023-06-30", "--json")
    told = json.loads(result.stdout)
    assert result.stderr == ""
    assert told["categories"] == {"deep": 125, "relative": 102, "accidental": 17, "none": 56}
    assert told["faults"] == []
    assert told["households"][0]["档案编号"] == "LPS0700001"


@pytest.mark.parametrize(("language", "told"), [("zh", "低于低保标准"), ("en", "below the dibao")])
def test_reasons_are_told_in_the_language_of_the_terminal(
    language: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    console._catalogue.cache_clear()
    first = lines(judge(GOOD, "--pack", "city_2023", "--on", "2023-06-30").stdout)[0]
    console._catalogue.cache_clear()
    assert told in first["reasons"]


def test_rows_with_faults_are_told_and_not_judged() -> None:
    result = judge(FAULTY, "--pack", "city_2023", "--on", "2023-06-30", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    bad = {fault["row"] for fault in told["faults"]}
    assert 2 in bad
    judged = {one["档案编号"] for one in told["households"]}
    assert judged
    assert "LPS0790001" not in judged


def test_the_faults_are_told_to_people_with_what_to_do() -> None:
    result = judge(FAULTY, "--pack", "city_2023", "--on", "2023-06-30")
    assert result.exit_code == 1
    assert "✗ 困难职工档案: Row 2" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--pack", "atlantis", "--on", "2023-06-30"), "atlantis"),
        (("--pack", "city_2023", "--on", "2022-06-30"), "Not decidable"),
        (("--pack", "city_2023", "--on", "yesterday"), "yesterday"),
        (("--on", "2023-06-30"), "--pack"),
        (("--pack", "city_2023"), "--on"),
    ],
)
def test_misuse_is_told_and_nothing_is_judged(arguments: tuple[str, ...], told: str) -> None:
    result = judge(GOOD, *arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert "LPS07" not in result.output


def test_a_file_that_is_not_there_is_misuse() -> None:
    assert judge("nowhere.xlsx", "--pack", "city_2023", "--on", "2023-06-30").exit_code == 2


def test_a_file_that_is_no_workbook_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    result = judge(path, "--pack", "city_2023", "--on", "2023-06-30", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["households"] == []
    assert json.loads(result.stdout)["unavailable"] == {}
    assert [fault["code"] for fault in json.loads(result.stdout)["faults"]] == ["not_a_workbook"]


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0"), (560_000, "5600"), (1, "0.01"), (1_700_130, "17001.3")]
)
def test_yuan_are_written_without_needless_decimals(fen: int, text: str) -> None:
    assert write_yuan(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0"), (360_000, "3600.00"), (435_010, "4350.10"), (999_999, "9999.99"),
     (1_000_000, "10000")],
)  # fmt: skip
def test_a_share_rounded_to_the_fen_shows_its_fen(fen: int, text: str) -> None:
    assert write_share(fen, 1_000_000) == text
