"""Walking along a chain: each block against its records, the block before it and the export."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.audit.export import LEAF_BYTES, Sealed
from core.audit.findings import Finding
from core.audit.merkle import START, find_root, link
from core.audit.stream import Rows


@dataclass(frozen=True)
class Block:
    """A block as the database holds it."""

    number: int
    count: int
    root: bytes
    previous: bytes
    chain: bytes


@dataclass
class Walk:
    """Where a walk along one tenant's chain has come to."""

    tenant: uuid.UUID
    previous: bytes | None = START

    def check(
        self, number: int, block: Block | None, rows: Rows, pinned: Sealed | None, leaves: bytes
    ) -> list[Finding]:
        """Return what is wrong with a block: its first broken record first, then its seal.

        `pinned` is the block and `leaves` its leaves as they were exported, where they were.
        """
        hashes = rows.hash()
        found = [*_check_records(rows, hashes, leaves)]
        if block is None:
            found.append(Finding("block_missing", number, record=_first(rows)))
            self.previous = None
            return found[:2]
        counted = _check_count(block, rows) if not found else None
        if counted is not None:
            found.append(counted)
        if not found and rows and find_root(hashes) != block.root:
            found.append(Finding("root", number, 0, _first(rows)))
        found.extend(self._check_seal(block, pinned, leaves))
        self.previous = block.chain
        return found

    def _check_seal(self, block: Block, pinned: Sealed | None, leaves: bytes) -> Iterator[Finding]:
        if pinned is not None and (pinned.root, pinned.count) != (block.root, block.count):
            yield Finding("block_changed", block.number)
        if leaves and pinned is not None and find_root(_split(leaves)) != pinned.root:
            yield Finding("export", block.number, reason="leaves.bin")
        if self.previous is not None and block.previous != self.previous:
            yield Finding("chain", block.number)
        chain = link(self.tenant, block.number, block.count, block.root, block.previous)
        if chain != block.chain:
            yield Finding("block_changed", block.number)


def _check_records(rows: Rows, hashes: Sequence[bytes], leaves: bytes) -> Iterator[Finding]:
    """Yield the first record that is not as it was: gone, changed, replaced, out of order."""
    fault = _first_fault(rows, hashes, leaves)
    if fault is not None:
        record = None if fault.kind == "missing" else rows.id(fault.row)
        yield Finding(fault.kind, rows.block, fault.position, record)


class _Fault(NamedTuple):
    kind: str
    position: int
    row: int


def _first_fault(rows: Rows, hashes: Sequence[bytes], leaves: bytes) -> _Fault | None:
    joined = b"".join(hashes)
    in_place = rows.positions == list(range(len(rows)))
    if in_place and joined.hex().encode() == b"".join(rows.stored) and leaves in (b"", joined):
        return _find_disorder(rows)
    for row, (position, leaf) in enumerate(zip(rows.positions, hashes, strict=True)):
        if position != row:
            return _Fault("missing", row, row)
        if leaf.hex().encode() != rows.stored[row]:
            return _Fault("edited", position, row)
        pinned = leaves[row * LEAF_BYTES : (row + 1) * LEAF_BYTES]
        if leaves and leaf != pinned:
            return _Fault("replaced" if pinned else "added", position, row)
    if leaves and len(rows) * LEAF_BYTES < len(leaves):
        return _Fault("missing", len(rows), len(rows))
    return None


def _find_disorder(rows: Rows) -> _Fault | None:
    """Find a record that stands before one with a smaller id: records are sealed in order."""
    # The ids stand at the same place in every line, and their text sorts as they do.
    ids = [line[37:73] for line in rows.lines]
    if sorted(ids) == ids:
        return None
    for row in range(1, len(ids)):
        if ids[row] < ids[row - 1]:
            return _Fault("reordered", rows.positions[row], row)
    return None


def _check_count(block: Block, rows: Rows) -> Finding | None:
    if len(rows) < block.count:
        return Finding("missing", block.number, len(rows))
    if len(rows) > block.count:
        return Finding("added", block.number, block.count, rows.id(block.count))
    return None


def _first(rows: Rows) -> uuid.UUID | None:
    return rows.id(0) if rows else None


def _split(leaves: bytes) -> list[bytes]:
    return [leaves[at : at + LEAF_BYTES] for at in range(0, len(leaves), LEAF_BYTES)]
