"""The values a report is made of: JSON-ready, told apart by their one key, formatted at the edge.

A value is a plain string or integer, None, or one of the dictionaries made here. A table carries
the name of the query its rows came from and the moment they were read.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

Value = Any
TEXT, NUMBER = "text", "number"


def say(text: str, /, **values: Value) -> dict[str, Any]:
    """Return a sentence to be translated: an English message id and the values it names."""
    return {"text": text, "values": values}


def bilingual(zh: str, en: str) -> dict[str, Any]:
    """Return a name that is data and stands in both languages: a programme, a federation."""
    return {"zh": zh, "en": en or zh}


def yuan(fen: int) -> dict[str, Any]:
    """Return an amount of money, in fen."""
    return {"fen": fen}


def points(hundredths: int) -> dict[str, Any]:
    """Return points of an assessment, in hundredths."""
    return {"hundredths": hundredths}


def day(date: dt.date) -> dict[str, Any]:
    """Return a date."""
    return {"day": date.isoformat()}


def month(first: dt.date) -> dict[str, Any]:
    """Return a month, named by its first day."""
    return {"month": first.isoformat()}


def moment(at: dt.datetime) -> dict[str, Any]:
    """Return a point in time; it must know its time zone."""
    return {"moment": at.isoformat()}


def share(part: int, whole: int) -> dict[str, Any]:
    """Return a part of a whole, shown as per cent; of nothing there is no share."""
    return {"part": part, "whole": whole}


def column(title: Value, kind: str = NUMBER) -> dict[str, Any]:
    """Return a column: its heading, and whether it holds text or numbers."""
    return {"title": title, "kind": kind}


def table(
    title: Value,
    columns: list[dict[str, Any]],
    rows: list[list[Value]],
    *,
    query: str,
    at: dt.datetime,
    total: list[Value] | None = None,
) -> dict[str, Any]:
    """Return a table with the query its figures came from and the moment they were read."""
    return {
        "title": title,
        "columns": columns,
        "rows": rows,
        "total": total,
        "query": query,
        "moment": moment(at),
    }


def chart(title: Value, name: str, label: int, series: list[int]) -> dict[str, Any]:
    """Return a chart of the table `name`: the column of labels and the columns drawn."""
    return {"title": title, "table": name, "label": label, "series": series}


def part(
    title: Value,
    *paragraphs: Value,
    items: list[Value] | None = None,
    table: str | None = None,
    chart: str | None = None,
) -> dict[str, Any]:
    """Return a part of a section; `table` and `chart` are names of the report's own."""
    return {
        "title": title,
        "paragraphs": list(paragraphs),
        "items": items or [],
        "table": table,
        "chart": chart,
    }


def section(title: Value, *paragraphs: Value, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a section: what it says itself, then its parts."""
    return {"title": title, "paragraphs": list(paragraphs), "parts": parts}
