"""Policy figures: what a programme asks for, and what a region pack gives on a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bangfu_sdk.texts import Text, Unit, show


@dataclass(frozen=True)
class Parameter:
    """A figure a programme needs. It never stands in code: the region pack gives it, dated.

    With `by_category` the pack gives one value for each category of the region, with `by_stage` one
    for each stage of education; they are read with `Figures.by_category` and `Figures.by_stage`.
    With `by_month` the value in force on the day is joined by those
    in force at the end of so many full months before it, read with `Figures.by_month`. Values lie
    in `low`…`high`.
    """

    name: str
    unit: Unit
    meaning: Text
    by_category: bool = False
    by_stage: bool = False
    by_month: int = 0
    low: int = 0
    high: int = 10**13


@dataclass(frozen=True)
class Source:
    """Where a figure stands: document and section, from which day it holds, and a remark."""

    document: Text
    section: Text
    holds_from: dt.date
    note: Text | None = None

    @property
    def text(self) -> Text:
        """The source as one line in both languages."""
        zh = f"{self.document.zh} {self.section.zh}"
        en = f"{self.document.en}, {self.section.en}"
        if self.note is None:
            return Text(zh, en)
        return Text(f"{zh}（{self.note.zh}）", f"{en} ({self.note.en})")

    @property
    def zh(self) -> str:
        """The source in Chinese."""
        return self.text.zh

    @property
    def en(self) -> str:
        """The source in English."""
        return self.text.en

    def as_json(self) -> dict[str, Any]:
        """Return the source as JSON-ready data; `from_json` reads it back."""
        return {
            "document": self.document.as_json(),
            "section": self.section.as_json(),
            "from": self.holds_from.isoformat(),
            "note": self.note.as_json() if self.note else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Source:
        """Return the source that `as_json` wrote."""
        note = data["note"]
        return cls(
            Text(**data["document"]),
            Text(**data["section"]),
            dt.date.fromisoformat(data["from"]),
            Text(**note) if note else None,
        )


@dataclass(frozen=True)
class Figures:
    """The values of one programme's parameters on one date, with their sources.

    A figure by category has the name `parameter.category`, one by stage `parameter.stage`; that
    of a month before the day is `parameter.1` for the last full month, `parameter.2` for the one
    before it.
    """

    values: Mapping[str, int]
    sources: Mapping[str, Source]
    parameters: tuple[Parameter, ...] = field(default=(), compare=False, repr=False)

    def __getitem__(self, name: str) -> int:
        return self.values[name]

    def by_category(self, name: str) -> dict[str, int]:
        """Return the values of a parameter, one for each category."""
        return dict(self._by_label.get(name, {}))

    @cached_property
    def _by_label(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for key, value in self.values.items():
            name, dot, label = key.partition(".")
            if dot:
                found.setdefault(name, {})[label] = value
        return found

    def by_stage(self, name: str) -> dict[str, int]:
        """Return the values of a parameter, one for each stage of education."""
        return self.by_category(name)

    def by_month(self, name: str) -> tuple[int, ...]:
        """Return the values of a parameter in the months before the day, the last month first."""
        months = range(1, self.parameter(name).by_month + 1)
        return tuple(self.values[f"{name}.{back}"] for back in months)

    def parameter(self, name: str) -> Parameter:
        """Return the declaration of a figure."""
        base = name.split(".", maxsplit=1)[0]
        return next(parameter for parameter in self.parameters if parameter.name == base)

    def shown(self, name: str) -> dict[str, Any]:
        """Return one figure as an explanation shows it: value, meaning, source, date."""
        parameter, source = self.parameter(name), self.sources[name]
        return {
            "name": name,
            "value": self.values[name],
            "unit": parameter.unit.value,
            "meaning": parameter.meaning.as_json(),
            "shown": show(self.values[name], parameter.unit).as_json(),
            "source": source.text.as_json(),
            "from": source.holds_from.isoformat(),
        }
