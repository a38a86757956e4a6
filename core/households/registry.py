"""Reading a registry by columns, block by block, straight from COPY under row-level security.

No row becomes a Python object: the server sends fixed-width binary rows, numpy sees them as they
are. Memory is that of one block, however large the registry.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from bangfu_sdk import FACTS, Unit
from psycopg import ClientCursor, Connection, OperationalError, pq

from core.access import prefixes
from core.context import Context
from core.db import driver
from core.households.fact_columns import CIRCUMSTANCES, SOURCES, STUDYING, bind_facts

BLOCK: Final = 50_000
FIRST: Final = uuid.UUID(int=0)
_HEADER, _TRAILER = 19, 2
_MISSING: Final = -(2**63)
_FLAG_MISSING: Final = -1
_SIZES: Final = {"id": "V16", "flag": ">i4", "number": ">i8"}

READ = """
select {columns}
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
left join (
  select distinct on (household_id) * from statements
  where tenant_id = %(tenant)s and as_of <= %(on)s and {stated}
  order by household_id, as_of desc) s on s.household_id = h.id
{circumstances}
{people}
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s){where} and {filed}
order by h.id
"""
PEOPLE = f"""
left join (
  select m.household_id, count(*) as students from members m
  where m.tenant_id = %(tenant)s and m.active and {STUDYING} and {{people}}
  group by m.household_id) p on p.household_id = h.id
"""  # noqa: S608 (constants alone)
TOGETHER = {"students": "coalesce(p.students, 0)"}
"""Facts that are counted faster for many files at once than for each."""
RANGE = "{id} > %(after)s and {id} <= %(upto)s"
ALL = "true"
CHOSEN = "{id} = any(%(ids)s)"
ACTIVE = " and h.state = 'active'"
IN_ORDER = "set local enable_bitmapscan = off; set local max_parallel_workers_per_gather = 0"
"""Rows come in the order of their keys then, without a sort, and other people keep a processor."""
BOUND = """
select id from (
  select id from households where tenant_id = %(tenant)s and id > %(after)s
  order by id limit %(size)s) next
