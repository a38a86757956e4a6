"""The programs beside the servers: started, found dead, stopped with all they have started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local import children, processes
from deploy.local.children import Child, end_leftovers, write_record


def child(tmp_path: Path, *arguments: str) -> Child:
    """Return a program of ours that is not started yet."""
    return Child("test", arguments, tmp_path / "test.log")


def wait_until_dead(program: Child) -> int:
    """Return the exit code of a program that ends soon."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        code = program.died()
        if code is not None:
            return code
        time.sleep(0.05)
    raise AssertionError("it still runs")


@pytest.fixture
def lasting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Child:
    """A program that runs until it is told to stop, and starts another one."""
    script = tmp_path / "program.py"
    script.write_text(
        "import subprocess, sys, time\n"
        "started = subprocess.Popen(['sleep', '60'])\n"
        "print(started.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(children, "PROGRAM", script)
    return child(tmp_path)


def grandchild(program: Child) -> int:
    """Return the process id that the lasting program wrote to its log."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        text = program.log.read_text()
        if text.endswith("\n"):
            return int(text)
        time.sleep(0.02)
    raise AssertionError("it did not start")


def is_gone(pid: int) -> bool:
    """Tell whether a process ends within a moment."""
    limit = time.monotonic() + 5
    while processes.command_of(pid) and time.monotonic() < limit:
        time.sleep(0.02)
    return not processes.command_of(pid)


def test_a_program_that_ended_is_found_with_its_code_and_its_words(tmp_path: Path) -> None:
    program = child(tmp_path, "no-such-command")
    assert program.died() is None
    program.start(os.environ)
    assert wait_until_dead(program) == 2
    assert "no-such-command" in program.log.read_text()


def test_it_gets_its_environment_from_us_alone(tmp_path: Path) -> None:
    program = child(tmp_path, "--version")
    program.start({"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert wait_until_dead(program) == 0
    assert "bangfu" in program.log.read_text()


def test_stopping_ends_all_that_the_program_has_started(lasting: Child) -> None:
    lasting.start(os.environ)
    other = grandchild(lasting)
    lasting.stop()
    assert lasting.died() == -signal.SIGTERM
    assert is_gone(other)


def test_stopping_what_never_started_or_is_dead_is_no_error(tmp_path: Path) -> None:
    program = child(tmp_path, "--version")
    program.stop()
    program.start(os.environ)
    wait_until_dead(program)
    program.stop()


def test_ctrl_c_in_the_terminal_does_not_reach_the_program_itself(lasting: Child) -> None:
    lasting.start(os.environ)
    grandchild(lasting)
    assert os.getpgid(lasting.pid) != os.getpgid(0)
    lasting.stop()


def test_the_more_often_a_program_dies_the_longer_it_waits(tmp_path: Path) -> None:
    program = child(tmp_path)
    program.begun = time.monotonic()
    assert not program.due()
    pauses = []
    for _ in range(8):
        program.begun = time.monotonic() - program.pause - 0.1
        pauses.append(program.pause)
        assert program.due()
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_program_that_was_steady_starts_again_at_once(tmp_path: Path) -> None:
    program = child(tmp_path)
    program.pause = 30.0
    program.begun = time.monotonic() - 61
    assert program.due()
    assert program.pause == 2.0


def test_programs_of_a_killed_run_are_ended(lasting: Child, tmp_path: Path) -> None:
    record = tmp_path / "programs.pid"
    lasting.start(os.environ)
    grandchild(lasting)
    write_record(record, [lasting])
    end_leftovers(record)
    assert wait_until_dead(lasting) == -signal.SIGTERM
    assert not record.exists()
    end_leftovers(record)


def test_a_stranger_with_a_recorded_number_is_left_alone(tmp_path: Path) -> None:
    record = tmp_path / "programs.pid"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        record.write_text(str(stranger.pid))
        end_leftovers(record)
        assert stranger.poll() is None
        stranger.kill()
