"""The account of the operating system that the embedded servers run under.

PostgreSQL refuses to run as root. An ordinary user runs the servers himself; root runs them
under a system account without a password, a shell or any other duty.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import ServersError
from deploy.local.words import _

SYSTEM_ACCOUNT = "bangfu"
LAST_RESORT = "nobody"


@dataclass(frozen=True)
class Account:
    """Who runs the servers: numeric ids, and whether that is somebody other than the caller."""

    name: str
    uid: int
    gid: int
    other: bool

    def run(
        self, command: Sequence[str | Path], directory: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this account in a directory and return what it said.

        A command that cannot be executed at all raises `OSError`.
        """
        arguments = [str(part) for part in command]
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(directory)}
        if not self.other:
            return subprocess.run(
                arguments, cwd=directory, env=environment, text=True, check=False,
                capture_output=True, umask=0o077,
            )  # fmt: skip
        return subprocess.run(
            arguments, cwd=directory, env=environment, text=True, check=False,
            capture_output=True, umask=0o077, user=self.uid, group=self.gid, extra_groups=[],
        )  # fmt: skip

    def own_directory(self, path: Path) -> None:
        """Make a directory that this account alone may enter; refuse one that is another's."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid not in (os.geteuid(), self.uid):
            raise ServersError(
                _("%(path)s belongs to somebody else; remove it and try again"), path=path
            )
        path.chmod(0o700)
        if self.other:
            os.chown(path, self.uid, self.gid)

    def write(self, path: Path, text: str) -> None:
        """Write a file that this account alone may read, whole or not at all."""
        fresh = path.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        if self.other:
            os.chown(fresh, self.uid, self.gid)
        fresh.rename(path)


def server_account() -> Account:
    """Return the account the servers run under, creating the system account where root needs it."""
    if os.geteuid() != 0:
        entry = pwd.getpwuid(os.geteuid())
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, other=False)
    entry = _find(SYSTEM_ACCOUNT) or _create() or pwd.getpwnam(LAST_RESORT)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd | None:
    """Create the system account; None where the machine does not let us (no useradd, read-only)."""
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT]
    try:
        subprocess.run(command, check=False, capture_output=True)
    except OSError:
        return None
    return _find(SYSTEM_ACCOUNT)


def admitted_users() -> tuple[str, ...]:
    """Return the users of the machine whom the servers let in: root and the caller."""
    return tuple(sorted({"root", pwd.getpwuid(os.geteuid()).pw_name}))
