"""The embedded Valkey: one socket in a private directory, a snapshot between starts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from deploy.local import processes
from deploy.local.binaries import Binaries
from deploy.local.errors import ServersError
from deploy.local.places import Places
from deploy.local.words import _

START_SECONDS = 20

SETTINGS = """\
port 0
unixsocket "{socket}"
unixsocketperm 700
daemonize yes
pidfile "{pidfile}"
dir "{data}"
logfile "{log}"
save 60 1
appendonly no
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Valkey:
    """One Valkey and how to reach it."""

    places: Places
    binaries: Binaries
    patience: float = 5.0
    """Seconds after which one that does not answer counts as hanging."""

    @property
    def data(self) -> Path:
        """Where its snapshot lies."""
        return self.places.valkey

    @property
    def socket(self) -> Path:
        """The only way in."""
        return self.places.sockets / "valkey.sock"

    def url(self, number: int = 0) -> str:
        """Return the address of one of its numbered databases."""
        return f"unix://{quote(str(self.socket), safe='/')}?db={number}"

    def pid(self) -> int:
        """Return the process id it wrote down, 0 when there is none."""
        return processes.read_pid(self.data / "valkey.pid")

    def healthy(self) -> bool:
        """Tell whether this very Valkey answers on its socket."""
        if not self.socket.exists():
            return False
        with redis.Redis.from_url(self.url(), socket_timeout=self.patience) as client:
            try:
                where = client.config_get("dir")
            except redis.RedisError:
                return False
        return bool(where) and Path(_text(where)) == self.data

    def start(self) -> None:
        """Start it; nothing happens when it runs."""
        if self.healthy():
            return
        self._clear_remains()
        configuration = self.data / "valkey.conf"
        self.places.account.write(configuration, self._settings())
        command = [self.binaries.valkey, configuration]
        result = self.places.account.run(command, self.data)
        limit = time.monotonic() + START_SECONDS
        while not self.healthy():
            if result.returncode or time.monotonic() > limit:
                raise ServersError(_("Valkey does not start (log: %(log)s)"), log=self._log())
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it cleanly: the snapshot is written."""
        self._clear_remains()

    def _settings(self) -> str:
        return SETTINGS.format(
            socket=self.socket, pidfile=self.data / "valkey.pid", data=self.data, log=self._log()
        )

    def _log(self) -> Path:
        return self.places.logs / "valkey.log"

    def _clear_remains(self) -> None:
        # The server rewrites its command line to name its socket.
        processes.end(self.pid(), self.places.sockets, patience=2 * self.patience)
        self.socket.unlink(missing_ok=True)
        (self.data / "valkey.pid").unlink(missing_ok=True)


def _text(answer: object) -> str:
    """Return the directory out of an answer to CONFIG GET, whichever way the client gives it."""
    if not isinstance(answer, dict):
        return ""
    value = next(iter(answer.values()), "")
    return value.decode() if isinstance(value, bytes) else str(value)
