"""Worked examples: facts in, decision out, the same for packs, plugins and vendors."""

from core.cases.case import Case, Difference, Expected, Report
from core.cases.reading import FILE, CaseFile, find_case_files, read_cases
from core.cases.running import run_cases

__all__ = [
    "FILE",
    "Case",
    "CaseFile",
    "Difference",
    "Expected",
    "Report",
    "find_case_files",
    "read_cases",
    "run_cases",
]