order by id desc limit 1
"""


@dataclass(frozen=True)
class Asked:
    """What is read of a registry: facts by name, and numbers by SQL expressions of the file `h`.

    `permission` says of which units, `tenant_id` of which federation; `where` is a condition
    besides, `values` what it and the numbers ask for.
    """

    tenant_id: uuid.UUID
    on: dt.date
    facts: tuple[str, ...]
    permission: str
    more: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def query(self, which: str, condition: str = "") -> str:
        """Return the query of files by their ids, `which` says by which; made of constants."""
        written = [("id", "h.id"), *map(_write_fact, self.facts), *self.more.items()]
        sources = [SOURCES[name] for name in self.facts]
        circumstanced = any("c." in source for source in sources)
        return READ.format(
            columns=", ".join(f"{expression} as {name}" for name, expression in written),
            where=f" and {self.where}" if self.where else "",
            stated=which.format(id="household_id"),
            filed=which.format(id="h.id") + condition,
            people=PEOPLE.format(people=which.format(id="m.household_id"))
            if "students" in self.facts
            else "",
            circumstances=CIRCUMSTANCES if circumstanced else "",
        )

    def row(self) -> np.dtype[Any]:
        """Return how one row lies in what COPY sends: each field after its length."""
        kinds = [("id", "id"), *((name, _kind(name)) for name in self.facts)]
        kinds += [(name, "number") for name in self.more]
        fields: list[tuple[str, str]] = [("_count", ">i2")]
        for name, kind in kinds:
            fields += [(f"_{name}", ">i4"), (name, _SIZES[kind])]
        return np.dtype(fields)


@dataclass(frozen=True)
class Block:
    """Rows of a registry as they came, in the order of the files' ids: those with ids after
    `after` and up to `upto`, after which the next block begins."""

    asked: Asked
    after: uuid.UUID
    upto: uuid.UUID
    rows: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def complete(self) -> npt.NDArray[np.bool_]:
        """Whether every fact asked for is known of a file."""
        known = np.ones(len(self.rows), np.bool_)
        for name in self.asked.facts:
            known &= self.rows[name] != _missing(name)
        return known

    @cached_property
    def decidable(self) -> npt.NDArray[Any]:
        """The rows of which every fact is known."""
        rows: npt.NDArray[Any] = self.rows if self.complete.all() else self.rows[self.complete]
        return rows

    def facts(self) -> dict[str, Any]:
        """Return the facts of the decidable files as columns, as the rules take them."""
        return {
            name: self.decidable[name].astype(np.bool_ if _kind(name) == "flag" else np.int64)
            for name in self.asked.facts
        }

    def numbers(self, name: str) -> npt.NDArray[np.int64]:
        """Return one of the numbers read besides the facts, of the decidable files."""
        return self.decidable[name].astype(np.int64)

    def ids(self, where: npt.NDArray[np.bool_] | None = None) -> list[uuid.UUID]:
        """Return the ids of the decidable files, of some of them where a mask is given."""
        chosen = self.decidable["id"] if where is None else self.decidable["id"][where]
        raw = chosen.tobytes()
        return [uuid.UUID(bytes=raw[at : at + 16]) for at in range(0, len(raw), 16)]

    def lacking(self) -> dict[uuid.UUID, list[str]]:
        """Return for each file that cannot be decided the facts that are missing."""
        return {
            uuid.UUID(bytes=row["id"].tobytes()): [
                name for name in self.asked.facts if row[name] == _missing(name)
            ]
            for row in self.rows[~self.complete]
        }


def read_block(ctx: Context, asked: Asked, after: uuid.UUID, size: int = BLOCK) -> Block | None:
    """Return the active ones of the next files after an id, None when there are no more."""
    bounds = {"tenant": asked.tenant_id, "after": after, "size": size}
    bound = ctx.session.fetch(BOUND, bounds)
    if not bound:
        return None
    [(upto,)] = bound
    values = {"after": after, "upto": upto}
    return Block(asked, after, upto, _whole(ctx, asked, asked.query(RANGE, ACTIVE), values))


def read_chosen(ctx: Context, asked: Asked, ids: Sequence[uuid.UUID]) -> Block:
    """Return these files, whatever their state."""
    return Block(asked, FIRST, FIRST, _whole(ctx, asked, asked.query(CHOSEN), {"ids": list(ids)}))


def read_blocks(ctx: Context, asked: Asked, size: int = BLOCK) -> Generator[Block]:
    """Yield all active files, block by block, as one query sends them.

    The next block is taken in while the caller looks at one: he must leave the session alone.
    """
    stream = _stream(ctx, asked, asked.query(ALL, ACTIVE), {}, size)
    with ThreadPoolExecutor(1) as ahead, closing(stream):
        coming = ahead.submit(next, stream, None)
        while (rows := coming.result()) is not None:
            coming = ahead.submit(next, stream, None)
            try:
                yield Block(asked, FIRST, FIRST, rows)
            finally:
                # Whoever stops here waits for what is under way before the stream is closed.
                wait([coming])


def _whole(ctx: Context, asked: Asked, query: str, values: Mapping[str, Any]) -> npt.NDArray[Any]:
    [rows] = _stream(ctx, asked, query, values, 0)
    return rows


def _stream(
    ctx: Context, asked: Asked, query: str, values: Mapping[str, Any], size: int
) -> Generator[npt.NDArray[Any]]:
    """Yield what COPY sends in binary form, so many rows at a time; all at once for 0.

    Straight from libpq: psycopg's own reader spends several times longer on a row than libpq.
    """
    paths = [f"{prefix}%" for prefix in prefixes(ctx, asked.permission, asked.tenant_id)]
    given = {
        **bind_facts(ctx, asked.on), **asked.values, **values, "tenant": asked.tenant_id,
        "paths": paths,
    }  # fmt: skip
    ctx.session.flush()
    raw, row = driver(ctx.session), asked.row()
    raw.execute(IN_ORDER)
    statement = ClientCursor(raw).mogrify(query.encode(), given)
    started = raw.pgconn.exec_(f"copy ({statement}) to stdout (format binary)".encode())
    if started.status != pq.ExecStatus.COPY_OUT:
        raise OperationalError(started.get_error_message())
    full = size * row.itemsize
    take, content, skipped = raw.pgconn.get_copy_data, bytearray(), False
    try:
        length, data = take(0)
        while length > 0:
            content += data
            if not skipped:
                del content[:_HEADER]
                skipped = True
            if full and len(content) >= full:
                yield np.frombuffer(bytes(content), row)
                content.clear()
            length, data = take(0)
    except GeneratorExit:
        raw.cancel_safe()
        _finish(raw, cancelled=True)
        raise
    _finish(raw)
    yield np.frombuffer(bytes(content[:-_TRAILER]), row)


def _finish(raw: Connection[Any], *, cancelled: bool = False) -> None:
    """Take in what is left of a COPY, so that the connection can be used again."""
    while (result := raw.pgconn.get_result()) is not None:
        if result.status == pq.ExecStatus.COPY_OUT:
            while raw.pgconn.get_copy_data(0)[0] > 0:
                pass
        elif result.status == pq.ExecStatus.FATAL_ERROR and not cancelled:
            raise OperationalError(result.get_error_message())


def _kind(fact: str) -> str:
    return "flag" if FACTS[fact].unit is Unit.FLAG else "number"


def _missing(fact: str) -> int:
    return _FLAG_MISSING if _kind(fact) == "flag" else _MISSING


def _write_fact(name: str) -> tuple[str, str]:
    """Return a fact's name and its expression, of fixed width and never null."""
    source = TOGETHER.get(name, SOURCES[name])
    if _kind(name) == "flag":
        return name, f"coalesce(({source})::int, {_FLAG_MISSING})"
    return name, f"coalesce(({source})::bigint, {_MISSING})"
