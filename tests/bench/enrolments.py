"""Enrolling 30,000 workers as the job does it, against reading the workbook + COPY of its rows.

The floor copies every row the import wrote, text already made, as a superuser whom no policy and
no reference holds. A second, lower floor copies the enrolments alone and no audit.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import psycopg
from psycopg import sql
from python_calamine import CalamineWorkbook

from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import open_period
from core.enrolments.workbook import COLUMNS, SHEET
from core.households.export import write_rows
from core.households.generation.numbers import IdIssuer, make_credit_codes
from core.people import Actor
from core.verification import files
from tests import factories
from tests.bench.scene import Scene, stage
from tests.bench.timing import Comparison, compare

WORKERS, UNITS = 30_000, 450
DIVISION = "520201"
PEER = "reading the workbook + COPY of all its rows, by a superuser"
BARE_PEER = "reading the workbook + COPY of the enrolments alone, no audit"
TABLES = ("enrolments", "audit_records")
AIM = 2.5


def measure() -> list[Comparison]:
    """Return the time of an enrolment relative to its floor."""
    with stage(files=0) as scene:
        bench = Bench.prepare(scene)
        bench.copy_out()
        return [bench.compare(TABLES, PEER), bench.compare(TABLES[:1], BARE_PEER)]


@dataclass
class Bench:
    """A workbook of workers, who brings it in for which period, and its rows as COPY takes them."""

    scene: Scene
    clerk: Actor
    period: MutualAidPeriod
    workbook: bytes
    rows: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def prepare(cls, scene: Scene) -> Bench:
        """Open a period and make a workbook of it."""
        installation, tenant = scene.installation, scene.tenant
        administrator = factories.hire(installation, tenant, "tenant_administrator")
        year = installation.now().year
        with factories.acting(installation, tenant, administrator) as ctx:
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            period = open_period(ctx, "本年度", first, last, 100_00)
        workbook = write_rows(SHEET, COLUMNS, make_workers(first))
        return cls(scene, scene.clerk, period, workbook)

    def bring_in(self) -> None:
        """Take the workbook in and run it as its job does; all rows must go in."""
        work = self.scene.installation.context
        with work(self.scene.tenant, self.clerk) as ctx:
            source = str(self.period.id)
            item = files.take_file(ctx, files.ENROLMENTS, source, "名册.xlsx", self.workbook)
        with work(self.scene.tenant, self.clerk) as ctx:
            done = files.run_file(ctx, item.id, lambda _done, _total: None)
        if done.counts.get("added") != WORKERS:
            raise AssertionError(f"{done.state}: {done.counts}, {done.faults[:3]}")

    def compare(self, tables: Sequence[str], peer: str) -> Comparison:
        """Return how the import compares with a floor that copies these tables."""
        floor = partial(self.copy_in, tables)
        times = compare(self.bring_in, floor, before=self.empty_tables, rounds=5)
        rate = f"{WORKERS / times[0]:,.0f} workers/s: read, checked, sealed, written, audited"
        return Comparison("enrolment import", peer, *times, AIM, detail=rate)

    def copy_in(self, tables: Sequence[str]) -> None:
        """Do the floor's work."""
        CalamineWorkbook.from_filelike(io.BytesIO(self.workbook)).get_sheet_by_index(0).to_python()
        with psycopg.connect(self.scene.database.superuser_url) as connection:
            connection.execute("set session_replication_role = replica")
            for table in tables:
                with connection.cursor() as cursor, cursor.copy(_copy(table, "from stdin")) as copy:
                    copy.write(self.rows[table])

    def copy_out(self) -> None:
        """Enrol once and keep the rows, so that the floor copies exactly those."""
        self.empty_tables()
        self.bring_in()
        with psycopg.connect(self.scene.database.superuser_url) as connection:
            for table in TABLES:
                with connection.cursor() as cursor, cursor.copy(_copy(table, "to stdout")) as copy:
                    self.rows[table] = b"".join(copy)

    def empty_tables(self) -> None:
        """Make room for the next round."""
        with psycopg.connect(self.scene.database.superuser_url, autocommit=True) as connection:
            connection.execute("truncate enrolments, department_files, audit_records cascade")
            connection.execute("vacuum analyze")


def _copy(table: str, direction: str) -> sql.Composed:
    return sql.SQL("copy {} " + direction).format(sql.Identifier(table))


def make_workers(first: dt.date) -> list[dict[str, Any]]:
    """Return the rows of the workbook, every number and code valid."""
    draw = np.random.default_rng(5)
    codes = make_credit_codes([DIVISION] * UNITS, draw)
    born = np.datetime64("1965-01-01") + draw.integers(0, 12_000, WORKERS).astype("timedelta64[D]")
    numbers = IdIssuer([DIVISION], first, 1).issue(
        np.zeros(WORKERS, dtype=np.int64), born, draw.random(WORKERS) < 0.5
    )
    return [
        {"employer": f"第{place % UNITS + 1}分会", "employer_code": codes[place % UNITS],
         "name": "王建国", "id_number": number, "contribution": 100_00, "enrolled_on": first}
        for place, number in enumerate(numbers)
    ]  # fmt: skip
