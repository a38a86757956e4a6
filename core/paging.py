"""How many rows of a list are read at once."""

from __future__ import annotations

EXPORT_ROWS = 100_000
"""The most that one workbook of a list holds."""

WHOLE = EXPORT_ROWS + 1
"""The size of the page that is a whole list: one row more tells that there are too many."""


def clamp(size: int) -> int:
    """Return a page's size within reason, whatever was asked for."""
    return min(max(size, 1), WHOLE)


def skip(page: int, size: int) -> int:
    """Return how many rows lie before a page, counted from 1."""
    return (max(page, 1) - 1) * size
