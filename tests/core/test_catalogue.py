"""The plugin host: whatever a plugin does, the others go on and nothing is decided for it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pytest
from bangfu_sdk import (
    FACTS,
    Assessment,
    Column,
    Facts,
    Figures,
    Flags,
    Identification,
    Identified,
    Kind,
    Option,
    Programme,
    Text,
    Trace,
    first_that_fits,
    hookimpl,
)

from core import catalogue as host
from core import containment
from core.catalogue import Catalogue
from core.errors import InvalidError, NotFoundError, UnavailableError
from core.judging import assess, judge
from core.policies import Policies
from core.wheels import GROUP

ON = dt.date(2023, 6, 30)
HOUSEHOLD = {
    "members": 4, "income": 4_800_000, "illness": 1_500_000, "disability": 0,
    "schooling": 960_000, "work_cost": 0, "loss": 0, "compensation": 0,
    "still_difficult": False, "self_paid": 0, "students": 1,
}  # fmt: skip
BUILT_IN = [
    "case_by_case_relief", "education_support", "employment_support", "golden_autumn",
    "in_kind_lease", "living_aid", "medical_mutual_aid", "medical_premium", "medical_relief",
    "pension_premium", "rent_subsidy", "temporary_relief", "urban_classes", "urban_exit",
    "urban_households", "warmth_visit", "worker_exit", "worker_hardship", "worker_target_groups",
]  # fmt: skip


class Gift(Programme):
    """A vendor's programme that gives everyone 100 yuan."""

    name = "gift"
    version = "2.3.4"
    api_version = "1.0"
    title = Text("礼品", "gift")
    kind = Kind.ONE_OFF
    parameters = ()
    facts = (FACTS["category"],)

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Give 100 yuan."""
        amount = Column.constant(10_000, facts.size)
        return Assessment(amount > 0, amount, amount, ())


def plugin(*rules: Any, name: str = "vendor") -> ModuleType:
    """Return a module that offers rules, as an entry point would load it."""
    module = ModuleType(name)

    def bangfu_programmes() -> list[Any]:
        return list(rules)

    module.__dict__["bangfu_programmes"] = hookimpl(bangfu_programmes)
    return module


def problem(catalogue: Catalogue, name: str) -> str:
    """Return why a rule is unavailable."""
    (entry,) = [entry for entry in catalogue.entries() if entry.name == name]
    return str(entry.problem)


CHANGED = {
    "case_by_case_relief": "2.0.0",
    "golden_autumn": "1.1.0",
    "medical_relief": "1.1.0",
    "urban_classes": "1.1.0",
    "urban_exit": "1.1.0",
    "urban_households": "1.1.0",
}


def test_what_is_installed_comes_in_by_entry_points() -> None:
    catalogue = Catalogue.load()
    assert [entry.name for entry in catalogue.entries()] == BUILT_IN
    assert all(entry.is_available for entry in catalogue.entries())
    versions = {entry.name: entry.version for entry in catalogue.entries()}
    changed = {name: version for name, version in versions.items() if version != "1.0.0"}
    assert changed == CHANGED


def test_a_vendor_s_programme_stands_beside_them() -> None:
    catalogue = Catalogue.load(extra=[plugin(Gift())])
    assert catalogue.programme("gift").version == "2.3.4"
    assert [entry.name for entry in catalogue.entries()] == sorted([*BUILT_IN, "gift"])


def test_asking_for_what_nobody_provides_or_for_another_kind() -> None:
    catalogue = Catalogue.load()
    with pytest.raises(NotFoundError):
        catalogue.rule("unheard_of")
    with pytest.raises(NotFoundError):
        catalogue.programme("worker_hardship")
    with pytest.raises(NotFoundError):
        catalogue.identification("living_aid")


def _version(version: str) -> Any:
    return type("Other", (Gift,), {"api_version": version})()


def _without(attribute: str) -> Any:
    """Return a rule that forgot to set one of its names."""
    names: dict[str, Any] = {
        "name": "gift", "version": "1", "api_version": "1.0", "title": Gift.title,
        "kind": Kind.ONE_OFF, "parameters": (), "facts": (), "assess": Gift.assess,
    }  # fmt: skip
    del names[attribute]
    return type("Forgetful", (Programme,), names)()


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (_version("2.0"), "written for SDK 2.0; this system offers 1.3"),
        (_version("1.9"), "written for SDK 1.9"),
        (_version("latest"), "ValueError"),
        (_without("title"), "AttributeError"),
        (_without("facts"), "AttributeError"),
        (_without("kind"), "AttributeError"),
        (_without("api_version"), "AttributeError"),
    ],
)
def test_a_rule_that_breaks_the_contract_is_refused_with_the_reason(rule: Any, why: str) -> None:
    catalogue = Catalogue.load(extra=[plugin(rule)])
    assert why in problem(catalogue, "gift")
    with pytest.raises(UnavailableError, match="gift"):
        catalogue.programme("gift")
    assert catalogue.programme("living_aid")


@pytest.mark.parametrize("offer", ["a text", 42, object(), Gift])
def test_what_is_no_rule_is_refused(offer: Any) -> None:
    catalogue = Catalogue.load(extra=[plugin(offer, name="strange")])
    problems = [entry.problem for entry in catalogue.entries() if entry.problem]
    assert ["is no identification" in str(told) for told in problems] == [True]


def test_a_plugin_that_offers_nothing_is_told() -> None:
    assert "no programme" in problem(Catalogue.load(extra=[plugin(name="empty")]), "empty")
    assert "no programme" in problem(Catalogue.load(extra=[ModuleType("hookless")]), "hookless")


def test_a_hook_that_raises_is_contained() -> None:
    module = ModuleType("angry")

    def bangfu_programmes() -> list[Any]:
        raise RuntimeError("no mood today")

    module.__dict__["bangfu_programmes"] = hookimpl(bangfu_programmes)
    catalogue = Catalogue.load(extra=[module])
    assert problem(catalogue, "angry") == "RuntimeError: no mood today"
    assert catalogue.programme("living_aid")


def test_two_plugins_of_one_name_leave_neither_in_charge() -> None:
    catalogue = Catalogue.load(extra=[plugin(Gift(), name="one"), plugin(Gift(), name="two")])
    assert problem(catalogue, "gift") == "Both one and two provide it."
    with pytest.raises(UnavailableError):
        catalogue.rule("gift")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("raise RuntimeError('broken wheel')", "RuntimeError: broken wheel"),
        ("import sys; sys.exit('gone')", "SystemExit: gone"),
        ("import a_module_nobody_has", "ModuleNotFoundError"),
        ("def bangfu_programmes(:", "SyntaxError"),
    ],
)
def test_a_wheel_that_cannot_be_imported_is_contained(
    source: str, why: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_wheel.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_wheel", raising=False)
    points = [*entry_points(group=GROUP)]
    points.append(EntryPoint("broken", "broken_wheel", GROUP))
    monkeypatch.setattr(host, "entry_points", lambda group: points)
    catalogue = Catalogue.load()
    assert why in problem(catalogue, "broken")
    assert catalogue.programme("living_aid")


def _raises(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    raise ZeroDivisionError("a vendor's bug")


def _overflows(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return facts.choice("category").pick({"deep": 2**62}) * 4


def _too_short(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return Assessment(Flags.constant(True, 7), Column.constant(1, 7), Column.constant(1, 7), ())


def _turned_round(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    size = facts.size
    yes = Flags.constant(True, size)
    return Assessment(yes, Column.constant(2, size), Column.constant(1, size), ())


def _below_zero(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    size = facts.size
    yes = Flags.constant(True, size)
    return Assessment(yes, Column.constant(-2, size), Column.constant(1, size), ())


def _nothing(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return None


def _mistakes_a_fact(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return facts.flag("students")


def _asks_for_more(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return facts.number("never_declared")


def _wants_another_figure(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return figures["never_declared"]


def _exits(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    sys.exit("enough")


def _divides(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    return facts.choice("category").pick({"deep": 5}) // 2


def _hangs(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    while True:
        pass


def _answers_by_chance(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    amount = Column.constant(next(_turns), facts.size)
    return Assessment(amount > 0, amount, amount, ())


def _changes_its_figures(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    figures.values["dibao_line"] = 1  # type: ignore[index]


def _changes_its_facts(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Any:
    facts.number("students").values[0] = 9


_turns = itertools.count(1)
FAULTY: list[tuple[Callable[..., Any], str]] = [
    (_raises, "a vendor's bug"),
    (_overflows, "beyond 64 bits"),
    (_too_short, "did not answer for each"),
    (_turned_round, "minimum is above"),
    (_below_zero, "below zero"),
    (_nothing, "it gave NoneType, not Assessment"),
    (_divides, "divide only by"),
    (_mistakes_a_fact, "is not yes or no"),
    (_asks_for_more, "never_declared"),
    (_wants_another_figure, "never_declared"),
    (_exits, "enough"),
    (_hangs, r"did not answer within 0\.3"),
    (_answers_by_chance, "otherwise when it was asked again"),
    (_changes_its_figures, "does not support item assignment"),
    (_changes_its_facts, "read-only"),
]


@pytest.mark.parametrize(("fault", "why"), FAULTY, ids=[fault.__name__ for fault, _ in FAULTY])
def test_a_programme_that_fails_decides_nothing_and_hurts_nobody(
    fault: Callable[..., Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalogue.load()
    pack = Policies.load(catalogue=catalogue).pack("city_2023")
    facts = {**HOUSEHOLD, "category": "deep"}
    with monkeypatch.context() as patched:
        patched.setattr(type(catalogue.rule("golden_autumn")), "assess", fault)
        patched.setattr(containment, "SECONDS", 0.3)
        with pytest.raises(UnavailableError, match=why):
            assess(catalogue, pack, "golden_autumn", facts, ON)
        assert re.search(why, problem(catalogue, "golden_autumn"))
        assert assess(catalogue, pack, "living_aid", facts, ON).maximum == 840_000
        assert judge(catalogue, pack, HOUSEHOLD, ON).category == "deep"
    # Mended, it is tried again and is available again.
    assert assess(catalogue, pack, "golden_autumn", facts, ON).maximum == 700_000
    assert all(entry.is_available for entry in catalogue.entries())


def test_an_identification_that_invents_a_category_is_contained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalogue = Catalogue.load()
    pack = Policies.load(catalogue=catalogue).pack("city_2023")

    def identify(self: Any, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        everyone = Flags.constant(True, facts.size)
        return Identified(first_that_fits((everyone, "rich"), otherwise="none"), ())

    monkeypatch.setattr(type(catalogue.rule("worker_hardship")), "identify", identify)
    with pytest.raises(UnavailableError, match="none of accidental, deep, none, relative"):
        judge(catalogue, pack, HOUSEHOLD, ON)


def test_a_wrong_fact_is_the_caller_s_matter_and_no_failure_of_the_plugin() -> None:
    catalogue = Catalogue.load()
    pack = Policies.load(catalogue=catalogue).pack("city_2023")
    with pytest.raises(InvalidError) as raised:
        judge(catalogue, pack, {**HOUSEHOLD, "income": -1}, ON)
    assert raised.value.field == "income"
    assert all(entry.is_available for entry in catalogue.entries())


class Nobody(Identification):
    """An identification that finds nobody in hardship."""

    name = "nobody"
    version = "1"
    api_version = "1.0"
    title = Text("无", "nobody")
    parameters = ()
    facts = (FACTS["members"],)
    categories = (Option("none", Text("无", "none")),)

    def identify(self, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        """Find nobody."""
        nobody = Flags.constant(False, facts.size)
        return Identified(first_that_fits((nobody, "none"), otherwise="none"), ())


def test_an_identification_comes_in_by_the_same_door() -> None:
    assert Catalogue.load(extra=[plugin(Nobody())]).identification("nobody").title.en == "nobody"
