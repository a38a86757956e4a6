"""The trace of a rule: every step by name, unit, text and citation, and its column.

Nothing is written while a rule runs: a step keeps a reference to the column it computed. The
explanation of one row is made from these references when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from bangfu_sdk.choices import Choice
from bangfu_sdk.columns import Column, Flags, Ratio
from bangfu_sdk.facts import Facts
from bangfu_sdk.parameters import Figures
from bangfu_sdk.texts import Text, Unit, show

LABELS = ("category", "stage")
"""The facts by whose labels figures are given."""
Result: TypeAlias = Column | Flags | Ratio | Choice
Kept = TypeVar("Kept", Column, Flags, Ratio, Choice)


@dataclass(frozen=True)
class Step:
    """A recorded step: what it is called, what it found, and the figures it used.

    A figure by category or stage is named without it: a row shows that of its own.
    """

    name: str
    text: Text
    unit: Unit
    result: Result
    uses: tuple[str, ...]

    def named(self, figures: Figures, labels: Sequence[str]) -> list[str]:
        """Return the names of the figures a household with these labels is judged by here."""
        named = ((name, *(f"{name}.{label}" for label in labels)) for name in self.uses)
        return [name for names in named for name in names if name in figures.values]

    def at(self, row: int, used: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the step for one row as JSON-ready data, with the figures it used."""
        value = self.result.at(row)
        told: dict[str, Any] = {
            "name": self.name,
            "text": self.text.as_json(),
            "value": value,
            "unit": self.unit.value,
            "shown": show(value, self.unit).as_json(),
            "source": _joined(used),
            "figures": used,
        }
        if isinstance(self.result, Ratio):
            below = self.result.denominator.at(row) * self.result.factor
            told["exact"] = [self.result.numerator.at(row), below]
        return told


def _joined(used: list[dict[str, Any]]) -> dict[str, str] | None:
    if not used:
        return None
    return {
        "zh": "；".join(dict.fromkeys(figure["source"]["zh"] for figure in used)),
        "en": "; ".join(dict.fromkeys(figure["source"]["en"] for figure in used)),
    }


class Trace:
    """The steps of one run of a rule, in their order.

    `labels` are the facts by whose labels figures are given, where the rule has them.
    """

    __slots__ = ("_shown", "figures", "labels", "steps")

    def __init__(self, figures: Figures, *labels: Choice) -> None:
        self.figures, self.labels = figures, labels
        self.steps: list[Step] = []
        self._shown: dict[str, dict[str, Any]] = {}

    @classmethod
    def over(cls, figures: Figures, facts: Facts) -> Trace:
        """Return the empty trace of a rule that judges these facts."""
        return cls(figures, *(facts.choice(name) for name in LABELS if name in facts))

    def step(
        self, name: str, result: Kept, unit: Unit, text: Text, uses: tuple[str, ...] = ()
    ) -> Kept:
        """Record a step and return its result. `uses` names the figures it rests on."""
        self.steps.append(Step(name, text, unit, result, uses))
        return result

    def at(self, row: int) -> list[dict[str, Any]]:
        """Return the explanation of one row."""
        labels = [choice.at(row) for choice in self.labels]
        return [
            step.at(row, [self._figure(name) for name in step.named(self.figures, labels)])
            for step in self.steps
        ]

    def _figure(self, name: str) -> dict[str, Any]:
        if name not in self._shown:
            self._shown[name] = self.figures.shown(name)
        return self._shown[name]
