"""One run of a rule over a registry, and what it hands out: columns for all, decisions for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from bangfu_sdk import (
    Assessment,
    Choice,
    Column,
    Departure,
    Facts,
    Flags,
    Identified,
    Reason,
    Rule,
    Settlement,
    Trace,
    lesser,
)
from bangfu_sdk.columns import HIGHEST

from core.decisions import Assessed, Judged, Reviewed, Settled
from core.policies import Figures


class Run:
    """One run of a rule over a registry: its facts, figures and recorded steps."""

    def __init__(self, rule: Rule, on: dt.date, figures: Figures, facts: Facts) -> None:
        self.rule, self.on, self.figures, self.facts = rule, on, figures, facts
        self.trace = Trace.over(figures, facts)

    def told(self, row: int, reasons: Iterable[Reason]) -> dict[str, Any]:
        """Return what every decision has, for one row."""
        return {
            "programme": self.rule.name,
            "version": self.rule.version,
            "on": self.on,
            "figures": self.figures,
            "facts": self.facts.at(row),
            "steps": self.trace.at(row),
            "reasons": tell_reasons(reasons, row),
        }


def tell_reasons(reasons: Iterable[Reason], row: int) -> list[dict[str, str]]:
    """Return the reasons that hold for one row, JSON-ready."""
    return [reason.at(row) for reason in reasons if reason.when.at(row)]


def tell_all_reasons(reasons: Iterable[Reason], rows: int) -> list[list[dict[str, str]]]:
    """Return for every row what `tell_reasons` does."""
    told: list[list[dict[str, str]]] = [[] for _ in range(rows)]
    for reason in reasons:
        places = np.flatnonzero(reason.when.values).tolist()
        for row, words in zip(places, reason.at_rows(places), strict=True):
            told[row].append(words)
    return told


class RegistryJudged:
    """The categories of a registry: `categories` are codes, positions in `labels`.

    `category` is the same as a fact for `assess_registry`; `trace` holds the recorded steps.
    """

    def __init__(self, run: Run, identified: Identified) -> None:
        self._run, self._identified = run, identified
        self.categories = identified.category.codes
        self.labels = identified.category.labels
        self.category = identified.category

    def __len__(self) -> int:
        return len(self.categories)

    @property
    def trace(self) -> Trace:
        """The steps with their columns, for whoever stores the explanations of all."""
        return self._run.trace

    def label(self, row: int) -> str:
        """Return the category of one household."""
        return self._identified.category.at(row)

    @property
    def groups(self) -> dict[str, Flags]:
        """Who belongs to each target group, by its code."""
        return dict(self._identified.groups)

    def groups_of(self, row: int) -> tuple[str, ...]:
        """Return the target groups one household belongs to."""
        return tuple(code for code, who in self._identified.groups.items() if who.at(row))

    def steps(self, row: int) -> list[dict[str, Any]]:
        """Return the explanation of one household."""
        return self._run.trace.at(row)

    def facts(self, row: int) -> dict[str, Any]:
        """Return what was known of one household."""
        return self._run.facts.at(row)

    def reasons(self, row: int) -> list[dict[str, str]]:
        """Return why one household got its category."""
        return tell_reasons(self._identified.reasons, row)

    def all_reasons(self) -> list[list[dict[str, str]]]:
        """Return for every household why it got its category."""
        return tell_all_reasons(self._identified.reasons, len(self))

    @property
    def fact_columns(self) -> dict[str, Column | Flags | Choice]:
        """What was known of all households, by fact."""
        return self._run.facts.columns()

    def decision(self, row: int) -> Judged:
        """Return one household's decision, the same as `judge` gives for it alone."""
        told = self._run.told(row, self._identified.reasons)
        return Judged(**told, category=self.label(row), groups=self.groups_of(row))


class RegistryAssessed:
    """What a programme grants a registry: `eligible`, `minimum`, `maximum` are arrays, fen."""

    def __init__(self, run: Run, assessment: Assessment, kind: str) -> None:
        self._run, self._assessment, self.kind = run, assessment, kind

    def __len__(self) -> int:
        return len(self._assessment.eligible)

    @property
    def trace(self) -> Trace:
        """The steps with their columns."""
        return self._run.trace

    @property
    def eligible(self) -> npt.NDArray[np.bool_]:
        """Whether each household is eligible."""
        return self._assessment.eligible.values

    @property
    def minimum(self) -> npt.NDArray[np.int64]:
        """The least each household is granted, in fen."""
        return self._assessment.minimum.values

    @property
    def maximum(self) -> npt.NDArray[np.int64]:
        """The most each household is granted, in fen."""
        return self._assessment.maximum.values

    def within(self, most: npt.NDArray[np.int64]) -> RegistryAssessed:
        """Return the same with no household granted more than so much, in fen."""
        granted = self._assessment
        lowered = replace(
            granted,
            eligible=granted.eligible & ((Column(most, 0, HIGHEST) > 0) | ~(granted.maximum > 0)),
            minimum=lesser(granted.minimum, Column(most, 0, HIGHEST)),
            maximum=lesser(granted.maximum, Column(most, 0, HIGHEST)),
        )
        return RegistryAssessed(self._run, lowered, self.kind)

    def steps(self, row: int) -> list[dict[str, Any]]:
        """Return the explanation of one household."""
        return self._run.trace.at(row)

    def facts(self, row: int) -> dict[str, Any]:
        """Return what was known of one household."""
        return self._run.facts.at(row)

    def reasons(self, row: int) -> list[dict[str, str]]:
        """Return why one household is granted what it is granted."""
        return tell_reasons(self._assessment.reasons, row)

    def decision(self, row: int) -> Assessed:
        """Return one household's decision, the same as `assess` gives for it alone."""
        return Assessed(
            **self._run.told(row, self._assessment.reasons),
            eligible=self._assessment.eligible.at(row),
            kind=self.kind,
            minimum=self._assessment.minimum.at(row),
            maximum=self._assessment.maximum.at(row),
            focus=self._assessment.focus is not None and self._assessment.focus.at(row),
        )


class RegistryReviewed:
    """The way out of hardship each household of a registry has reached."""

    def __init__(self, run: Run, departure: Departure) -> None:
        self._run, self._departure = run, departure
        self.way = departure.way

    def __len__(self) -> int:
        return len(self.way)

    def decision(self, row: int) -> Reviewed:
        """Return one household's review, the same as `review_exit` gives for it alone."""
        return Reviewed(**self._run.told(row, self._departure.reasons), way=self.way.at(row))


class RegistrySettled:
    """What a scheme pays on many claims: `covered` and `benefit` (fen) are arrays."""

    def __init__(self, run: Run, settlement: Settlement) -> None:
        self._run, self._settlement = run, settlement
        self.covered = settlement.covered.values
        self.benefit = settlement.benefit.values

    def __len__(self) -> int:
        return len(self.benefit)

    @property
    def trace(self) -> Trace:
        """The steps with their columns, for whoever stores the explanations of all."""
        return self._run.trace

    @property
    def fact_columns(self) -> dict[str, Column | Flags | Choice]:
        """What was known of all claims, by fact."""
        return self._run.facts.columns()

    def all_reasons(self) -> list[list[dict[str, str]]]:
        """Return for every claim why it is paid what it is paid."""
        return tell_all_reasons(self._settlement.reasons, len(self))

    def decision(self, row: int) -> Settled:
        """Return the decision on one claim."""
        return Settled(
            **self._run.told(row, self._settlement.reasons),
            covered=self._settlement.covered.at(row),
            benefit=self._settlement.benefit.at(row),
        )
