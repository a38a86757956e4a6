"""Facts of applications and claims, spread so that every category, stage, band and cap occurs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from bangfu_sdk import NO_STAGE, STAGES, UNLIMITED, Choice

from tests.bench.plain import CATEGORIES, CLASSES, VISITED, WISHES, Amounts, Flags

APPLICATIONS = 100_000
Drawn: TypeAlias = dict[str, Any]


class Drawing:
    """Draws facts for every application."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)

    def some(self, share: float, high: int) -> Amounts:
        """Return amounts below `high` for such a share of all, and 0 for the others."""
        return self.counts(0, high) * self.flags(share)

    def counts(self, low: int, high: int) -> Amounts:
        """Return numbers from `low` to below `high`."""
        return self._draw.integers(low, high, APPLICATIONS)

    def flags(self, share: float) -> Flags:
        """Return yes for such a share of all."""
        return self._draw.random(APPLICATIONS) < share

    def choice(self, labels: Sequence[str]) -> Choice:
        """Return one of the labels for each."""
        return Choice(self.counts(0, len(labels)).astype(np.uint8), tuple(labels))

    def city(self) -> Drawn:
        """Return applications to the programmes of a city."""
        return {
            "category": self.choice(CATEGORIES), "earlier_aid": self.some(0.1, 800_000),
            "earlier_items": self.some(0.1, 3), "self_paid": self.some(0.8, 6_000_000),
            "mutual_aid": self.some(0.2, 500_000), "students": self.counts(0, 3),
            "other_aid": self.some(0.1, 300_000), "loss": self.some(0.6, 9_000_000),
            "compensation": self.some(0.2, 2_000_000), "members": self.counts(1, 7),
            "owns_home": self.flags(0.5), "public_rental": self.flags(0.1),
            "dangerous_home": self.flags(0.1), "housing_area": self.counts(0, 12_000),
            "rent": np.where(self.flags(0.1), UNLIMITED, self.counts(0, 150_000)),
        }  # fmt: skip

    def province(self) -> Drawn:
        """Return applications to the programmes of a province with classes of its own."""
        return {
            "category": self.choice(CLASSES), "earlier_aid": self.some(0.1, 800_000),
            "earlier_items": self.some(0.1, 3), "illness": self.some(0.5, 4_000_000),
            "disability": self.some(0.1, 900_000), "old_age": self.some(0.1, 900_000),
            "loss": self.some(0.3, 9_000_000), "compensation": self.some(0.2, 2_000_000),
            "relief": self.some(0.2, 2_000_000), "still_difficult": self.flags(0.6),
            "students": self.counts(0, 3), "stage": self.choice([NO_STAGE, *_codes()]),
            "boards": self.flags(0.5), "new_student": self.flags(0.3),
            "members": self.counts(1, 7), "insured": self.counts(0, 6),
            "premium": self.counts(0, 100_000), "severe_disability": self.flags(0.1),
            "severely_disabled_insured": self.some(0.1, 3),
            "disabled_insured": self.some(0.1, 3), "employed": self.counts(0, 3),
            "able_unemployed": self.counts(0, 3), "wish": self.choice(["", *WISHES]),
        }  # fmt: skip

    def visits(self) -> Drawn:
        """Return households somebody might visit."""
        return {"category": self.choice(VISITED)}

    def claims(self) -> Drawn:
        """Return claims on mutual aid, in every band and beyond every cap."""
        return {
            "in_policy": self.counts(0, 8_000_000), "out_of_policy": self.counts(0, 2_000_000),
            "days": self.counts(1, 90), "listed_illness": self.flags(0.1),
            "listed_before": self.flags(0.1), "days_covered": self.counts(0, 365),
            "earlier_benefit": self.counts(0, 4_000_000),
        }  # fmt: skip


def _codes() -> list[str]:
    return [stage.code for stage in STAGES]
