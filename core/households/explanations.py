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
_write = json.JSONEncoder(ensure_ascii=False).encode


def split_steps(steps: list[Step]) -> tuple[list[Step], list[Step]]:
    """Return the form of an explanation and what its steps found for one household."""
    form = [
        {key: value for key, value in step.items() if key not in (*VARYING, WORDS)}
        for step in steps
    ]
    return form, [{key: step[key] for key in VARYING if key in step} for step in steps]


def write_trace(trace: Trace) -> tuple[list[Step], list[str]]:
    """Return the form of a registry's explanations, and row by row, as JSON, what was found."""
    form, _first = split_steps(trace.at(0))
    columns = [_write_column(step.result) for step in trace.steps]
    return form, [f"[{','.join(row)}]" for row in zip(*columns, strict=True)]


def _write_column(result: Any) -> list[str]:
    values = [result.at(row) for row in range(len(result))]
    if not isinstance(result, Ratio):
        return [f'{{"value":{_write(value)}}}' for value in values]
    above, factor = result.numerator.values.tolist(), result.factor
    below = [part * factor for part in result.denominator.values.tolist()]
    return [
        f'{{"value":{value},"exact":[{numerator},{denominator}]}}'
        for value, numerator, denominator in zip(values, above, below, strict=True)
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
