"""What a rule does with a registry it has never seen: the same alone as in a crowd, no more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from bangfu_sdk.facts import read_facts
from bangfu_sdk.kit.conformance.finding import same
from bangfu_sdk.kit.conformance.purity import watch_world
from bangfu_sdk.kit.samples import draw_registry, one_of
from bangfu_sdk.limits import run_limited
from bangfu_sdk.parameters import Figures
from bangfu_sdk.programmes import Rule
from bangfu_sdk.running import Outcome, run_rule
from bangfu_sdk.texts import Text

ROWS, SINGLES = 2_000, 100
SECONDS = 5.0
SEED = 20260308


class Trial:
    """A rule, figures and a drawn registry, to be tried again and again."""

    def __init__(self, rule: Rule, figures: Figures, labels: tuple[str, ...]) -> None:
        self.rule, self.figures, self.labels = rule, figures, labels
        self.registry = draw_registry(rule.facts, labels, ROWS, SEED)

    def run(self, columns: dict[str, Any] | None = None) -> Outcome:
        """Return what the rule finds, of the whole registry where none is given, in time."""
        given = self.registry if columns is None else columns
        return run_limited(SECONDS, lambda: run_rule(self.rule, given, self.figures, self.labels))


def check_answers(trial: Trial) -> Iterator[Text]:
    """Yield why the rule gives no proper answer, or says nothing to some household."""
    try:
        found = trial.run()
    except Exception as error:
        yield same(f"{type(error).__name__}: {error}")
        return
    silent = [row for row in range(ROWS) if not found.reasons(row)]
    if silent:
        facts = one_of(trial.registry, silent[0])
        yield Text(f"有{len(silent)}户没有任何理由，例如：{facts}",
                   f"{len(silent)} households are told no reason, such as {facts}")  # fmt: skip


def check_deterministic(trial: Trial) -> Iterator[Text]:
    """Yield where a second run answers otherwise than the first."""
    first, second = trial.run(), trial.run()
    for row in range(SINGLES):
        if first.at(row) != second.at(row):
            yield Text("第二次运行的结果与第一次不同", "a second run does not answer as the first")
            return


def check_both_speeds(trial: Trial) -> Iterator[Text]:
    """Yield where one household alone is judged otherwise than in the registry."""
    crowd = trial.run()
    for row in range(SINGLES):
        facts = one_of(trial.registry, row)
        if trial.run(facts).at(0) != crowd.at(row):
            yield Text(f"单户与批量结果不同：{facts}", f"alone it is judged otherwise: {facts}")
            return


def check_untouched(trial: Trial) -> Iterator[Text]:
    """Yield where the rule changed the facts or figures it was given, or touched the world."""
    facts = read_facts(trial.rule.facts, trial.registry, trial.labels)
    before = ([facts.at(row) for row in range(SINGLES)], dict(trial.figures.values))
    seen: list[str] = []
    with watch_world(seen):
        trial.run()
    after = ([facts.at(row) for row in range(SINGLES)], dict(trial.figures.values))
    if before != after:
        yield Text("规则改动了传入的事实或标准", "it changed the facts or figures it was given")
    for touched in dict.fromkeys(seen):
        yield Text(f"规则接触了外部：{touched}", f"it touched the world: {touched}")


def check_figures_used(trial: Trial) -> Iterator[Text]:
    """Yield the parameters that are declared and never read: a figure that changes nothing."""
    noted = _Noted(trial.figures.values, trial.figures.sources, trial.figures.parameters)
    run_rule(trial.rule, trial.registry, noted, trial.labels)
    asked = {question.required_by for question in getattr(trial.rule, "questions", ())}
    for parameter in trial.rule.parameters:
        if parameter.name not in noted.read | asked:
            yield Text(f"没有用到参数“{parameter.name}”",
                       f"the parameter “{parameter.name}” is never read")  # fmt: skip


class _Noted(Figures):
    """Figures that note which of them a rule reads."""

    @cached_property
    def read(self) -> set[str]:
        return set()

    def __getitem__(self, name: str) -> int:
        self.read.add(name.partition(".")[0])
        return super().__getitem__(name)

    def by_category(self, name: str) -> dict[str, int]:
        self.read.add(name)
        return super().by_category(name)

    def by_stage(self, name: str) -> dict[str, int]:
        self.read.add(name)
        return super().by_stage(name)

    def by_month(self, name: str) -> tuple[int, ...]:
        self.read.add(name)
        return super().by_month(name)
