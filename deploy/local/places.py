"""Where the embedded servers keep their data, sockets and logs."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.local.account import Account, server_account

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT_STATE = Path(os.environ.get("BANGFU_STATE") or PROJECT / ".local").absolute()
ROOT_BASE = Path("/var/lib/bangfu")
MEMORY = Path("/dev/shm")  # noqa: S108 (0700, owner checked)
"""Linux keeps what lies here in memory: for data that nobody would miss, such as a test run's."""
# A socket's whole path may have 107 bytes; the longest name in the directory takes 16 of them.
SOCKET_DIRECTORY_LIMIT = 90


@dataclass(frozen=True)
class Places:
    """The directories of one set of embedded servers."""

    state: Path
    base: Path
    sockets: Path
    account: Account

    @property
    def postgres(self) -> Path:
        """The database cluster."""
        return self.base / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's snapshot."""
        return self.base / "valkey"

    @property
    def logs(self) -> Path:
        """What the servers print."""
        return self.base / "logs"

    @property
    def record(self) -> Path:
        """The file that says which processes serve this state directory."""
        return self.state / "servers.json"

    def make(self) -> None:
        """Make every directory, open to nobody but the account of the servers (and root)."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account.other:
            self.base.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        for path in (self.base, self.valkey, self.logs, self.sockets):
            self.account.own_directory(path)

    def remove(self) -> None:
        """Delete data, sockets and logs for good; the servers must have stopped."""
        for path in (self.base, self.sockets):
            shutil.rmtree(path, ignore_errors=True)
        self.record.unlink(missing_ok=True)


def find_places(state: Path) -> Places:
    """Return the places that belong to a state directory; nothing is created yet."""
    state = state.absolute()
    account = server_account()
    name = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    base = _away(state, name) if account.other else state / "servers"
    sockets = base / "run"
    if len(os.fsencode(sockets)) > SOCKET_DIRECTORY_LIMIT:
        sockets = Path("/tmp") / f"bangfu-{account.uid}-{name}"  # noqa: S108 (0700, owner checked)
    return Places(state, base, sockets, account)


def _away(state: Path, name: str) -> Path:
    """Return where the account of the servers has its data, as it may not enter the caller's."""
    return MEMORY / f"bangfu-{name}" if state.is_relative_to(MEMORY) else ROOT_BASE / name
