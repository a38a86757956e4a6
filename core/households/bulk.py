"""Many rows at once: COPY into a staging table, then INSERT … SELECT under the policies.

COPY straight into a table with row-level security is refused by the server, rightly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from psycopg import sql

from core.context import Context
from core.db import driver

Columns = Mapping[str, Sequence[Any]]
AHEAD = 3


class Batch(NamedTuple):
    """Rows of one table, as `insert_many` takes them."""

    table: str
    columns: Columns
    constants: Mapping[str, Any]


def write_ahead(writes: Iterator[Callable[[], object]]) -> None:
    """Do one write after the other, the next ones being prepared while the server does one.

    So rows are sealed and written out while others are still checked. What prepares them must
    leave the session alone.
    """
    with ThreadPoolExecutor(1) as preparation:
        coming = deque(preparation.submit(next, writes, None) for _ in range(AHEAD))
        try:
            while (write := coming.popleft().result()) is not None:
                coming.append(preparation.submit(next, writes, None))
                write()
        finally:
            preparation.shutdown(cancel_futures=True)


def insert_many(
    ctx: Context, table: str, columns: Columns, constants: Mapping[str, Any] | None = None
) -> None:
    """Insert rows of one table given by column; `constants` are the same in every row.

    The tenant is the context's. JSON and arrays come as text; a constant None leaves the default.
    """
    given = {name: value for name, value in (constants or {}).items() if value is not None}
    given["tenant_id"] = ctx.tenant_id
    _stage(ctx, table, columns)
    query = sql.SQL("insert into {} ({}, {}) select {}, {} from {}").format(
        sql.Identifier(table),
        _names(given),
        _names(columns),
        sql.SQL(", ").join(sql.Placeholder() * len(given)),
        _names(columns),
        _staging(table),
    )
    driver(ctx.session).execute(query, list(given.values()))


def count_anew(ctx: Context, table: str) -> None:
    """Let the planner know of rows put in just now, before others that refer to them follow.

    The server may have counted the table while it was still empty to everybody else; it would
    then check each of their foreign keys by reading a tenant's whole part of an index.
    """
    # One column is enough for the number of rows and costs a tenth of all of them.
    query = sql.SQL("analyze (skip_locked) {} (id)").format(sql.Identifier(table))
    driver(ctx.session).execute(query)


def update_many(ctx: Context, table: str, columns: Columns) -> None:
    """Set columns of rows known by their `id`, which is one of the columns."""
    _stage(ctx, table, columns)
    sets = [sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in columns if name != "id"]
    query = sql.SQL("update {} t set {} from {} s where t.tenant_id = %s and t.id = s.id").format(
        sql.Identifier(table), sql.SQL(", ").join(sets), _staging(table)
    )
    driver(ctx.session).execute(query, [ctx.tenant_id])


def _stage(ctx: Context, table: str, columns: Columns) -> None:
    """Put rows into a staging table with the columns given, which is gone at the commit."""
    ctx.session.flush()
    raw = driver(ctx.session)
    names = _names(columns)
    raw.execute(sql.SQL("drop table if exists {}").format(_staging(table)))
    raw.execute(
        sql.SQL("create temp table {} on commit drop as select {} from {} with no data").format(
            _staging(table), names, sql.Identifier(table)
        )
    )
    command = sql.SQL("copy {} ({}) from stdin").format(_staging(table), names)
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)


def _names(columns: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _staging(table: str) -> sql.Identifier:
    return sql.Identifier(f"staging_{table}")
