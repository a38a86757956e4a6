"""`./dev up`: the whole system on one machine, until Ctrl-C.

Servers and schema come first, then the programs, then the demonstration data, so that the jobs
they ask for are done meanwhile. A program or a server that dies is started again; at the end the
programs stop, then the servers.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

from deploy.local import servers
from deploy.local.children import WEB, Child, end_leftovers, write_record
from deploy.local.environment import uses_own_servers
from deploy.local.errors import ServersError
from deploy.local.places import DEFAULT_STATE, PROJECT, find_places
from deploy.local.preparation import call, prepare, seed
from deploy.local.progress import say, step
from deploy.local.words import _

PROGRAMS = {
    WEB: ("web",),
    "worker-default": ("worker", "default"),
    "worker-imports": ("worker", "imports"),
    "worker-reports": ("worker", "reports"),
    "ticker": ("ticker",),
}
ANSWER_SECONDS = 120.0
LOOK_AFTER_SERVERS_SECONDS = 5.0


class Interrupted(BaseException):
    """Somebody wants us to stop: Ctrl-C, or a signal of the system."""


@dataclass
class System:
    """All that runs, in the order in which it was started."""

    environment: dict[str, str]
    logs: Path
    record: Path
    embedded: bool
    children: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start every program."""
        for name, arguments in PROGRAMS.items():
            child = Child(name, arguments, self.logs / f"{name}.log")
            self.children.append(child)
            child.start(self.environment)
            write_record(self.record, self.children)

    def stop(self) -> None:
        """Stop every program: the web first, which takes in new work, then the rest together."""
        for number, child in enumerate(self.children):
            for other in self.children if number else [child]:
                other.ask()
            with step(_("stop %(name)s") % {"name": child.name}):
                child.stop()
        self.record.unlink(missing_ok=True)

    def plugins(self) -> str:
        """Return the pins of the wheels that are installed, the same as long as they are."""
        pins = Path(self.environment.get("BANGFU_PLUGINS", "")) / "SHA256SUMS"
        return pins.read_text(encoding="utf-8") if pins.is_file() else ""

    def revive(self) -> None:
        """Start again what has died, and what was asked to begin anew."""
        for child in self.children:
            code = child.died()
            if code is not None and (child.asked or child.due()):
                if not child.asked:
                    text = _("! %(name)s ended with code %(code)s and is started again; "
                             "log: %(log)s")  # fmt: skip
                    say(text % {"name": child.name, "code": code, "log": child.log})
                child.start(self.environment)
                write_record(self.record, self.children)

    def watch(self) -> None:
        """Look after programs, plugins and servers for ever."""
        plugins = self.plugins()
        while True:
            limit = time.monotonic() + LOOK_AFTER_SERVERS_SECONDS
            while time.monotonic() < limit:
                time.sleep(0.5)
                self.revive()
                if self.plugins() != plugins:
                    plugins = self.plugins()
                    say(_("✓ the plugins have changed; web, workers and ticker begin anew"))
                    for child in self.children:
                        child.renew()
            if self.embedded and not servers.healthy():
                with step(_("start the servers again")):
                    servers.start()


def run() -> int:
    """Run the whole system until somebody stops it; 0 after a clean stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    DEFAULT_STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with _alone(DEFAULT_STATE / "up.lock"):
            _run()
    except Interrupted:
        say(_("✓ stopped"))
    except subprocess.CalledProcessError as error:
        say(error.stderr or str(error))
        return 1
    return 0


def _run() -> None:
    end_leftovers(DEFAULT_STATE / "programs.pid")
    given = _read_settings()
    _check_port(_address(given))
    try:
        environment = prepare(given)
        logs = DEFAULT_STATE / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        system = System(
            environment, logs, DEFAULT_STATE / "programs.pid", not uses_own_servers(given)
        )
        try:
            system.start()
            with step(_("prepare demonstration data")):
                seed(environment, embedded=system.embedded)
            with step(_("wait for web, workers and ticker")):
                _wait_for_answer(system)
                accounts = call(environment, "demo", "accounts")
            _greet(accounts)
            system.watch()
        finally:
            _ignore_signals()
            system.stop()
    finally:
        _ignore_signals()
        if not uses_own_servers(given):
            _leave_servers()


def _read_settings() -> dict[str, str]:
    """Return what the environment says, and the file `.env` where the environment is silent."""
    file = dotenv_values(PROJECT / ".env")
    return {**{name: value for name, value in file.items() if value}, **os.environ}


def _leave_servers() -> None:
    with step(_("stop the servers")):
        stopped = servers.leave()
    if not stopped:
        say(_("  another command still uses the servers; it stops them when it ends"))


def _address(environment: Mapping[str, str]) -> tuple[str, int]:
    host = environment.get("BANGFU_HOST") or "127.0.0.1"
    return host, int(environment.get("BANGFU_PORT") or "8300")


def _check_port(address: tuple[str, int]) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(address) == 0:
            text = _("port %(port)s is taken by another program: BANGFU_PORT=8301 ./dev up")
            raise ServersError(text, port=address[1])


def _wait_for_answer(system: System) -> None:
    """Wait until the web answers, whatever it says, as long as it is no failure of its own."""
    address = "http://{}:{}/".format(*_address(system.environment))
    limit = time.monotonic() + ANSWER_SECONDS
    while not _answers(address):
        system.revive()
        if time.monotonic() > limit:
            text = _("the web does not answer at %(address)s; logs: %(logs)s")
            raise ServersError(text, address=address, logs=system.logs)
        time.sleep(0.2)


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _greet(accounts: str) -> None:
    say("")
    say(accounts.rstrip())
    say("")
    base = find_places(DEFAULT_STATE).base
    if base.is_relative_to(DEFAULT_STATE):
        text = _("Ctrl-C stops everything; the data stay in %(path)s")
    else:
        text = _("Ctrl-C stops everything; the database stays in %(base)s, all else in %(path)s")
    say(text % {"base": base, "path": DEFAULT_STATE})


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock for the life of the system: it runs once for a project."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServersError(_("the system runs already, in another terminal")) from None
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _ignore_signals()
    raise Interrupted


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
