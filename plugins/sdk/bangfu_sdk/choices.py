"""Choosing between values row by row: categories, limits, alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import SupportsIndex

import numpy as np

from bangfu_sdk.columns import Booleans, Codes, Column, Flags, InexactError


class Choice:
    """One of a few labels a household: `codes` are positions in `labels`."""

    __slots__ = ("codes", "labels")

    def __init__(self, codes: Codes, labels: tuple[str, ...]) -> None:
        self.codes, self.labels = codes, labels

    def __len__(self) -> int:
        return len(self.codes)

    def at(self, row: SupportsIndex) -> str:
        """Return the label of one row."""
        return self.labels[int(self.codes[row])]

    def equals(self, label: str) -> Flags:
        """Say row by row whether it is this label; a label nobody can have is never it."""
        if label not in self.labels:
            return Flags(np.zeros(len(self.codes), dtype=np.bool_))
        return Flags(self.codes == np.uint8(self.labels.index(label)))

    def among(self, labels: tuple[str, ...]) -> Flags:
        """Say row by row whether it is one of these labels."""
        table = np.array([label in labels for label in self.labels], dtype=np.bool_)
        chosen: Booleans = table[self.codes]
        return Flags(chosen)

    def pick(self, values: Mapping[str, int], otherwise: int = 0) -> Column:
        """Return for each row the value given for its label."""
        row = [values.get(label, otherwise) for label in self.labels]
        return Column(np.array(row, dtype=np.int64)[self.codes], min(row), max(row))

    def __bool__(self) -> bool:
        raise InexactError("a column holds many answers: use equals and among, never if")


def first_that_fits(*cases: tuple[Flags, str], otherwise: str) -> Choice:
    """Return for each row the label of the first case that is true there, or `otherwise`."""
    codes: Codes = np.zeros(len(cases[0][0]), dtype=np.uint8)
    for fits, _ in reversed(cases):
        # One step further down the list unless this case fits: then back to its start.
        codes += np.uint8(1)
        codes *= ~fits.values
    return Choice(codes, (*(label for _, label in cases), otherwise))


def choose(when: Flags, then: Column, otherwise: Column) -> Column:
    """Return `then` where the flag is set and `otherwise` elsewhere."""
    low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
    return Column(np.where(when.values, then.values, otherwise.values), low, high)


def keep(values: Column, when: Flags) -> Column:
    """Return the values where the flag is set and 0 elsewhere."""
    kept = values.values * when.values
    return Column(kept, min(values.low, 0), max(values.high, 0))


def lesser(first: Column, second: Column | int) -> Column:
    """Return the smaller of two values row by row."""
    if isinstance(second, int):
        low, high = min(first.low, second), min(first.high, second)
        return Column(np.minimum(first.values, second), low, high)
    low, high = min(first.low, second.low), min(first.high, second.high)
    return Column(np.minimum(first.values, second.values), low, high)


def greater(first: Column, second: Column | int) -> Column:
    """Return the larger of two values row by row."""
    if isinstance(second, int):
        low, high = max(first.low, second), max(first.high, second)
        return Column(np.maximum(first.values, second), low, high)
    low, high = max(first.low, second.low), max(first.high, second.high)
    return Column(np.maximum(first.values, second.values), low, high)
