"""The check of a plugin finds every fault it is there for, and none in a rule that has none."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
    Condition,
    Fact,
    Facts,
    Figures,
    Flags,
    Kind,
    Option,
    Parameter,
    Programme,
    Question,
    QuestionKind,
    Reason,
    Text,
    Trace,
    Unit,
    read_facts,
)
from bangfu_sdk.kit.cases import RuleCases, read_rule_cases
from bangfu_sdk.kit.conformance import behaviour, check_package, check_rule
from bangfu_sdk.kit.loading import load_rules
from bangfu_sdk.kit.tables import read_toml

CASES = """
programme = "gift"

[figures]
amount = "100.00"

[[case]]
name = "one"
on = 2026-03-01
household = { members = 2 }
expect.gift = { eligible = true, amount = "100.00", reasons = ["given"] }

[[case]]
name = "two"
on = 2026-03-01
household = { members = 1 }
expect.gift = { eligible = false, amount = "0.00", reasons = ["alone"] }

[[case]]
name = "three"
on = 2026-03-01
household = { members = 3 }
expect.gift = { amount = "100.00" }
"""
HOOK = """
from bangfu_sdk import hookimpl

@hookimpl
def bangfu_programmes():
    return [Gift()]
"""
ASKED = Question("asked", QuestionKind.MONEY, Text("申请金额", "amount asked for"))
counter = itertools.count(1)


class Gift(Programme):
    """A sum for every household of two or more."""

    name = "gift"
    version = "1.0.0"
    api_version = "1.0"
    title = Text("礼品", "gift")
    kind = Kind.ONE_OFF
    parameters = (Parameter("amount", Unit.FEN, Text("金额", "amount"), low=1),)
    facts = (FACTS["members"],)
    questions = (ASKED,)

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Give it."""
        return give(facts, figures["amount"])


def give(facts: Facts, fen: int) -> Assessment:
    """Return the sum for households of two or more."""
    several = facts.number("members") > 1
    amount = several_times(several, fen)
    return Assessment(several, amount, amount, (
        Reason("given", Text("给予", "given"), several),
        Reason("alone", Text("一人户", "alone"), ~several),
    ))  # fmt: skip


def several_times(flags: Flags, fen: int) -> Column:
    """Return the sum where it holds, else nothing."""
    return Column(flags.values.astype("int64") * fen, 0, fen)


def cases_of(rule: Programme, text: str = CASES, folder: Path = Path()) -> RuleCases:
    """Return the worked examples of a rule, judged with its own figures."""
    path = folder / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return read_rule_cases(read_toml(path, "gift/cases.toml"), [rule])


def failed(rule: Programme, folder: Path, text: str = CASES) -> dict[str, str]:
    """Return the checks that do not hold, and the first problem of each."""
    found = list(check_rule(rule, cases_of(rule, text, folder)))
    return {one.check: one.problem.en for one in reversed(found) if one.problem is not None}


def changed(**names: Any) -> Programme:
    """Return the programme with other declarations, or another rule."""
    return type("Other", (Gift,), names)()  # type: ignore[no-any-return]


def test_a_sound_rule_passes_every_check(tmp_path: Path) -> None:
    found = list(check_rule(Gift(), cases_of(Gift(), folder=tmp_path)))
    assert all(one.holds for one in found)
    assert {one.check for one in found} == {
        "version", "names", "parameters", "form", "facts", "case_count", "cases", "answers",
        "deterministic", "both_speeds", "untouched", "figures_used",
    }  # fmt: skip


DECLARED: list[tuple[dict[str, Any], str, str]] = [
    ({"api_version": "2.0"}, "version", "written for SDK 2.0"),
    ({"api_version": 1.0}, "version", "must be text"),
    ({"title": Text("礼品", "")}, "names", "lacks Chinese or English"),
    ({"version": " "}, "names", "no version"),
    ({"facts": (FACTS["members"], FACTS["members"])}, "names", "stands twice"),
    ({"parameters": Gift.parameters * 2}, "parameters", "stands twice"),
    ({"questions": ()}, "form", "asks for an amount"),
    ({"questions": (ASKED, ASKED)}, "form", "stands twice"),
    ({"per_student": True}, "form", "asks once whom it is for"),
    ({"per_member": True}, "form", "asks once whom it is for"),
    ({"questions": (ASKED, Question("who", QuestionKind.MEMBER, Text("谁", "who")))},
     "form", "asks once whom it is for"),
    ({"per_member": True, "questions": (
        ASKED, Question("who", QuestionKind.STUDENT, Text("谁", "who")))},
     "form", "asks once whom it is for"),
    ({"questions": (ASKED, Question("how", QuestionKind.CHOICE, Text("如何", "how"),
                                    choices=(Option("a", Text("甲", "a")),)))},
     "form", "two different options"),
    ({"questions": (ASKED, Question("why", QuestionKind.TEXT, Text("为何", "why"),
                                    condition=Condition("later", "x")))},
     "form", "an earlier question"),
    ({"questions": (ASKED, Question("told", QuestionKind.TEXT, Text("自述", "told")), Question(
        "why", QuestionKind.TEXT, Text("为何", "why"), condition=Condition("told", "x")))},
     "form", "the condition of “why” is no option of “told”"),
    ({"questions": (ASKED, Question("ill", QuestionKind.YES_NO, Text("患病", "ill")), Question(
        "why", QuestionKind.TEXT, Text("为何", "why"), condition=Condition("ill", "true")))},
     "form", "the condition of “why” is no option of “ill”"),
    ({"facts": (FACTS["members"], Fact("colour", Unit.COUNT, Text("颜色", "colour")))},
     "facts", "no question asks"),
    ({"facts": (FACTS["members"], Fact("ill", Unit.FLAG, Text("患病", "ill"), high=1)),
      "questions": (ASKED, Question("ill", QuestionKind.COUNT, Text("患病", "ill")))},
     "facts", "does not answer that fact"),
]  # fmt: skip


