"""Sealing: records not yet in a block are closed into one, chained to the block before."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, text

from core.audit.merkle import START, find_root, link
from core.audit.models import AuditBlock
from core.context import Context
from core.db import driver, new_id

BLOCK_RECORDS: Final = 10_000

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('audit ' || :tenant, 0))")
_UNSEALED = (
    "select id, leaf from audit_records where tenant_id = %s and block is null order by id limit %s"
)
# Hashed, never looped: behind the policies the planner takes a tenant's records for a single row.
_NO_LOOP = "set local enable_nestloop = off"
_PLACE = (
    "update audit_records r set block = %(block)s, position = p.place - 1 "
    "from unnest(%(ids)s::uuid[]) with ordinality p (id, place) "
    "where r.tenant_id = %(tenant)s and r.block is null and r.id = p.id "
    "and r.id between %(first)s and %(last)s"
)
_LOOP = "set local enable_nestloop = on"


def seal(ctx: Context, *, block_records: int = BLOCK_RECORDS) -> list[AuditBlock]:
    """Close all unsealed records of the Context's tenant into blocks and return these.

    Records lie in a block in the order of their ids. A second sealer of the same tenant waits
    until the first has committed and then finds nothing left.
    """
    ctx.session.execute(_LOCK, {"tenant": str(ctx.tenant_id)})
    last = ctx.session.scalars(
        select(AuditBlock)
        .where(AuditBlock.tenant_id == ctx.tenant_id)
        .order_by(AuditBlock.number.desc())
        .limit(1)
    ).one_or_none()
    closed: list[AuditBlock] = []
    while rows := _unsealed(ctx, block_records):
        last = _close(ctx, last, rows)
        closed.append(last)
        if len(rows) < block_records:
            break
    return closed


def _unsealed(ctx: Context, limit: int) -> list[tuple[Any, bytes]]:
    cursor = driver(ctx.session).execute(_UNSEALED, (ctx.tenant_id, limit))
    return cursor.fetchall()


def _close(ctx: Context, last: AuditBlock | None, rows: Sequence[tuple[Any, bytes]]) -> AuditBlock:
    number, previous = (last.number + 1, last.chain) if last else (1, START)
    root = find_root([bytes(leaf) for _id, leaf in rows])
    block = AuditBlock(
        tenant_id=ctx.tenant_id, id=new_id(), number=number, count=len(rows), root=root,
        previous=previous, chain=link(ctx.tenant_id, number, len(rows), root, previous),
        sealed_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(block)
    ctx.session.flush()
    _place(ctx, number, [row_id for row_id, _leaf in rows])
    return block


def _place(ctx: Context, number: int, ids: Sequence[uuid.UUID]) -> None:
    values = {
        "block": number, "ids": list(ids), "tenant": ctx.tenant_id, "first": ids[0],
        "last": ids[-1],
    }  # fmt: skip
    raw = driver(ctx.session)
    raw.execute(_NO_LOOP)
    raw.execute(_PLACE, values)
    raw.execute(_LOOP)
