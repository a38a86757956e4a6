"""Finds and reads `cases.toml`; `docs/vendors/cases.md` describes the format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bangfu_sdk.kit import cases as kit
from bangfu_sdk.kit.cases import FILE, Case, RuleCases, is_case_file

from core.catalogue import Catalogue
from core.errors import NotFoundError, _
from core.policies import TENANTS, Pack, Policies
from core.policies.reading import Table, read_toml


@dataclass(frozen=True)
class CaseFile:
    """The cases of a file that are judged by a pack."""

    file: str
    cases: tuple[Case, ...]
    pack: Pack


@dataclass(frozen=True)
class CaseSource:
    """Where cases are read from, which may be within a wheel, and how people are told of it."""

    name: str
    content: Traversable


def source_of(path: Path) -> CaseSource:
    """Return a file as it is told of: with its folder, for all have the same name."""
    return CaseSource(f"{path.resolve().parent.name}/{path.name}", path)


def find_case_files(catalogue: Catalogue, root: Path | None = None) -> Iterator[CaseSource]:
    """Return the case files of every region pack and of every installed plugin."""
    for path in sorted((root or TENANTS).glob(f"*/{FILE}")):
        yield source_of(path)
    packages = {type(rule).__module__.partition(".")[0] for rule in catalogue.rules()}
    for package in sorted(packages):
        for entry in sorted(files(package).iterdir(), key=lambda one: one.name):
            if is_case_file(entry.name):
                yield CaseSource(f"{package}/{entry.name}", entry)


def read_cases(
    source: CaseSource, catalogue: Catalogue, policies: Policies
) -> CaseFile | RuleCases:
    """Return the cases of a file: of a pack, or of the rule it names under `programme`.

    Raises PolicyError naming file, key and remedy.
    """
    table = read_toml(source.content, source.name, parse_float=str)
    if "programme" in table:
        return kit.read_rule_cases(table, catalogue.rules())
    facts = [fact for rule in catalogue.rules() for fact in rule.facts]
    read = CaseFile(table.file, kit.read_cases(table, facts), pack=_find_pack(table, policies))
    table.finish()
    return read


def _find_pack(table: Table, policies: Policies) -> Pack:
    key = "pack"
    slug = table.string(key) if key in table else table.file.partition("/")[0]
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
