"""Many rows at once: COPY into a staging table, then INSERT … SELECT under the policies.

COPY straight into a table with row-level security is refused by the server, rightly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import sql

from core.context import Context
from core.db import driver

Columns = Mapping[str, Sequence[Any]]
AHEAD = 3
_WAS: Final = "was_"
PLAIN_TYPES: Final[tuple[LiteralString, ...]] = (
    "uuid",
    "text",
    "bytea",
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "date",
)
"""Types whose values travel as they are; those of others travel as text."""
TYPES = """
select attname, format_type(atttypid, null) from pg_attribute
where attrelid = %(table)s::regclass and attname = any(%(names)s)
"""


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
    types = _stage(ctx, table, columns)
    query = sql.SQL("insert into {} ({}, {}) select {}, {} from {} s").format(
        sql.Identifier(table),
        _names(given),
        _names(columns),
        sql.SQL(", ").join(sql.Placeholder() * len(given)),
        sql.SQL(", ").join(map(_typed, types, types.values())),
        _staging(table),
    )
    driver(ctx.session).execute(query, list(given.values()))


def count_anew(ctx: Context, table: str, columns: Sequence[str] = ("id",)) -> None:
    """Let the planner know of rows put in just now, before others that refer to them follow, or
    before they are looked for by `columns`.

    The server may have counted the table while it was still empty to everybody else; it would
    then check each of their foreign keys by reading a tenant's whole part of an index.
    """
    # One column is enough for the number of rows and costs a tenth of all of them.
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("analyze (skip_locked) {} ({})").format(sql.Identifier(table), names)
    driver(ctx.session).execute(query)


def update_many(ctx: Context, table: str, columns: Columns, was: Columns | None = None) -> int:
    """Set columns of rows known by their `id`, which is one of the columns; return how many.

    `was` has by column what stood there: a row that has another value by now is left alone.
    """
    types = _stage(ctx, table, columns, was or {})
    sets = [
        sql.SQL("{} = {}").format(sql.Identifier(name), _typed(name, types[name]))
        for name in columns
        if name != "id"
    ]
    # The planner knows nothing of staged rows; between these bounds it sees how few are meant.
    conditions: list[sql.Composable] = [
        sql.SQL("t.tenant_id = %s and t.id between %s and %s and t.id = s.id")
    ]
    for name in was or ():
        old = _typed(_WAS + name, types[_WAS + name])
        column = sql.Identifier(name)
        conditions.append(sql.SQL("t.{} is not distinct from {}").format(column, old))
    query = sql.SQL("update {} t set {} from {} s where {}").format(
        sql.Identifier(table), sql.SQL(", ").join(sets), _staging(table),
        sql.SQL(" and ").join(conditions),
    )  # fmt: skip
    ids = columns["id"]
    if not ids:
        return 0
    return driver(ctx.session).execute(query, [ctx.tenant_id, min(ids), max(ids)]).rowcount


def _stage(
    ctx: Context, table: str, columns: Columns, was: Columns | None = None
) -> dict[str, str]:
    """Put rows into a staging table, which is gone at the commit; return the columns' types.

    They travel in binary form, which halves the work on both sides.
    """
    ctx.session.flush()
    raw = driver(ctx.session)
    names = [*columns, *(was or ())]
    rows = raw.execute(TYPES, {"table": table, "names": names}, prepare=True).fetchall()
    kinds = dict(rows)
    types = {name: str(kinds[name]) for name in columns}
    types |= {_WAS + name: str(kinds[name]) for name in was or ()}
    staged = [_staged_type(kind) for kind in types.values()]
    made = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
        for name, kind in zip(types, staged, strict=True)
    )
    raw.execute(sql.SQL("drop table if exists {}").format(_staging(table)))
    raw.execute(sql.SQL("create temp table {} ({}) on commit drop").format(_staging(table), made))
    command = sql.SQL("copy {} from stdin (format binary)").format(_staging(table))
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(staged)
        for row in zip(*columns.values(), *(was or {}).values(), strict=True):
            copy.write_row(row)
    return types


def _staged_type(kind: str) -> LiteralString:
    known = {name: name for name in PLAIN_TYPES}
    return known.get(kind, "text")


def _typed(name: str, kind: str) -> sql.Composed:
    """Return a staged column as the table has it."""
    column = sql.SQL("s.{}").format(sql.Identifier(name))
    if kind in PLAIN_TYPES:
        return sql.Composed([column])
    return sql.SQL("{}::{}").format(column, sql.SQL(kind))


def _names(columns: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _staging(table: str) -> sql.Identifier:
    return sql.Identifier(f"staging_{table}")
