"""The commands of whoever runs the system: federations, people, jobs, audit, doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from core.installation import Installation
from core.outbox import enqueue
from tests.servers import Database
from web.cli import COMMANDS, main

Run = Callable[..., Result]


@pytest.fixture
def environment(database: Database, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables an operator sets."""
    return {
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": redis_url,
        "BANGFU_MASTER_KEY": "17" * 32,
        "BANGFU_STORAGE": str(tmp_path / "storage"),
        "BANGFU_CHECKPOINTS": str(tmp_path / "checkpoints"),
        "LANGUAGE": "en",
    }


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `bangfu` with arguments, in this process."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == code, done.output
        return done

    return call


def read(done: Result) -> Any:
    return json.loads(done.stdout)


@pytest.fixture
def city(run: Run) -> Run:
    """The same, with a nation, a province and a city founded."""
    found(run, "nation", "nation", None)
    found(run, "province", "province", "nation")
    found(run, "city", "city", "province")
    return run


def found(run: Run, slug: str, level: str, parent: str | None, code: int = 0) -> Result:
    above = ("--parent", parent) if parent else ()
    return run(
        "tenant", "add", slug, "--level", level, "--name", f"{slug}总工会", "--name-en", slug,
        "--pack", "city_2023", "--code", "520200", *above, "--json", code=code,
    )  # fmt: skip


def test_every_command_is_there_and_says_what_it_does(run: Run) -> None:
    text = run("--help").output
    for name in COMMANDS:
        assert name in text


def test_help_loads_no_command() -> None:
    """`bangfu --help` answers at once: numpy, Flask and the database stay where they are."""
    source = ("import sys\nfrom click.testing import CliRunner\nfrom web.cli import main\n"
              "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
              "print([name for name in ('numpy', 'flask', 'sqlalchemy', 'rq') "
              "if name in sys.modules])")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_federations_are_founded_in_their_tree(city: Run) -> None:
    listed = read(city("tenant", "list", "--json"))
    assert {(one["slug"], one["level"], one["parent"]) for one in listed} == {
        ("nation", "nation", ""), ("province", "province", "nation"), ("city", "city", "province"),
    }  # fmt: skip
    assert "city总工会" in city("tenant", "list").output


@pytest.mark.parametrize(("slug", "level", "parent", "code", "said"), [
    ("city", "city", "province", 1, "stands already"),
    ("other", "city", "nation", 2, "below a province"),
    ("other", "city", None, 2, "below a province"),
    ("Not A Slug", "city", "province", 2, "small letters"),
    ("other", "city", "nowhere", 2, "Not found"),
])  # fmt: skip
def test_a_federation_that_does_not_fit_is_refused_in_a_sentence(
    city: Run, slug: str, level: str, parent: str | None, code: int, said: str
) -> None:
    done = found(city, slug, level, parent, code=code)
    assert said in done.stderr
    assert "Traceback" not in done.output + done.stderr


def test_units_people_and_roles(city: Run) -> None:
    city("unit", "add", "水城区总工会", "--tenant", "city", "--level", "county", "--json")
    city("unit", "add", "双水街道工会", "--tenant", "city", "--below", "水城区总工会",
         "--level", "township")  # fmt: skip
    units = read(city("unit", "list", "--tenant", "city", "--json"))
    assert [(one["path"], one["name"]) for one in units] == [
        ("", "city总工会"), ("1.", "水城区总工会"), ("1.1.", "水城区总工会/双水街道工会"),
    ]  # fmt: skip
    city("person", "add", "li", "李", "--tenant", "city")
    grant = ("li", "clerk", "--tenant", "city", "--unit", "水城区总工会")
    city("person", "grant", *grant)
    city("person", "grant", *grant)
    people = read(city("person", "list", "--tenant", "city", "--json"))
    assert people == [
        {
            "login": "li",
            "name": "李",
            "active": True,
            "role": "clerk",
            "unit": "水城区总工会",
            "department": None,
        }
    ]
    city("person", "revoke", *grant)
    city("person", "revoke", *grant, code=2)
    city("person", "disable", "li", "--reason", "离职", "--tenant", "city", "--json")
    [left] = read(city("person", "list", "--tenant", "city", "--json"))
    assert (left["active"], left["role"]) == (False, None)


def test_what_does_not_exist_is_misuse(city: Run) -> None:
    city("person", "grant", "nobody", "clerk", "--tenant", "city", code=2)
    city("person", "grant", "nobody", "emperor", "--tenant", "city", code=2)
    city("unit", "list", "--tenant", "nowhere", code=2)
    city("nonsense", code=2)


