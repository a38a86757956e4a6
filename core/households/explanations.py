"""Explanations as they are stored: once what all have in common, for each what the steps found.

In full, the explanations of 40,000 households would be 250 MB of the same sentences.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bangfu_sdk import Ratio, Trace, Unit, show

VARYING = ("value", "exact")
WORDS = "shown"

Step = dict[str, Any]


def split_steps(steps: list[Step]) -> tuple[list[Step], list[Step]]:
    """Return the form of an explanation and what its steps found for one household."""
    form = [
        {key: value for key, value in step.items() if key not in (*VARYING, WORDS)}
        for step in steps
    ]
    return form, [{key: step[key] for key in VARYING if key in step} for step in steps]


def split_trace(trace: Trace) -> tuple[list[Step], list[list[Step]]]:
    """Return the form of a registry's explanations, and by step what it found row by row."""
    form, _first = split_steps(trace.at(0))
    return form, [_column(step.result) for step in trace.steps]


def _column(result: Any) -> list[Step]:
    rows = range(len(result))
    if not isinstance(result, Ratio):
        return [{"value": result.at(row)} for row in rows]
    above, below = result.numerator, result.denominator
    return [
        {"value": result.at(row), "exact": [above.at(row), below.at(row) * result.factor]}
        for row in rows
    ]


def join_steps(form: list[Step], found: list[Step]) -> list[Step]:
    """Return the full explanation, as the rule gave it."""
    steps = [{**said, **value} for said, value in zip(form, found, strict=True)]
    add_words(steps)
    return steps


def add_words(steps: list[Step]) -> None:
    """Add to each step what it found as people read it, in both languages."""
    for step in steps:
        step[WORDS] = show(step["value"], Unit(step["unit"])).as_json()


def hash_form(form: list[Step]) -> bytes:
    """Return the SHA-256 of a form's canonical JSON."""
    text = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()
