"""What must be done before and beside the programs: servers, schema, demonstration data."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.children import PROGRAM
from deploy.local.environment import provide, uses_own_servers
from deploy.local.places import DEFAULT_STATE, PROJECT, find_places
from deploy.local.progress import say, step
from deploy.local.words import _

MIGRATIONS = PROJECT / "core" / "migrations" / "versions"
DEMONSTRATION = PROJECT / "core" / "demo"


def prepare(given: Mapping[str, str]) -> dict[str, str]:
    """Start the servers, bring the schema up to date, return the environment of the programs."""
    with step(_("start PostgreSQL and Valkey")):
        environment = {"BANGFU_DEMO": "true", **given, **provide(given)}
    with step(_("bring the database up to date")):
        _migrate(environment, embedded=not uses_own_servers(given))
    return environment


def seed(environment: Mapping[str, str], *, embedded: bool) -> None:
    """Make the demonstration data; who watches sees the command's own progress bar."""
    with _once("seeded", sorted(DEMONSTRATION.glob("*.py")), embedded=embedded) as wanted:
        if wanted:
            _seed(environment)


def _seed(environment: Mapping[str, str]) -> None:
    watched = sys.stdout.isatty()
    if watched:
        say("")
    subprocess.run(
        [sys.executable, PROGRAM, "demo", "seed"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if watched else subprocess.PIPE,
        check=True,
        text=True,
    )


def call(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a command of the system to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def _migrate(environment: Mapping[str, str], *, embedded: bool) -> None:
    with _once("migrated", sorted(MIGRATIONS.glob("*.py")), embedded=embedded) as wanted:
        if wanted:
            call(environment, "migrate")


@contextmanager
def _once(name: str, sources: Iterable[Path], *, embedded: bool) -> Iterator[bool]:
    """Tell whether a step that these sources define is to be done: once for an embedded database.

    It counts as done when the block ends without an error. Servers of one's own are asked anew.
    """
    mark, wanted = find_places(DEFAULT_STATE).base / name, _digest(sources)
    if embedded and mark.exists() and mark.read_text() == wanted:
        yield False
        return
    yield True
    if embedded:
        mark.write_text(wanted)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
