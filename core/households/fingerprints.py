"""Fingerprints of judgements: 64 bits by which a re-verification knows what has not changed.

A fingerprint covers the rule and its version, the facts by name, and the outcome, but not the
figures: a new line that leaves a household where it was is no change of its judgement. Each
value goes in by a step that can be undone, so that no change of one value alone is ever missed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
from bangfu_sdk import Choice, Column, Flags

from core.runs import RegistryJudged

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)


def fingerprints(judged: RegistryJudged) -> npt.NDArray[np.int64]:
    """Return the fingerprint of the judgement of each household."""
    facts, first = judged.fact_columns, judged.decision(0)
    groups = judged.groups
    said = (first.programme, first.version, *facts, "", *groups, "", *judged.labels)
    marks = np.full(len(judged), _seed(said), np.uint64)
    for values in (
        *(_values(column) for column in facts.values()),
        *(_values(flags) for flags in groups.values()),
        judged.categories,
    ):
        marks ^= values.astype(np.int64).view(np.uint64)
        marks *= _ODD
        marks ^= marks >> _HALF
    return marks.view(np.int64)


def _values(column: Column | Flags | Choice) -> npt.NDArray[np.generic]:
    return column.codes if isinstance(column, Choice) else column.values


def _seed(said: Iterable[str]) -> np.uint64:
    digest = hashlib.sha256("\n".join(said).encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "big"))
