"""Verification: reads the whole trail of a tenant and finds whatever was changed in it.

The records are hashed again and compared with three witnesses: the leaf beside each record, the
blocks and checkpoints in the database, and the export outside of it, which a superuser of the
database cannot reach.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from core.access import Subject, require
from core.audit.export import LEAF_BYTES, Exported, Leaves, Place, place_of
from core.audit.findings import Finding
from core.audit.keys import known_keys
from core.audit.lines import hash_line
from core.audit.models import AuditBlock, AuditCheckpoint, AuditRecord
from core.audit.signatures import Keys, check_exported, check_stored
from core.audit.stream import Rows, id_of, read_sealed, read_unsealed
from core.audit.walk import Block, Walk
from core.context import Context
from core.errors import DomainError

Tell = Callable[[int, int], None]
REPORTED: Final = 100


@dataclass
class Verification:
    """What a verification of one tenant found. Without findings the trail is whole.

    `pinned` counts the records that the export pins; those after them are pinned by the database
    alone, the `unsealed` ones by the leaf beside them only.
    """

    tenant: str
    records: int = 0
    blocks: int = 0
    pinned: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def first(self) -> Finding | None:
        """The first break in the order of the chain, at a record's place if any is known."""
        placed = [one for one in self.findings if one.record or one.position >= 0]
        return min(placed or self.findings, key=lambda one: (one.block, one.position), default=None)

    def add(self, found: Iterable[Finding]) -> None:
        """Take findings in, up to a number nobody would read beyond."""
        for one in found:
            if len(self.findings) < REPORTED:
                self.findings.append(one)


def verify(ctx: Context, *, export: Path | None = None, tell: Tell | None = None) -> Verification:
    """Verify the trail of the Context's tenant against the export in a folder.

    The Context must be fresh: all is read as it stood at one moment. `export` is the
    installation's own where none is named; `tell` is told how many records are done, of how many.
    """
    place = place_of(export or ctx.installation.settings.checkpoints, ctx.tenant_id)
    result = Verification(ctx.tenant.slug)
    lines = _read_export(place, result)
    ctx.session.stand_still()
    require(ctx, "audit.read", Subject(ctx.tenant_id))
    trusted = _trusted(ctx)
    result.add(check_exported(lines, ctx.tenant_id, ctx.tenant.parent_id, trusted))
    blocks = _blocks(ctx)
    _walk(ctx, result, blocks, lines, place, tell)
    chains = {number: block.chain for number, block in blocks.items()}
    result.add(check_stored(_stored(ctx), chains, lines, trusted))
    _check_unsealed(ctx, result)
    return result


def _read_export(place: Place, result: Verification) -> list[Exported]:
    try:
        lines = place.read()
    except DomainError as error:
        result.add([Finding("export", reason=str(error))])
        return []
    result.pinned = lines[-1].records if lines else 0
    kept = place.leaves.stat().st_size // LEAF_BYTES if place.leaves.exists() else 0
    if kept < result.pinned:
        result.add([Finding("export", reason="leaves.bin")])
    return lines


def _walk(
    ctx: Context,
    result: Verification,
    blocks: dict[int, Block],
    lines: list[Exported],
    place: Place,
    tell: Tell | None,
) -> None:
    """Go along the chain, block by block, with the records and the export beside it."""
    pinned = {one.number: one for line in lines for one in line.blocks}
    every = _count(ctx) if tell else 0
    groups, leaves, walk = _Groups(ctx), Leaves(place), Walk(ctx.tenant_id)
    newest = max(blocks, default=0)
    for number in range(1, max([newest, *pinned]) + 1):
        result.add(map(_unowned, groups.before(number)))
        own, seen = groups.take(number), pinned.get(number)
        if number > newest and not own:
            result.add([Finding("truncated", number)])
            break
        exported = leaves.take(seen.count) if seen else b""
        result.add(walk.check(number, blocks.get(number), own, seen, exported))
        result.records, result.blocks = result.records + len(own), result.blocks + 1
        if tell:
            tell(result.records, every)
    result.add(map(_unowned, groups.before(None)))
    leaves.close()


class _Groups:
    """The records by their blocks, each handed out once and in order."""

    def __init__(self, ctx: Context) -> None:
        self._rows = read_sealed(ctx)
        self._next = next(self._rows, None)

    def before(self, number: int | None) -> Iterator[Rows]:
        """Yield the groups whose block is below a number; all that are left for None."""
        while self._next is not None and (number is None or self._next.block < number):
            yield self._next
            self._next = next(self._rows, None)

    def take(self, number: int) -> Rows:
        """Return the records of a block, none when there are none."""
        if self._next is None or self._next.block != number:
            return Rows(number)
        taken, self._next = self._next, next(self._rows, None)
        return taken


def _unowned(rows: Rows) -> Finding:
    return Finding("unowned", rows.block, rows.positions[0], rows.id(0))


def _check_unsealed(ctx: Context, result: Verification) -> None:
    for leaf, line in read_unsealed(ctx):
        result.unsealed += 1
        if hash_line(line).hex().encode() != leaf:
            result.add([Finding("edited", max(result.blocks, 0) + 1, record=id_of(line))])


def _trusted(ctx: Context) -> Keys:
    folder = ctx.installation.settings.audit_key_folder
    tenants: list[uuid.UUID] = [ctx.tenant_id]
    if ctx.tenant.parent_id:
        tenants.append(ctx.tenant.parent_id)
    return {tenant: known_keys(folder, tenant) for tenant in tenants}


def _blocks(ctx: Context) -> dict[int, Block]:
    query = select(
        AuditBlock.number, AuditBlock.count, AuditBlock.root, AuditBlock.previous, AuditBlock.chain
    ).where(AuditBlock.tenant_id == ctx.tenant_id)
    return {row.number: Block(*row) for row in ctx.session.execute(query)}


def _stored(ctx: Context) -> list[AuditCheckpoint]:
    return list(
        ctx.session.scalars(
            select(AuditCheckpoint)
            .where(AuditCheckpoint.tenant_id == ctx.tenant_id)
            .order_by(AuditCheckpoint.block)
        )
    )


def _count(ctx: Context) -> int:
    counted = ctx.session.scalar(
        select(func.count())
        .select_from(AuditRecord)
        .where(AuditRecord.tenant_id == ctx.tenant_id, AuditRecord.block.is_not(None))
    )
    return int(counted or 0)
