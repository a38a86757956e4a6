"""The plugins that come with Bangfu are wheels like any vendor's and get in by the same door."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import distribution, entry_points
from pathlib import Path

import pytest
from bangfu_sdk import (
    CLAIM_FACTS,
    FACTS,
    Exit,
    Identification,
    Programme,
    Rule,
    Scheme,
    is_compatible,
)

from core.catalogue import Catalogue
from core.wheels import GROUP

ROOT = Path(__file__).resolve().parents[2] / "plugins"
PLUGINS = sorted(path.parent for path in ROOT.glob("*/pyproject.toml") if path.parent.name != "sdk")
RULES = Catalogue.load().rules()


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_is_a_wheel_with_an_entry_point(folder: Path) -> None:
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["entry-points"][GROUP] == {folder.name: folder.name}
    (needed,) = project["dependencies"]
    assert re.fullmatch(r"bangfu-sdk>=1\.\d+,<2", needed)
    assert distribution(project["name"]).version == project["version"]
    assert folder.name in {point.name for point in entry_points(group=GROUP)}


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_brings_its_types_and_its_cases(folder: Path) -> None:
    package = folder / folder.name
    assert (package / "py.typed").is_file()
    assert (package / "cases.toml").is_file()


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_imports_nothing_but_the_sdk(folder: Path) -> None:
    modules = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add((node.module or "").partition(".")[0])
    assert modules <= {
        "__future__",
        "bangfu_sdk",
        "collections",
        "dataclasses",
        "typing",
        folder.name,
    }


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda folder: folder.name)
def test_no_figure_of_a_policy_stands_in_the_code(folder: Path) -> None:
    """Numbers in a rule are bounds, indices and per cents; a policy figure comes from a pack."""
    numbers = {
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) is int
    }
    assert numbers <= {0, 1, 2, 3, 6, 9, 10, 100, 120, 1000}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_keeps_the_contract(rule: Rule) -> None:
    assert isinstance(rule, Identification | Programme | Exit | Scheme)
    assert is_compatible(rule.api_version)
    assert rule.title.zh
    assert rule.title.en
    names = [parameter.name for parameter in rule.parameters]
    assert len(names) == len(set(names))
    known = set(CLAIM_FACTS if isinstance(rule, Scheme) else FACTS)
    asked = {question.name for question in getattr(rule, "questions", ())}
    assert {fact.name for fact in rule.facts} <= known | asked
    for parameter in rule.parameters:
        assert parameter.meaning.zh
        assert parameter.meaning.en


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if isinstance(rule, Programme)], ids=lambda rule: rule.name
)
def test_asks_real_questions_in_both_languages(rule: Programme) -> None:
    assert rule.questions
    names = [question.name for question in rule.questions]
    assert len(names) == len(set(names))
    for question in rule.questions:
        assert question.text.zh
        assert question.text.en
        assert all(option.text.zh and option.text.en for option in question.choices)
    asks_student = any(question.kind.value == "student" for question in rule.questions)
    assert asks_student is rule.per_student
