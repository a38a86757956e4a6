"""Many rows at once: COPY into a staging table, then INSERT … SELECT under the policies.

COPY straight into a table with row-level security is refused by the server, rightly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

from core.context import Context
from core.db import driver


def insert_many(
    ctx: Context, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of one table. The tenant is the context's; JSON comes as text."""
    stage(ctx, table, columns, rows)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    driver(ctx.session).execute(
        sql.SQL("insert into {} (tenant_id, {}) select %s, {} from {}").format(
            sql.Identifier(table), names, names, _staging(table)
        ),
        [ctx.tenant_id],
    )


def update_many(
    ctx: Context, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Set columns of rows known by `id`, which is the first of the columns."""
    stage(ctx, table, columns, rows)
    sets = [sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in columns[1:]]
    driver(ctx.session).execute(
        sql.SQL("update {} t set {} from {} s where t.tenant_id = %s and t.id = s.id").format(
            sql.Identifier(table), sql.SQL(", ").join(sets), _staging(table)
        ),
        [ctx.tenant_id],
    )


def stage(ctx: Context, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows into the staging table, which has the columns named and is gone at the commit."""
    ctx.session.flush()
    raw = driver(ctx.session)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    raw.execute(sql.SQL("drop table if exists {}").format(_staging(table)))
    raw.execute(
        sql.SQL("create temp table {} on commit drop as select {} from {} with no data").format(
            _staging(table), names, sql.Identifier(table)
        )
    )
    command = sql.SQL("copy {} ({}) from stdin").format(_staging(table), names)
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def _staging(table: str) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"staging_{table}")
