"""Explanations as they are stored: once what all have in common, for each what the steps found.

In full, the explanations of 40,000 households would be 250 MB of the same sentences.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bangfu_sdk import Choice, Column, Flags, Ratio, Trace, Unit, show

VARYING = ("value", "exact")
WORDS = "shown"

Step = dict[str, Any]
Result = Column | Flags | Ratio | Choice
_write = json.JSONEncoder(ensure_ascii=False).encode


def split_steps(steps: list[Step]) -> tuple[list[Step], list[Step]]:
    """Return the form of an explanation and what its steps found for one household."""
    form = [
        {key: value for key, value in step.items() if key not in (*VARYING, WORDS)}
        for step in steps
    ]
    return form, [{key: step[key] for key in VARYING if key in step} for step in steps]


def make_form(trace: Trace) -> list[Step]:
    """Return the form of a registry's explanations."""
    form, _first = split_steps(trace.at(0))
    return form


def write_trace(trace: Trace) -> list[str]:
    """Return as JSON, row by row, what the steps of a registry found."""
    columns = [_write_step(step.result) for step in trace.steps]
    return [f"[{','.join(row)}]" for row in zip(*columns, strict=True)]


def write_facts(facts: Mapping[str, Result]) -> list[str]:
    """Return as JSON, row by row, the facts of a registry."""
    columns = [
        [f"{_write(name)}:{value}" for value in _write_column(column)]
        for name, column in facts.items()
    ]
    return [f"{{{','.join(row)}}}" for row in zip(*columns, strict=True)]


def _write_step(result: Result) -> list[str]:
    values = _write_column(result)
    if not isinstance(result, Ratio):
        return [f'{{"value":{value}}}' for value in values]
    above, factor = result.numerator.values.tolist(), result.factor
    below = [part * factor for part in result.denominator.values.tolist()]
    return [
        f'{{"value":{value},"exact":[{numerator},{denominator}]}}'
        for value, numerator, denominator in zip(values, above, below, strict=True)
    ]


def _write_column(column: Result) -> list[str]:
    """Return the values of a column as JSON: each label, yes and no written once."""
    if isinstance(column, Ratio):
        return [str(column.at(row)) for row in range(len(column))]
    if isinstance(column, Column):
        return list(map(str, column.values.tolist()))
    words = column.labels if isinstance(column, Choice) else (False, True)
    written = list(map(_write, words))
    codes = column.codes if isinstance(column, Choice) else column.values
    return [written[code] for code in codes.tolist()]


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
