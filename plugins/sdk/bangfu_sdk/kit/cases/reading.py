"""Reads the cases of a `cases.toml`; the format is described in the guide for vendors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu_sdk.facts import Fact
from bangfu_sdk.kit.cases.case import STAGES, Case, Earlier, Expected
from bangfu_sdk.kit.figures import read_figures
from bangfu_sdk.kit.tables import Table
from bangfu_sdk.parameters import Figures, Parameter, Source
from bangfu_sdk.programmes import Rule
from bangfu_sdk.texts import HUNDREDTHS, Text, Unit
from bangfu_sdk.vocabulary import CLAIM_FACTS, FACTS

FILE = "cases.toml"
_AMOUNTS = ("minimum", "maximum", "amount")
_OF_HOUSEHOLD = ("category", "reasons", "error", "way", "groups", "covered", "benefit")


def is_case_file(name: str) -> bool:
    """Say whether a file of a plugin holds cases: `cases.toml`, or `cases_….toml` for others of its
    rules."""
    return name == FILE or (name.startswith("cases_") and name.endswith(".toml"))


@dataclass(frozen=True)
class RuleCases:
    """The cases of one rule, and the figures of its own it is judged with in them."""

    file: str
    cases: tuple[Case, ...]
    rule: Rule
    figures: Figures


def read_rule_cases(table: Table, rules: Collection[Rule]) -> RuleCases:
    """Return the cases of a plugin's file, which names one of its rules.

    What is wrong with it is raised as the table raises its faults, naming file, key and remedy.
    """
    found = find_rule(table, rules)
    cases = read_cases(table, found.facts)
    figures = _read_figures(table, found.parameters, cases[0].on)
    table.finish()
    return RuleCases(table.file, cases, found, figures)


def find_rule(table: Table, rules: Collection[Rule]) -> Rule:
    """Return the rule the file names under `programme`."""
    name = table.string("programme")
    for rule in rules:
        if rule.name == name:
            return rule
    known = ", ".join(sorted(rule.name for rule in rules))
    raise table.fault(
        "programme",
        Text("没有插件提供“{name}”。", "no plugin provides “{name}”."),
        Text("请写其中之一：{known}。", "Write one of: {known}."),
        name=name, known=known,
    )  # fmt: skip


def read_cases(table: Table, facts: Collection[Fact]) -> tuple[Case, ...]:
    """Return the cases of a file; `facts` are those its rules judge, beyond the usual ones."""
    known = {**FACTS, **{fact.name: fact for fact in facts}}
    cases = tuple(_read_case(case, known) for case in table.tables("case"))
    if not cases:
        raise table.fault(
            "case",
            Text("缺失。", "is missing."),
            Text("请至少写一个[[case]]。", "Write at least one [[case]]."),
        )
    return cases


def _read_figures(table: Table, parameters: Collection[Parameter], on: dt.date) -> Figures:
    source = Source(Text(table.file, table.file), Text("figures", "figures"), on)
    return read_figures(table.table("figures"), parameters, source)


def _read_case(table: Table, known: Mapping[str, Fact]) -> Case:
    is_claim = "claim" in table
    told, expect = table.table("claim" if is_claim else "household"), table.table("expect")
    programmes = {
        name: _read_expected(expect.table(name)) for name in expect if name not in _OF_HOUSEHOLD
    }
    case = Case(
        name=table.string("name"),
        on=table.day("on"),
        facts=_read_facts(told, CLAIM_FACTS if is_claim else known),
        category=expect.string("category") if "category" in expect else None,
        reasons=expect.strings("reasons") if "reasons" in expect else None,
        error=expect.string("error") if "error" in expect else None,
        programmes=programmes,
        given=_read_given(table.table("given"), programmes) if "given" in table else {},
        earlier=tuple(_read_earlier(row) for row in table.tables("earlier")),
        division=table.string("division") if "division" in table else "",
        way=expect.string("way") if "way" in expect else None,
        groups=expect.strings("groups") if "groups" in expect else None,
        covered=expect.flag("covered") if "covered" in expect else None,
        benefit=expect.amount("benefit") if "benefit" in expect else None,
    )
    for part in (told, expect, table):
        part.finish()
    return case


def _read_given(table: Table, programmes: Collection[str]) -> dict[str, int]:
    """Return what programmes of the case gave already; any other name is left over, an error."""
    given = {name: table.amount(name) for name in table if name in programmes}
    table.finish()
    return given


def _read_earlier(row: Table) -> Earlier:
    stage = row.string("stage") if "stage" in row else "decided"
    if stage not in STAGES:
        raise row.fault(
            "stage",
            Text("没有“{stage}”。", "“{stage}” is not known."),
            Text("请写其中之一：{known}。", "Write one of: {known}."),
            stage=stage, known=", ".join(STAGES),
        )  # fmt: skip
    earlier = Earlier(
        row.string("programme"), row.day("on"),
        row.amount("amount") if "amount" in row else 0, stage,
        same=row.flag("same_member") if "same_member" in row else True,
    )  # fmt: skip
    row.finish()
    return earlier


def _read_facts(told: Table, known: Mapping[str, Fact]) -> dict[str, Any]:
    """Return the facts; money and counts that are left out are 0, flags are no, and what may be
    unknown is unknown."""
    facts: dict[str, Any] = {}
    for name, fact in known.items():
        if name in told:
            facts[name] = _read_fact(told, fact)
        elif fact.may_be_unknown:
            continue
        elif fact.unit is Unit.FLAG:
            facts[name] = False
        elif fact.low == 0 and fact.unit is not Unit.CODE:
            facts[name] = 0
    return facts


def _read_fact(told: Table, fact: Fact) -> Any:
    if fact.unit is Unit.FLAG:
        return told.flag(fact.name)
    if fact.unit is Unit.CODE:
        return told.string(fact.name)
    if fact.unit in HUNDREDTHS:
        return told.amount(fact.name)
    return told.integer(fact.name, fact.low, fact.high)


def _read_expected(table: Table) -> Expected:
    expected = Expected(
        eligible=table.flag("eligible") if "eligible" in table else None,
        amounts={key: table.amount(key) for key in _AMOUNTS if key in table},
        last_level=table.string("last_level") if "last_level" in table else None,
        urgent=table.flag("urgent") if "urgent" in table else None,
        papers_due=table.day("papers_due") if "papers_due" in table else None,
        reasons=table.strings("reasons") if "reasons" in table else None,
    )
    table.finish()
    return expected
