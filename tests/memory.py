"""Where a test run writes: into memory where that has room, else onto the disk.

Every test has a database of 600 files, and every test of the servers a cluster of 1,000. Some
file systems take a second to make these; memory takes 30 ms.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from deploy import local
from deploy.local.places import MEMORY

DISK = Path("/tmp")  # noqa: S108 (0700, own)
ROOM = 4 << 30
"""Bytes that must be free in memory; a whole run takes a quarter of it."""
SERVERS = f"bangfu-test-{os.geteuid()}"
FILES = f"bangfu-files-{os.geteuid()}"


def choose() -> Path:
    """Return where the data of this run's servers and the files of its tests are to lie."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return DISK
    # Some tests write programs and run them; containers often forbid to do that there.
    if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return DISK
    known = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return MEMORY if int(known["MemAvailable"].split()[0]) * 1024 > 2 * ROOM else DISK


def files_of_run() -> Path | None:
    """Return the directory for the files of this run's tests, None where pytest's own will do."""
    return MEMORY / f"{FILES}-{os.getpid()}" if choose() == MEMORY else None


def forget(state: Path) -> None:
    """Stop the servers of a state directory and delete it with all they have."""
    local.remove(state)
    shutil.rmtree(state)


def forget_files(place: Path) -> None:
    """Delete the files of a run, and the servers its tests left behind."""
    for lock in place.rglob("starting.lock"):
        local.remove(lock.parent)
    shutil.rmtree(place, ignore_errors=True)


def sweep() -> None:
    """Delete what test runs left that were killed before they could do it themselves."""
    # Another run may be sweeping up the same one just now.
    with suppress(FileNotFoundError):
        for state in _dead(SERVERS):
            forget(state)
        for place in _dead(FILES):
            forget_files(place)


def _dead(kind: str) -> Iterator[Path]:
    for place in (*MEMORY.glob(f"{kind}-*"), *DISK.glob(f"{kind}-*")):
        if not _alive(int(place.name.rsplit("-", 1)[1])):
            yield place


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
