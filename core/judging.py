"""Judges households: facts in, decision out, one household or a whole registry by the same code.

One household is a registry of one. A registry keeps the columns of every step; the decision of
one row, with its explanation, is made from them when somebody asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bangfu_sdk import (
    Assessment,
    Departure,
    Exit,
    Fact,
    FactError,
    Facts,
    Identification,
    Identified,
    Programme,
    Scheme,
    Settlement,
    Text,
    read_facts,
)

from core.catalogue import Catalogue
from core.containment import run_contained
from core.decisions import Assessed, Decision, Judged, Reviewed
from core.errors import InvalidError, NotDecidableError, NotFoundError, _
from core.item_limit import ITEM_FACTS, declared_parameters, is_item, limit_items
from core.policies import Figures, Override, Pack
from core.runs import RegistryAssessed, RegistryJudged, RegistryReviewed, RegistrySettled, Run

__all__ = [
    "RegistryAssessed",
    "RegistryJudged",
    "RegistryReviewed",
    "RegistrySettled",
    "assess",
    "assess_registry",
    "assess_registry_with",
    "assess_with",
    "judge",
    "judge_registry",
    "judge_registry_with",
    "judge_with",
    "review_exit",
    "review_exit_registry",
    "settle_claims",
    "settle_claims_with",
]


def judge(
    catalogue: Catalogue,
    pack: Pack,
    facts: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> Judged:
    """Return the category of one household on a day; `division` is the place (GB/T 2260) whose
    figures count, the region's own where it is left out.

    Raises NotDecidableError naming the facts that are missing, InvalidError for one that is
    wrong, NotInForceError where the pack has no figures for the day, UnavailableError where the
    plugin fails: then nothing is decided.
    """
    return judge_registry(catalogue, pack, facts, on, overrides, division).decision(0)


def assess(
    catalogue: Catalogue,
    pack: Pack,
    programme: str,
    facts: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> Assessed:
    """Return what a programme grants one household, whose category is among the facts.

    Raises the same errors as `judge`.
    """
    return assess_registry(catalogue, pack, programme, facts, on, overrides, division).decision(0)


def review_exit(
    catalogue: Catalogue,
    pack: Pack,
    facts: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> Reviewed:
    """Return the way out of hardship one household has reached on a day.

    Raises NotFoundError where the region has no rule for it, else the same errors as `judge`.
    """
    return review_exit_registry(catalogue, pack, facts, on, overrides, division).decision(0)


def review_exit_registry(
    catalogue: Catalogue,
    pack: Pack,
    columns: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> RegistryReviewed:
    """Return the way out of every household of a registry; see `review_exit`."""
    if not pack.exit:
        raise NotFoundError(_("The region has no rule for leaving hardship."))
    figures = pack.figures(pack.exit, on, overrides, division)
    return _review(catalogue, catalogue.exit(pack.exit), columns, figures, on)


def judge_registry(
    catalogue: Catalogue,
    pack: Pack,
    columns: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> RegistryJudged:
    """Return the category of every household of a registry on a day; see `judge`."""
    identification = catalogue.identification(pack.identification)
    figures = pack.figures(identification.name, on, overrides, division)
    return _identify(catalogue, identification, columns, figures, on)


def assess_registry(
    catalogue: Catalogue,
    pack: Pack,
    programme: str,
    columns: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> RegistryAssessed:
    """Return what a programme grants every household of a registry; see `assess`.

    The fact `category` is the `category` of a RegistryJudged.
    """
    rule = catalogue.programme(programme)
    labels = _labels(catalogue, pack)
    figures = pack.figures(programme, on, overrides, division)
    return _assess(catalogue, rule, columns, figures, on, labels)


def settle_claims(
    catalogue: Catalogue,
    pack: Pack,
    columns: Mapping[str, Any],
    on: dt.date,
    overrides: Iterable[Override] = (),
    division: str = "",
) -> RegistrySettled:
    """Return what the region's scheme pays on each claim, by the figures of one day.

    Raises NotFoundError where the region has no scheme, else the same errors as `judge`.
    """
    if not pack.scheme:
        raise NotFoundError(_("The region has no scheme of medical mutual aid."))
    figures = pack.figures(pack.scheme, on, overrides, division)
    return _settle(catalogue, catalogue.scheme(pack.scheme), columns, figures, on)


def settle_claims_with(
    catalogue: Catalogue,
    scheme: str,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> RegistrySettled:
    """Settle columns of stored facts with stored figures; see `judge_with`."""
    rule = catalogue.scheme(scheme)
    figures = replace(figures, parameters=declared_parameters(rule))
    return _settle(catalogue, rule, columns, figures, on)


def judge_with(
    catalogue: Catalogue,
    programme: str,
    facts: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> Decision:
    """Judge stored facts with stored figures: the replay of a decision, without any pack."""
    rule = catalogue.rule(programme)
    if isinstance(rule, Identification):
        return judge_registry_with(catalogue, programme, facts, figures, on).decision(0)
    if isinstance(rule, Exit):
        figures = replace(figures, parameters=declared_parameters(rule))
        return _review(catalogue, rule, facts, figures, on).decision(0)
    if isinstance(rule, Scheme):
        return settle_claims_with(catalogue, programme, facts, figures, on).decision(0)
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


def assess_registry_with(
    catalogue: Catalogue,
    programme: str,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> RegistryAssessed:
    """Assess columns of facts, whose `category` is a RegistryJudged's, with given figures."""
    rule = catalogue.programme(programme)
    figures = replace(figures, parameters=declared_parameters(rule))
    return _assess(catalogue, rule, columns, figures, on, columns["category"].labels)


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
        identified = run_contained(run)
    assert isinstance(identified, Identified)  # noqa: S101
    return RegistryJudged(run, identified)


