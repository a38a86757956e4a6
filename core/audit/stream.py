"""Reading records as they are hashed, in bulk, straight from COPY."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import LiteralString

from core.audit.lines import COLUMNS, hash_line
from core.context import Context
from core.db import driver

_LINE: LiteralString = ", ".join(COLUMNS)
_SEALED: LiteralString = (
    f"copy (select block, position, encode(leaf, 'hex'), {_LINE} "  # noqa: S608 (constants only)
    "from audit_records where tenant_id = %s and block is not null order by block, position) "
    "to stdout"
)
_UNSEALED: LiteralString = (
    f"copy (select 0, 0, encode(leaf, 'hex'), {_LINE} "  # noqa: S608 (constants only)
    "from audit_records where tenant_id = %s and block is null order by id) to stdout"
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
    # A line keeps no end: the last byte of what COPY sends is the newline.
    with driver(ctx.session).cursor() as cursor, cursor.copy(query, (ctx.tenant_id,)) as copy:
        for row in copy:
            yield bytes(row)[:-1].split(b"\t", 3)
