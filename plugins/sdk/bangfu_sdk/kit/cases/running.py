"""Runs the worked examples of one rule and says where they come out otherwise than expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bangfu_sdk.facts import FactError
from bangfu_sdk.kit.cases.case import Case, Difference, Report
from bangfu_sdk.kit.cases.comparing import Found, Granted, Missed, compare
from bangfu_sdk.kit.cases.reading import RuleCases
from bangfu_sdk.running import run_rule


class CaseError(Exception):
    """A case came to an error of this code instead of a decision."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(told)
        self.code = code


def run_cases(file: str, cases: tuple[Case, ...], find: Callable[[Case], Found]) -> Report:
    """Return what became of every case; `find` says what one comes to, or raises CaseError."""
    differences = tuple(
        Difference(file, case.name, *missed) for case in cases for missed in _run(case, find)
    )
    return Report(file, len(cases), differences)


def run_rule_cases(file: RuleCases) -> Report:
    """Return what became of every case of a plugin's file."""
    return run_cases(file.file, file.cases, lambda case: _find(file, case))


def _run(case: Case, find: Callable[[Case], Found]) -> Iterator[Missed]:
    try:
        found = find(case)
    except CaseError as error:
        if error.code != case.error:
            yield "error", case.error or "", f"{error.code}: {error}"
        return
    if case.error is not None:
        yield "error", case.error, ""
    yield from compare(case, found)


def _find(file: RuleCases, case: Case) -> Found:
    labels = tuple({str(case.facts["category"])} if "category" in case.facts else ())
    try:
        told = run_rule(file.rule, case.facts, file.figures, labels).at(0)
    except FactError as error:
        code = "not_decidable" if error.kind == "missing" else "invalid"
        raise CaseError(code, str(error)) from error
    except Exception as error:
        raise CaseError("failed", f"{type(error).__name__}: {error}") from error
    reasons = [reason["code"] for reason in told["reasons"]]
    if "benefit" in told:
        return Found(reasons=reasons, covered=told["covered"], benefit=told["benefit"])
    if "eligible" not in told:
        groups, way = told.get("groups", ()), told.get("way", "")
        return Found(told.get("category", ""), groups, way, reasons)
    name = file.rule.name
    granted = Granted(told["eligible"], told["minimum"], told["maximum"], reasons)
    given = granted.less(case.given.get(name, 0))
    return Found(case.facts.get("category", ""), granted={name: given})
