"""Re-verification of 500,000 files where 5 % come out otherwise, against rewriting every result.

The peer is what one writes who wants it fast and nothing else: COPY out of the same columns as a
superuser whom no policy holds, the bare rule in numpy, COPY in of one narrow row a household with
its key. Ours locks, stores explained judgements, updates the files and audits each change.
"""

from __future__ import annotations

import datetime as dt
import resource
from functools import partial

import numpy as np
import numpy.typing as npt
from psycopg import ClientCursor, sql

from core.reverification.blocks import ask
from core.reverification.service import begin, carry_on
from tests.bench.registry import HOUSEHOLDS, connect, fill, settle
from tests.bench.rules import judge_plainly
from tests.bench.scene import Scene, stage
from tests.bench.timing import Comparison, compare

ON = dt.date(2023, 6, 30)
SHARE = 20
"""One file in so many comes out otherwise in each round."""
PEER = "COPY out + plain numpy + COPY in of every result, by a superuser, no audit"
ALL = "true"
RESULTS = """
create schema if not exists floor;
drop table if exists floor.results;
create table floor.results (household_id uuid primary key, category smallint, net_income bigint)
"""
MOVE = """
update statements set income = case when income = 0 then 15000000 else 0 end
where household_id in (select id from households where right(file_number, 9)::int %% %(share)s = 0)
"""
ROW = np.dtype(
    [("count", ">i2"), ("_id", ">i4"), ("id", "V16"), ("_category", ">i4"), ("category", ">i2"),
     ("_net", ">i4"), ("net", ">i8")]
)  # fmt: skip


def measure() -> list[Comparison]:
    """Return the time of a re-verification relative to the peer's, and the memory it took."""
    with stage(files=0) as scene:
        fill(scene, scene.tenant)
        first = reverify(scene)
        settle(scene)
        times = compare(
            lambda: reverify(scene), lambda: rewrite(scene), before=lambda: move(scene), rounds=5
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        detail = f"{HOUSEHOLDS / times[0]:,.0f} files/s, {first:,} at first, peak {peak:,.0f} MiB"
        return [Comparison("re-verification", PEER, *times, 1.0, detail=detail)]


def reverify(scene: Scene) -> int:
    """Judge the registry as the command does; return how many files changed."""
    work = partial(scene.installation.system, scene.tenant)
    with work() as ctx:
        run = begin(ctx, ON)
    run = carry_on(work, run.id, lambda _done, _total: None)
    if run.judged != HOUSEHOLDS or run.changed not in (HOUSEHOLDS, HOUSEHOLDS // SHARE):
        raise AssertionError(f"{run.judged} judged, {run.changed} changed")
    return run.changed


def rewrite(scene: Scene) -> npt.NDArray[np.uint8]:
    """Do the peer's work; return the categories it found."""
    with scene.installation.system(scene.tenant) as ctx:
        asked = ask(ctx, ON)
    values = {**asked.values, "tenant": asked.tenant_id, "on": ON, "paths": ["%"]}
    with connect(scene) as connection:
        query = ClientCursor(connection).mogrify(asked.query(ALL), values)
        command = sql.SQL("copy ({}) to stdout (format binary)").format(sql.SQL(query))
        with connection.cursor() as cursor, cursor.copy(command) as copy:
            content = b"".join(copy)
        rows = np.frombuffer(content[19:-2], asked.row())
        facts = {name: rows[name].astype(np.int64) for name in asked.facts}
        facts.setdefault("earlier_aid", np.zeros(len(rows), np.int64))
        found = judge_plainly(facts)
        results = np.zeros(len(rows), ROW)
        results["count"], results["_id"], results["_category"], results["_net"] = 3, 16, 2, 8
        results["id"], results["category"] = rows["id"], found
        results["net"] = facts["income"] - facts["illness"] - facts["disability"]
        into = "copy floor.results from stdin (format binary)"
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + results.tobytes() + b"\xff\xff")
    return found


def move(scene: Scene) -> None:
    """Have one file in twenty come out otherwise, and an empty table wait for the peer."""
    with connect(scene) as connection:
        connection.execute(RESULTS)
        connection.execute(MOVE, {"share": SHARE})
    settle(scene)
