"""Composes what the template of a report is given: strings and numbers, in reading order."""

from __future__ import annotations

from typing import Any

from worker.pdf.tables import lay_out, measure
from worker.pdf.wording import Wording

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en-GB"}
CHINESE_ORDINALS = "一二三四五六七八九十"
TYPE_AREA_POINTS = 442
LARGEST_HEAD = 54
PHRASE_END = "|"
"""Where a translated title may break: GB/T 9704 wants no word of it torn apart."""


def compose(content: dict[str, Any], wording: Wording) -> dict[str, Any]:
    """Return everything the template prints, tables and charts placed where they are named."""
    tables = {
        name: lay_out(table, number, wording)
        for number, (name, table) in enumerate(content["tables"].items(), start=1)
    }
    head = wording.put(content["head"])
    phrases = wording.put(content["title"]).split(PHRASE_END)
    return {
        "language": wording.language,
        "language_tag": LANGUAGE_TAGS[wording.language],
        "title": "".join(phrases),
        "title_phrases": phrases,
        "head": head,
        "head_size": min(LARGEST_HEAD, int(TYPE_AREA_POINTS / max(measure(head), 1.0))),
        "issuer": wording.put(content["issuer"]),
        "number": wording.put(content["number"]),
        "addressee": wording.put(content["addressee"]) if content["addressee"] else "",
        "copies": wording.put(content["copies"]) if content["copies"] else "",
        "issued_on": wording.put(content["issued_on"]),
        "issued_iso": content["issued_on"]["day"],
        "made_at": wording.put(content["made_at"]),
        "introduction": [wording.put(value) for value in content["introduction"]],
        "sections": [
            _section(section, place, tables, content["charts"], wording)
            for place, section in enumerate(content["sections"])
        ],
        "sources": list(tables.values()),
        "seal": [wording.put(value) for value in content["seal"]],
    }


def _section(
    section: dict[str, Any],
    place: int,
    tables: dict[str, Any],
    charts: dict[str, Any],
    wording: Wording,
) -> dict[str, Any]:
    return {
        "number": ordinal(place, wording.language, 1),
        "title": wording.put(section["title"]),
        "paragraphs": [wording.put(value) for value in section["paragraphs"]],
        "parts": [
            _part(part, index, tables, charts, wording)
            for index, part in enumerate(section["parts"])
        ],
    }


def _part(
    part: dict[str, Any],
    place: int,
    tables: dict[str, Any],
    charts: dict[str, Any],
    wording: Wording,
) -> dict[str, Any]:
    chart = charts.get(part["chart"])
    return {
        "number": ordinal(place, wording.language, 2),
        "title": wording.put(part["title"]),
        "paragraphs": [wording.put(value) for value in part["paragraphs"]],
        "items": [wording.put(value) for value in part["items"]],
        "table": tables[part["table"]] if part["table"] else None,
        "chart": {
            "address": f"bangfu:charts/{part['chart']}.svg",
            "title": wording.put(chart["title"]),
        } if chart else None,
    }  # fmt: skip


def ordinal(place: int, language: str, level: int) -> str:
    """Return the number before a heading: 一、 and （一） in Chinese, 1. and (1) in English."""
    number = CHINESE_ORDINALS[place] if language == "zh" else str(place + 1)
    patterns = {("zh", 1): "%s、", ("zh", 2): "（%s）", ("en", 1): "%s. ", ("en", 2): "(%s) "}
    return patterns[language, level] % number
