"""What an answer of a rule must be; whatever else it gives is refused, and nothing is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from bangfu_sdk.choices import Choice
from bangfu_sdk.columns import Column, Flags
from bangfu_sdk.programmes import (
    Assessment,
    Departure,
    Exit,
    Identification,
    Identified,
    Programme,
    Reason,
    Rule,
    Scheme,
    Settlement,
    Way,
)

Wanted = TypeVar("Wanted")


class AnswerError(ValueError):
    """A rule answered with something that is no answer."""


def check_identified(rule: Identification, answer: object, size: int) -> Identified:
    """Return the answer of an identification for `size` households. Raises AnswerError."""
    identified = _typed(answer, Identified)
    _check_columns(size, (identified.category, Choice), *_flags(identified.groups.values()))
    known = {option.code for option in rule.categories}
    if not known.issuperset(identified.category.labels):
        raise AnswerError(f"it gave a category that is none of {', '.join(sorted(known))}")
    if not {option.code for option in rule.target_groups}.issuperset(identified.groups):
        raise AnswerError(f"it gave a target group it does not declare: {identified.groups}")
    _check_reasons(identified.reasons, size)
    return identified


def check_assessed(answer: object, size: int) -> Assessment:
    """Return the answer of a programme for `size` households. Raises AnswerError."""
    granted = _typed(answer, Assessment)
    _check_columns(
        size, (granted.eligible, Flags), (granted.minimum, Column), (granted.maximum, Column)
    )
    if granted.focus is not None:
        _check_columns(size, (granted.focus, Flags))
    if (granted.minimum > granted.maximum).any():
        raise AnswerError("it gave a range whose minimum is above its maximum")
    if granted.minimum.low < 0:
        raise AnswerError("it could give an amount below zero")
    _check_reasons(granted.reasons, size)
    return granted


def check_departure(answer: object, size: int) -> Departure:
    """Return the answer of an exit for `size` households. Raises AnswerError."""
    departure = _typed(answer, Departure)
    _check_columns(size, (departure.way, Choice))
    if not set(departure.way.labels) <= set(Way):
        raise AnswerError(f"it gave a way out that is none of {', '.join(Way)}")
    _check_reasons(departure.reasons, size)
    return departure


def check_settlement(answer: object, size: int) -> Settlement:
    """Return the answer of a scheme on `size` claims. Raises AnswerError."""
    settled = _typed(answer, Settlement)
    _check_columns(size, (settled.covered, Flags), (settled.benefit, Column))
    if settled.benefit.low < 0:
        raise AnswerError("it could give a benefit below zero")
    if (~settled.covered & (settled.benefit > 0)).any():
        raise AnswerError("it gave a benefit on a claim that is not covered")
    _check_reasons(settled.reasons, size)
    return settled


def check_answer(
    rule: Rule, answer: object, size: int
) -> Identified | Assessment | Departure | Settlement:
    """Return the answer of a rule of any kind. Raises AnswerError."""
    if isinstance(rule, Identification):
        return check_identified(rule, answer, size)
    if isinstance(rule, Exit):
        return check_departure(answer, size)
    if isinstance(rule, Programme):
        return check_assessed(answer, size)
    if isinstance(rule, Scheme):
        return check_settlement(answer, size)
    raise AnswerError(f"{type(rule).__name__} is no rule")


def _typed(answer: object, kind: type[Wanted]) -> Wanted:
    if not isinstance(answer, kind):
        raise AnswerError(f"it gave {type(answer).__name__}, not {kind.__name__}")
    return answer


def _flags(columns: Any) -> Sequence[tuple[object, type[Any]]]:
    return [(one, Flags) for one in columns]


def _check_columns(size: int, *columns: tuple[object, type[Any]]) -> None:
    for column, kind in columns:
        if len(_typed(column, kind)) != size:
            raise AnswerError(f"it did not answer for each of the {size} households")


def _check_reasons(reasons: object, size: int) -> None:
    for reason in _typed(reasons, tuple):
        _check_columns(size, (_typed(reason, Reason).when, Flags))
