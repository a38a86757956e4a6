"""What a check looked at, and what it found."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk.texts import Text


@dataclass(frozen=True)
class Finding:
    """One check of one rule, `problem` where it does not hold; `rule` is empty for the package."""

    rule: str
    check: str
    title: Text
    problem: Text | None = None

    @property
    def holds(self) -> bool:
        """Whether what was checked is as it must be."""
        return self.problem is None

    def as_json(self) -> dict[str, object]:
        """Return it as JSON-ready data."""
        problem = None if self.problem is None else self.problem.as_json()
        title = self.title.as_json()
        return {"rule": self.rule, "check": self.check, "title": title, "problem": problem}


def same(text: str) -> Text:
    """Return a technical text that is the same in both languages: a message of Python's own."""
    return Text(text, text)
