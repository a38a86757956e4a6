"""Reading records as they are hashed, in bulk, straight from COPY."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg import Connection, OperationalError, pq, sql

from core.audit.lines import COLUMNS, hash_line
from core.context import Context
from core.db import driver

_LINE: LiteralString = ", ".join(COLUMNS)
_SEALED: LiteralString = (
    f"copy (select block, position, encode(leaf, 'hex'), {_LINE} "  # noqa: S608 (constants only)
    "from audit_records where tenant_id = {tenant} and block is not null "
    "order by block, position) to stdout"
)
_UNSEALED: LiteralString = (
    f"copy (select 0, 0, encode(leaf, 'hex'), {_LINE} "  # noqa: S608 (constants only)
    "from audit_records where tenant_id = {tenant} and block is null order by id) to stdout"
)


@dataclass
class Rows:
    """The records of one block as they came: positions, stored leaves, lines."""

    block: int
    positions: list[int] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def hash(self) -> list[bytes]:
        """Return the leaves of the lines as they stand."""
        return [hash_line(line) for line in self.lines]

    def id(self, index: int) -> uuid.UUID:
        """Return the id of a record."""
        return id_of(self.lines[index])


def read_sealed(ctx: Context) -> Iterator[Rows]:
    """Yield the sealed records of the Context's tenant, a block at a time."""
    rows = Rows(0)
    for block, position, leaf, line in _copy(ctx, _SEALED):
        number = int(block)
        if number != rows.block or not rows.lines:
            if rows.lines:
                yield rows
            rows = Rows(number)
        rows.positions.append(int(position))
        rows.stored.append(leaf)
        rows.lines.append(line)
    if rows.lines:
        yield rows


def read_unsealed(ctx: Context) -> Iterator[tuple[bytes, bytes]]:
    """Yield the stored leaf, hexadecimal, and the line of each record that is not sealed yet."""
    for _block, _position, leaf, line in _copy(ctx, _UNSEALED):
        yield leaf, line


def id_of(line: bytes) -> uuid.UUID:
    """Return the id of the record a line was written from."""
    return uuid.UUID(line.split(b"\t", 2)[1].decode())


def _copy(ctx: Context, query: LiteralString) -> Iterator[list[bytes]]:
    """Yield block, position, stored leaf and line of each record.

    Straight from libpq: psycopg's own reader spends several times longer on a row than libpq.
    """
    raw = driver(ctx.session)
    statement = sql.SQL(query).format(tenant=sql.Literal(ctx.tenant_id)).as_bytes(raw)
    started = raw.pgconn.exec_(statement)
    if started.status != pq.ExecStatus.COPY_OUT:
        raise OperationalError(started.get_error_message())
    take = raw.pgconn.get_copy_data
    size, row = take(0)
    while size > 0:
        # The last byte is the newline, which is no part of the line.
        yield bytes(row[:-1]).split(b"\t", 3)
        size, row = take(0)
    _finish(raw)


def _finish(raw: Connection[Any]) -> None:
    while (result := raw.pgconn.get_result()) is not None:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise OperationalError(result.get_error_message())
