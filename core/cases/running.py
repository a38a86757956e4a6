"""Runs the worked examples of a pack by the whole of its rules, those of a plugin by its one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from bangfu_sdk import Text
from bangfu_sdk.kit import cases as kit
from bangfu_sdk.kit.cases import Case, CaseError, Earlier, Found, Granted, Report, RuleCases

from core.between.declared import bound_by, name_after
from core.between.limits import Beside, Other, limit_between
from core.cases.reading import CaseFile
from core.catalogue import Catalogue
from core.decisions import Assessed, Decision
from core.errors import DomainError
from core.judging import assess, judge, review_exit, settle_claims
from core.policies.urgency import terms_of
from core.workdays import add_working_days

_SAME: Final = "same"


def run_cases(file: CaseFile | RuleCases, catalogue: Catalogue) -> Report:
    """Return what became of every case of a file."""
    if isinstance(file, RuleCases):
        return kit.run_rule_cases(file)
    return kit.run_cases(file.file, file.cases, lambda case: _find(file, case, catalogue))


def _find(file: CaseFile, case: Case, catalogue: Catalogue) -> Found:
    try:
        return _judge(file, case, catalogue)
    except DomainError as error:
        raise CaseError(error.code, str(error.message)) from error


def _judge(file: CaseFile, case: Case, catalogue: Catalogue) -> Found:
    pack, facts, place = file.pack, dict(case.facts), case.division
    if case.way is not None:
        reviewed = review_exit(catalogue, pack, facts, case.on, division=place)
        return Found(way=reviewed.way, reasons=_codes(reviewed))
    if case.benefit is not None:
        settled = settle_claims(catalogue, pack, facts, case.on, division=place).decision(0)
        codes = _codes(settled)
        return Found(reasons=codes, covered=settled.covered, benefit=settled.benefit)
    found = Found(str(facts.get("category", "")))
    if "category" not in facts:
        judged = judge(catalogue, pack, facts, case.on, division=place)
        facts["category"] = judged.category
        found = Found(judged.category, judged.groups, reasons=_codes(judged))
    granted = {}
    for name in case.programmes:
        assessed = assess(catalogue, pack, name, facts, case.on, division=place)
        level = pack.route(name, facts["asked"])[-1].level
        left = assessed.less(case.given.get(name, 0))
        limited = limit_between(_beside(file, case, name, catalogue), left, str(facts["category"]))
        codes = [reason["code"] for reason in (*assessed.reasons, *limited.reasons)]
        granted[name] = _grant(limited.left, level, codes, _papers_due(file, case, name))
    return Found(found.category, found.groups, reasons=found.reasons, granted=granted)


def _beside(file: CaseFile, case: Case, name: str, catalogue: Catalogue) -> Beside:
    """Return the rules between programmes with what the case tells of earlier aid."""
    programme, pack = catalogue.programme(name), file.pack
    rules = tuple(name_after(one, catalogue) for one in bound_by(pack, programme, case.on))
    given = (Earlier(other, case.on, amount) for other, amount in case.given.items())
    others = tuple(_other(one, number) for number, one in enumerate((*given, *case.earlier), 1))
    figures = pack.caps_in_force(case.on, division=case.division)
    return Beside(name, case.on, rules, others, figures, _SAME)


def _other(one: Earlier, number: int) -> Other:
    title = Text(one.programme, one.programme)
    member = _SAME if one.same else ""
    return Other(str(number), one.programme, title, one.on, one.amount, one.stage, member=member)


def _papers_due(file: CaseFile, case: Case, name: str) -> dt.date | None:
    """Return by when the papers follow where what is asked for is granted first on the day; None
    where it may not go the urgent route."""
    if name not in file.pack.urgent:
        return None
    terms = terms_of(file.pack.figures(name, case.on, division=case.division))
    if case.facts["asked"] > terms.limit:
        return None
    return add_working_days(case.on, terms.paper_days)


def _grant(assessed: Assessed, level: str, codes: Sequence[str], due: dt.date | None) -> Granted:
    least, most = assessed.minimum, assessed.maximum
    urgent = assessed.eligible and due is not None
    return Granted(assessed.eligible, least, most, codes, level, urgent, due if urgent else None)


def _codes(decision: Decision) -> list[str]:
    return [reason["code"] for reason in decision.reasons]
