"""Texts in both languages, and the units in which figures and results are counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FEN_PER_YUAN = 100
UNLIMITED = 10**13
"""An upper limit in fen that stands for “no limit”: 100 billion yuan."""


@dataclass(frozen=True)
class Text:
    """A text in Chinese and English. `{name}` placeholders are filled by `fill`."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en

    def fill(self, values: dict[str, Text]) -> Text:
        """Return the text with its placeholders replaced by the shown values."""
        zh = {name: value.zh for name, value in values.items()}
        en = {name: value.en for name, value in values.items()}
        return Text(self.zh.format_map(zh), self.en.format_map(en))

    def as_json(self) -> dict[str, str]:
        """Return `{"zh": …, "en": …}`."""
        return {"zh": self.zh, "en": self.en}


class Unit(StrEnum):
    """In what a whole number is counted; TIMES in hundredths, so that 150 is one and a half."""

    FEN = "fen"
    FEN_PER_HEAD_MONTH = "fen_per_head_month"
    MONTHS = "months"
    PERCENT = "percent"
    AREA = "area"
    COUNT = "count"
    TIMES = "times"
    FLAG = "flag"
    CODE = "code"


HUNDREDTHS = (Unit.FEN, Unit.FEN_PER_HEAD_MONTH, Unit.AREA)
"""Units of which a hundred make what people write: yuan, and square metres for an area."""

_PATTERNS = {
    Unit.FEN: Text("{}元", "{} yuan"),
    Unit.FEN_PER_HEAD_MONTH: Text("每人每月{}元", "{} yuan per head and month"),
    Unit.MONTHS: Text("{}个月", "{} months"),
    Unit.PERCENT: Text("{}%", "{} %"),
    Unit.AREA: Text("{}平方米", "{} m²"),
    Unit.COUNT: Text("{}", "{}"),
    Unit.TIMES: Text("{}倍", "{} times"),
}


def yuan(fen: int) -> str:
    """Return fen as yuan with two decimals and thousands separators."""
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{size // FEN_PER_YUAN:,}.{size % FEN_PER_YUAN:02d}"


def times(hundredths: int) -> str:
    """Return a multiple without zeros at its end: 200 is "2", 150 is "1.5"."""
    whole, part = divmod(hundredths, 100)
    return f"{whole:,}.{part:02d}".rstrip("0") if part else f"{whole:,}"


def show(value: int | bool | str, unit: Unit) -> Text:
    """Return a value as people read it, with its unit."""
    if unit is Unit.FLAG:
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, str):
        return Text(value, value)
    if unit is Unit.FEN and value >= UNLIMITED:
        return Text("不设上限", "no limit")
    shown = _write(value, unit)
    pattern = _PATTERNS[unit]
    return Text(pattern.zh.format(shown), pattern.en.format(shown))


def _write(value: int, unit: Unit) -> str:
    if unit is Unit.TIMES:
        return times(value)
    return yuan(value) if unit in HUNDREDTHS else f"{value:,}"
