"""What a simulation found: counts and sums, whole fen, no people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.errors import Message
from core.simulation.tolerance import CountyWithin

Integers = npt.NDArray[np.int64]
BEFORE, AFTER = 0, 1
NONE = "none"
_HALF = 26


@dataclass
class Cost:
    """What one programme grants: by union, side (before, after) and category.

    `households` are those eligible, `minimum` and `maximum` fen of a year (of a month for monthly
    aid), for all students of a household where it is for each.
    """

    programme: str
    households: Integers
    minimum: Integers
    maximum: Integers

    @classmethod
    def empty(cls, programme: str, unions: int, labels: int) -> Cost:
        """Return no cost."""
        shape = (unions, 2, labels)
        return cls(programme, *(np.zeros(shape, np.int64) for _ in range(3)))


@dataclass
class Outcome:
    """What became of one federation.

    `matrix[union, before, after]` counts households by category; `labels` are the categories,
    the last means none. `undecidable` lack a fact. `affected` are the ids of those whose category
    changes, 16 bytes each, with their category before and after. `left_out` are programmes that
    could not be simulated, and why. `tolerance` are the counties where another tolerance of wrong
    payments is tried.
    """

    slug: str
    unions: Sequence[str]
    labels: tuple[str, ...]
    matrix: Integers
    costs: list[Cost]
    undecidable: int = 0
    affected: list[tuple[bytes, npt.NDArray[np.uint8], npt.NDArray[np.uint8]]] = field(
        default_factory=list
    )
    left_out: dict[str, Message] = field(default_factory=dict)
    tolerance: list[CountyWithin] = field(default_factory=list)

    @property
    def households(self) -> int:
        """How many households were judged."""
        return int(self.matrix.sum())

    @property
    def qualifying(self) -> int:
        """How many newly come into a category of hardship."""
        return int(self.matrix[:, -1, :-1].sum())

    @property
    def dropping(self) -> int:
        """How many fall out of hardship."""
        return int(self.matrix[:, :-1, -1].sum())

    @property
    def moving(self) -> int:
        """How many go from one category of hardship to another."""
        inside = self.matrix[:, :-1, :-1].sum(axis=0)
        return int(inside.sum() - np.trace(inside))

    def moves(self) -> Iterator[tuple[str, str, int]]:
        """Yield category before, category after and how many, where there are any."""
        whole = self.matrix.sum(axis=0)
        for before, after in zip(*np.nonzero(whole), strict=True):
            yield self.labels[before], self.labels[after], int(whole[before, after])

    def counts(self, side: int) -> dict[str, int]:
        """Return how many households are in each category, before or after."""
        found = self.matrix.sum(axis=(0, 2 if side == BEFORE else 1)).tolist()
        return dict(zip(self.labels, found, strict=True))


def count(codes: Integers, shape: tuple[int, ...]) -> Integers:
    """Count codes into cells of a shape."""
    return np.bincount(codes, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)


def add_up(codes: Integers, values: Integers, shape: tuple[int, ...]) -> Integers:
    """Add whole numbers up by codes, exactly.

    numpy weighs by floats: halves of 26 bits, added up over fewer than 2^26 rows, stay exact.
    """
    size = int(np.prod(shape))
    low = np.bincount(codes, values & ((1 << _HALF) - 1), size).astype(np.int64)
    high = np.bincount(codes, values >> _HALF, size).astype(np.int64)
    return ((high << _HALF) + low).reshape(shape)
