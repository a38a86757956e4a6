"""All region packs, read and checked against the plugins when the system starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

from bangfu_sdk import Exit, Identification, Option, Parameter, Rule, Scheme, Text

from core.catalogue import Catalogue
from core.errors import NotFoundError, UnavailableError, _
from core.item_limit import SEVERAL_ITEMS, declared_parameters
from core.policies.between import BETWEEN, CAP
from core.policies.errors import PolicyError
from core.policies.figures import Figures, Override
from core.policies.published_file import read_published
from core.policies.reading import Table, read_toml
from core.policies.referrals import check_referrals
from core.policies.region import Category, Named, Pack
from core.policies.region_file import RegionFile, read_region
from core.policies.series import Series, read_series
from core.policies.sheets import add_sheets
from core.policies.standards import STANDARDS
from core.policies.urgency import URGENT, check_urgent

TENANTS = Path(__file__).resolve().parents[2] / "tenants"


class Policies:
    """The region packs by slug."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = dict(packs)

    @classmethod
    def load(cls, root: Path | None = None, catalogue: Catalogue | None = None) -> Policies:
        """Read every pack below `root`, by default those that come with the system.

        Raises PolicyError naming file, key and remedy for the first thing that is wrong.
        """
        plugins = catalogue or Catalogue.load()
        folders = sorted(path.parent for path in (root or TENANTS).glob("*/region.toml"))
        return cls({folder.name: read_pack(folder, plugins) for folder in folders})

    @property
    def packs(self) -> tuple[Pack, ...]:
        """All packs, by slug."""
        return tuple(self._packs.values())

    def pack(self, slug: str) -> Pack:
        """Return a pack; `city-2023` finds `city_2023`. Raises NotFoundError."""
        found = self._packs.get(slug.replace("-", "_"))
        if found is None:
            raise NotFoundError(
                _("There is no region pack “%(slug)s”. There are: %(known)s."),
                slug=slug,
                known=", ".join(self._packs),
            )
        return found

    def figures(
        self,
        pack: str,
        programme: str,
        on: dt.date,
        overrides: Iterable[Override] = (),
        division: str = "",
    ) -> Figures:
        """Return the figures of a programme in force on a day; see `Pack.figures`."""
        return self.pack(pack).figures(programme, on, overrides, division)


def read_pack(folder: Path, catalogue: Catalogue) -> Pack:
    """Return one pack, checked. Raises PolicyError."""
    table = read_toml(folder / "region.toml", f"{folder.name}/region.toml")
    region = read_region(table)
    rules = _find_rules(region, table, catalogue)
    check_referrals(table, region.referrals, rules)
    check_urgent(table, region.urgent, rules)
    files = PolicyFiles(folder, region)
    pack = Pack(
        slug=folder.name,
        item_limit=_item_limit(files, region),
        series=files.read(rules),
        published=read_published(folder, region),
        **{name: getattr(region, name) for name in RegionFile.__dataclass_fields__},
    )
    return add_sheets(pack, catalogue)


def _item_limit(files: PolicyFiles, region: RegionFile) -> Series | None:
    """Return the limit on items of aid; a region without programmes needs none."""
    return files.series(region.identification, SEVERAL_ITEMS) if region.programmes else None


def _find_rules(region: RegionFile, table: Table, catalogue: Catalogue) -> dict[str, Rule | None]:
    """Return the rules the region uses; None for one whose plugin is out of order."""
    identification = _find(catalogue, table, "identification", region.identification)
    if isinstance(identification, Identification):
        _check_codes(region, table, "category", identification.categories, region.categories)
        groups = identification.target_groups
        _check_codes(region, table, "target_group", groups, region.target_groups)
    rules = {name: _find(catalogue, table, "programmes", name) for name in region.programmes}
    if region.exit:
        rules[region.exit] = _find_exit(region, table, catalogue)
    if region.scheme:
        rules[region.scheme] = _find_scheme(region, table, catalogue)
    return {region.identification: identification, **rules}


def _find_exit(region: RegionFile, table: Table, catalogue: Catalogue) -> Rule | None:
    rule = _find(catalogue, table, "exit", region.exit)
    if rule is not None and not isinstance(rule, Exit):
        raise table.error(
            "exit",
            _("“%(name)s” is no exit."),
            _("Name a rule for leaving hardship, or take it out."),
            name=region.exit,
        )
    return rule


