"""Worked examples are run for packs and plugins, and a wrong expectation is always found."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from core.cases import (
    CaseSource,
    Difference,
    Report,
    find_case_files,
    read_cases,
    run_cases,
    source_of,
)
from core.catalogue import Catalogue
from core.policies import TENANTS, Policies, PolicyError

CATALOGUE = Catalogue.load()
POLICIES = Policies.load(catalogue=CATALOGUE)
FILES = list(find_case_files(CATALOGUE))
PACK_FILE = TENANTS / "city_2023" / "cases.toml"
ONE = """
pack = "city_2023"

[[case]]
name = "one"
on = 2023-06-30
household = { members = 4, income = "48000.00", illness = 15000, schooling = 9600.00, students = 1 }

[case.expect]
category = "deep"
reasons = ["deep"]

[case.expect.living_aid]
eligible = true
minimum = "5600.00"
maximum = 8400
last_level = "city"
reasons = ["standard"]
"""


def run(path: Path) -> Report:
    return run_cases(read_cases(source_of(path), CATALOGUE, POLICIES), CATALOGUE)


def run_text(tmp_path: Path, text: str) -> list[Difference]:
    path = tmp_path / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return list(run(path).differences)


@pytest.mark.parametrize("source", FILES, ids=lambda source: source.name)
def test_what_comes_with_the_system_holds(source: CaseSource) -> None:
    report = run_cases(read_cases(source, CATALOGUE, POLICIES), CATALOGUE)
    assert report.differences == ()
    assert report.cases >= 3
    assert report.failed == 0


def test_every_pack_and_every_plugin_is_found() -> None:
    names = {source.name.partition("/")[0] for source in FILES}
    assert {
        folder.name for folder in TENANTS.iterdir() if (folder / "region.toml").is_file()
    } <= names
    assert {type(rule).__module__.partition(".")[0] for rule in CATALOGUE.rules()} <= names


@pytest.mark.parametrize("pack", ["city_2023", "xpcc", "baotou", "liupanshui", "guangxi"])
def test_every_pack_has_its_edges_and_no_two_cases_of_a_name(pack: str) -> None:
    names = [
        case.name
        for case in read_cases(source_of(TENANTS / pack / "cases.toml"), CATALOGUE, POLICIES).cases
    ]
    assert len(names) >= 30
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("number", range(1, 9))
def test_every_example_of_the_scheme_is_among_them(number: int) -> None:
    names = [case.name for case in read_cases(source_of(PACK_FILE), CATALOGUE, POLICIES).cases]
    assert any(name.startswith(f"C{number}:") for name in names)


def test_money_may_be_text_a_whole_number_or_a_decimal_and_stays_exact(tmp_path: Path) -> None:
    assert run_text(tmp_path, ONE) == []


@pytest.mark.parametrize(
    ("area", "category"),
    [('"14.99"', "housing_hardship"), ("14.99", "housing_hardship"), ("15", "none"), ("0", "none")],
)
def test_an_area_is_written_in_square_metres(tmp_path: Path, area: str, category: str) -> None:
    text = f"""
pack = "liupanshui"

