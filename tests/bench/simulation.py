"""Simulation of one changed figure over 500,000 files, against only reading their columns.

The peer reads the same columns of the same files by one binary COPY into numpy, as a superuser
whom no policy holds, and does nothing with them.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from psycopg import ClientCursor, pq

from core.households.registry import Asked
from core.simulation.outcome import Outcome
from core.simulation.parameters import read_assumptions
from core.simulation.service import simulate
from core.simulation.work import Work
from tests.bench.registry import HOUSEHOLDS, connect, fill
from tests.bench.scene import Scene, stage
from tests.bench.timing import Comparison, compare

ON = dt.date(2023, 6, 30)
TRIED = read_assumptions(["dibao_line=750.00"])
PEER = "one COPY of the same columns into numpy, by a superuser"
HEADER, TRAILER = 19, 2


def measure() -> list[Comparison]:
    """Return the time of a simulation relative to reading its columns."""
    with stage(files=0) as scene:
        fill(scene, scene.tenant)
        asked = find_columns(scene)
        found = run(scene)
        if (found.households, read(scene, asked)) != (HOUSEHOLDS, HOUSEHOLDS):
            raise AssertionError(f"{found.households} simulated")
        times = compare(lambda: run(scene), lambda: read(scene, asked), rounds=7)
        detail = (
            f"{HOUSEHOLDS / times[0]:,.0f} files/s: {found.qualifying:,} newly qualify, "
            f"{found.moving:,} change category, {len(found.costs)} programmes before and after"
        )
        return [Comparison("simulation", PEER, *times, 1.2, detail=detail)]


def run(scene: Scene) -> Outcome:
    """Simulate as the command does."""
    with scene.installation.system(scene.tenant) as ctx:
        [found] = simulate(ctx, scene.tenant, ON, TRIED)
    return found


def find_columns(scene: Scene) -> Asked:
    """Return what the simulation reads."""
    with scene.installation.system(scene.tenant) as ctx:
        return Work.prepare(ctx, ON, TRIED).asked()


def read(scene: Scene, asked: Asked) -> int:
    """Read the columns as quickly as libpq gives them; return of how many files."""
    values = {**asked.values, "tenant": asked.tenant_id, "on": ON, "paths": ["%"]}
    with connect(scene) as connection:
        query = ClientCursor(connection).mogrify(
            asked.query("true", " and h.state = 'active'"), values
        )
        raw = connection.pgconn
        started = raw.exec_(f"copy ({query}) to stdout (format binary)".encode())
        if started.status != pq.ExecStatus.COPY_OUT:
            raise AssertionError(started.get_error_message())
        content, (size, row) = bytearray(), raw.get_copy_data(0)
        while size > 0:
            content += row
            size, row = raw.get_copy_data(0)
        while raw.get_result() is not None:
            pass
    rows = np.frombuffer(memoryview(content)[HEADER : len(content) - TRAILER], asked.row())
    columns = [rows[name].astype(np.int64) for name in (*asked.facts, *asked.more)]
    return len(columns[0])
