"""Runs a plugin's worked examples and the check of its contract as tests.

Put `bangfu = true` into the pytest section of the project: every `cases….toml` beside a package's
`__init__.py` is then collected, each example a test, and each check of the package one more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bangfu_sdk.kit.cases import Case, RuleCases, is_case_file, read_rule_cases, run_rule_cases
from bangfu_sdk.kit.cases.reading import FILE
from bangfu_sdk.kit.conformance import Finding, check_package
from bangfu_sdk.kit.loading import load_rules
from bangfu_sdk.kit.tables import read_toml
from bangfu_sdk.programmes import Rule


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the switch."""
    parser.addini("bangfu", "Collect worked examples and the contract of plugins.", "bool", False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CasesFile | None:
    """Collect a file of worked examples."""
    wanted = parent.config.getini("bangfu") and is_case_file(file_path.name)
    if not wanted or not (file_path.parent / "__init__.py").is_file():
        return None
    return CasesFile.from_parent(parent, path=file_path)


class CasesFile(pytest.File):
    """A file of worked examples; `cases.toml` stands for the contract of its package as well."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each example, and for each check of the package."""
        package = self.path.parent.name
        rules = load_rules(package)
        table = read_toml(self.path, f"{package}/{self.path.name}")
        read = read_rule_cases(table, rules)
        for case in read.cases:
            yield CaseItem.from_parent(self, name=case.name, case=case, read=read)
        if self.path.name == FILE:
            for number, finding in enumerate(_check(package, rules)):
                name = f"{finding.rule or package}:{finding.check}[{number}]"
                yield ContractItem.from_parent(self, name=name, finding=finding)


class CaseItem(pytest.Item):
    """One worked example."""

    def __init__(self, *, case: Case, read: RuleCases, **others: Any) -> None:
        super().__init__(**others)
        self.case, self.read = case, read

    def runtest(self) -> None:
        """Judge it; every difference is told."""
        one = RuleCases(self.read.file, (self.case,), self.read.rule, self.read.figures)
        told = [
            f"{missed.key}: {missed.expected} expected, {missed.found} found"
            for missed in run_rule_cases(one).differences
        ]
        if told:
            pytest.fail("\n".join(told), pytrace=False)


class ContractItem(pytest.Item):
    """One check of a plugin."""

    def __init__(self, *, finding: Finding, **others: Any) -> None:
        super().__init__(**others)
        self.finding = finding

    def runtest(self) -> None:
        """Fail where the check does not hold."""
        if self.finding.problem is not None:
            problem = self.finding.problem
            pytest.fail(f"{problem.en}\n{problem.zh}", pytrace=False)


def _check(package: str, rules: tuple[Rule, ...]) -> list[Finding]:
    """Return all checks but those of the worked examples, of which each is a test of its own."""
    return [finding for finding in check_package(package, rules) if finding.check != "cases"]
