"""Start, share and stop the embedded servers of one state directory.

Two locks in the state directory keep commands that run at the same time apart: `starting.lock`
is held while servers start or stop, `users.lock` is shared by every process that uses them. The
last one to leave stops them; the system gives a lock back however its holder ends.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.binaries import find_binaries
from deploy.local.places import DEFAULT_STATE, Places, find_places
from deploy.local.postgres import APPLICATION, OWNER, SUPERUSER, Postgres
from deploy.local.valkey import Valkey


@dataclass(frozen=True)
class Servers:
    """The addresses of running servers, one a role.

    `database_url` is the application's role, `owner_url` the role that owns the tables (for
    migrations), `superuser_url` the role that may do anything (for backups and tests).
    """

    database_url: str
    owner_url: str
    superuser_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """Return the environment variables by which every other program finds the servers."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
        }


def parts(state: Path = DEFAULT_STATE, *, durable: bool = True) -> tuple[Postgres, Valkey]:
    """Return both servers of a state directory, running or not."""
    places = find_places(state)
    binaries = find_binaries(places.account)
    return Postgres(places, binaries, durable), Valkey(places, binaries)


def start(state: Path = DEFAULT_STATE, *, durable: bool = True) -> Servers:
    """Start both servers, or adopt those that run; they go on until `stop`.

    With `durable` false a crash of the machine may lose data: for tests alone. Raises
    `ServersError` where a server does not start.
    """
    postgres, valkey = parts(state, durable=durable)
    postgres.places.make()
    with _locked(state / "starting.lock"):
        return _start(postgres, valkey)


def stop(state: Path = DEFAULT_STATE) -> None:
    """Stop both servers cleanly; nothing happens when none runs."""
    postgres, valkey = parts(state)
    if not state.is_dir():
        return
    with _locked(state / "starting.lock"):
        _stop(postgres, valkey)


def remove(state: Path) -> None:
    """Stop both servers and delete their data for good."""
    stop(state)
    find_places(state).remove()


def healthy(state: Path = DEFAULT_STATE) -> bool:
    """Tell whether both servers of a state directory answer."""
    postgres, valkey = parts(state)
    return postgres.healthy() and valkey.healthy()


def connect_or_start(state: Path = DEFAULT_STATE) -> Servers:
    """Use the servers that another process runs, or start them, until this process ends.

    Whoever is the last to end stops them.
    """
    postgres, valkey = parts(state)
    postgres.places.make()
    with _locked(state / "starting.lock"):
        servers = _start(postgres, valkey)
        _join(state)
    return servers


def leave(state: Path = DEFAULT_STATE) -> bool:
    """Stop using the servers; True when nobody else uses them and they were stopped."""
    used = _used.pop(state.absolute(), None)
    if used is None:
        return False
    postgres, valkey = parts(state)
    with _locked(state / "starting.lock"):
        alone = _try_alone(used)
        if alone:
            _stop(postgres, valkey)
        os.close(used)
    return alone


_used: dict[Path, int] = {}


def _forget() -> None:
    """Leave the stopping to the parent: a forked process has not joined by itself."""
    for handle in _used.values():
        os.close(handle)
    _used.clear()


os.register_at_fork(after_in_child=_forget)


def _join(state: Path) -> None:
    if state.absolute() in _used:
        return
    handle = os.open(state / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    _used[state.absolute()] = handle
    atexit.register(leave, state)


def _try_alone(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(postgres: Postgres, valkey: Valkey) -> Servers:
    postgres.start()
    valkey.start()
    servers = Servers(
        postgres.url(APPLICATION), postgres.url(OWNER), postgres.url(SUPERUSER), valkey.url()
    )
    _write_record(postgres.places, servers, postgres.pid(), valkey.pid())
    return servers


def _stop(postgres: Postgres, valkey: Valkey) -> None:
    valkey.stop()
    postgres.stop()
    postgres.places.record.unlink(missing_ok=True)


def _write_record(places: Places, servers: Servers, postgres: int, valkey: int) -> None:
    record = {"postgres": postgres, "valkey": valkey, **asdict(servers)}
    fresh = places.record.with_suffix(".new")
    fresh.write_text(json.dumps(record, indent=1))
    fresh.chmod(0o600)
    fresh.rename(places.record)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
