"""`bangfu generate`: a synthetic registry of any size, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from core.catalogue import Catalogue
from core.departments.generation import write_ledger
from core.departments.workbook import SHEET as LEDGER
from core.enrolments.generation import write_enrolments
from core.enrolments.workbook import SHEET as ENROLMENTS
from core.errors import InvalidError
from core.households.export import write_csv, write_workbook
from core.households.generation.registry import generate, list_places
from core.households.generation.whole import Region, find_line
from core.households.records import HouseholdRecord
from core.households.workbook.columns import HOUSEHOLD_SHEET
from core.households.workbook.opening import sibling
from core.households.workbook.reading import Workbook
from core.policies import Pack, Policies
from web.cli.console import as_json, give, progress, say
from web.cli.console import translate as _

# Fixed, for a seed must give the same registry tomorrow.
DEFAULT_DAY = dt.date(2023, 6, 30)
Report = Callable[[int, int], None]


@click.command("generate", help=_("Make a synthetic registry, reproducible from its seed."))
@click.option("--pack", "slug", required=True, help=_("Region pack, city_2023 for example"))
@click.option(
    "--households",
    "count",
    type=click.IntRange(1),
    help=_("How many households; as many as the region published by default"),
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help=_("Another seed makes another registry"),
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help=_("The day of the registry: ages and dates are counted from it"),
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help=_("File to write, .xlsx or .csv"),
)
@as_json
def generate_command(
    slug: str,
    count: int | None,
    seed: int,
    on: dt.datetime | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write a registry for the unions of a pack's example tree.

    Of a region that published its figures it has exactly its categories, in proportion where
    another number of households is asked for, and the aid its departments gave lies beside it.
    """
    catalogue = Catalogue.load()
    pack = Policies.load(catalogue=catalogue).pack(slug)
    count = count or _published_count(pack)
    target = out or Path(f"{slug}-{count}-{seed}.xlsx")
    with progress(_("Households"), quiet=as_json) as report:
        region = _find_region(catalogue, pack, count, seed, on)
        day = region.on if region else on.date() if on else DEFAULT_DAY
        blocks = region.blocks() if region else _make_blocks(pack, count, seed, day)
        created = dt.datetime.combine(day, dt.time())
        files = _write(target, _records(blocks, count, report), created)
        if region:
            files += _write_besides(target, region, created)
    if as_json:
        give({"files": [str(file) for file in files], "households": count})
        return
    for file in files:
        say("%(file)s", file=file)


def _published_count(pack: Pack) -> int:
    if pack.published is None:
        raise InvalidError(
            _("“%(pack)s” has no published figures."),
            remedy=_("Say how many households with --households."), pack=pack.slug,
        )  # fmt: skip
    return pack.published.households


def _find_region(
    catalogue: Catalogue, pack: Pack, count: int, seed: int, on: dt.datetime | None
) -> Region | None:
    if pack.published is None:
        return None
    day = on.date() if on else pack.published.as_of
    return Region(catalogue, pack, pack.published.scale(count), seed, day)


def _make_blocks(pack: Pack, count: int, seed: int, on: dt.date) -> Iterator[Workbook]:
    places = list_places(pack.unit_names())
    return generate(places, count, seed, on=on, line_fen=find_line(pack, on))


def _records(blocks: Iterable[Workbook], count: int, report: Report) -> Iterator[HouseholdRecord]:
    made = 0
    for block in blocks:
        yield from block.records
        made += block.good
        report(made, count)


def _write(target: Path, records: Iterator[HouseholdRecord], created: dt.datetime) -> list[Path]:
    if target.suffix.lower() != ".csv":
        target.write_bytes(write_workbook(records, created=created))
        return [target]
    written = []
    for sheet, data in write_csv(records).items():
        written.append(target if sheet == HOUSEHOLD_SHEET else sibling(target, sheet))
        written[-1].write_bytes(data)
    return written


def _write_besides(target: Path, region: Region, created: dt.datetime) -> list[Path]:
    """Write the workbooks of those who help, which are .xlsx whatever the registry is."""
    ledger = sibling(target, LEDGER).with_suffix(".xlsx")
    ledger.write_bytes(write_ledger(region.pack, region.aid(), created=created))
    if region.published.mutual_aid is None:
        return [ledger]
    enrolled = sibling(target, ENROLMENTS).with_suffix(".xlsx")
    enrolled.write_bytes(write_enrolments(region, region.published.mutual_aid, created=created))
    return [ledger, enrolled]
