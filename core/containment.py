"""Runs a rule within bounds: in time, and answering the same when it is asked again."""

from __future__ import annotations

from typing import TypeAlias

from bangfu_sdk import Assessment, Departure, Identified, Settlement
from bangfu_sdk.answers import AnswerError, check_answer
from bangfu_sdk.limits import run_limited
from bangfu_sdk.running import Outcome, ask

from core.runs import Run

Answer: TypeAlias = Identified | Assessment | Departure | Settlement
SECONDS, ROWS_A_SECOND = 10.0, 10_000
"""A rule may take so long, and a second more for every so many households."""


def run_contained(run: Run) -> Answer:
    """Return the answer of a rule, checked.

    One that judges a single household is asked twice, for that is where somebody's money is
    decided. Raises TimeLimitError, AnswerError, and whatever the rule raises.
    """
    answer = _answer(run)
    if run.facts.size == 1:
        again = Run(run.rule, run.on, run.figures, run.facts)
        first, second = (
            Outcome(run.facts, run.trace, answer),
            Outcome(again.facts, again.trace, _answer(again)),
        )
        if first.at(0) != second.at(0):
            raise AnswerError("it answered otherwise when it was asked again")
    return answer


def _answer(run: Run) -> Answer:
    seconds = SECONDS + run.facts.size / ROWS_A_SECOND
    answer = run_limited(seconds, lambda: ask(run.rule, run.facts, run.figures, run.trace))
    return check_answer(run.rule, answer, run.facts.size)
