"""`bangfu generate`: a synthetic registry of any size, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from core.households.export import write_csv, write_workbook
from core.households.generation.registry import DEFAULT_LINE_FEN, generate, list_places
from core.households.records import HouseholdRecord
from core.households.workbook.columns import HOUSEHOLD_SHEET
from core.households.workbook.opening import sibling
from core.policies import Policies
from core.policies.region import Pack
from web.cli.console import as_json, give, progress, say
from web.cli.console import translate as _

# Fixed, for a seed must give the same registry tomorrow.
DEFAULT_DAY = "2023-06-30"
LINE = "dibao_line"


@click.command("generate", help=_("Make a synthetic registry, reproducible from its seed."))
@click.option("--pack", "slug", required=True, help=_("Region pack, city_2023 for example"))
@click.option(
    "--households", "count", type=click.IntRange(1), required=True, help=_("How many households")
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
    default=DEFAULT_DAY,
    show_default=True,
    help=_("The day of the registry: ages and dates are counted from it"),
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help=_("File to write, .xlsx or .csv"),
)
@as_json
def generate_command(
    slug: str, count: int, seed: int, on: dt.datetime, out: Path | None, as_json: bool
) -> None:
    """Write a registry for the unions of a pack's example tree."""
    pack = Policies.load().pack(slug)
    target = out or Path(f"{slug}-{count}-{seed}.xlsx")
    with progress(_("Households"), quiet=as_json) as report:
        files = _write(target, _records(pack, count, seed, on.date(), report), on)
    if as_json:
        give({"files": [str(file) for file in files], "households": count})
        return
    for file in files:
        say("%(file)s", file=file)


def _records(
    pack: Pack, count: int, seed: int, on: dt.date, report: Callable[[int, int], None]
) -> Iterator[HouseholdRecord]:
    line = pack.figures(pack.identification, on).values.get(LINE, DEFAULT_LINE_FEN)
    made = 0
    for block in generate(list_places(pack.unit_names()), count, seed, on=on, line_fen=line):
        yield from block.records
        made += block.good
        report(made, count)


def _write(target: Path, records: Iterator[HouseholdRecord], on: dt.datetime) -> list[Path]:
    if target.suffix.lower() != ".csv":
        target.write_bytes(write_workbook(records, created=on))
        return [target]
    written = []
    for sheet, data in write_csv(records).items():
        written.append(target if sheet == HOUSEHOLD_SHEET else sibling(target, sheet))
        written[-1].write_bytes(data)
    return written
