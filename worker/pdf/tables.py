"""Lays out the tables of a report: widths of columns fixed beforehand, long texts wrapped."""

from __future__ import annotations

import unicodedata
from math import ceil
from typing import Any

from core.supervision.figures import NUMBER
from worker.pdf.wording import Wording

TYPE_AREA = 156.0  # mm
PADDING = 3.2  # mm, both sides of a cell
EM = 3.75  # mm, the width of a Chinese character at 10.5 pt with a little air
WIDEST, NARROWEST = 16.0, 3.0  # em
SHORTEST = 2  # em: two characters stand beside each other in any heading
BROKEN = ((2, True), (3, True), (4, True), (3, False), (4, False))
"""Over how many lines a heading may break in a crowded table, and whether its words stay whole; the
first that leaves the texts their room is taken."""
ROOM = 0.4
"""The share of the width they want that texts keep where the headings can give way."""


def measure(text: str) -> float:
    """Return the width of a text in em: wide characters count one, others a little over half."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.56 for sign in text)


def lay_out(table: dict[str, Any], number: int, wording: Wording) -> dict[str, Any]:
    """Return a table as strings, with its column widths in per cent and the cells that wrap."""
    heads = [wording.put(column["title"]) for column in table["columns"]]
    rows = [[wording.put(value) for value in row] for row in table["rows"]]
    total = [wording.put(value) for value in table["total"]] if table["total"] else None
    kinds = [column["kind"] for column in table["columns"]]
    widths = _widths(heads, [*rows, *([total] if total else [])], kinds)
    return {
        "number": number,
        "title": wording.put(table["title"]),
        "heads": [{"text": text, "kind": kind} for text, kind in zip(heads, kinds, strict=True)],
        "widths": [round(width / TYPE_AREA * 100, 3) for width in widths],
        "rows": [_cells(row, kinds, widths) for row in rows],
        "total": _cells(total, kinds, widths) if total else None,
        "query": table["query"],
        "moment": wording.put(table["moment"]),
    }


def _widths(heads: list[str], rows: list[list[str]], kinds: list[str]) -> list[float]:
    longest = [max((measure(row[place]) for row in rows), default=0.0)
               for place in range(len(heads))]  # fmt: skip
    # A heading may break over two lines; what stands below it should not.
    wanted = [
        max(min(most, WIDEST), _head(head, 2, whole=True), NARROWEST) * EM + PADDING
        for head, most in zip(heads, longest, strict=True)
    ]
    if sum(wanted) > TYPE_AREA:
        wanted = _crowd(wanted, heads, longest, kinds)
    scale = TYPE_AREA / sum(wanted)
    return [width * scale for width in wanted]


def _crowd(
    wanted: list[float], heads: list[str], longest: list[float], kinds: list[str]
) -> list[float]:
    """Return widths of a table that is too wide: texts give way, a number stays on its line, and
    its heading breaks over as few lines as leave the texts their room."""
    for lines, whole in BROKEN:
        numbers = [
            max(most, _head(head, lines, whole=whole)) * EM + PADDING if kind == NUMBER else 0.0
            for head, most, kind in zip(heads, longest, kinds, strict=True)
        ]
        texts = [0.0 if number else width for number, width in zip(numbers, wanted, strict=True)]
        left = TYPE_AREA - sum(numbers)
        if left >= sum(texts) * ROOM:
            break
    if left < sum(map(bool, texts)) * NARROWEST * EM:
        return wanted
    share = min(1.0, left / sum(texts)) if any(texts) else 0.0
    return [number or text * share for number, text in zip(numbers, texts, strict=True)]


def _head(head: str, lines: int, *, whole: bool) -> float:
    """Return the width of a heading over so many lines; Chinese breaks between any two signs."""
    words = max(measure(word) for word in head.replace("-", " ").split()) if head.isascii() else 0
    return max(ceil(measure(head) / lines), SHORTEST, words if whole else 0)


def _cells(row: list[str], kinds: list[str], widths: list[float]) -> list[dict[str, Any]]:
    return [
        {"text": text, "kind": kind, "wraps": measure(text) * EM + PADDING > width + 0.01}
        for text, kind, width in zip(row, kinds, widths, strict=True)
    ]
