"""Caps over programmes in a simulation: what one gives a household leaves less for the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from core.between.registry import read_cap
from core.judging import RegistryAssessed
from core.policies import Figures
from core.policies.between import HOUSEHOLD, MEMBER, Between
from core.simulation.outcome import Integers

Granted: TypeAlias = tuple[RegistryAssessed, Integers]
"""What a programme grants a registry, and how often."""


@dataclass
class Caps:
    """Caps over programmes: by programme those that bind it, their figures before and after, and
    what the programmes run so far would give each household of a block, by cap and side."""

    rules: Mapping[str, tuple[Between, ...]]
    figures: tuple[Figures, Figures]
    given: dict[tuple[str, int], Integers] = field(default_factory=dict)

    def limit_each(
        self, name: str, side: int, granted: Sequence[Granted], codes: Integers,
        labels: Sequence[str],
    ) -> list[Granted]:  # fmt: skip
        """Return what is granted within the caps of each member, the household's own aside."""
        limited = list(granted)
        for rule in self.rules[name]:
            if rule.per == MEMBER:
                limited = [
                    (one.within(read_cap(rule, self.figures[side], labels, one.kind)[codes]), times)
                    for one, times in limited
                ]
        return limited

    def limit_sum(
        self, name: str, side: int, sums: Integers, codes: Integers, labels: Sequence[str],
        kind: str,
    ) -> Integers:  # fmt: skip
        """Return the most of each household within what its caps leave, and count it as given."""
        for rule in self.rules[name]:
            if rule.per == HOUSEHOLD:
                room = read_cap(rule, self.figures[side], labels, kind)[codes]
                given = self.given.get((rule.code, side), np.zeros(len(codes), np.int64))
                sums = np.minimum(sums, np.maximum(room - given, 0))
                self.given[rule.code, side] = given + sums
        return sums
