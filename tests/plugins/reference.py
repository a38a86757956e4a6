"""The city scheme of 2023 written a second time, by other means: exact fractions, one household.

It shares nothing with the plugins, so that the two can disagree.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

LINE = Fraction(700)
THRESHOLD = Fraction(24_000)


def categorise(facts: dict[str, Any]) -> str:
    """Return the category of a household whose amounts are fen."""
    yuan = {name: Fraction(value, 100) for name, value in facts.items()}
    rigid = yuan["illness"] + yuan["disability"] + yuan["schooling"]
    net = yuan["income"] + yuan["earlier_aid"] - rigid
    if net / 12 / facts["members"] < LINE:
        return "deep"
    if (net - yuan["work_cost"]) / 12 / facts["members"] < 2 * LINE:
        return "relative"
    if yuan["loss"] - yuan["compensation"] >= THRESHOLD and facts["still_difficult"]:
        return "accidental"
    return "none"


def grant(facts: dict[str, Any], category: str) -> dict[str, tuple[Fraction, Fraction]]:
    """Return the least and most yuan of each programme."""
    none = (Fraction(0), Fraction(0))
    granted = dict.fromkeys(
        ("living_aid", "medical_relief", "golden_autumn", "temporary_relief"), none
    )
    earlier = facts["earlier_aid"] > 0 or facts["earlier_items"] > 0
    paid = Fraction(facts["self_paid"], 100)
    if category == "deep":
        granted["living_aid"] = (8 * LINE, 12 * LINE)
        granted["medical_relief"] = (Fraction(0), paid)
        if facts["students"]:
            granted["golden_autumn"] = (Fraction(0), 10 * LINE)
    elif category == "relative" and not earlier:
        granted["living_aid"] = (_hundreds(8 * LINE * 4 / 5), _hundreds(12 * LINE * 4 / 5))
        relief = min(_hundreds(paid * 4 / 5), paid, Fraction(16_000))
        granted["medical_relief"] = (Fraction(0), relief)
        if facts["students"]:
            granted["golden_autumn"] = (Fraction(0), _hundreds(10 * LINE * 4 / 5))
    elif category == "accidental" and not earlier:
        loss = Fraction(facts["loss"] - facts["compensation"], 100)
        once = min(_nearest(loss * 15) / 100, Fraction(10_000))
        granted["temporary_relief"] = (once, once)
    return granted


def _nearest(value: Fraction) -> Fraction:
    return Fraction((value + Fraction(1, 2)).__floor__())


def _hundreds(value: Fraction) -> Fraction:
    return _nearest(value / 100) * 100
