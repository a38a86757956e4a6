"""Worked examples of region packs and of plugins; the kit of the SDK reads and compares them."""

from bangfu_sdk.kit.cases import Case, Difference, Report, RuleCases

from core.cases.reading import CaseFile, CaseSource, find_case_files, read_cases, source_of
from core.cases.running import run_cases

__all__ = [
    "Case",
    "CaseFile",
    "CaseSource",
    "Difference",
    "Report",
    "RuleCases",
    "find_case_files",
    "read_cases",
    "run_cases",
    "source_of",
]
