"""Telling our own processes from strangers."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from deploy.local import processes


def waiter(directory: Path) -> subprocess.Popen[bytes]:
    """Start a process that waits, whose command line names a directory."""
    command = ["/bin/sh", "-c", "read line", str(directory)]
    process = subprocess.Popen(command, cwd=directory, stdin=subprocess.PIPE)
    while not processes.command_of(process.pid):
        time.sleep(0.01)
    return process


def finish(process: subprocess.Popen[bytes]) -> None:
    """End what a test started."""
    process.kill()
    process.wait()


def test_a_process_is_ours_only_when_it_names_our_directory(tmp_path: Path) -> None:
    process = waiter(tmp_path)
    assert processes.is_ours(process.pid, tmp_path)
    assert not processes.is_ours(process.pid, tmp_path / "elsewhere")
    assert not processes.is_ours(os.getpid(), tmp_path)
    finish(process)


def test_a_dead_process_nobody_has_buried_is_not_ours(tmp_path: Path) -> None:
    process = waiter(tmp_path)
    process.kill()
    limit = time.monotonic() + 10
    while processes.is_ours(process.pid, tmp_path) and time.monotonic() < limit:
        time.sleep(0.01)
    assert not processes.is_ours(process.pid, tmp_path)
    process.wait()


def test_a_process_is_asked_to_end(tmp_path: Path) -> None:
    process = waiter(tmp_path)
    processes.end(process.pid, tmp_path)
    assert process.wait(5) == -signal.SIGTERM


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    script = "trap '' TERM; echo ready; while :; do sleep 1; done"
    command = ["/bin/sh", "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        processes.end(process.pid, tmp_path, patience=0.3)
        assert process.wait(5) == -signal.SIGKILL


def test_a_stranger_is_never_ended(tmp_path: Path) -> None:
    process = waiter(tmp_path)
    processes.end(process.pid, tmp_path / "elsewhere", patience=0.1)
    assert process.poll() is None
    finish(process)


def test_processes_are_found_by_the_directory_they_work_in(tmp_path: Path) -> None:
    process = waiter(tmp_path)
    assert process.pid in processes.processes_in(tmp_path)
    assert processes.processes_in(tmp_path / "elsewhere") == []
    processes.kill_all_in(tmp_path)
    assert process.wait(5) == -signal.SIGKILL


def test_a_pid_file_without_a_number_names_no_process(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    assert processes.read_pid(file) == 0
    file.write_text("no number\n")
    assert processes.read_pid(file) == 0
    file.write_text("42\n/data\n")
    assert processes.read_pid(file) == 42
