"""Judges households: facts in, decision out, one household or a whole registry by the same code.

One household is a registry of one. A registry keeps the columns of every step; the decision of
one row, with its explanation, is made from them when somebody asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bangfu_sdk import (
    Fact,
    FactError,
    Facts,
    Identification,
    Programme,
    read_facts,
)

from core.catalogue import Catalogue
from core.decisions import Assessed, Decision, Judged
from core.errors import InvalidError, _
from core.item_limit import ITEM_FACTS, declared_parameters, limit_items
from core.policies import Figures, Override, Pack
from core.runs import RegistryAssessed, RegistryJudged, Run

__all__ = [
    "RegistryAssessed",
    "RegistryJudged",
    "assess",
    "assess_registry",
    "assess_with",
    "judge",
    "judge_registry",
    "judge_registry_with",
    "judge_with",
]


def judge(
    catalogue: Catalogue,
    pack: Pack,
    facts: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
) -> Judged:
    """Return the category of one household on a day.

    Raises InvalidError for a fact that is missing or wrong, NotInForceError where the pack has
    no figures for the day, UnavailableError where the plugin fails: then nothing is decided.
    """
    return judge_registry(catalogue, pack, facts, on, overrides).decision(0)


def assess(
    catalogue: Catalogue,
    pack: Pack,
    programme: str,
    facts: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
) -> Assessed:
    """Return what a programme grants one household, whose category is among the facts.

    Raises the same errors as `judge`.
    """
    return assess_registry(catalogue, pack, programme, facts, on, overrides).decision(0)


def judge_registry(
    catalogue: Catalogue,
    pack: Pack,
    columns: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
) -> RegistryJudged:
    """Return the category of every household of a registry on a day; see `judge`."""
    identification = catalogue.identification(pack.identification)
    figures = pack.figures(identification.name, on, overrides)
    return _identify(catalogue, identification, columns, figures, on)


def assess_registry(
    catalogue: Catalogue,
    pack: Pack,
    programme: str,
    columns: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
) -> RegistryAssessed:
    """Return what a programme grants every household of a registry; see `assess`.

    The fact `category` is the `category` of a RegistryJudged.
    """
    rule = catalogue.programme(programme)
    labels = _labels(catalogue, pack)
    figures = pack.figures(programme, on, overrides)
    return _assess(catalogue, rule, columns, figures, on, labels)


def judge_with(
    catalogue: Catalogue,
    programme: str,
    facts: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> Decision:
    """Judge stored facts with stored figures: the replay of a decision, without any pack."""
    if isinstance(catalogue.rule(programme), Identification):
        return judge_registry_with(catalogue, programme, facts, figures, on).decision(0)
    return assess_with(catalogue, programme, facts, figures, on)


def judge_registry_with(
    catalogue: Catalogue,
    identification: str,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> RegistryJudged:
    """Judge columns of stored facts with stored figures; see `judge_with`."""
    rule = catalogue.identification(identification)
    figures = replace(figures, parameters=declared_parameters(rule))
    return _identify(catalogue, rule, columns, figures, on)


def assess_with(
    catalogue: Catalogue,
    programme: str,
    facts: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> Assessed:
    """Assess one household's stored facts with stored figures; see `judge_with`."""
    rule = catalogue.programme(programme)
    figures = replace(figures, parameters=declared_parameters(rule))
    labels = (str(facts.get("category", "")),)
    return _assess(catalogue, rule, facts, figures, on, labels).decision(0)


def _labels(catalogue: Catalogue, pack: Pack) -> tuple[str, ...]:
    identification = catalogue.identification(pack.identification)
    return tuple(option.code for option in identification.categories)


def _identify(
    catalogue: Catalogue,
    rule: Identification,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> RegistryJudged:
    with catalogue.contain(rule.name):
        run = Run(rule, on, figures, _read(rule.facts, columns, ()))
        identified = rule.identify(run.facts, figures, run.trace)
        _check(run, identified.category.codes)
        known = {option.code for option in rule.categories}
        if not known.issuperset(identified.category.labels):
            raise ValueError(f"it gave a category that is none of {', '.join(sorted(known))}")
    return RegistryJudged(run, identified)


def _assess(
    catalogue: Catalogue,
    rule: Programme,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
    labels: tuple[str, ...],
) -> RegistryAssessed:
    with catalogue.contain(rule.name):
        needed = {fact.name: fact for fact in (*rule.facts, *ITEM_FACTS)}
        run = Run(rule, on, figures, _read(tuple(needed.values()), columns, labels))
        granted = rule.assess(run.facts, figures, run.trace)
        _check(run, granted.eligible, granted.minimum, granted.maximum)
        if (granted.minimum > granted.maximum).any():
            raise ValueError("it gave a range whose minimum is above its maximum")
        if granted.minimum.low < 0:
            raise ValueError("it could give an amount below zero")
    return RegistryAssessed(run, limit_items(run.facts, figures, run.trace, granted), rule.kind)


def _check(run: Run, *answers: Any) -> None:
    if any(len(answer) != run.facts.size for answer in answers):
        raise ValueError(f"it did not answer for each of the {run.facts.size} households")


def _read(needed: tuple[Fact, ...], columns: Mapping[str, Any], labels: tuple[str, ...]) -> Facts:
    """Return the facts a rule needs; one that cannot be judged is the caller's matter."""
    try:
        return read_facts(needed, columns, labels)
    except FactError as error:
        text = {
            "missing": _("The fact “%(fact)s” is missing."),
            "range": _("The fact “%(fact)s” is out of range: %(problem)s."),
        }.get(error.kind, _("The fact “%(fact)s” cannot be judged: %(problem)s."))
        raise InvalidError(
            text,
            remedy=_("Correct the household file."),
            field=error.name,
            fact=error.name,
            problem=error.problem,
        ) from error
