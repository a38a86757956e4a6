"""What rules between programmes leave of what a programme grants: pure, from facts and figures.

The same facts, rules and figures give the same answer when a decision is replayed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bangfu_sdk import Kind, Text, Unit
from bangfu_sdk.texts import show

from core.decisions import Assessed
from core.policies import Figures
from core.policies.between import ASKED, CAP, HOUSEHOLD, ORDER, USED_UP, Between

DRAFT, UNDER_WAY, DECIDED, EXHAUSTED = "draft", "under_way", "decided", "used_up"
STAGES = (DRAFT, UNDER_WAY, DECIDED, EXHAUSTED)
MONTHS = 12
"""A sum by the month is held against a cap on a year by so many months."""


@dataclass(frozen=True)
class Other:
    """Something else the household asked for: an application, or a claim on mutual aid.

    `amount` is what it counts for in the year that is judged, in fen: given or on its way. `stage`
    is draft, under_way, decided, or used_up where it gave all it could or was refused. `held` says
    that the household has it, or will where nobody refuses it; what lasts counts in every year.
    """

    number: str
    programme: str
    title: Text
    on: dt.date
    amount: int = 0
    stage: str = DECIDED
    held: bool = True
    lasts: bool = False
    member: str = ""

    def counts(self, on: dt.date) -> bool:
        """Say whether it lies in the window of a day: its calendar year."""
        return self.lasts or self.on.year == on.year

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {**vars(self), "title": self.title.as_json(), "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Other:
        """Return what `as_json` wrote."""
        on = dt.date.fromisoformat(data["on"])
        return cls(**{**data, "title": Text(**data["title"]), "on": on})


@dataclass(frozen=True)
class Beside:
    """The rules that bind a programme for a household on a day, and what they look at.

    `figures` are those of the caps; `member` is whom it is for where it is for one.
    """

    programme: str
    on: dt.date
    rules: tuple[Between, ...]
    others: tuple[Other, ...]
    figures: Figures
    member: str = ""

    def only(self, *kinds: str) -> Beside:
        """Return it with the rules of some kinds alone."""
        return replace(self, rules=tuple(one for one in self.rules if one.kind in kinds))

    def given(self, rule: Between) -> int:
        """Return what the programmes of a cap gave in the window or have on its way, in fen."""
        return sum(
            one.amount
            for one in self.others
            if one.programme in rule.programmes
            and one.counts(self.on)
            and (rule.per == HOUSEHOLD or one.member == self.member)
        )

    def waits_for(self, rule: Between) -> tuple[str, ...]:
        """Return what has to come first and has not come so far."""
        return tuple(name for name in rule.after if not self._reached(rule, name))

    def held_beside(self, rule: Between) -> Other | None:
        """Return what the household has, or asked for, that excludes the programme."""
        names = {*rule.programmes} - {self.programme} or {self.programme}
        return next(
            (
                one
                for one in self.others
                if one.programme in names and one.held and one.stage != DRAFT
                and (one.counts(self.on) or one.stage == UNDER_WAY)
            ),
            None,
        )  # fmt: skip

    def _reached(self, rule: Between, name: str) -> bool:
        asked = [
            one
            for one in self.others
            if one.programme == name and one.stage != DRAFT
            and (one.counts(self.on) or one.stage == UNDER_WAY)
        ]  # fmt: skip
        if not asked:
            return rule.begun
        if rule.reached == ASKED:
            return True
        if any(one.stage == UNDER_WAY for one in asked):
            return False
        return rule.reached != USED_UP or asked[-1].stage == EXHAUSTED


@dataclass(frozen=True)
class Limited:
    """What is left to grant, with the steps and reasons of every rule, JSON-ready."""

    left: Assessed
    steps: tuple[dict[str, Any], ...]
    reasons: tuple[dict[str, str], ...]


def limit_between(beside: Beside, granted: Assessed, category: str) -> Limited:
    """Return what the rules leave of what a programme grants a household of a category."""
    steps: list[dict[str, Any]] = []
    reasons: list[dict[str, str]] = []
    for rule in beside.rules:
        if rule.kind == CAP:
            granted = _cap(beside, rule, granted, category, steps, reasons)
            continue
        problem = obstacle(beside, rule)
        steps.append(_step(rule.code, rule.name, problem is None, Unit.FLAG, rule.source))
        if problem is not None:
            reasons.append(_reason(rule, problem))
            granted = replace(granted, eligible=False, minimum=0, maximum=0)
    return Limited(granted, tuple(steps), tuple(reasons))


def obstacle(beside: Beside, rule: Between) -> Text | None:
    """Return why a rule other than a cap stands in the way; None where it does not."""
    if rule.kind == ORDER:
        names = beside.waits_for(rule)
        return _FIRST[rule.reached].fill({"names": _join(rule.titles[one] for one in names)}) if (
            names
        ) else None  # fmt: skip
    found = beside.held_beside(rule)
    if found is None:
        return None
    return _BESIDE.fill({"title": found.title, "number": Text(found.number, found.number)})


def obstacles(beside: Beside) -> Iterator[tuple[Between, Text]]:
    """Yield the rules that stand in the way, whatever the programme itself would grant, and why."""
    for rule in beside.rules:
        problem = None if rule.kind == CAP else obstacle(beside, rule)
        if problem is not None:
            yield rule, problem


def figure_of(rule: Between, figures: Figures, category: str) -> str:
    """Return the name of a cap's figure for a category, "" where it has none on the day."""
    name = f"{rule.code}.{category}" if rule.by_category else rule.code
    return name if name in figures.values else ""


