"""`bangfu ledger`: what is said, what is stored, the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from core.installation import Installation
from tests.core.departments.conftest import DAY, TITLES, City, found_city, workbook
from web.cli import main


@pytest.fixture(scope="module")
def city(module_installation: Installation) -> City:
    return found_city(module_installation)


@pytest.fixture(autouse=True)
def environment(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = city.installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_SECRET_KEY": settings.secret_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
    }.items():
        monkeypatch.setenv(name, value)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--tenant", "lps"])


def told(*arguments: object) -> tuple[Any, int]:
    result = run(*arguments, "--json")
    return json.loads(result.stdout), result.exit_code


def test_the_blank_form_filled_in_comes_in_once(city: City, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    assert run("ledger", "form", file).exit_code == 0
    book = openpyxl.load_workbook(file)
    sheet = book["帮扶台账"]
    assert tuple(cell.value for cell in sheet[1]) == TITLES
    assert len(sheet.data_validations.dataValidation) >= 5
    sheet.append([city.number("wang"), None, None, "教育局", "教育保障", "资金", None, DAY, 4000])
    sheet.append([city.number("zhao"), None, None, "housing", "housing", "资金", None, DAY, 1453])
    book.save(file)
    report, code = told("ledger", "import", file, "--check")
    assert (report["added"], code, city.entries()) == (2, 0, [])
    report, code = told("ledger", "import", file)
    assert (report["state"], report["added"], report["amount"], code) == ("imported", 2, 545_300, 0)
    report, code = told("ledger", "import", file)
    assert (report["added"], report["unchanged"], code) == (0, 2, 0)
    found, code = told("ledger", "list", "--department", "education")
    assert (found["entries"], found["amount"], code) == (1, 400_000, 0)
    assert found["items"][0]["file_number"] == city.number("wang")
    shown = run("ledger", "list")
    assert "5,453.00" in shown.stdout


def test_faults_are_exit_code_1(city: City, tmp_path: Path) -> None:
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(
        workbook(("没有", None, None, "住房城乡建设局", "住房保障", "资金", None, DAY, 1))
    )
    report, code = told("ledger", "import", bad)
    assert (report["state"], code) == ("refused", 1)
    assert [(one["row"], one["code"]) for one in report["faults"]] == [(2, "file_unknown")]
    login = city.people["education"].login
    report, code = told("ledger", "import", bad, "--as", login)
    assert [one["code"] for one in report["faults"]] == ["department_foreign"]


def test_an_entry_is_recorded_and_taken_back_in_the_name_of_an_officer(city: City) -> None:
    login = city.people["human_resources"].login
    base = ("ledger", "record", city.number("wang"), "--measure", "employment", "--on", DAY)
    made, code = told(*base, "--department", "human_resources", "--kind", "post", "--as", login)
    assert code == 0
    refused = run(*base, "--department", "housing", "--kind", "post", "--as", login)
    assert refused.exit_code == 1
    assert run(*base, "--department", "human_resources", "--kind", "money").exit_code == 2
    back, code = told("ledger", "reverse", made["id"], "--reason", "录错", "--as", login)
    assert code == 0
    found, _code = told("ledger", "list", "--kind", "post", "--since", "2017-11-01")
    rows = {one["id"]: one for one in found["items"]}
    assert rows[made["id"]]["taken_back"] is True
    assert rows[back["id"]]["reverses_id"] == made["id"]
    assert run("ledger", "reverse", made["id"], "--reason", "再冲").exit_code == 1


def test_bad_days_and_unknown_files_are_misuse(city: City) -> None:
    assert run("ledger", "list", "--since", "昨天").exit_code == 2
    unknown = run("ledger", "record", "X", "--measure", "housing", "--on", DAY, "--department",
                  "housing", "--kind", "in_kind")  # fmt: skip
    assert unknown.exit_code == 2
