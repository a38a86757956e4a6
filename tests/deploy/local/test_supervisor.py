"""`./dev up`, the whole system: it starts, looks after itself, and stops without a trace."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from deploy import local
from deploy.local import processes
from deploy.local.places import PROJECT, find_places
from tests.vendor import PACKAGE, pack_wheel

START_SECONDS = 240.0


class Up:
    """A running `up` and what it has printed so far."""

    def __init__(self, state: Path, port: int) -> None:
        self.state = state
        self.port = port
        environment = {**os.environ, "BANGFU_STATE": str(state), "BANGFU_PORT": str(port)}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "up"],
            cwd=PROJECT, env=environment | {"LANGUAGE": "en", "LC_ALL": "C.UTF-8"}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def text(self) -> str:
        """All it has printed."""
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, seconds: float = START_SECONDS) -> None:
        """Wait until it prints something; an early end is a failure."""
        until(lambda: re.search(pattern, self.text) or self.process.poll() is not None, seconds)
        assert re.search(pattern, self.text), self.text

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal as a terminal does, to all its processes, and return the exit code."""
        os.killpg(self.process.pid, number)
        code = self.process.wait(90)
        self.reader.join(10)
        return code

    def answers(self) -> bool:
        """Tell whether the web gives a page."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.port}/", timeout=10) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def programs(self) -> list[int]:
        """Return the process ids of web, workers and ticker."""
        return [int(pid) for pid in (self.state / "programs.pid").read_text().split()]


class Visitor:
    """Somebody signed in at the demonstration, with cookies as a browser keeps them."""

    def __init__(self, port: int, login: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        form = next(
            part for part in self.page("/login").split("<form") if f'data-login="{login}"' in part
        )
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        data = urllib.parse.urlencode(fields).encode()
        asked = urllib.request.Request(  # noqa: S310 (our own address)
            f"{self.address}/login", data, {"Referer": self.address}
        )
        self.opener.open(asked, timeout=10).close()

    def page(self, path: str) -> str:
        """Return a page."""
        with self.opener.open(self.address + path, timeout=10) as page:
            return str(page.read().decode())


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something to come true; fail when it does not."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.1)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One state directory for all tests here: demonstration data are made once."""
    state = tmp_path_factory.mktemp("up") / "state"
    yield state
    local.remove(state)


@pytest.fixture(scope="module")
def up(place: Path) -> Iterator[Up]:
    """A system that has said it is ready; the tests here go through one day of its life."""
    started = Up(place, free_port())
    try:
        started.wait_for("Ctrl-C")
        yield started
    finally:
        if started.process.poll() is None:
            started.end()


def test_a_taken_port_is_named_before_anything_starts(place: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = Up(place, other.getsockname()[1])
        assert refused.process.wait(60) == 1
    refused.reader.join(10)
    assert "BANGFU_PORT=" in refused.text
    assert not local.healthy(place)


def test_it_shows_its_steps_its_address_and_accounts(up: Up) -> None:
    for words in ("start PostgreSQL and Valkey", "database up to date", "demonstration data"):
        assert re.search(rf"✓ .*{words}.* \(\d+\.\d s\)", up.text)
    assert f"http://127.0.0.1:{up.port}/" in up.text
    assert "city-a" in up.text
    assert up.answers()


def test_a_second_one_for_the_same_project_is_refused(up: Up) -> None:
    second = Up(up.state, free_port())
    assert second.process.wait(60) == 1
    second.reader.join(10)
    assert "runs already" in second.text
    assert up.answers()


def test_programs_that_are_killed_start_again(up: Up) -> None:
    killed = up.programs()
    for pid in killed:
        os.killpg(pid, signal.SIGKILL)
    until(lambda: set(up.programs()).isdisjoint(killed))
    until(up.answers)
    assert up.text.count("is started again") >= len(killed)


def test_servers_that_are_killed_start_again(up: Up) -> None:
    record = json.loads(find_places(up.state).record.read_text())
    os.kill(record["postgres"], signal.SIGKILL)
    os.kill(record["valkey"], signal.SIGKILL)
    until(lambda: "✓ start the servers again" in up.text)
    assert local.healthy(up.state)
    until(up.answers)


def test_a_wheel_installed_meanwhile_is_there_while_the_web_goes_on_answering(
    up: Up, tmp_path: Path
) -> None:
    """No program is stopped by hand: the programme can be taken up a moment later."""
    wheel = pack_wheel(tmp_path)
    environment = {**os.environ, "BANGFU_STATE": str(up.state), "LANGUAGE": "en"}
    command = [sys.executable, str(Path(sys.executable).parent / "bangfu")]
    subprocess.run([*command, "plugin", "install", str(wheel)], cwd=PROJECT, env=environment,
                   check=True, capture_output=True)  # fmt: skip
    until(lambda: "the plugins have changed" in up.text)
    administrator = Visitor(up.port, "admin")
    until(lambda: PACKAGE in administrator.page("/city-a/programmes"))
    assert up.answers()
    assert "is started again" not in up.text.partition("the plugins have changed")[2]


def test_ctrl_c_stops_everything_and_is_no_error(up: Up) -> None:
    programs = up.programs()
    assert up.end() == 0
    assert all(processes.command_of(pid) == "" for pid in programs)
    assert not local.healthy(up.state)
    assert "Traceback" not in up.text
    assert up.lines[-1] == "✓ stopped"


def test_after_kill_9_the_next_start_cleans_up_and_adopts_the_servers(place: Path) -> None:
    killed = Up(place, free_port())
    killed.wait_for("✓ prepare demonstration data")
    left = killed.programs()
    record = find_places(place).record.read_text()
    killed.process.kill()
    killed.process.wait()
    assert all(processes.command_of(pid) for pid in left)
    again = Up(place, killed.port)
    try:
        again.wait_for("Ctrl-C")
        assert all(processes.command_of(pid) == "" for pid in left)
        assert find_places(place).record.read_text() == record
        assert again.answers()
    finally:
        assert again.end(signal.SIGTERM) == 0
    assert not local.healthy(place)
