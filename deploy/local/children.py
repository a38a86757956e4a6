"""The programs of the system that run beside the servers: started, watched, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import processes

PROGRAM = Path(sys.executable).parent / "bangfu"
WEB = "web"
STOP_SECONDS = 15.0
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One program with a name, its arguments to `bangfu`, a log, and how often it has died."""

    name: str
    arguments: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    begun: float = 0.0
    pause: float = 1.0
    asked: bool = False

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the program in a session of its own: a Ctrl-C reaches it through us alone."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, PROGRAM, *self.arguments],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.begun, self.asked = time.monotonic(), False

    @property
    def pid(self) -> int:
        """The process id, 0 before the first start."""
        return self.process.pid if self.process else 0

    def died(self) -> int | None:
        """Return the exit code of a program that ended, None while it runs."""
        return self.process.poll() if self.process else None

    def due(self) -> bool:
        """Tell whether a dead program may start again: the more often it dies, the later."""
        lived = time.monotonic() - self.begun
        if lived > STEADY_SECONDS:
            self.pause = 1.0
        if lived < self.pause:
            return False
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return True

    def ask(self) -> None:
        """Ask the program to end; it may take its time."""
        if self.process is not None and not self.asked:
            self.asked = True
            self.process.terminate()

    def renew(self) -> None:
        """Have the program begin anew with what is installed now: the web while it goes on
        answering, the others by ending after what they are at, to be started again."""
        if self.process is not None and self.name == WEB:
            self.process.send_signal(signal.SIGHUP)
        else:
            self.ask()

    def stop(self) -> None:
        """Ask the program to end, wait, then kill it with all it has started."""
        if self.process is None:
            return
        self.ask()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _kill_group(self.process.pid)
            self.process.wait()


def end_leftovers(record: Path) -> None:
    """End the programs of a run that was killed before it could stop them."""
    numbers = record.read_text().split() if record.exists() else []
    for pid in map(int, numbers):
        processes.end(pid, PROGRAM, patience=STOP_SECONDS)
    record.unlink(missing_ok=True)


def write_record(record: Path, children: list[Child]) -> None:
    """Write down which programs run, for whoever has to clean up after us."""
    record.write_text(" ".join(str(child.pid) for child in children))


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
