"""Import of 20,000 households as the job does it, against unzip + raw COPY of the same rows.

The floor copies every row that the import wrote, text already made, into the very same tables as a
superuser whom no policy holds: what the server itself needs for these rows with their keys. A
second, lower floor takes the workbook's own rows alone into tables without references.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from core.households.export import write_workbook
from core.households.generation.registry import generate, list_places
from core.households.imports.service import run_import, take_file
from core.people import Actor
from tests import factories
from tests.bench.scene import Scene, stage
from tests.bench.timing import Comparison, compare

HOUSEHOLDS = 20_000
PEER = "unzip + raw COPY of all its rows into the same tables, by a superuser"
BARE_PEER = "unzip + raw COPY of the workbook's rows alone, no references, no audit"
JUDGED_ON = dt.date(2026, 6, 30)
BEFORE_ANY_POLICY = dt.date(1990, 1, 1)
TABLES = ("households", "members", "statements", "judgements", "audit_records")
"""What an import writes, in an order in which every reference finds what it refers to."""
BARE_TABLES = ("households", "members", "statements")
"""What holds the cells of the workbook; judgements and audit records are ours alone."""


def measure() -> list[Comparison]:
    """Return the time of an import, with and without judging, relative to its floors."""
    with stage(files=0) as scene:
        judged = Bench.prepare(scene, JUDGED_ON)
        alone = Bench(scene, scene.clerk, judged.workbook, BEFORE_ANY_POLICY)
        for bench in (alone, judged):
            bench.copy_out()
        what = "read, checked, sealed, judged, written, audited"
        return [
            judged.compare("import", judged.copy_in, PEER, what),
            alone.compare("import, no policy yet", alone.copy_in, PEER, "all but judging"),
            judged.compare("import", judged.copy_bare, BARE_PEER, what),
        ]


@dataclass
class Bench:
    """A workbook, who imports it as of which day, and its rows as text that COPY takes."""

    scene: Scene
    clerk: Actor
    workbook: bytes
    day: dt.date
    rows: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def prepare(cls, scene: Scene, day: dt.date) -> Bench:
        """Make a workbook of the units of the scene's tenant."""
        units = scene.installation.policies.pack(factories.PACK).unit_names()
        for name in units:
            factories.place_unit(scene.installation, scene.tenant, name)
        blocks = generate(list_places(units), HOUSEHOLDS, 1, on=JUDGED_ON)
        workbook = write_workbook(record for block in blocks for record in block.records)
        return cls(scene, scene.clerk, workbook, day)

    def compare(self, name: str, floor: Callable[[], object], peer: str, what: str) -> Comparison:
        """Return how the import compares with a floor."""
        times = compare(self.bring_in, floor, before=self.empty_tables, rounds=5)
        rate = f"{HOUSEHOLDS / times[0]:,.0f} households/s: {what}"
        return Comparison(name, peer, *times, 2.0, detail=rate)

    def bring_in(self) -> None:
        """Take the workbook in and run the import as its job does; all rows must go in."""
        work = self.scene.installation.context
        with work(self.scene.tenant, self.clerk) as ctx:
            item = take_file(ctx, "households.xlsx", self.workbook, judged_on=self.day)
        with work(self.scene.tenant, self.clerk) as ctx:
            done = run_import(ctx, item.id, lambda _done, _total: None)
        if done.added != HOUSEHOLDS or bool(done.categories) != (self.day == JUDGED_ON):
            raise AssertionError(f"{done.state}: {done.added} added, {done.faults[:3]}")

    def copy_in(self) -> None:
        """Do the floor's work: inflate every part of the package, COPY the prepared rows."""
        self._copy(TABLES, "public")

    def copy_bare(self) -> None:
        """Do the lower floor's work."""
        self._copy(BARE_TABLES, "floor")

    def _copy(self, tables: Sequence[str], schema: str) -> None:
        with zipfile.ZipFile(io.BytesIO(self.workbook)) as package:
            for part in package.namelist():
                package.read(part)
        with self._superuser() as connection:
            for table in tables:
                command = sql.SQL("copy {} from stdin").format(sql.Identifier(schema, table))
                with connection.cursor() as cursor, cursor.copy(command) as copy:
                    copy.write(self.rows[table])
                if table == "households":
                    connection.execute("analyze (skip_locked) households (id)")

    def copy_out(self) -> None:
        """Import once and keep its rows, so that a floor copies exactly those."""
        self.empty_tables()
        self.bring_in()
        with self._superuser() as connection:
            self.rows = {table: _copy_out(connection, table) for table in TABLES}

    def empty_tables(self) -> None:
        """Make room for the next round.

        Analysed at once: a server that counts a table while its first rows are not yet committed
        takes it for an empty one and plans accordingly.
        """
        with self._superuser(autocommit=True) as connection:
            connection.execute("create schema if not exists floor")
            for table in BARE_TABLES:
                bare = sql.Identifier("floor", table)
                connection.execute(sql.SQL("drop table if exists {}").format(bare))
                connection.execute(
                    sql.SQL("create table {} (like public.{} including all)").format(
                        bare, sql.Identifier(table)
                    )
                )
            connection.execute("truncate households, audit_records cascade")
            connection.execute("vacuum analyze")

    def _superuser(self, *, autocommit: bool = False) -> psycopg.Connection:
        return psycopg.connect(self.scene.database.superuser_url, autocommit=autocommit)


def _copy_out(connection: psycopg.Connection, table: str) -> bytes:
    query = sql.SQL("copy {table} to stdout").format(table=sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(copy)
