"""Reads and checks `published.toml`; a pack need not have one."""

from __future__ import annotations

from pathlib import Path

from core.errors import _
from core.policies.published import (
    RECIPIENTS,
    Published,
    PublishedAid,
    PublishedCategory,
    PublishedMutualAid,
)
from core.policies.reading import Table, read_toml
from core.policies.region_file import RegionFile
from core.policies.region_lists import read_one_of

FILE = "published.toml"
AID_KINDS = ("money", "in_kind", "recognition", "post", "training")
MOST = 10**9


def read_published(folder: Path, region: RegionFile) -> Published | None:
    """Return what a region published, None where the pack has no such file. Raises PolicyError."""
    path = folder / FILE
    if not path.exists():
        return None
    table = read_toml(path, f"{folder.name}/{FILE}")
    total = table.table("total")
    mutual_aid = _mutual_aid(table.table("mutual_aid")) if "mutual_aid" in table else None
    published = Published(
        as_of=table.day("as_of"),
        document=table.text("document"),
        section=total.text("section"),
        categories=_categories(table, region),
        share_of_households=_per_mille(total, "share_of_households"),
        share_of_people=_per_mille(total, "share_of_people"),
        mutual_aid=mutual_aid,
        aid=tuple(_aid(row, region) for row in table.tables("aid")),
    )
    _check_sum(total, "households", published.households)
    _check_sum(total, "people", published.people)
    total.finish()
    table.finish()
    return published


def _categories(table: Table, region: RegionFile) -> tuple[PublishedCategory, ...]:
    codes = tuple(one.code for one in region.categories)
    found: dict[str, PublishedCategory] = {}
    for row in table.tables("category"):
        code = read_one_of(row, "code", codes)
        if code in found:
            raise row.error("code", _("stands twice."), _("Take one of them out."))
        households = row.integer("households", 1, MOST)
        found[code] = PublishedCategory(code, households, row.integer("people", households, MOST))
        row.finish()
    if not found:
        raise table.error("category", _("is missing."), _("Name the categories of the region."))
    return tuple(found.values())


def _check_sum(total: Table, key: str, found: int) -> None:
    told = total.integer(key, 1, MOST)
    if told != found:
        raise total.error(
            key, _("%(told)s is not the sum of the parts, %(found)s."),
            _("Correct the total or the parts."), told=told, found=found,
        )  # fmt: skip


def _per_mille(total: Table, key: str) -> int:
    """Return a share written in per cent with one decimal."""
    text = total.string(key)
    whole, _point, tenth = text.partition(".")
    if not (whole.isdecimal() and tenth.isdecimal() and len(tenth) == 1 and int(whole) <= 100):
        raise total.error(
            key, _("“%(value)s” is no share."), _('Write per cent such as "13.5".'), value=text
        )
    return int(whole) * 10 + int(tenth)


def _mutual_aid(table: Table) -> PublishedMutualAid:
    units = table.integer("units", 1, MOST)
    read = PublishedMutualAid(
        units, table.integer("workers", units, MOST), table.money("contribution"),
        table.text("section"),
    )  # fmt: skip
    if table.money("raised") != read.raised:
        raise table.error(
            "raised", _("is not what so many workers contribute."),
            _("Correct the number of workers, the contribution or the sum."),
        )  # fmt: skip
    table.finish()
    return read


def _aid(row: Table, region: RegionFile) -> PublishedAid:
    codes = tuple(one.code for one in region.categories)
    read = PublishedAid(
        department=read_one_of(row, "department", tuple(one.code for one in region.departments)),
        measure=read_one_of(row, "measure", tuple(one.code for one in region.measures)),
        kind=read_one_of(row, "kind", AID_KINDS),
        to=read_one_of(row, "to", RECIPIENTS),
        category=read_one_of(row, "category", codes) if "category" in row else "",
        recipients=row.integer("recipients", 1, MOST) if "recipients" in row else None,
        amount=row.money("amount") if "amount" in row else 0,
        section=row.text("section"),
    )
    row.finish()
    return read
