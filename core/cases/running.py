"""Runs worked examples and says where they come out otherwise than expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.cases.case import Case, Difference, Expected, Report
from core.cases.reading import CaseFile
from core.catalogue import Catalogue
from core.decisions import Assessed, Decision, Judged, Reviewed
from core.errors import DomainError
from core.judging import assess, judge, judge_with, review_exit
from core.money import format_yuan


@dataclass(frozen=True)
class Found:
    """What a case came to."""

    judged: Judged | None
    assessed: dict[str, Assessed]
    last_levels: dict[str, str]
    reviewed: Reviewed | None = None


def run_cases(file: CaseFile, catalogue: Catalogue) -> Report:
    """Return what became of every case of a file."""
    differences = tuple(
        Difference(file.file, case.name, *difference)
        for case in file.cases
        for difference in _run_case(file, case, catalogue)
    )
    return Report(file.file, len(file.cases), differences)


def _run_case(file: CaseFile, case: Case, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    try:
        found = _find(file, case, catalogue)
    except DomainError as error:
        if error.code != case.error:
            yield "error", case.error or "", f"{error.code}: {error.message}"
        return
    if case.error is not None:
        yield "error", case.error, ""
    yield from _compare(case, found)


def _find(file: CaseFile, case: Case, catalogue: Catalogue) -> Found:
    if file.pack is None:
        return _find_by_rule(file, case, catalogue)
    pack, facts, place = file.pack, dict(case.facts), case.division
    if case.way is not None:
        reviewed = review_exit(catalogue, pack, facts, case.on, division=place)
        return Found(None, {}, {}, reviewed)
    judged = None
    if "category" not in facts:
        judged = judge(catalogue, pack, facts, case.on, division=place)
        facts["category"] = judged.category
    return Found(
        judged,
        {
            name: assess(catalogue, pack, name, facts, case.on, division=place).less(
                case.given.get(name, 0)
            )
            for name in case.programmes
        },
        {name: pack.route(name, facts["asked"])[-1].level for name in case.programmes},
    )


def _find_by_rule(file: CaseFile, case: Case, catalogue: Catalogue) -> Found:
    assert file.rule is not None and file.figures is not None  # noqa: S101
    decided = judge_with(catalogue, file.rule.name, case.facts, file.figures, case.on)
    if isinstance(decided, Judged):
        return Found(decided, {}, {})
    if isinstance(decided, Reviewed):
        return Found(None, {}, {}, decided)
    assert isinstance(decided, Assessed)  # noqa: S101
    return Found(None, {file.rule.name: decided.less(case.given.get(file.rule.name, 0))}, {})


def _compare(case: Case, found: Found) -> Iterator[tuple[str, str, str]]:
    if case.category is not None:
        category = found.judged.category if found.judged else str(case.facts.get("category"))
        yield from _differ("category", case.category, category)
    if case.way is not None:
        yield from _differ("way", case.way, found.reviewed.way if found.reviewed else "")
    if case.groups is not None:
        groups = sorted(found.judged.groups) if found.judged else []
        yield from _differ("groups", sorted(case.groups), groups)
    if case.reasons is not None:
        yield from _compare_reasons("reasons", case.reasons, found.judged or found.reviewed)
    for name, expected in case.programmes.items():
        if name in found.assessed:
            yield from _compare_assessed(name, expected, found.assessed[name])
        else:
            yield name, "", "not judged here"
        if expected.last_level is not None:
            level = found.last_levels.get(name, "")
            yield from _differ(f"{name}.last_level", expected.last_level, level)


def _compare_assessed(
    name: str, expected: Expected, found: Assessed
) -> Iterator[tuple[str, str, str]]:
    if expected.eligible is not None:
        yield from _differ(f"{name}.eligible", expected.eligible, found.eligible)
    for key, fen in expected.amounts.items():
        for end in ("minimum", "maximum") if key == "amount" else (key,):
            told = format_yuan(getattr(found, end))
            yield from _differ(f"{name}.{end}", format_yuan(fen), told)
    if expected.reasons is not None:
        yield from _compare_reasons(f"{name}.reasons", expected.reasons, found)


def _compare_reasons(
    key: str, expected: tuple[str, ...], found: Decision | None
) -> Iterator[tuple[str, str, str]]:
    codes = [reason["code"] for reason in found.reasons] if found else []
    if not set(expected) <= set(codes):
        yield key, ", ".join(expected), ", ".join(codes)


def _differ(key: str, expected: Any, found: Any) -> Iterator[tuple[str, str, str]]:
    if expected != found:
        yield key, str(expected), str(found)
