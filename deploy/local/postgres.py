"""The embedded PostgreSQL: one cluster, one socket in a private directory, no network at all.

Whoever connects is recognised by the operating system (peer authentication): root and the user
who started the servers may take any of the three roles, nobody else may take one.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.local import processes
from deploy.local.account import admitted_users
from deploy.local.binaries import Binaries
from deploy.local.errors import ServersError
from deploy.local.places import Places
from deploy.local.words import _

SUPERUSER = "postgres"
OWNER = "bangfu_owner"
APPLICATION = "bangfu_app"
DATABASE = "bangfu"
START_SECONDS = 60

SETTINGS = """\
# Written at every start; changes made here are lost.
include_if_exists 'found_by_initdb.conf'
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 120
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
# Statements and values of households must not reach the log.
log_error_verbosity = terse
log_min_error_statement = panic
# After each checkpoint every page changed is logged whole; judging a registry changes them all.
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_buffers = 16MB
shared_buffers = 512MB
"""
# Only for data that nobody would miss: a test run.
FAST = "fsync = off\nfull_page_writes = off\nmax_wal_size = 512MB\n"
ADMISSION = f"local all {SUPERUSER},{OWNER},{APPLICATION} peer map=bangfu\n"


@dataclass(frozen=True)
class Postgres:
    """One cluster and how to reach it."""

    places: Places
    binaries: Binaries
    durable: bool = True

    @property
    def data(self) -> Path:
        """The cluster's directory."""
        return self.places.postgres

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.places.sockets), safe='/')}"

    def pid(self) -> int:
        """Return the process id the cluster names, 0 when it names none."""
        return processes.read_pid(self.data / "postmaster.pid")

    def healthy(self) -> bool:
        """Tell whether this very cluster answers on its socket."""
        try:
            with self._connected("postgres") as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]) == self.data

    def start(self) -> None:
        """Start the cluster, made first where there is none; nothing happens when it runs."""
        if self.healthy():
            return
        self._clear_remains()
        if not self.data.is_dir():
            self._initialise()
        self._configure()
        self._launch()
        self._prepare()

    def stop(self) -> None:
        """Stop the cluster cleanly: sessions are ended, a checkpoint is written."""
        if processes.is_ours(self.pid(), self.data):
            self._control("stop", "-m", "fast", "-w", "-t", str(START_SECONDS))
        self._clear_remains()

    @contextmanager
    def _connected(self, database: str) -> Iterator[psycopg.Connection[Any]]:
        address = self.url(SUPERUSER, database)
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            yield connection

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that half of one never counts."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._run(
            "initdb", "-D", fresh, "-U", SUPERUSER, "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
            "--auth-local=peer", "--auth-host=reject", "--no-instructions",
            *(() if self.durable else ("--no-sync",)),
        )  # fmt: skip
        # What initdb found out about this machine: its kind of shared memory, what it can spare.
        (fresh / "postgresql.conf").rename(fresh / "found_by_initdb.conf")
        fresh.rename(self.data)

    def _configure(self) -> None:
        roles = (SUPERUSER, OWNER, APPLICATION)
        pairs = [f'bangfu "{user}" {role}\n' for user in admitted_users() for role in roles]
        settings = SETTINGS.format(sockets=self.places.sockets)
        files = {
            "postgresql.conf": settings + ("" if self.durable else FAST),
            "pg_hba.conf": ADMISSION,
            "pg_ident.conf": "".join(pairs),
        }
        for name, text in files.items():
            self.places.account.write(self.data / name, text)

    def _launch(self) -> None:
        log = self.places.logs / "postgres.log"
        result = self._control("start", "-l", str(log), "-w", "-t", str(START_SECONDS))
        if result:
            tail = (
                "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
            )
            raise ServersError(
                _("PostgreSQL does not start (log: %(log)s)") + "\n%(said)s\n%(tail)s",
                log=log,
                said=result,
                tail=tail,
            )

    def _prepare(self) -> None:
        """Make roles and database where they are missing."""
        with self._connected("postgres") as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                if role not in roles:
                    connection.execute(
                        sql.SQL(f"CREATE ROLE {{}} LOGIN NOSUPERUSER NOBYPASSRLS {rights}").format(
                            sql.Identifier(role)
                        )
                    )
            databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if DATABASE not in databases:
            create_database(self.url(SUPERUSER, "postgres"), DATABASE)

    def _clear_remains(self) -> None:
        """Remove what a killed server left: a deaf postmaster, its orphans, its lock files.

        PostgreSQL takes a lock file for valid as long as any process has the number in it, even
        a dead one that nobody has buried yet; here it is known whose number it was.
        """
        if not self.data.is_dir():
            return
        processes.end(self.pid(), self.data)
        limit = time.monotonic() + 5
        while processes.processes_in(self.data) and time.monotonic() < limit:
            time.sleep(0.05)
        processes.kill_all_in(self.data)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left in self.places.sockets.glob(".s.PGSQL.*"):
            left.unlink()

    def _control(self, *arguments: str) -> str:
        """Run pg_ctl; return what it said when it failed, else nothing."""
        command: list[str | Path] = [
            self.binaries.tool("pg_ctl"),
            "-D",
            self.data,
            "-s",
            *arguments,
        ]
        result = self.places.account.run(command, self.data)
        return "" if result.returncode == 0 else (result.stderr or result.stdout or "failed")

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: list[str | Path] = [self.binaries.tool(program), *arguments]
        result = self.places.account.run(command, self.places.base)
        if result.returncode:
            raise ServersError(
                _("%(program)s failed: %(said)s"), program=program, said=result.stderr.strip()
            )


def create_database(superuser_url: str, name: str, template: str = "template0") -> None:
    """Create a database that the owner role owns and the application role may enter.

    Nobody may be connected to the template meanwhile.
    """
    names = {
        "name": sql.Identifier(name),
        "template": sql.Identifier(template),
        "owner": sql.Identifier(OWNER),
        "app": sql.Identifier(APPLICATION),
    }
    statements = (
        "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}",
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {app}",
    )
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(**names))


def drop_database(superuser_url: str, name: str) -> None:
    """Delete a database with all that is in it, whoever is connected."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(statement)
