"""Finds and reads `cases.toml`; `docs/vendors/cases.md` describes the format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from bangfu_sdk.kit import cases as kit
from bangfu_sdk.kit.cases import FILE, Case, RuleCases

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


def find_case_files(catalogue: Catalogue, root: Path | None = None) -> Iterator[Path]:
    """Return the case files of every region pack and of every installed plugin."""
    yield from sorted((root or TENANTS).glob(f"*/{FILE}"))
    packages = {type(rule).__module__.partition(".")[0] for rule in catalogue.rules()}
    for package in sorted(packages):
        found = files(package) / FILE
        if found.is_file():
            with as_file(found) as path:
                yield path


def read_cases(path: Path, catalogue: Catalogue, policies: Policies) -> CaseFile | RuleCases:
    """Return the cases of a file: of a pack, or of the rule it names under `programme`.

    Raises PolicyError naming file, key and remedy.
    """
    # The folder is told as well: every pack and plugin has a file of the same name.
    table = read_toml(path, f"{path.parent.name}/{path.name}", parse_float=str)
    if "programme" in table:
        return kit.read_rule_cases(table, catalogue.rules())
    facts = [fact for rule in catalogue.rules() for fact in rule.facts]
    read = CaseFile(
        table.file, kit.read_cases(table, facts), pack=_find_pack(table, path, policies)
    )
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
