"""`bangfu policy show`: figures, standards and sources of a region, by day and by place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.policies import TENANTS, Policies
from web.cli import main

GUANGXI = ("--pack", "guangxi", "--on", "2019-06-30")


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command speak English."""
    monkeypatch.setenv("LANGUAGE", "en")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["policy", "show", *arguments])


def values(*arguments: str, code: int = 0) -> dict[str, dict[str, int]]:
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return {
        rule["name"]: {figure["name"]: figure["value"] for figure in rule["figures"]}
        for rule in json.loads(result.stdout)["rules"]
    }


def test_people_see_figures_standards_dates_and_sources() -> None:
    result = run(*GUANGXI)
    assert result.exit_code == 0, result.output
    for told in ("Standards of the region", "845.00 yuan per head and month", "2019-01-01",
                 "V (1) 1", "months of income for dibao"):  # fmt: skip
        assert told in result.stdout


def test_programs_get_values_and_the_place_they_hold_in() -> None:
    told = json.loads(run(*GUANGXI, "--division", "450100", "--json").stdout)
    assert (told["pack"], told["on"], told["division"]) == ("guangxi", "2019-06-30", "450100")
    assert [rule["problem"] for rule in told["rules"]] == [None] * len(told["rules"])
    found = values(*GUANGXI)
    assert found["standards"]["orphan_at_home"] == 80_000
    assert found["urban_classes"]["precedence.dibao"] == 3


def test_the_day_decides_and_what_had_not_begun_is_something_wrong() -> None:
    """Relief case by case began in 2019; the standards of 2018 are shown all the same."""
    before = values("--pack", "guangxi", "--on", "2018-12-31", code=1)
    after = values("--pack", "guangxi", "--on", "2019-01-01")
    subsidies = [one["standards"]["disabled_living_subsidy"] for one in (before, after)]
    assert subsidies == [5_000, 8_000]
    assert before["case_by_case_relief"] == {}
    assert "between" in before, "none held then"
    assert after["between"]["case_by_case_a_year"] == 5_000_000


def test_a_place_with_a_line_of_its_own_is_shown_that_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "guangxi" / "policy"
    policy.mkdir(parents=True)
    for file in (TENANTS / "guangxi").rglob("*.toml"):
        place = tmp_path / "guangxi" / file.relative_to(TENANTS / "guangxi")
        place.write_bytes(file.read_bytes())
    own = '\n[[dibao_line.values]]\nfrom = 2019-01-01\ndivision = "450100"\nvalue = "700.00"\n'
    section = 'section = { zh = "南宁市2019年标准", en = "Nanning, 2019" }\n'
    line = policy / "dibao_line.toml"
    line.write_text(line.read_text("utf-8") + own + section, "utf-8")
    loaded = Policies.load(tmp_path)
    monkeypatch.setattr(Policies, "load", lambda catalogue=None: loaded)
    for division, fen in (("450100", 70_000), ("450103", 70_000), ("450200", 65_000)):
        found = values(*GUANGXI, "--division", division)
        assert found["urban_classes"]["dibao_line"] == fen
        assert found["standards"]["dibao_line"] == fen


def test_a_day_on_which_nothing_is_decidable_is_something_wrong() -> None:
    result = run("--pack", "guangxi", "--on", "2017-12-31")
    assert result.exit_code == 1
    assert "no value of “dibao_line”" in result.stdout
    assert "None is in force on this day." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((*GUANGXI, "--division", "520100"), "520100"),
        ((*GUANGXI, "--division", "4501"), "4501"),
        ((*GUANGXI, "--division", "4501xx"), "4501xx"),
        (("--pack", "nowhere", "--on", "2019-06-30"), "guangxi"),
        (("--pack", "guangxi", "--on", "soon"), "soon"),
        (("--pack", "guangxi"), "--on"),
    ],
)
def test_misuse_is_named(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert told in result.stderr + str(result.exception or "")
