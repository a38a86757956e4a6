"""Hash trees over the leaves of a block, and the chain from block to block."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Final

NODE = b"\x01"
LINK = b"\x02"
START: Final = bytes(32)
"""What stands before the first block of a chain."""


def find_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the leaves; one without a neighbour goes up a level as it is."""
    level = list(leaves)
    if not level:
        raise ValueError("a block has at least one leaf")
    while len(level) > 1:
        level = _rise(level)
    return level[0]


def find_path(leaves: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """Return the neighbours that lead from a leaf to the root, each on its side: left, right."""
    path: list[tuple[str, bytes]] = []
    level, place = list(leaves), position
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(("left" if neighbour < place else "right", level[neighbour]))
        level, place = _rise(level), place // 2
    return path


def follow_path(leaf: bytes, path: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the root a path leads to from a leaf."""
    for side, neighbour in path:
        pair = neighbour + leaf if side == "left" else leaf + neighbour
        leaf = hashlib.sha256(NODE + pair).digest()
    return leaf


def link(tenant: uuid.UUID, number: int, count: int, root: bytes, previous: bytes) -> bytes:
    """Return the chain's value after a block: it depends on every block before."""
    counted = number.to_bytes(8) + count.to_bytes(8)
    return hashlib.sha256(LINK + tenant.bytes + counted + root + previous).digest()


def _rise(level: list[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(NODE + left + right).digest() for left, right in pairs]
    return [*above, level[-1]] if len(level) % 2 else above