def test_migrating_a_migrated_database_changes_nothing(run: Run) -> None:
    told = read(run("migrate", "--json"))
    assert told["before"] == told["after"] is not None


def test_an_empty_database_is_refused_with_what_to_do(
    run: Run, empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database.url)
    monkeypatch.setenv("DATABASE_OWNER_URL", empty_database.owner_url)
    assert "bangfu migrate" in run("tenant", "list", code=1).stderr
    run("migrate")
    assert read(run("tenant", "list", "--json")) == []


def test_a_server_that_is_away_gives_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    done = run("tenant", "list", code=1)
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.output


def test_a_wrong_key_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGFU_MASTER_KEY", "not hexadecimal")
    assert "BANGFU_MASTER_KEY" in run("tenant", "list", code=2).stderr


def test_the_trail_is_verified_proved_and_broken(
    city: Run, database: Database, tmp_path: Path
) -> None:
    assert read(city("audit", "seal", "--json")) == {"nation": 1, "province": 1, "city": 1}
    whole = read(city("audit", "verify", "--json"))
    assert {one["tenant"]: one["whole"] for one in whole} == {
        "nation": True, "province": True, "city": True,
    }  # fmt: skip
    with psycopg.connect(database.superuser_url) as connection:
        query = (
            "select r.id from audit_records r join tenants t on t.id = r.tenant_id "
            "where t.slug = 'city'"
        )
        [(record,)] = connection.execute(query).fetchall()
    proof = tmp_path / "proof.json"
    proof.write_text(city("audit", "prove", str(record), "--tenant", "city").stdout)
    assert read(city("audit", "check", str(proof), "--json"))["valid"]
    assert "another key" in city("audit", "check", str(proof), "--key", "00" * 32, code=1).output
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("update audit_records set event = 'x' where id = %s", (record,))
    broken = city("audit", "verify", "--tenant", "city", code=1)
    assert str(record) in broken.stdout
    assert "was changed after it was written" in broken.stdout
    [told] = read(city("audit", "verify", "--tenant", "city", "--json", code=1))
    assert (told["whole"], told["first"]["record"]) == (False, str(record))


def test_a_failed_job_is_listed_with_its_reason_and_tried_again(
    city: Run, environment: dict[str, str]
) -> None:
    from core.settings import Settings  # noqa: PLC0415
    from worker.jobs import perform  # noqa: PLC0415

    installation = Installation.start(Settings())
    tenant = installation.tenant("city")
    with installation.system(tenant) as ctx:
        entry = enqueue(ctx, "vanished", {})
    perform(installation, tenant.id, entry.id)
    installation.engine.dispose()
    [listed] = read(city("jobs", "list", "--tenant", "city", "--state", "failed", "--json"))
    assert (listed["id"], listed["reason"]) == (
        str(entry.id), "No part of the worker knows this job.",
    )  # fmt: skip
    assert read(city("jobs", "retry", str(entry.id), "--tenant", "city", "--json"))["queued"]
    city("jobs", "retry", str(entry.id), "--tenant", "city", code=1)


def test_the_doctor_names_what_does_not_run(city: Run) -> None:
    looks = {one["name"]: one for one in read(city("doctor", "--json", code=1))}
    assert looks["database"]["well"]
    assert looks["application role"]["well"]
    assert looks["schema"]["well"]
    assert not looks["ticker"]["well"]
    assert "bangfu worker reports" in looks["workers of reports"]["remedy"]


@pytest.fixture
def programs(city: Run, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The real worker and ticker, as an operator starts them."""
    names = (("worker", "default"), ("worker", "imports"), ("worker", "reports"), ("ticker",))
    started = [
        subprocess.Popen([sys.executable, "-c", "from web.cli import main; main()", *name],
                         env={**os.environ, **environment})
        for name in names
    ]  # fmt: skip
    yield started
    for process in started:
        process.terminate()
    assert [process.wait(30) for process in started] == [0, 0, 0, 0]


def test_the_doctor_is_content_when_everything_runs(
    city: Run, programs: list[subprocess.Popen[bytes]]
) -> None:
    limit = time.monotonic() + 90
    while True:
        looks = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)
        if all(one["well"] for one in looks):
            return
        assert time.monotonic() < limit, [one for one in looks if not one["well"]]
        assert [process.poll() for process in programs] == [None] * 4
        time.sleep(1)
