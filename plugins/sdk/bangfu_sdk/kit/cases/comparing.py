"""Compares what a case came to with what it expects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bangfu_sdk.kit.cases.case import Case, Expected
from bangfu_sdk.texts import yuan

Missed = tuple[str, str, str]
"""A key of a case, what it expected, and what was found."""


@dataclass(frozen=True)
class Granted:
    """What a programme grants: fen, the codes of its reasons, and who approves last; whether it may
    go the urgent route, and by when its papers then follow."""

    eligible: bool
    minimum: int
    maximum: int
    reasons: Sequence[str]
    last_level: str = ""
    urgent: bool = False
    papers_due: dt.date | None = None

    def less(self, given: int) -> Granted:
        """Return what is left where the programme gave so many fen already."""
        least, most = max(self.minimum - given, 0), max(self.maximum - given, 0)
        left = self.eligible and (most > 0 or not given)
        return replace(self, eligible=left, minimum=least, maximum=most)


@dataclass(frozen=True)
class Found:
    """What a case came to; `reasons` are those for the category or for the way out."""

    category: str = ""
    groups: Sequence[str] = ()
    way: str = ""
    reasons: Sequence[str] = ()
    granted: Mapping[str, Granted] = field(default_factory=dict)
    covered: bool | None = None
    benefit: int = 0


def compare(case: Case, found: Found) -> Iterator[Missed]:
    """Yield where a case came out otherwise than it expects."""
    if case.category is not None:
        yield from _differ("category", case.category, found.category)
    if case.way is not None:
        yield from _differ("way", case.way, found.way)
    yield from _compare_settled(case, found)
    if case.groups is not None:
        yield from _differ("groups", sorted(case.groups), sorted(found.groups))
    if case.reasons is not None:
        yield from _compare_reasons("reasons", case.reasons, found.reasons)
    for name, expected in case.programmes.items():
        if name in found.granted:
            yield from _compare_granted(name, expected, found.granted[name])
        else:
            yield name, "", "not judged here"


def _compare_settled(case: Case, found: Found) -> Iterator[Missed]:
    if case.covered is not None:
        yield from _differ("covered", case.covered, found.covered)
    if case.benefit is not None:
        yield from _differ("benefit", yuan(case.benefit), yuan(found.benefit))


def _compare_granted(name: str, expected: Expected, found: Granted) -> Iterator[Missed]:
    if expected.eligible is not None:
        yield from _differ(f"{name}.eligible", expected.eligible, found.eligible)
    for key, fen in expected.amounts.items():
        for end in ("minimum", "maximum") if key == "amount" else (key,):
            yield from _differ(f"{name}.{end}", yuan(fen), yuan(getattr(found, end)))
    if expected.reasons is not None:
        yield from _compare_reasons(f"{name}.reasons", expected.reasons, found.reasons)
    for key in ("last_level", "urgent", "papers_due"):
        if getattr(expected, key) is not None:
            yield from _differ(f"{name}.{key}", getattr(expected, key), getattr(found, key))


def _compare_reasons(key: str, expected: Sequence[str], found: Sequence[str]) -> Iterator[Missed]:
    if not set(expected) <= set(found):
        yield key, ", ".join(expected), ", ".join(found)


def _differ(key: str, expected: Any, found: Any) -> Iterator[Missed]:
    if expected != found:
        yield key, str(expected), str(found)