[[case]]
name = "one"
on = 2018-01-14
household = {{ members = 1, income = "12000.00", housing_area = {area} }}
expect = {{ category = "{category}" }}
"""
    assert run_text(tmp_path, text) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "expected", "found"),
    [
        ('category = "deep"', 'category = "relative"', "category", "relative", "deep"),
        ('["deep"]', '["none"]', "reasons", "none", "deep"),
        ("eligible = true", "eligible = false", "living_aid.eligible", "False", "True"),
        ('"5600.00"', '"5600.01"', "living_aid.minimum", "5,600.01", "5,600.00"),
        ("8400", "8500", "living_aid.maximum", "8,500.00", "8,400.00"),
        ('"city"', '"province"', "living_aid.last_level", "province", "city"),
        ('["standard"]', '["no_student"]', "living_aid.reasons", "no_student", "standard"),
    ],
)
def test_a_wrong_expectation_is_found(
    old: str, new: str, key: str, expected: str, found: str, tmp_path: Path
) -> None:
    assert ONE.count(old) == 1
    (difference,) = run_text(tmp_path, ONE.replace(old, new))
    assert (difference.case, difference.key) == ("one", key)
    assert (difference.expected, difference.found) == (expected, found)


def test_an_amount_is_both_ends_of_the_range(tmp_path: Path) -> None:
    text = ONE.replace("maximum = 8400\n", "").replace("minimum =", "amount =")
    (difference,) = run_text(tmp_path, text)
    assert difference.key == "living_aid.maximum"


def test_a_changed_figure_of_a_pack_breaks_its_examples(tmp_path: Path) -> None:
    """The examples hold the figures of a pack in place."""
    shutil.copytree(PACK_FILE.parent, tmp_path / "city_2023")
    line = tmp_path / "city_2023" / "policy" / "dibao_line.toml"
    line.write_text(line.read_text(encoding="utf-8").replace("700.00", "700.01"), encoding="utf-8")
    policies = Policies.load(tmp_path, CATALOGUE)
    file = read_cases(source_of(tmp_path / "city_2023" / "cases.toml"), CATALOGUE, policies)
    report = run_cases(file, CATALOGUE)
    assert any(difference.case.startswith("C8:") for difference in report.differences)
    assert 0 < report.failed <= len(report.differences)


def test_an_error_can_be_expected_and_is_a_difference_where_it_is_not(tmp_path: Path) -> None:
    early = ONE.replace("2023-06-30", "2022-06-30")
    (difference,) = run_text(tmp_path, early)
    assert difference.key == "error"
    assert difference.found.startswith("not_decidable")
    expecting = re.sub(r"\[case\.expect\]\n.*", '[case.expect]\nerror = "not_decidable"\n', early,
                       flags=re.DOTALL)  # fmt: skip
    assert run_text(tmp_path, expecting) == []
    (missing,) = run_text(tmp_path, expecting.replace("2022", "2023"))
    assert (missing.key, missing.expected, missing.found) == ("error", "not_decidable", "")


@pytest.mark.parametrize(
    ("given", "eligible", "minimum", "maximum"),
    [
        ("0.00", "true", "5600.00", "8400.00"), ("1000.00", "true", "4600.00", "7400.00"),
        ("8399.99", "true", "0.00", "0.01"), ("8400.00", "false", "0.00", "0.00"),
        ("9000.00", "false", "0.00", "0.00"),
    ],
)  # fmt: skip
def test_what_a_programme_gave_already_is_taken_off(
    given: str, eligible: str, minimum: str, maximum: str, tmp_path: Path
) -> None:
    text = ONE.replace("on = 2023-06-30", f'on = 2023-06-30\ngiven = {{ living_aid = "{given}" }}')
    text = text.replace("eligible = true", f"eligible = {eligible}")
    text = text.replace('"5600.00"', f'"{minimum}"').replace("= 8400", f'= "{maximum}"')
    assert run_text(tmp_path, text) == []


def test_what_was_given_and_not_expected_is_a_difference(tmp_path: Path) -> None:
    text = ONE.replace("on = 2023-06-30", "on = 2023-06-30\ngiven = { living_aid = 1000 }")
    found = [(one.key, one.expected, one.found) for one in run_text(tmp_path, text)]
    assert found == [
        ("living_aid.minimum", "5,600.00", "4,600.00"),
        ("living_aid.maximum", "8,400.00", "7,400.00"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('name = "one"\n', "", "case[1].name"),
        ("on = 2023-06-30", 'on = "30 June"', "case[1].on"),
        ("members = 4", "members = 0", "case[1].household.members"),
        ("members = 4", 'members = 4, pets = "2"', "case[1].household.pets"),
        ("students = 1", "still_difficult = 1", "case[1].household.still_difficult"),
        ('income = "48000.00"', 'income = "48000.001"', "case[1].household.income"),
        ('income = "48000.00"', "income = -1", "case[1].household.income"),
        ("eligible = true", "eligable = true", "case[1].expect.living_aid.eligable"),
        ('"city_2023"', '"atlantis"', "pack"),
        ('reasons = ["deep"]', 'reasons = "deep"', "case[1].expect.reasons"),
        (
            "on = 2023-06-30",
            "on = 2023-06-30\ngiven = { golden_autumn = 1 }",
            "case[1].given.golden_autumn",
        ),
        (
            "on = 2023-06-30",
            'on = 2023-06-30\ngiven = { living_aid = "-1.00" }',
            "case[1].given.living_aid",
        ),
        ("on = 2023-06-30", "on = 2023-06-30\ngiven = 5", "case[1].given"),
        ("[[case]]", "[[cases]]", "case"),
    ],
)
def test_a_case_that_cannot_be_read_is_refused_naming_the_key(
    old: str, new: str, key: str, tmp_path: Path
) -> None:
    assert ONE.count(old) == 1
    text = ONE.replace(old, new)
    if old == "[[case]]":
        text = text.replace("[case.", "[cases.")
    with pytest.raises(PolicyError) as raised:
        run_text(tmp_path, text)
    assert raised.value.key == key
    assert raised.value.file.endswith("cases.toml")


def test_cases_of_a_plugin_bring_their_own_figures(tmp_path: Path) -> None:
    text = """
programme = "golden_autumn"
[figures]
dibao_line = "100.00"
months_maximum = 3
share = { deep = 50 }
rounding = { deep = "0.01" }
other_aid_counts = false
other_aid_excludes = false
proof_required = false
[figures.stage_maximum]
preschool = "unlimited"
[figures.focus]
preschool = false
[[case]]
name = "half of three months"
on = 2030-01-01
household = { category = "deep", students = 1 }
expect.golden_autumn = { eligible = true, maximum = "150.00" }
"""
    assert run_text(tmp_path, text) == []
    (difference,) = run_text(tmp_path, text.replace("months_maximum = 3", "months_maximum = 4"))
    assert difference.found == "200.00"
    with pytest.raises(PolicyError, match=r"figures\.months_maximum"):
        run_text(tmp_path, text.replace("months_maximum = 3\n", ""))
    (other,) = run_text(tmp_path, text.replace("expect.golden_autumn", "expect.living_aid"))
    assert other.key == "living_aid"
