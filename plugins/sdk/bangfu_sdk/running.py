"""Runs a rule alone: facts and figures in, answer out, checked as the system checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bangfu_sdk.answers import AnswerError, check_answer
from bangfu_sdk.facts import Facts, read_facts
from bangfu_sdk.parameters import Figures
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
)
from bangfu_sdk.trace import Trace


@dataclass(frozen=True)
class Outcome:
    """What a rule found for a registry, or for one household, which is a registry of one."""

    facts: Facts
    trace: Trace
    answer: Identified | Assessment | Departure | Settlement

    def reasons(self, row: int) -> list[dict[str, str]]:
        """Return the reasons that hold for one row."""
        told: tuple[Reason, ...] = self.answer.reasons
        return [reason.at(row) for reason in told if reason.when.at(row)]

    def at(self, row: int) -> dict[str, Any]:
        """Return all that was found for one row: answer, reasons and explanation."""
        found: dict[str, Any] = {"reasons": self.reasons(row), "steps": self.trace.at(row)}
        if isinstance(self.answer, Assessment):
            columns = ("eligible", "minimum", "maximum")
            focus = self.answer.focus is not None and self.answer.focus.at(row)
            given = {name: getattr(self.answer, name).at(row) for name in columns}
            return found | given | {"focus": focus}
        if isinstance(self.answer, Departure):
            return found | {"way": self.answer.way.at(row)}
        if isinstance(self.answer, Settlement):
            settled = self.answer
            return found | {"covered": settled.covered.at(row), "benefit": settled.benefit.at(row)}
        groups = [code for code, who in self.answer.groups.items() if who.at(row)]
        return found | {"category": self.answer.category.at(row), "groups": groups}


def run_rule(
    rule: Rule, columns: Mapping[str, Any], figures: Figures, labels: tuple[str, ...] = ()
) -> Outcome:
    """Return what a rule finds; `labels` are the categories there are, for a programme.

    Raises FactError for a fact that is missing or wrong, AnswerError for an answer that is none,
    and whatever the rule raises.
    """
    facts = read_facts(rule.facts, columns, labels)
    trace = Trace.over(figures, facts)
    return Outcome(facts, trace, check_answer(rule, ask(rule, facts, figures, trace), facts.size))


def ask(rule: Rule, facts: Facts, figures: Figures, trace: Trace) -> object:
    """Return what a rule of any kind answers, unchecked."""
    if isinstance(rule, Identification):
        return rule.identify(facts, figures, trace)
    if isinstance(rule, Exit):
        return rule.review(facts, figures, trace)
    if isinstance(rule, Programme):
        return rule.assess(facts, figures, trace)
    if isinstance(rule, Scheme):
        return rule.settle(facts, figures, trace)
    raise AnswerError(f"{type(rule).__name__} is no rule")
