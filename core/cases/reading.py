"""Reads `cases.toml`; `docs/vendors/cases.md` describes the format."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from bangfu_sdk import FACTS, HUNDREDTHS, Fact, Rule, Source, Text, Unit

from core.cases.case import Case, Expected
from core.catalogue import Catalogue
from core.errors import NotFoundError, _
from core.policies import TENANTS, Figures, Pack, Policies
from core.policies.figures import seal_figures
from core.policies.reading import Table, read_toml
from core.policies.series import read_number

FILE = "cases.toml"
_AMOUNTS = ("minimum", "maximum", "amount")
_OF_HOUSEHOLD = ("category", "reasons", "error", "way", "groups")


@dataclass(frozen=True)
class CaseFile:
    """The cases of a file. They are judged by a pack, or by one rule with figures of its own."""

    file: str
    cases: tuple[Case, ...]
    pack: Pack | None = None
    rule: Rule | None = None
    figures: Figures | None = None


def find_case_files(catalogue: Catalogue, root: Path | None = None) -> Iterator[Path]:
    """Return the case files of every region pack and of every installed plugin."""
    yield from sorted((root or TENANTS).glob(f"*/{FILE}"))
    packages = {type(rule).__module__.partition(".")[0] for rule in catalogue.rules()}
    for package in sorted(packages):
        with as_file(files(package) / FILE) as path:
            if path.is_file():
                yield path


def read_cases(path: Path, catalogue: Catalogue, policies: Policies) -> CaseFile:
    """Return the cases of a file. Raises PolicyError naming file, key and remedy."""
    # The folder is told as well: every pack and plugin has a file of the same name.
    table = read_toml(path, f"{path.parent.name}/{path.name}", parse_float=str)
    known = {fact.name: fact for rule in catalogue.rules() for fact in rule.facts} | dict(FACTS)
    cases = tuple(_read_case(case, known) for case in table.tables("case"))
    if not cases:
        raise table.error("case", _("is missing."), _("Write at least one [[case]]."))
    if "programme" in table:
        read = _of_plugin(table, cases, catalogue)
    else:
        read = CaseFile(table.file, cases, pack=_find_pack(table, path, policies))
    table.finish()
    return read


def _find_pack(table: Table, path: Path, policies: Policies) -> Pack:
    key = "pack"
    slug = table.string(key) if key in table else path.resolve().parent.name
    try:
        return policies.pack(slug)
    except NotFoundError as error:
        raise table.error(
            key,
            _("there is no region pack “%(slug)s”."),
            _('Write pack = "…" with one of: %(known)s.'),
            slug=slug,
            known=", ".join(pack.slug for pack in policies.packs),
        ) from error


def _of_plugin(table: Table, cases: tuple[Case, ...], catalogue: Catalogue) -> CaseFile:
    rule = catalogue.rule(table.string("programme"))
    given = table.table("figures")
    source = Source(Text(table.file, table.file), Text("figures", "figures"), cases[0].on)
    values: dict[str, int] = {}
    for parameter in rule.parameters:
        if parameter.by_category:
            below = given.table(parameter.name)
            values |= {
                f"{parameter.name}.{key}": read_number(below, key, parameter) for key in below
            }
        else:
            values[parameter.name] = read_number(given, parameter.name, parameter)
    given.finish()
    figures = seal_figures(rule.name, values, dict.fromkeys(values, source), rule.parameters)
    return CaseFile(table.file, cases, rule=rule, figures=figures)


def _read_case(table: Table, known: dict[str, Fact]) -> Case:
    household, expect = table.table("household"), table.table("expect")
    programmes = {
        name: _read_expected(expect.table(name)) for name in expect if name not in _OF_HOUSEHOLD
    }
    case = Case(
        name=table.string("name"),
        on=table.day("on"),
        facts=_read_facts(household, known),
        category=expect.string("category") if "category" in expect else None,
        reasons=expect.strings("reasons") if "reasons" in expect else None,
        error=expect.string("error") if "error" in expect else None,
        programmes=programmes,
        given=_read_given(table.table("given"), programmes) if "given" in table else {},
        division=table.string("division") if "division" in table else "",
        way=expect.string("way") if "way" in expect else None,
        groups=expect.strings("groups") if "groups" in expect else None,
    )
    for part in (household, expect, table):
        part.finish()
    return case


def _read_given(table: Table, programmes: Collection[str]) -> dict[str, int]:
    """Return what programmes of the case gave already; any other name is left over, an error."""
    given = {name: table.amount(name) for name in table if name in programmes}
    table.finish()
    return given


def _read_facts(household: Table, known: dict[str, Fact]) -> dict[str, Any]:
    """Return the facts; money and counts that are left out are 0, flags are no, and what may be
    unknown is unknown."""
    facts: dict[str, Any] = {}
    for name, fact in known.items():
        if name in household:
            facts[name] = _read_fact(household, fact)
        elif fact.may_be_unknown:
            continue
        elif fact.unit is Unit.FLAG:
            facts[name] = False
        elif fact.low == 0 and fact.unit is not Unit.CODE:
            facts[name] = 0
    return facts


def _read_fact(household: Table, fact: Fact) -> Any:
    if fact.unit is Unit.FLAG:
        return household.flag(fact.name)
    if fact.unit is Unit.CODE:
        return household.string(fact.name)
    if fact.unit in HUNDREDTHS:
        return household.amount(fact.name)
    return household.integer(fact.name, fact.low, fact.high)


def _read_expected(table: Table) -> Expected:
    expected = Expected(
        eligible=table.flag("eligible") if "eligible" in table else None,
        amounts={key: table.amount(key) for key in _AMOUNTS if key in table},
        last_level=table.string("last_level") if "last_level" in table else None,
        reasons=table.strings("reasons") if "reasons" in table else None,
    )
    table.finish()
    return expected
