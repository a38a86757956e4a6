"""Worked examples: facts in, decision out, the same for packs, plugins and vendors."""

from bangfu_sdk.kit.cases.case import Case, Difference, Earlier, Expected, Report
from bangfu_sdk.kit.cases.comparing import Found, Granted
from bangfu_sdk.kit.cases.reading import (
    FILE,
    RuleCases,
    find_rule,
    is_case_file,
    read_cases,
    read_rule_cases,
)
from bangfu_sdk.kit.cases.running import CaseError, run_cases, run_rule_cases

__all__ = [
    "FILE",
    "Case",
    "CaseError",
    "Difference",
    "Earlier",
    "Expected",
    "Found",
    "Granted",
    "Report",
    "RuleCases",
    "find_rule",
    "is_case_file",
    "read_cases",
    "read_rule_cases",
    "run_cases",
    "run_rule_cases",
]
