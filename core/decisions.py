"""Decisions: what was judged by which rule with which figures, and what came out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from core.policies import Figures


@dataclass(frozen=True)
class Decision:
    """A decision as it is stored: replayed with its facts and figures it comes out the same.

    `facts`, `steps` and `reasons` are JSON-ready. A step has name, text, value, unit, shown,
    source and the figures it used; a reason has code, zh and en.
    """

    programme: str
    version: str
    on: dt.date
    figures: Figures
    facts: dict[str, Any]
    steps: list[dict[str, Any]]
    reasons: list[dict[str, str]]

    def outcome(self) -> dict[str, Any]:
        """Return what was decided, JSON-ready, without the way it was reached."""
        return {"programme": self.programme, "reasons": self.reasons}


@dataclass(frozen=True)
class Judged(Decision):
    """The category of a household: a code of the identification, `none` among them.

    `groups` are the codes of the target groups it belongs to.
    """

    category: str
    groups: tuple[str, ...] = ()

    def outcome(self) -> dict[str, Any]:
        """Return the category, the target groups and the reasons."""
        told = {**super().outcome(), "category": self.category}
        return {**told, "groups": list(self.groups)} if self.groups else told


@dataclass(frozen=True)
class Reviewed(Decision):
    """The way out of hardship a household has reached: recovery, safety_net, or it stays."""

    way: str

    def outcome(self) -> dict[str, Any]:
        """Return the way out and its reasons."""
        return {**super().outcome(), "way": self.way}


@dataclass(frozen=True)
class Assessed(Decision):
    """What a programme grants a household: from `minimum` to `maximum` fen, 0 if not eligible.

    `kind` is one_off, monthly, in_kind or referral; `focus` says that the region wants such a
    household helped first.
    """

    eligible: bool
    kind: str
    minimum: int
    maximum: int
    focus: bool = False

    def less(self, given: int) -> Assessed:
        """Return what is left to grant where the programme gave so many fen this year already."""
        minimum, maximum = max(self.minimum - given, 0), max(self.maximum - given, 0)
        eligible = self.eligible and not (given and maximum == 0)
        return replace(self, eligible=eligible, minimum=minimum, maximum=maximum)

    def outcome(self) -> dict[str, Any]:
        """Return eligibility, kind, range and reasons."""
        return {
            **super().outcome(),
            "eligible": self.eligible,
            "kind": self.kind,
            "minimum": self.minimum,
            "maximum": self.maximum,
        }


@dataclass(frozen=True)
class Settled(Decision):
    """What a scheme pays on a claim: `benefit` fen, 0 where it is not covered."""

    covered: bool
    benefit: int

    def outcome(self) -> dict[str, Any]:
        """Return cover, benefit and reasons."""
        return {**super().outcome(), "covered": self.covered, "benefit": self.benefit}