def _find_scheme(region: RegionFile, table: Table, catalogue: Catalogue) -> Rule | None:
    rule = _find(catalogue, table, "scheme", region.scheme)
    if rule is not None and not isinstance(rule, Scheme):
        raise table.error(
            "scheme",
            _("“%(name)s” is no scheme."),
            _("Name a contributory scheme, or take it out."),
            name=region.scheme,
        )
    return rule


def _check_codes(
    region: RegionFile,
    table: Table,
    key: str,
    known: Iterable[Option],
    named: Iterable[Category | Named],
) -> None:
    codes = {option.code for option in known}
    for one in named:
        if one.code not in codes:
            raise table.error(
                key,
                _("“%(code)s” is not known to %(name)s."),
                _("Write one of: %(known)s."),
                code=one.code,
                name=region.identification,
                known=", ".join(sorted(codes)),
            )


def _find(catalogue: Catalogue, table: Table, key: str, name: str) -> Rule | None:
    try:
        return catalogue.rule(name)
    except UnavailableError:
        return None
    except NotFoundError as error:
        if any(entry.rule is None for entry in catalogue.entries()):
            return None  # It may be one of those that could not be loaded.
        raise table.error(
            key,
            _("no plugin provides “%(name)s”."),
            _("Install its plugin or take it out."),
            name=name,
        ) from error


class PolicyFiles:
    """The files of `policy/`: those of one programme, and those of the region for all."""

    def __init__(self, folder: Path, region: RegionFile) -> None:
        self.region, self.slug = region, folder.name
        self.own: dict[str, Table] = {}
        self.shared: list[Table] = []
        for path in sorted(folder.glob("policy/*.toml")):
            self._open(read_toml(path, f"{folder.name}/policy/{path.name}"))

    def _open(self, table: Table) -> None:
        if "programme" not in table:
            self.shared.append(table)
            return
        name = table.string("programme")
        region = self.region
        used = (
            region.identification, region.exit, region.scheme, *region.programmes,
            *self._standards(), *self._caps(),
        )  # fmt: skip
        if name not in used or name in self.own:
            raise table.error(
                "programme",
                _("“%(name)s” is not used by the region or has another file."),
                _("Enable it in region.toml, or keep one file for each programme."),
                name=name,
            )
        self.own[name] = table

    def read(self, rules: Mapping[str, Rule | None]) -> dict[str, tuple[Series, ...]]:
        """Return the dated values of every rule that is in order."""
        series = {
            name: tuple(self.series(name, parameter) for parameter in self._parameters(name, rule))
            for name, rule in rules.items()
            if rule is not None
        }
        for name in self._standards():
            series[name] = tuple(self.series(name, one) for one in self.region.standards)
        if self._caps():
            caps = [one.parameter for one in self.region.between if one.kind == CAP]
            series[BETWEEN] = tuple(self.series(BETWEEN, one) for one in caps)
        complete = None not in rules.values()
        for table in (*(self.own[name] for name in series if name in self.own), *self.shared):
            table.text("document")
            if complete or table not in self.shared:
                table.finish()
        return series

    def _parameters(self, name: str, rule: Rule) -> tuple[Parameter, ...]:
        urgent = URGENT if name in self.region.urgent else ()
        return (*declared_parameters(rule), *urgent)

    def _standards(self) -> tuple[str, ...]:
        return (STANDARDS,) if self.region.standards else ()

    def _caps(self) -> tuple[str, ...]:
        return (BETWEEN,) if any(one.kind == CAP for one in self.region.between) else ()

    def series(self, programme: str, parameter: Parameter) -> Series:
        """Return the dated values of a parameter, the programme's own before the region's."""
        table = self._holder(programme, parameter.name)
        codes = [category.code for category in self.region.categories]
        return read_series(table.table(parameter.name), parameter, _document(table), codes)

    def _holder(self, programme: str, parameter: str) -> Table:
        own = self.own.get(programme)
        for table in (own, *self.shared):
            if table is not None and parameter in table:
                return table
        raise PolicyError(
            _("is missing: “%(programme)s” needs it."),
            file=own.file if own else f"{self.slug}/policy/{programme}.toml",
            key=parameter,
            remedy=_("Add the figure with its date and source."),
            programme=programme,
        )


def _document(table: Table) -> Text:
    return table.text("document")
