"""A simulation as data for programs: amounts in fen, categories by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.simulation.outcome import AFTER, BEFORE, Cost, Outcome

SIDES = (("before", BEFORE), ("after", AFTER))


def as_data(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all of it, the whole first, then federation by federation."""
    return {
        "households": sum(one.households for one in outcomes),
        "undecidable": sum(one.undecidable for one in outcomes),
        "qualifying": sum(one.qualifying for one in outcomes),
        "dropping": sum(one.dropping for one in outcomes),
        "moving": sum(one.moving for one in outcomes),
        "costs": sum_costs(outcomes),
        "federations": [_federation(one) for one in outcomes],
    }


def sum_costs(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return what each programme grants in all, before and after."""
    whole: dict[str, dict[str, Any]] = {}
    for cost in (cost for outcome in outcomes for cost in outcome.costs):
        told = whole.setdefault(cost.programme, {"programme": cost.programme})
        for side, place in SIDES:
            amounts = told.setdefault(side, {"households": 0, "minimum": 0, "maximum": 0})
            for name in amounts:
                amounts[name] += int(getattr(cost, name)[:, place].sum())
    return list(whole.values())


def _federation(outcome: Outcome) -> dict[str, Any]:
    return {
        "federation": outcome.slug,
        "households": outcome.households,
        "undecidable": outcome.undecidable,
        "qualifying": outcome.qualifying,
        "dropping": outcome.dropping,
        "moving": outcome.moving,
        "categories": {side: outcome.counts(place) for side, place in SIDES},
        "moves": [
            {"before": before, "after": after, "households": count}
            for before, after, count in outcome.moves()
        ],
        "unions": [
            {"union": name, **_union(outcome, place)}
            for place, name in enumerate(outcome.unions)
            if outcome.matrix[place].any()
        ],
        "costs": [row for cost in outcome.costs for row in _rows(outcome, cost)],
        "tolerance": [one._asdict() for one in outcome.tolerance],
        "left_out": {name: str(message) for name, message in outcome.left_out.items()},
    }


def _union(outcome: Outcome, place: int) -> dict[str, int]:
    own = outcome.matrix[place]
    return {
        "households": int(own.sum()),
        "qualifying": int(own[-1, :-1].sum()),
        "dropping": int(own[:-1, -1].sum()),
    }


def _rows(outcome: Outcome, cost: Cost) -> list[dict[str, Any]]:
    return [
        {"programme": cost.programme, "union": union, "category": label, "side": side,
         "households": int(cost.households[at, place, code]),
         "minimum": int(cost.minimum[at, place, code]),
         "maximum": int(cost.maximum[at, place, code])}
        for at, union in enumerate(outcome.unions)
        for side, place in SIDES
        for code, label in enumerate(outcome.labels)
        if cost.households[at, place, code]
    ]  # fmt: skip
