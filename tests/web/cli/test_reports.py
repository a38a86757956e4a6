"""`bangfu report supervision`: asked for by command, made by a real worker, written as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.installation import Installation
from tests.factories import file_household, found_tree
from tests.servers import Database
from web.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(
    installation: Installation, database: Database, redis_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:  # fmt: skip
    """Run `bangfu report supervision` on an installation with two cities and some files."""
    tree = found_tree(installation)
    for number in range(3):
        file_household(installation, tree.city_a, name=f"王{number}", category="deep")
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": database.url,
        "REDIS_URL": redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
        "LANGUAGE": "en",
    }.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, ["report", "supervision", *arguments])
        assert done.exit_code == code, done.output
        return done

    return call


def test_a_province_has_a_report_on_its_city_made(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    told = json.loads(
        run("--tenant", "city-a", "--by", "province", "--period", "2023Q2", "--out", str(path),
            "--json").stdout
    )  # fmt: skip
    assert path.read_bytes().startswith(b"%PDF-")
    assert told["pages"] >= 1
    assert told["bytes"] == path.stat().st_size


@pytest.mark.parametrize(("arguments", "said"), [
    (("--tenant", "city-a", "--period", "yesterday"), "not a quarter"),
    (("--tenant", "nowhere", "--period", "2023Q2"), "no federation “nowhere”"),
    (("--tenant", "city-b", "--by", "city-a", "--period", "2023Q2"), "Not found"),
    (("--tenant", "city-a", "--period", "2999Q1"), "not begun"),
])  # fmt: skip
def test_what_cannot_be_reported_is_refused_in_a_sentence(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    assert said in run(*arguments, code=2).stderr
