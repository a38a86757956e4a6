"""Turns the values of a report into words and figures of one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from core.money import format_yuan

LANGUAGES = ("zh", "en")
_CATALOGUES = Path(__file__).parent / "translations"
_LOCALES = {"zh": "zh_CN", "en": "en_GB"}
_TIMES = {"zh": "%-H时%M分", "en": "%H:%M"}
_CLOCK = ZoneInfo("Asia/Shanghai")


@cache
def read_catalogue(language: str) -> dict[str, str]:
    """Return the translations of a language by message id; English needs none."""
    path = _CATALOGUES / language / "LC_MESSAGES" / "report.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file)
    return {str(item.id): str(item.string) for item in catalogue if item.id and item.string}


class Wording:
    """Words and figures of one language; raises ValueError for a language there is not."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"a report is written in one of {LANGUAGES}, not in {language!r}")
        self.language = language
        self._texts = read_catalogue(language)
        self._locale = _LOCALES[language]
        self._forms: dict[str, Callable[[dict[str, Any]], str]] = {
            "text": self._sentence,
            "zh": lambda value: str(value[language]),
            "fen": lambda value: format_yuan(value["fen"]),
            "hundredths": lambda value: "{}.{:02d}".format(*divmod(value["hundredths"], 100)),
            "day": lambda value: self._day(dt.date.fromisoformat(value["day"])),
            "month": lambda value: self._month(dt.date.fromisoformat(value["month"])),
            "moment": lambda value: self._moment(dt.datetime.fromisoformat(value["moment"])),
            "part": lambda value: _per_cent(value["part"], value["whole"]),
        }

    def translate(self, text: str) -> str:
        """Return a text in this language, or as it is where the catalogue lacks it."""
        return self._texts.get(text, text)

    def put(self, value: Any) -> str:
        """Return one value of a report as it is printed."""
        if value is None:
            return "—"
        if isinstance(value, dict):
            form = next(form for key, form in self._forms.items() if key in value)
            return form(value)
        return f"{value:,}" if isinstance(value, int) else str(value)

    def _sentence(self, value: dict[str, Any]) -> str:
        words = {name: self._put_within(item) for name, item in value["values"].items()}
        return self.translate(value["text"]) % words if words else self.translate(value["text"])

    def _put_within(self, value: Any) -> str:
        """Return a value as it is written within a sentence: a moment in words, to the minute."""
        if not isinstance(value, dict) or "moment" not in value:
            return self.put(value)
        local = dt.datetime.fromisoformat(value["moment"]).astimezone(_CLOCK)
        between = "" if self.language == "zh" else ", "
        return f"{self._day(local.date())}{between}{local.strftime(_TIMES[self.language])}"

    def _day(self, date: dt.date) -> str:
        return str(format_date(date, "long", locale=self._locale))

    def _month(self, first: dt.date) -> str:
        return str(format_skeleton("yMMM", first, locale=self._locale))

    def _moment(self, at: dt.datetime) -> str:
        local = at.astimezone(_CLOCK)
        return f"{local:%Y-%m-%d %H:%M:%S}"


def _per_cent(part: int, whole: int) -> str:
    if whole == 0:
        return "—"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"
