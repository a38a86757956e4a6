"""`bangfu reverify`: what it says, with which exit code."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from core.installation import Installation
from tests.factories import C2, found_tree, hire
from tests.registry import NEXT, Registry
from web.cli import main


@pytest.fixture
def registry(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Registry:
    tree = found_tree(installation)
    made = Registry(installation, tree, tree.city_a, hire(installation, tree.city_a, "approver"))
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LANGUAGE", "en")
    return made


def run(*options: str, tenant: str = "city-a", on: str = "2023-06-30") -> Result:
    return CliRunner().invoke(main, ["reverify", "--tenant", tenant, "--on", on, *options])


def test_it_tells_what_changed_and_then_that_nothing_did(registry: Registry) -> None:
    registry.file()
    registry.file(statement=C2, size=3)
    first, second = run(), run()
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert "2 files judged again, 2 changed" in first.stdout
    assert "2 files judged again, 0 changed" in second.stdout


def test_a_file_that_cannot_be_decided_is_named_with_what_it_lacks(registry: Registry) -> None:
    filed = registry.file(as_of=NEXT)
    number = registry.household(filed).file_number
    told = run()
    assert told.exit_code == 1
    assert number in told.stdout
    assert "income" in told.stdout


def test_programs_get_json(registry: Registry) -> None:
    registry.file()
    lacking = registry.household(registry.file(as_of=NEXT)).file_number
    told = run("--json")
    assert told.exit_code == 1
    data = json.loads(told.stdout)
    assert (data["tenant"], data["judged"], data["changed"], data["undecidable"]) == (
        "city-a", 1, 1, 1,
    )  # fmt: skip
    assert (data["categories"], data["moves"], data["state"]) == (
        {"deep": 1}, {">deep": 1}, "done",
    )  # fmt: skip
    [one] = data["files"]
    assert one["file_number"] == lacking
    assert "income" in one["missing"]


@pytest.mark.parametrize(
    ("given", "told"),
    [({"tenant": "nowhere"}, "no federation “nowhere”"), ({"on": "2019-01-01"}, "Not decidable"),
     ({"on": "soon"}, "soon"), ({"on": "2999-01-01"}, "day to come")],
)  # fmt: skip
def test_misuse_is_refused_and_nothing_is_written(
    registry: Registry, given: dict[str, str], told: str
) -> None:
    filed = registry.file()
    result = run(**given)
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert registry.judgements(filed) == []