def _review(
    catalogue: Catalogue,
    rule: Exit,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> RegistryReviewed:
    with catalogue.contain(rule.name):
        run = Run(rule, on, figures, _read(rule.facts, columns, ()))
        departure = run_contained(run)
    assert isinstance(departure, Departure)  # noqa: S101
    return RegistryReviewed(run, departure)


def _settle(
    catalogue: Catalogue,
    rule: Scheme,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
) -> RegistrySettled:
    with catalogue.contain(rule.name):
        run = Run(rule, on, figures, _read(rule.facts, columns, ()))
        settled = run_contained(run)
    assert isinstance(settled, Settlement)  # noqa: S101
    return RegistrySettled(run, settled)


def _assess(
    catalogue: Catalogue,
    rule: Programme,
    columns: Mapping[str, Any],
    figures: Figures,
    on: dt.date,
    labels: tuple[str, ...],
) -> RegistryAssessed:
    with catalogue.contain(rule.name):
        limited = is_item(rule)
        needed = {fact.name: fact for fact in (*rule.facts, *(ITEM_FACTS if limited else ()))}
        run = Run(rule, on, figures, _read(tuple(needed.values()), columns, labels))
        granted = run_contained(run)
    assert isinstance(granted, Assessment)  # noqa: S101
    if limited:
        granted = limit_items(run.facts, figures, run.trace, granted)
    return RegistryAssessed(run, granted, rule.kind)


def missing_facts(needed: Iterable[Fact], names: Sequence[str]) -> NotDecidableError:
    """Return the error that facts are missing; it names each by its meaning."""
    meant = {fact.name: fact.meaning for fact in needed}
    told = [meant[name] for name in names]
    return NotDecidableError(
        _("Not decidable, missing: %(facts)s."),
        remedy=_("Complete the household file, then judge again."),
        field=names[0],
        facts=Text("、".join(one.zh for one in told), ", ".join(one.en for one in told)),
    )


def _read(needed: tuple[Fact, ...], columns: Mapping[str, Any], labels: tuple[str, ...]) -> Facts:
    """Return the facts a rule needs; one that cannot be judged is the caller's matter."""
    try:
        return read_facts(needed, columns, labels)
    except FactError as error:
        if error.kind == "missing":
            raise missing_facts(needed, error.name.split(", ")) from error
        text = {
            "range": _("The fact “%(fact)s” is out of range: %(problem)s."),
        }.get(error.kind, _("The fact “%(fact)s” cannot be judged: %(problem)s."))
        raise InvalidError(
            text,
            remedy=_("Correct the household file."),
            field=error.name,
            fact=error.name,
            problem=error.problem,
        ) from error
