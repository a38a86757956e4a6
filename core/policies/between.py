"""Rules between programmes (`[[between]]`): what they may give together, which of them comes first,
and what is never had side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from bangfu_sdk import Parameter, Text, Unit

BETWEEN: Final = "between"
"""Where a programme's name is asked for, that of the figures of these rules."""
CAP, ORDER, EXCLUSION = "cap", "order", "exclusion"
KINDS = (CAP, ORDER, EXCLUSION)
ASKED, DECIDED, USED_UP = "asked", "decided", "used_up"
REACHED = (ASKED, DECIDED, USED_UP)
"""How far what comes first must have come."""
HOUSEHOLD, MEMBER = "household", "member"
TAKEN = ("document", "programme", "between", "notice", "route", "referral")
"""Words that have another meaning where figures are kept, so no rule can have them as its code."""


@dataclass(frozen=True)
class Between:
    """One rule between programmes.

    `binds` are the programmes that are judged by it; `programmes` those a cap counts together, or
    of which an exclusion allows one. A cap is for a `household` or each `member` (`per`), its
    figure that of its `code`. `after` are what an order wants first, programmes or the region's
    scheme, and `reached` how far; with `begun` only what was asked for has to come so far. It holds
    from `since` on, up to and including `until`; without them always.
    """

    code: str
    kind: str
    name: Text
    programmes: tuple[str, ...]
    binds: tuple[str, ...]
    source: Text
    per: str = HOUSEHOLD
    by_category: bool = False
    after: tuple[str, ...] = ()
    reached: str = ""
    begun: bool = False
    since: dt.date | None = None
    until: dt.date | None = None
    titles: dict[str, Text] = field(default_factory=dict)

    @property
    def parameter(self) -> Parameter:
        """The figure of a cap: the most its programmes give together in the region's window."""
        return Parameter(self.code, Unit.FEN, self.name, by_category=self.by_category)

    @property
    def others(self) -> tuple[str, ...]:
        """What it looks at besides the programme that is judged."""
        return self.after if self.kind == ORDER else self.programmes

    def holds(self, on: dt.date) -> bool:
        """Say whether it holds on a day."""
        return (self.since or on) <= on <= (self.until or on)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON-ready data; `between_from_json` reads it back."""
        titles = {name: title.as_json() for name, title in self.titles.items()}
        return {
            "code": self.code, "kind": self.kind, "name": self.name.as_json(),
            "programmes": list(self.programmes), "binds": list(self.binds),
            "source": self.source.as_json(), "per": self.per, "by_category": self.by_category,
            "after": list(self.after), "reached": self.reached, "begun": self.begun,
            "titles": titles,
        }  # fmt: skip


def between_from_json(data: dict[str, Any]) -> Between:
    """Return the rule that `as_json` wrote, for the day it was judged on."""
    told = dict(data)
    told |= {name: tuple(data[name]) for name in ("programmes", "binds", "after")}
    told |= {name: Text(**data[name]) for name in ("name", "source")}
    told["titles"] = {name: Text(**title) for name, title in data["titles"].items()}
    return Between(**told)
