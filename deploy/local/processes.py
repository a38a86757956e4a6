"""Processes of the machine: is a recorded one still alive, and is it really ours?

Process ids are used again by the system, so a process counts as ours only when its command line
names our own directory.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")


def command_of(pid: int) -> str:
    """Return the command line of a process, empty when there is none (a zombie has none)."""
    if PROC.is_dir():
        try:
            return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            return ""
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return shown.stdout.strip()


def is_ours(pid: int, directory: Path) -> bool:
    """Tell whether a process lives and was started on this directory."""
    return pid > 0 and str(directory) in command_of(pid)


def read_pid(path: Path) -> int:
    """Return the number in the first line of a pid file, 0 when it has none."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def processes_in(directory: Path) -> list[int]:
    """Return the processes that work in this directory (Linux; elsewhere none are found)."""
    if not PROC.is_dir():
        return []
    numbers = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in numbers if _works_in(pid, directory)]


def _works_in(pid: int, directory: Path) -> bool:
    try:
        return (PROC / str(pid) / "cwd").readlink() == directory
    except OSError:
        return False


def end(pid: int, directory: Path, *, patience: float = 10.0) -> None:
    """End a process of ours: ask first, wait `patience` seconds, then kill."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not is_ours(pid, directory):
            return
        _signal(pid, number)
        _wait_until_gone(pid, directory, patience)


def kill_all_in(directory: Path) -> None:
    """Kill every process that still works in a directory whose server is gone."""
    for pid in processes_in(directory):
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _wait_until_gone(pid: int, directory: Path, patience: float) -> None:
    limit = time.monotonic() + patience
    while is_ours(pid, directory) and time.monotonic() < limit:
        time.sleep(0.02)