def _cap(
    beside: Beside,
    rule: Between,
    granted: Assessed,
    category: str,
    steps: list[dict[str, Any]],
    reasons: list[dict[str, str]],
) -> Assessed:
    name = figure_of(rule, beside.figures, category)
    if not name or Kind(granted.kind).refers:
        return granted
    given = beside.given(rule)
    left = max(beside.figures[name] - given, 0)
    most = left // (MONTHS if granted.kind == Kind.MONTHLY else 1)
    figure = beside.figures.shown(name)
    steps.append(_step(f"{rule.code}_given", _GIVEN.fill({"name": rule.name}), given, Unit.FEN))
    steps.append(
        _step(f"{rule.code}_left", _LEFT.fill({"name": rule.name}), left, Unit.FEN, None, figure)
    )
    if granted.maximum <= most:
        return granted
    values = {"name": rule.name, "cap": show(beside.figures[name], Unit.FEN),
              "given": show(given, Unit.FEN), "left": show(left, Unit.FEN)}  # fmt: skip
    reasons.append(_reason(rule, (_LOWERED if most else _NOTHING_LEFT).fill(values)))
    least = min(granted.minimum, most)
    return replace(granted, eligible=granted.eligible and most > 0, minimum=least, maximum=most)


def _step(
    name: str,
    text: Text,
    value: int | bool,
    unit: Unit,
    source: Text | None = None,
    figure: dict[str, Any] | None = None,
) -> dict[str, Any]:
    told = figure["source"] if figure else source.as_json() if source else None
    return {
        "name": name, "text": text.as_json(), "value": value, "unit": unit.value,
        "shown": show(value, unit).as_json(), "source": told, "figures": [figure] if figure else [],
    }  # fmt: skip


def _reason(rule: Between, text: Text) -> dict[str, str]:
    return {"code": rule.code, **text.as_json()}


def _join(titles: Iterable[Text]) -> Text:
    told = list(titles)
    return Text("、".join(f"“{one.zh}”" for one in told), ", ".join(f"“{one.en}”" for one in told))


_GIVEN = Text("{name}：本年度已给予（含办理中）", "{name}: given this year or on its way")
_LEFT = Text("{name}：本年度尚余", "{name}: left this year")
_LOWERED = Text(
    "{name}：合计至多{cap}，已给予{given}，尚余{left}",
    "{name}: at most {cap} together, {given} given, {left} left",
)
_NOTHING_LEFT = Text(
    "{name}：合计至多{cap}，已全部用完",
    "{name}: at most {cap} together, and nothing of it is left",
)
_FIRST = {
    "asked": Text("须先申请{names}", "{names} must be asked for first"),
    "decided": Text("{names}须先办结", "{names} must be decided first"),
    "used_up": Text("{names}须先用完", "{names} must be used up first"),
}
_BESIDE = Text(
    "已有或已申请“{title}”（{number}），不同时享受",
    "the household has “{title}” already, or has asked for it: {number}",
)
