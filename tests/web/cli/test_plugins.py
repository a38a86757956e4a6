"""`bangfu plugin`: a vendor's whole way, from an empty folder to money paid by his programme."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.catalogue import Catalogue
from core.households.circumstances import state_circumstances
from core.households.models import Household
from core.notices.publication import close_due_notices, open_notice
from core.people import SYSTEM
from core.policies import Policies
from tests import factories
from tests.servers import Database, start_installation
from tests.vendor import PACKAGE, SOURCE, build_wheel, fresh_imports, make_keys, pack_wheel
from tests.web.cli.test_whole_job import answer_as_the_bank
from web.cli import main
from web.cli.acting import find_number

ROLES = ("clerk", "investigator", "reviewer", "approver", "finance", "tenant_administrator")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty plugin folder, and commands that speak English."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("BANGFU_PLUGINS", str(tmp_path / "plugins"))
    monkeypatch.chdir(tmp_path)
    with fresh_imports(monkeypatch):
        yield tmp_path / "plugins"


def bangfu(*arguments: str | Path, code: int = 0) -> Result:
    """Run one command, in this process."""
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == code, done.output
    return done


def test_a_new_project_is_whole_tested_and_linted_from_the_start(tmp_path: Path) -> None:
    told = bangfu("plugin", "new", "winter_coal_aid").output
    project = tmp_path / "winter-coal-aid"
    assert "Next:" in told
    for name in ("pyproject.toml", "README.md", "winter_coal_aid/cases.toml"):
        assert str(Path("winter-coal-aid") / name) in told
        text = (project / name).read_text(encoding="utf-8")
        assert not {"PACKAGE", "CLASS", "DISTRIBUTION", "SDK_VERSION"} & set(text.split())
    assert all(one["problem"] is None for one in json.loads(
        bangfu("plugin", "check", project, "--json").output))  # fmt: skip
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
                         cwd=project, capture_output=True, text=True, check=False)  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert "15 passed" in run.stdout
    config = SOURCE.parents[1] / "pyproject.toml"
    subprocess.run([sys.executable, "-m", "ruff", "check", "--config", config, "."], cwd=project,
                   check=True)  # fmt: skip
    again = bangfu("plugin", "new", "winter_coal_aid", code=2).output
    assert "not empty; nothing is overwritten" in again
    assert "no name for a plugin" in bangfu("plugin", "new", "Coal-Aid", code=2).output


def test_pytest_names_the_example_that_does_not_hold(tmp_path: Path) -> None:
    bangfu("plugin", "new", "winter_coal_aid")
    cases = tmp_path / "winter-coal-aid" / "winter_coal_aid" / "cases.toml"
    text = cases.read_text(encoding="utf-8")
    cases.write_text(text.replace('amount = "500.00"', 'amount = "500.01"'), encoding="utf-8")
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
                         cwd=cases.parents[1], capture_output=True, text=True,
                         check=False)  # fmt: skip
    assert run.returncode == 1
    assert "winter_coal_aid.minimum: 500.01 expected, 500.00 found" in run.stdout
    assert "FAILED winter_coal_aid/cases.toml::Half of it" in run.stdout


def test_check_tells_what_does_not_hold_and_install_refuses_it(
    folder: Path, tmp_path: Path
) -> None:
    source = (SOURCE / PACKAGE / "__init__.py").read_text(encoding="utf-8")
    fault = {f"{PACKAGE}/__init__.py": source.replace("member & ill", "ill")}
    wheel = pack_wheel(tmp_path, changes=fault)
    told = bangfu("plugin", "check", wheel, code=1).output
    assert "✗ women_illness_aid: worked examples: “Diagnosed, and no member”" in told
    refused = bangfu("plugin", "install", wheel, code=1).output
    assert "it was not installed" in refused
    assert not folder.exists()
    unknown = bangfu("plugin", "check", "nobody", code=2).output
    assert "There is no plugin “nobody”." in unknown


def test_a_region_s_own_sheet_that_is_faulty_fails_the_check(tmp_path: Path) -> None:
    sheet = (SOURCE / PACKAGE / "regions" / "any.toml").read_text(encoding="utf-8")
    wrong = {f"{PACKAGE}/regions/guangxi.toml": sheet.replace("[amount]", "[sum]")}
    told = bangfu("plugin", "check", pack_wheel(tmp_path, changes=wrong), code=1).output
    assert "figures for Guangxi" in told
    assert "women_illness_aid/regions/guangxi.toml: " in told


REFERRED = (
    ("kind = Kind.ONE_OFF", "kind = Kind.REFERRAL"),
    (', uses=("amount",)', ""),
    ('figures["amount"]', "0"),
)
TO_WHOM = """
[referral]
measures = ["moon"]
departments = ["civil_affairs"]
due_days = 15
section = { zh = "第七条", en = "article 7" }
"""


def refer(wheel_of: Path) -> Path:
    """Return a wheel of the example that pays nothing and is referred to a department."""
    folder = SOURCE / PACKAGE
    source = (folder / "__init__.py").read_text(encoding="utf-8")
    for old, new in REFERRED:
        assert old in source
        source = source.replace(old, new)
    source = re.sub(r"    parameters = \(.*\)\n", "    parameters = ()\n", source)
    source = re.sub(r'        Question\("asked".*\n', "", source)
    cases = (folder / "cases.toml").read_text(encoding="utf-8")
    cases = cases.replace('amount = "20000.00"\n', "", 1).replace('"20000.00"', '"0.00"')
    sheet = (folder / "regions" / "any.toml").read_text(encoding="utf-8").partition("[amount]")[0]
    texts = {"__init__.py": source, "cases.toml": cases, "regions/any.toml": sheet + TO_WHOM}
    changes = {f"{PACKAGE}/{name}": text for name, text in texts.items()}
    return pack_wheel(wheel_of, changes=changes)


def test_a_wheel_that_refers_to_a_department_holds_and_is_installed(tmp_path: Path) -> None:
    wheel = refer(tmp_path)
    told = bangfu("plugin", "check", wheel).output
    assert "figures for Baotou" in told
    assert "figures for Model city" not in told, "a region without measure lines has no use for it"
    bangfu("plugin", "install", wheel)
    packs = Policies.load(catalogue=Catalogue.load())
    line = packs.pack("baotou").referrals[PACKAGE]
    assert packs.pack("baotou").measure(line.measure).lead == "civil_affairs"
    assert "has no measure line" not in str(packs.pack("baotou").refused)
    assert "measure lines" in str(packs.pack("city_2023").refused[PACKAGE].remedy)


def test_every_plugin_that_comes_with_the_system_holds() -> None:
    told = bangfu("plugin", "check").output
    assert "✗" not in told
    assert "✓ living_aid: " in told


def test_installed_listed_and_removed(folder: Path, tmp_path: Path) -> None:
    told = json.loads(bangfu("plugin", "install", pack_wheel(tmp_path), "--json").output)
    assert (folder / told["wheel"]).is_file()
    (found,) = (one for one in json.loads(bangfu("plugin", "list", "--json").output)
                if one["name"] == PACKAGE)  # fmt: skip
    assert (found["available"], found["problem"]) == (True, None)
    (folder / told["wheel"]).write_bytes(b"PK")
    assert "cannot be read as a wheel" in bangfu("plugin", "list", code=1).output
    bangfu("plugin", "remove", PACKAGE)
    assert PACKAGE not in bangfu("plugin", "list").output


def test_where_the_operator_asks_for_signatures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = make_keys(tmp_path / "keys")
    monkeypatch.setenv("BANGFU_PLUGIN_KEYS", str(public))
    wheel = pack_wheel(tmp_path)
    assert "not signed" in bangfu("plugin", "install", wheel, code=1).output
    bangfu("plugin", "sign", wheel, "--key", private)
    assert "is installed" in bangfu("plugin", "install", wheel).output


def test_from_an_empty_folder_to_money_paid(
    database: Database, redis_url: str, tmp_path: Path, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """new, edit, check, build, install, take up, apply, decide, pay: nothing of it is ours."""
    bangfu("plugin", "new", PACKAGE, "--folder", "aid")
    for path in SOURCE.rglob("*"):  # The vendor's work: what he makes of the project.
        if path.is_file() and path.suffix != ".pyc":
            target = tmp_path / "aid" / path.relative_to(SOURCE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (tmp_path / "aid" / PACKAGE / "regions" / "city_2023.toml").unlink()
    bangfu("plugin", "check", "aid")
    bangfu("plugin", "install", build_wheel(tmp_path / "aid", tmp_path / "dist"))

    installation = start_installation(database, tmp_path, redis_url)
    settings = installation.settings
    for name, value in {
        "DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url, "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    city = factories.found_tree(installation).city_a
    people = {role: factories.hire(installation, city, role, login=role) for role in ROLES}
    factories.hire(installation, city, "finance", login="cashier")
    today = installation.now().date()
    filed = factories.file_household(installation, city, verified_on=today, as_of=today)
    with factories.acting(installation, city, people["clerk"]) as ctx:
        state_circumstances(ctx, filed.id, today, {"union_member": True})
    with installation.system(city) as ctx:
        number = ctx.session.get_one(Household, (city.id, filed.id)).file_number

    def told(*arguments: str, by: str) -> object:
        done = bangfu(*arguments, "--tenant", "city-a", "--as", by, "--json")
        return json.loads(done.stdout)

    of_administrator = ("--tenant", "city-a", "--as", "tenant_administrator")
    listed = bangfu("programme", "list", *of_administrator).output
    assert f"{PACKAGE}" in listed
    assert "available" in listed
    bangfu("programme", "offer", PACKAGE, "--reason", "女职工委员会决定开展", *of_administrator)
    told("fund", "add", "女职工关爱", "--source", "工会经费", "--year", str(today.year),
         "--budget", "50000", by="finance")  # fmt: skip
    answers = ("--answers", '{"diagnosed": true}')
    started = told("application", "start", number, PACKAGE, "--asked", "20000", *answers,
                   "--submit", by="clerk")  # fmt: skip
    assert isinstance(started, dict)
    for role in ("reviewer", "approver"):
        told("application", "decide", started["number"], "approve", by=role)
    with installation.system(city) as ctx:
        notice = open_notice(ctx, find_number(ctx, started["number"]))
        assert notice is not None
        over = dt.datetime.combine(notice.last_day, dt.time(23), dt.UTC) + dt.timedelta(days=1)
    with factories.acting(installation, city, SYSTEM, at=over) as ctx:
        close_due_notices(ctx)
    batch = told("batch", "make", "1", by="finance")
    assert isinstance(batch, dict)
    told("batch", "send", batch["number"], by="cashier")
    sheet, answer = tmp_path / "bank.xlsx", tmp_path / "answer.csv"
    bangfu("batch", "file", batch["number"], "--out", sheet, "--reason", "发放", "--tenant",
           "city-a", "--as", "cashier")  # fmt: skip
    answer.write_text(answer_as_the_bank(sheet), encoding="utf-8")
    booked = told("batch", "result", batch["number"], str(answer), by="cashier")
    assert isinstance(booked, dict)
    assert (booked["paid"], booked["paid_total"]) == (1, 2_000_000)
    assert bangfu("policy", "replay", "--tenant", "city-a").exit_code == 0
    installation.engine.dispose()
