"""Import of 20,000 households as the job does it, against unzip + raw COPY of the same rows."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass

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
PEER = "unzip + raw COPY into the same tables without policies, by a superuser"
JUDGED_ON = dt.date(2026, 6, 30)
BEFORE_ANY_POLICY = dt.date(1990, 1, 1)
TABLES = ("households", "members", "statements")
"""What holds the cells of the workbook. Judgements and audit records are ours alone."""


def measure() -> list[Comparison]:
    """Return the time of an import, with and without judging, relative to its floor."""
    with stage(files=0) as scene:
        bench = Bench.prepare(scene)
        return [
            bench.compare("import, judged", JUDGED_ON, "read, checked, sealed, written, audited"),
            bench.compare("import alone", BEFORE_ANY_POLICY, "the same before any policy's time"),
        ]


@dataclass(frozen=True)
class Bench:
    """A workbook, who imports it, and its rows as text that COPY takes."""

    scene: Scene
    clerk: Actor
    workbook: bytes
    rows: dict[str, bytes]

    @classmethod
    def prepare(cls, scene: Scene) -> Bench:
        """Import once, so that the rows the floor copies are exactly those the import makes."""
        units = scene.installation.policies.pack(factories.PACK).unit_names()
        for name in units:
            factories.place_unit(scene.installation, scene.tenant, name)
        blocks = generate(list_places(units), HOUSEHOLDS, 1, on=JUDGED_ON)
        workbook = write_workbook(record for block in blocks for record in block.records)
        first = cls(scene, scene.clerk, workbook, {})
        first.bring_in(JUDGED_ON)
        return cls(scene, scene.clerk, workbook, first.copy_out())

    def compare(self, name: str, day: dt.date, what: str) -> Comparison:
        """Return how the import as of a day compares with the floor."""
        times = compare(
            lambda: self.bring_in(day), self.copy_in, before=self.empty_tables, rounds=5
        )
        rate = f"{HOUSEHOLDS / times[0]:,.0f} households/s: {what}"
        return Comparison(name, PEER, *times, 2.0, detail=rate)

    def bring_in(self, day: dt.date) -> None:
        """Take the workbook in and run the import as its job does; all rows must go in."""
        work = self.scene.installation.context
        with work(self.scene.tenant, self.clerk) as ctx:
            item = take_file(ctx, "households.xlsx", self.workbook, judged_on=day)
        with work(self.scene.tenant, self.clerk) as ctx:
            done = run_import(ctx, item.id, lambda _done, _total: None)
        if done.added != HOUSEHOLDS or bool(done.categories) != (day == JUDGED_ON):
            raise AssertionError(f"{done.state}: {done.added} added, {done.faults[:3]}")

    def copy_in(self) -> None:
        """Do the floor's work: inflate every part of the package, COPY the prepared rows."""
        with zipfile.ZipFile(io.BytesIO(self.workbook)) as package:
            for part in package.namelist():
                package.read(part)
        with psycopg.connect(self.scene.database.superuser_url) as connection:
            for table, rows in self.rows.items():
                command = sql.SQL("copy floor.{} from stdin").format(sql.Identifier(table))
                with connection.cursor() as cursor, cursor.copy(command) as copy:
                    copy.write(rows)

    def copy_out(self) -> dict[str, bytes]:
        """Return the rows of the import as text, and make the bare tables they will go to."""
        with psycopg.connect(self.scene.database.superuser_url) as connection:
            connection.execute("create schema floor")
            return {table: _copy_out(connection, table) for table in TABLES}

    def empty_tables(self) -> None:
        """Make room for the next round.

        Analysed at once: a server that counts a table while its first rows are not yet committed
        takes it for an empty one and plans accordingly.
        """
        with psycopg.connect(self.scene.database.superuser_url, autocommit=True) as connection:
            connection.execute("truncate households cascade")
            connection.execute("truncate floor.households, floor.members, floor.statements")
            connection.execute("vacuum analyze")


def _copy_out(connection: psycopg.Connection, table: str) -> bytes:
    names = {"table": sql.Identifier(table)}
    connection.execute(
        sql.SQL("create table floor.{table} (like {table} including all)").format(**names)
    )
    query = sql.SQL("copy {table} to stdout").format(**names)
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(copy)
