"""The embedded Valkey: private, keeps a snapshot, survives being killed."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
from dataclasses import replace

import pytest
import redis

from deploy.local.valkey import Valkey


def client(valkey: Valkey) -> redis.Redis:
    """Return a client on the only way in."""
    return redis.Redis.from_url(valkey.url(), decode_responses=True)


def test_it_answers_and_is_valkey(valkey: Valkey) -> None:
    valkey.start()
    with client(valkey) as connection:
        assert connection.ping()
        assert connection.info("server")["server_name"] == "valkey"


def test_it_listens_on_no_network(valkey: Valkey) -> None:
    valkey.start()
    with client(valkey) as connection:
        assert connection.config_get("port")["port"] == "0"
        assert connection.info("server")["tcp_port"] == 0


def test_its_socket_is_closed_to_others(valkey: Valkey) -> None:
    valkey.start()
    assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(valkey.socket.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user of the machine")
def test_another_user_does_not_get_in(valkey: Valkey) -> None:
    valkey.start()
    attempt = f"import socket; socket.socket(socket.AF_UNIX).connect({str(valkey.socket)!r})"
    answer = subprocess.run(
        ["/usr/bin/python3", "-c", attempt],
        user="nobody", cwd="/", check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert "PermissionError" in answer.stderr


def test_data_are_kept_between_starts(valkey: Valkey) -> None:
    valkey.start()
    with client(valkey) as connection:
        connection.set("kept", "帮扶")
    valkey.stop()
    assert not valkey.healthy()
    valkey.start()
    with client(valkey) as connection:
        assert connection.get("kept") == "帮扶"


def test_it_starts_again_after_kill_9(valkey: Valkey) -> None:
    valkey.start()
    killed = valkey.pid()
    os.kill(killed, signal.SIGKILL)
    valkey.start()
    assert valkey.pid() != killed
    assert valkey.healthy()


def test_one_that_hangs_is_replaced(valkey: Valkey) -> None:
    valkey.start()
    hanging = valkey.pid()
    os.kill(hanging, signal.SIGSTOP)
    replace(valkey, patience=0.5).start()
    assert valkey.pid() != hanging
    assert valkey.healthy()


def test_starting_what_runs_changes_nothing(valkey: Valkey) -> None:
    valkey.start()
    pid = valkey.pid()
    valkey.start()
    assert valkey.pid() == pid


def test_a_socket_that_nobody_serves_is_no_obstacle(valkey: Valkey) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(valkey.socket))
    assert not valkey.healthy()
    valkey.start()
    assert valkey.healthy()
