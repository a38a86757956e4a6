"""The embedded PostgreSQL: private, keeps its data, survives being killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deploy import local
from deploy.local import ServersError, processes
from deploy.local.postgres import APPLICATION, OWNER, SUPERUSER, Postgres
from tests.servers import rows

ROOT_ONLY = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become another user of the machine"
)


def ask(postgres: Postgres, query: str, role: str = SUPERUSER) -> object:
    """Return the first value a query gives."""
    return rows(postgres.url(role), query)[0][0]


def ask_as_nobody(postgres: Postgres) -> subprocess.CompletedProcess[str]:
    """Try to get in as another user of the machine, with PostgreSQL's own client."""
    return subprocess.run(
        [postgres.binaries.tool("psql"), postgres.url(APPLICATION), "-c", "select 1"],
        user="nobody", cwd="/", check=False, capture_output=True, text=True,
    )  # fmt: skip


@contextmanager
def busy_backend(postgres: Postgres) -> Iterator[None]:
    """Keep one backend calculating, so that it does not notice what happens to its server."""
    begun = threading.Event()

    def work() -> None:
        with psycopg.connect(postgres.url(SUPERUSER)) as connection:
            begun.set()
            connection.execute("select count(*) from generate_series(1, 10000000000)")

    def run() -> None:
        with pytest.raises(psycopg.OperationalError):
            work()

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait(10)
    time.sleep(0.3)
    yield
    thread.join(30)


def test_it_is_postgresql_18_in_utf8_with_checksums(running: Postgres) -> None:
    assert str(ask(running, "show server_version")).startswith("18.")
    assert ask(running, "show server_encoding") == "UTF8"
    assert ask(running, "show data_checksums") == "on"
    collation = "select datlocale from pg_database where datname = current_database()"
    assert ask(running, collation) == "C.UTF-8"


def test_chinese_is_upper_lower_and_sorted_the_same_on_every_machine(running: Postgres) -> None:
    assert ask(running, "select upper('é') || lower('Ä')") == "Éä"
    assert ask(running, "select '帮扶' ~ '^\\w+$'") is True


def test_what_is_committed_is_on_the_disk_by_default(state: Path) -> None:
    local.start(state)
    durable, _ = local.parts(state)
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        assert ask(durable, f"show {setting}") == "on"


def test_the_owner_owns_the_database_and_is_no_superuser(running: Postgres) -> None:
    query = "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"
    assert ask(running, query) == OWNER
    assert ask(running, "show is_superuser", OWNER) == "off"
    assert ask(running, "select current_user::text", OWNER) == OWNER


def test_the_application_role_can_bypass_nothing(running: Postgres) -> None:
    rights = rows(
        running.url(APPLICATION),
        "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication from pg_roles"
        " where rolname = current_user",
    )
    assert rights == [(False, False, False, False, False)]


def test_the_application_role_may_make_temporary_tables_only(running: Postgres) -> None:
    with psycopg.connect(running.url(APPLICATION)) as connection:
        connection.execute("create temporary table staging (line int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table lasting (line int)")


def test_the_application_role_cannot_become_the_owner(running: Postgres) -> None:
    with (
        psycopg.connect(running.url(APPLICATION)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(f"set role {OWNER}")


def test_it_listens_on_no_network(running: Postgres) -> None:
    assert ask(running, "show listen_addresses") == ""
    addresses = "select count(*) from pg_hba_file_rules where type <> 'local'"
    assert ask(running, addresses) == 0


def test_nobody_is_trusted_without_being_recognised(running: Postgres) -> None:
    methods = rows(running.url(SUPERUSER), "select distinct auth_method from pg_hba_file_rules")
    assert methods == [("peer",)]


def test_its_directories_are_closed_to_others(running: Postgres) -> None:
    for path in (running.data, running.places.sockets, running.places.logs):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    socket = running.places.sockets / ".s.PGSQL.5432"
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


@ROOT_ONLY
def test_another_user_does_not_reach_the_socket(running: Postgres) -> None:
    answer = ask_as_nobody(running)
    assert answer.returncode != 0
    assert "Permission denied" in answer.stderr


@ROOT_ONLY
def test_another_user_is_refused_even_at_an_open_socket(postgres: Postgres) -> None:
    postgres.start()
    for path in (postgres.places.base, postgres.places.sockets):
        path.chmod(0o755)
    (postgres.places.sockets / ".s.PGSQL.5432").chmod(0o777)
    answer = ask_as_nobody(postgres)
    assert answer.returncode != 0
    assert "Peer authentication failed" in answer.stderr


def test_data_are_kept_between_starts(postgres: Postgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url(OWNER)) as connection:
        connection.execute("create table kept as select '帮扶' as word")
    postgres.stop()
    assert not postgres.healthy()
    postgres.start()
    assert ask(postgres, "select word from kept", OWNER) == "帮扶"


def test_a_second_start_takes_less_than_ten_seconds(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    begin = time.monotonic()
    postgres.start()
    assert time.monotonic() - begin < 10


def test_starting_what_runs_changes_nothing(postgres: Postgres) -> None:
    postgres.start()
    pid = postgres.pid()
    postgres.start()
    assert postgres.pid() == pid


def test_a_clean_stop_ends_sessions_and_leaves_no_process(postgres: Postgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url(APPLICATION)) as open_session:
        postgres.stop()
        with pytest.raises(psycopg.OperationalError):
            open_session.execute("select 1")
    assert processes.processes_in(postgres.data) == []
    assert "shutting down" in (postgres.places.logs / "postgres.log").read_text()


def test_it_recovers_after_kill_9(postgres: Postgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url(OWNER)) as connection:
        connection.execute("create table committed as select 7 as number")
    os.kill(postgres.pid(), signal.SIGKILL)
    postgres.start()
    assert ask(postgres, "select number from committed", OWNER) == 7


def test_it_recovers_although_an_orphan_still_calculates(postgres: Postgres) -> None:
    postgres.start()
    with busy_backend(postgres):
        os.kill(postgres.pid(), signal.SIGKILL)
        postgres.start()
    sessions = "select count(*) from pg_stat_activity where backend_type = 'client backend'"
    assert ask(postgres, sessions) == 1


def test_a_stale_pid_file_never_harms_the_process_that_has_the_number_now(
    postgres: Postgres,
) -> None:
    postgres.start()
    postgres.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        lines = [str(stranger.pid), str(postgres.data), "0", "5432"]
        postgres.places.account.write(postgres.data / "postmaster.pid", "\n".join(lines))
        postgres.start()
        assert stranger.poll() is None
        assert postgres.pid() != stranger.pid
        stranger.kill()


def test_half_a_cluster_of_an_interrupted_first_start_does_not_count(fresh_state: Path) -> None:
    postgres, _ = local.parts(fresh_state, durable=False)
    postgres.places.make()
    half = postgres.data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert postgres.healthy()
    assert not half.exists()


def test_a_server_that_does_not_start_says_why(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "global" / "pg_control").unlink()
    with pytest.raises(ServersError, match="pg_control"):
        postgres.start()


def test_values_do_not_reach_the_log(postgres: Postgres) -> None:
    postgres.start()
    with psycopg.connect(postgres.url(OWNER)) as connection:
        connection.execute("create table people (number text primary key)")
        connection.execute("insert into people values ('110101199003070011')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into people values ('110101199003070011')")
    log: Path = postgres.places.logs / "postgres.log"
    assert "duplicate key" in log.read_text()
    assert "110101199003070011" not in log.read_text()
