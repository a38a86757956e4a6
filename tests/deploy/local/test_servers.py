"""Starting, sharing and stopping both servers."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from deploy import local
from deploy.local.places import PROJECT, find_places

USER = (
    "import sys; from pathlib import Path; from deploy import local;"
    "print(local.connect_or_start(Path(sys.argv[1])).database_url, flush=True); sys.stdin.read()"
)


@contextmanager
def another_process(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Run another command that uses the servers until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(state)],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql://bangfu_app@")
    with process:
        yield process


def pids(state: Path) -> tuple[int, int]:
    """Return the process ids of PostgreSQL and Valkey that the record names."""
    record = json.loads(find_places(state).record.read_text())
    return record["postgres"], record["valkey"]


def test_every_address_works(state: Path) -> None:
    servers = local.start(state, durable=False)
    for url, role in (
        (servers.database_url, "bangfu_app"),
        (servers.owner_url, "bangfu_owner"),
        (servers.superuser_url, "postgres"),
    ):
        with psycopg.connect(url) as connection:
            assert connection.execute("select current_user::text").fetchone() == (role,)
    with redis.Redis.from_url(servers.redis_url) as client:
        assert client.ping()


def test_the_environment_names_what_programs_read(state: Path) -> None:
    servers = local.start(state, durable=False)
    assert servers.environment() == {
        "DATABASE_URL": servers.database_url,
        "DATABASE_OWNER_URL": servers.owner_url,
        "REDIS_URL": servers.redis_url,
    }


def test_stopping_stops_and_stopping_again_is_no_error(state: Path) -> None:
    local.start(state, durable=False)
    local.stop(state)
    assert not local.healthy(state)
    assert not find_places(state).record.exists()
    local.stop(state)


def test_stopping_what_never_ran_is_no_error(fresh_state: Path) -> None:
    local.stop(fresh_state)
    assert not fresh_state.exists()


def test_a_second_start_of_both_takes_less_than_ten_seconds(state: Path) -> None:
    local.start(state, durable=False)
    local.stop(state)
    begin = time.monotonic()
    local.start(state, durable=False)
    assert time.monotonic() - begin < 10


def test_the_record_is_readable_by_its_owner_alone(state: Path) -> None:
    local.start(state, durable=False)
    assert stat.S_IMODE(find_places(state).record.stat().st_mode) == 0o600


def test_two_state_directories_are_two_worlds(state: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    first, second = local.start(state, durable=False), local.start(other, durable=False)
    try:
        with psycopg.connect(first.owner_url) as connection:
            connection.execute("create table here (number int)")
        with psycopg.connect(second.owner_url) as connection:
            answer = connection.execute("select to_regclass('here')::text").fetchone()
        assert answer == (None,)
    finally:
        local.remove(other)


def test_servers_go_when_the_last_user_ends(state: Path) -> None:
    with another_process(state):
        running = pids(state)
        with another_process(state):
            assert pids(state) == running
        assert local.healthy(state)
    assert not local.healthy(state)


def test_this_process_can_leave_early_and_join_again(state: Path) -> None:
    local.connect_or_start(state)
    local.connect_or_start(state)
    assert local.leave(state)
    assert not local.healthy(state)
    local.connect_or_start(state)
    assert local.healthy(state)
    assert local.leave(state)


def test_leaving_while_another_works_leaves_the_servers_to_it(state: Path) -> None:
    with another_process(state):
        local.connect_or_start(state)
        assert not local.leave(state)
        assert local.healthy(state)


def test_a_forked_process_that_ends_leaves_the_servers_to_its_parent(state: Path) -> None:
    code = "import os, sys; os.fork() or sys.exit(); os.wait()"
    program = USER.replace("sys.stdin.read()", f"{code}; print(local.healthy(Path(sys.argv[1])))")
    command = [sys.executable, "-c", program, str(state)]
    ended = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    assert ended.stdout.splitlines()[-1] == "True"
    assert not local.healthy(state)


def test_servers_of_a_killed_process_are_adopted(state: Path) -> None:
    with another_process(state) as process:
        running = pids(state)
        process.kill()
    assert local.healthy(state)
    local.start(state, durable=False)
    assert pids(state) == running


def test_everything_killed_with_kill_9_starts_again_with_its_data(state: Path) -> None:
    servers = local.start(state, durable=False)
    with psycopg.connect(servers.owner_url) as connection:
        connection.execute("create table kept as select 42 as number")
    killed = pids(state)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    local.start(state, durable=False)
    assert set(pids(state)).isdisjoint(killed)
    with psycopg.connect(servers.owner_url) as connection:
        assert connection.execute("select number from kept").fetchone() == (42,)


def test_processes_that_start_at_the_same_time_share_one_pair(state: Path) -> None:
    local.start(state, durable=False)
    local.stop(state)
    command = [sys.executable, "-c", USER, str(state)]
    starting = [
        subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in starting]
    assert len(set(outputs)) == 1
    assert [process.returncode for process in starting] == [0, 0, 0]
    assert not local.healthy(state)


def test_removing_deletes_the_data(state: Path) -> None:
    local.start(state, durable=False)
    places = find_places(state)
    assert places.postgres.is_dir()
    local.remove(state)
    assert not places.base.exists()
    assert not places.sockets.exists()