@pytest.mark.parametrize(("names", "check", "why"), DECLARED)
def test_a_fault_in_what_is_declared_is_found(
    names: dict[str, Any], check: str, why: str, tmp_path: Path
) -> None:
    assert why in failed(changed(**names), tmp_path)[check]


def _counts(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
    return give(facts, figures["amount"] + next(counter))


def _looks_at_the_crowd(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
    return give(facts, figures["amount"] + (facts.size > 1))


def _opens_a_file(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
    Path(__file__).read_bytes()
    return give(facts, figures["amount"])


def _ignores_its_figure(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
    return give(facts, 10_000)


def _changes_its_figures(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
    answer = give(facts, figures["amount"])
    figures.values["amount"] += 1  # type: ignore[index]
    return answer


def _says_nothing(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
    answer = give(facts, figures["amount"])
    return Assessment(answer.eligible, answer.minimum, answer.maximum, ())


def _answers_nonsense(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return {"eligible": bool(figures["amount"])}


def _hangs(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    while facts.size > 1:
        pass
    return give(facts, figures["amount"])


TRIED: list[tuple[Callable[..., Any], str, str]] = [
    (_counts, "deterministic", "a second run"),
    (_looks_at_the_crowd, "both_speeds", "alone it is judged otherwise"),
    (_opens_a_file, "untouched", "touched the world: open"),
    (_ignores_its_figure, "figures_used", "is never read"),
    (_changes_its_figures, "untouched", "changed the facts or figures"),
    (_says_nothing, "answers", "told no reason"),
    (_answers_nonsense, "answers", "it gave dict, not Assessment"),
    (_hangs, "answers", "did not answer within"),
]


@pytest.mark.parametrize(("assess", "check", "why"), TRIED)
def test_a_fault_in_what_a_rule_does_is_found(
    assess: Callable[..., Any], check: str, why: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(behaviour, "SECONDS", 0.5)
    found = failed(changed(assess=assess), tmp_path, CASES.replace('amount = "100.00",', ""))
    assert why in found[check]


def test_an_example_that_comes_out_otherwise_and_too_few_of_them_are_found(tmp_path: Path) -> None:
    wrong = CASES.replace('amount = "0.00"', 'amount = "1.00"')
    assert (
        "“two”, gift.minimum: 1.00 expected, 0.00 found" in failed(Gift(), tmp_path, wrong)["cases"]
    )
    few = CASES[: CASES.index('[[case]]\nname = "two"')]
    assert "at least 3" in failed(Gift(), tmp_path, few)["case_count"]
    (missing,) = [one for one in check_rule(Gift(), None) if not one.holds]
    assert (missing.check, str(missing.problem)) == (
        "case_count",
        "there is no file of worked examples",
    )


def test_a_rule_is_given_facts_it_cannot_write_to() -> None:
    facts = read_facts(Gift.facts, {"members": 3}, ())
    with pytest.raises(ValueError, match="read-only"):
        facts.number("members").values[0] = 4


@pytest.mark.parametrize(
    ("line", "named"),
    [("import os", "os"), ("from datetime import datetime", "datetime"),
     ("import random", "random"), ("from urllib.request import urlopen", "urllib.request")],
)  # fmt: skip
def test_code_that_imports_what_a_rule_has_no_use_for_is_found(
    line: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = f"foreign_{named.partition('.')[0]}"
    (tmp_path / package).mkdir()
    source = Path(__file__).read_text(encoding="utf-8")
    begin, end = source.index("class Gift"), source.index("def cases_of")
    head = source[source.index("from bangfu_sdk import") : source.index("from bangfu_sdk.kit")]
    asked = "ASKED = Question('asked', QuestionKind.MONEY, Text('金额', 'amount'))\n"
    text = f"{head}\n{line}\n{asked}\n{source[begin:end]}{HOOK}"
    (tmp_path / package / "__init__.py").write_text(text, encoding="utf-8")
    (tmp_path / package / "cases.toml").write_text(CASES, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = [one for one in check_package(package, load_rules(package)) if not one.holds]
    assert [one.check for one in found] == ["source"]
    assert str(found[0].problem).endswith(f": {named}")
