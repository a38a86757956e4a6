"""Checks a plugin: what it declares, its code, its behaviour and its worked examples."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from importlib.resources import files

from bangfu_sdk.kit.cases import RuleCases, is_case_file, read_rule_cases, run_rule_cases
from bangfu_sdk.kit.conformance import behaviour, contract, purity
from bangfu_sdk.kit.conformance.behaviour import Trial
from bangfu_sdk.kit.conformance.finding import Finding, same
from bangfu_sdk.kit.tables import TableError, read_toml
from bangfu_sdk.programmes import Rule
from bangfu_sdk.texts import Text

LEAST_CASES = 3
DECLARED: tuple[tuple[str, Text, Callable[[Rule], Iterator[Text]]], ...] = (
    ("version", Text("与SDK版本相符", "fits the version of the SDK"), contract.check_version),
    ("names", Text("名称、标题和事实", "names, title and facts"), contract.check_names),
    ("parameters", Text("参数", "parameters"), contract.check_parameters),
    ("form", Text("申请表", "form"), contract.check_form),
    ("facts", Text("每个事实都有来源", "every fact is told by somebody"), contract.check_facts),
)
TRIED: tuple[tuple[str, Text, Callable[[Trial], Iterator[Text]]], ...] = (
    ("answers", Text("对每户给出正确的答复和理由", "answers every household, with a reason"),
     behaviour.check_answers),
    ("deterministic", Text("同样的输入得出同样的结果", "the same input gives the same answer"),
     behaviour.check_deterministic),
    ("both_speeds", Text("单户与批量结果一致", "alone and in a registry it judges alike"),
     behaviour.check_both_speeds),
    ("untouched", Text("不改动输入，不接触外部", "changes no input and touches nothing else"),
     behaviour.check_untouched),
    ("figures_used", Text("每个参数都用到", "every parameter is read"),
     behaviour.check_figures_used),
)  # fmt: skip
_COUNT = Text("有足够的算例", "there are worked examples enough")
_CASES = Text("算例", "worked examples")


def check_package(package: str, rules: Collection[Rule]) -> Iterator[Finding]:
    """Yield every check of a plugin's package and of its rules."""
    yield from _as_findings(
        "", "source", Text("代码只用SDK", "the code uses the SDK alone"),
        purity.check_source(package),
    )  # fmt: skip
    try:
        files_read = _read_cases(package, rules)
    except TableError as error:
        yield Finding("", "cases", _CASES, same(str(error)))
        files_read = {}
    for rule in rules:
        yield from check_rule(rule, files_read.get(rule.name))


def check_rule(rule: Rule, cases: RuleCases | None) -> Iterator[Finding]:
    """Yield every check of one rule. It is tried with the figures of its worked examples, and not
    at all where there are none or what it declares does not hold."""
    declared = [
        finding
        for check, title, find in DECLARED
        for finding in _as_findings(rule.name, check, title, find(rule))
    ]
    yield from declared
    yield from _as_findings(rule.name, "case_count", _COUNT, _count_cases(cases))
    if cases is not None:
        yield from _as_findings(rule.name, "cases", _CASES, _check_cases(cases))
    if cases is None or not all(finding.holds for finding in declared):
        return
    trial = Trial(rule, cases.figures, _labels(cases))
    for check, title, find in TRIED:
        found = list(_as_findings(rule.name, check, title, find(trial)))
        yield from found
        if check == "answers" and not found[0].holds:
            return


def _as_findings(rule: str, check: str, title: Text, problems: Iterator[Text]) -> Iterator[Finding]:
    """Yield a finding for every problem, or the one that there is none."""
    found = [Finding(rule, check, title, problem) for problem in problems]
    yield from found or [Finding(rule, check, title)]


def _read_cases(package: str, rules: Collection[Rule]) -> dict[str, RuleCases]:
    """Return the cases of each rule: those of every file `cases….toml` of the package."""
    found: dict[str, RuleCases] = {}
    for entry in files(package).iterdir():
        if is_case_file(entry.name):
            read = read_rule_cases(read_toml(entry, f"{package}/{entry.name}"), rules)
            found[read.rule.name] = read
    return found


def _count_cases(cases: RuleCases | None) -> Iterator[Text]:
    if cases is None:
        yield Text("没有算例文件", "there is no file of worked examples")
    elif len(cases.cases) < LEAST_CASES:
        yield Text(f"至少要有{LEAST_CASES}个算例", f"there must be at least {LEAST_CASES} of them")


def _check_cases(cases: RuleCases) -> Iterator[Text]:
    for one in run_rule_cases(cases).differences:
        zh = f"“{one.case}”的{one.key}：应为{one.expected}，实为{one.found}"
        yield Text(zh, f"“{one.case}”, {one.key}: {one.expected} expected, {one.found} found")


def _labels(cases: RuleCases) -> tuple[str, ...]:
    """Return the categories the figures and cases speak of."""
    of_figures = [
        name.partition(".")[2]
        for name in cases.figures.values
        if cases.figures.parameter(name).by_category
    ]
    of_cases = [str(case.facts["category"]) for case in cases.cases if "category" in case.facts]
    return tuple(dict.fromkeys([*of_figures, *of_cases])) or ("any",)
