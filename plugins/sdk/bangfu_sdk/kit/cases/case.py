"""A worked example, and where it came out otherwise than expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Expected:
    """What a case expects of one programme; whatever is None or left out is not looked at.

    `amounts` are fen under `minimum`, `maximum` and `amount`, the last where both are the same.
    `urgent` is whether what is asked for may go the urgent route of the region, `papers_due` by
    when its papers then follow where it is granted on the day.
    """

    eligible: bool | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)
    last_level: str | None = None
    urgent: bool | None = None
    papers_due: dt.date | None = None
    reasons: tuple[str, ...] | None = None


STAGES = ("under_way", "decided", "used_up")


@dataclass(frozen=True)
class Earlier:
    """Something else the household asked for: on which day, what it came to in fen, how far it is.

    `stage` is under_way, decided, or used_up where it gave all it could or was refused. `same`
    says that it is for the same member as what is judged, where that is for one.
    """

    programme: str
    on: dt.date
    amount: int = 0
    stage: str = "decided"
    same: bool = True


@dataclass(frozen=True)
class Case:
    """A household or a claim, a day, and what is expected.

    `way` is the way out of hardship, `groups` are exactly the target groups. `error` is the code
    of the error that is expected instead of a decision. `division` is the place whose figures
    count (GB/T 2260), the region's own where it is empty. `given` is by programme what it gave
    earlier in the year, in fen, which is taken off what it grants; `earlier` is what the rules
    between programmes look at. `covered` and `benefit` (fen) are what is expected of a scheme on a
    claim.
    """

    name: str
    on: dt.date
    facts: Mapping[str, Any]
    category: str | None
    reasons: tuple[str, ...] | None
    error: str | None
    programmes: Mapping[str, Expected]
    way: str | None = None
    groups: tuple[str, ...] | None = None
    division: str = ""
    given: Mapping[str, int] = field(default_factory=dict)
    earlier: tuple[Earlier, ...] = ()
    covered: bool | None = None
    benefit: int | None = None


@dataclass(frozen=True)
class Difference:
    """What a case expected and what was found instead, as people read it."""

    file: str
    case: str
    key: str
    expected: str
    found: str

    def as_json(self) -> dict[str, str]:
        """Return it as JSON-ready data."""
        return dict(vars(self))


@dataclass(frozen=True)
class Report:
    """What became of the cases of one file."""

    file: str
    cases: int
    differences: tuple[Difference, ...]

    @property
    def failed(self) -> int:
        """How many cases have at least one difference."""
        return len({difference.case for difference in self.differences})
