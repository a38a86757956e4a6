"""Registries to try a rule on: every fact within its bounds, at its edges and beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from bangfu_sdk.choices import Choice
from bangfu_sdk.facts import Fact
from bangfu_sdk.texts import Unit

EVERYDAY = 10**7
"""Beyond this, a hundred thousand yuan, only the upper bounds themselves are tried."""


def draw_registry(
    facts: Collection[Fact], labels: tuple[str, ...], rows: int, seed: int
) -> dict[str, Any]:
    """Return columns of facts, the same for the same seed; `labels` are the categories."""
    chance = np.random.default_rng(seed)
    return {fact.name: _draw(fact, labels, rows, chance) for fact in facts}


def one_of(registry: Mapping[str, Any], row: int) -> dict[str, Any]:
    """Return one household of a registry as plain values."""
    return {name: _plain(column, row) for name, column in registry.items()}


def _draw(fact: Fact, labels: tuple[str, ...], rows: int, chance: np.random.Generator) -> Any:
    if fact.unit is Unit.CODE:
        known = fact.labels or labels
        return Choice(chance.integers(0, len(known), rows).astype(np.uint8), known)
    if fact.unit is Unit.FLAG:
        return chance.random(rows) < chance.random()
    edges = [fact.low, min(fact.low + 1, fact.high), min(EVERYDAY, fact.high), fact.high]
    drawn = chance.integers(fact.low, min(EVERYDAY, fact.high) + 1, rows)
    at_edge = chance.random(rows) < 0.2
    return np.where(at_edge, chance.choice(edges, rows), drawn).astype(np.int64)


def _plain(column: Any, row: int) -> Any:
    if isinstance(column, Choice):
        return column.at(row)
    return column[row].item()
