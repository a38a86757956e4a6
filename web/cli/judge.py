"""`bangfu judge`: a file of households judged without tenant, server or database."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import click
from bangfu_sdk import UNLIMITED

from core.catalogue import Catalogue
from core.households.verdicts import Verdict, Verdicts, judge_workbook
from core.households.workbook.reading import Workbook, read_workbook
from core.money import FEN_PER_YUAN
from core.policies import Pack, Policies
from web.cli.console import as_json, complain, give, language, tell
from web.cli.console import translate as _

FILE_NUMBER = "档案编号"
AMOUNTS = {
    "living_min": ("living_aid", 0),
    "living_max": ("living_aid", 1),
    "education_max": ("golden_autumn", 1),
    "medical_max": ("medical_relief", 1),
    "one_off": ("temporary_relief", 1),
}
"""The columns of amounts: of which programme, and whether the least or the most it grants."""
SHARE = "one_off"
"""The column worked out as a share of a loss; the programme's figure `cap` is the most of it."""
COLUMNS = (FILE_NUMBER, "category", *AMOUNTS, "reasons")

readable = click.Path(exists=True, dir_okay=False, path_type=Path)
writable = click.Path(dir_okay=False, writable=True, allow_dash=True)


@click.command("judge", help=_("Judge a file of households without a server; nothing is stored."))
@click.argument("file", type=readable)
@click.option("--pack", "slug", required=True, help=_("Region pack, city_2023 for example"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help=_("Date judged on"))
@click.option("--csv", "out", type=writable, help=_("Write the lines here"))
@as_json
@click.pass_context
def judge_command(
    ctx: click.Context, file: Path, slug: str, on: dt.datetime, out: str | None, as_json: bool
) -> None:
    """Judge every good household of a file; exit code 1 where some rows have faults."""
    catalogue = Catalogue.load()
    pack = Policies.load(catalogue=catalogue).pack(slug)
    workbook = read_workbook(file, today=dt.datetime.now(dt.UTC).date(), units=pack.unit_names())
    verdicts = judge_workbook(workbook, catalogue, pack, on.date())
    lines = _write_lines(verdicts, _find_cap(verdicts, pack, on.date()))
    if out is not None:
        with click.open_file(out, "w", encoding="utf-8", lazy=False) as target:
            target.write(_as_csv(lines))
    if as_json:
        give(_as_data(workbook, verdicts, lines))
    elif out is None:
        click.echo(_as_csv(lines), nl=False)
    _complain(workbook, verdicts, quiet=as_json)
    if workbook.faults or verdicts.unavailable:
        ctx.exit(1)


def write_yuan(fen: int) -> str:
    """Return yuan with no more decimals than it needs: "5600" for 560000, "17001.3" for 1700130."""
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan}.{rest:02d}".rstrip("0") if rest else str(yuan)


def write_share(fen: int, cap: int) -> str:
    """Return the yuan of a share that was rounded to the fen, as such: "3600.00" for 360000.

    Nothing at all and the cap were not rounded, and stand as any other amount: "0", "10000".
    """
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    return f"{yuan}.{rest:02d}" if 0 < fen < cap else write_yuan(fen)


def _find_cap(verdicts: Verdicts, pack: Pack, on: dt.date) -> int:
    programme = AMOUNTS[SHARE][0]
    if programme not in verdicts.assessed:
        return UNLIMITED
    return pack.figures(programme, on).values.get("cap", UNLIMITED)


def _write_lines(verdicts: Verdicts, cap: int) -> list[dict[str, str]]:
    return [
        {
            FILE_NUMBER: verdict.file_number,
            "category": verdict.category,
            **{name: _amount(verdict, name, cap) for name in AMOUNTS},
            "reasons": _reasons(verdict),
        }
        for verdict in verdicts
    ]


def _reasons(verdict: Verdict) -> str:
    spoken = language()
    between = "；" if spoken == "zh" else "; "
    return between.join(reason[spoken] for reason in verdict.reasons)


def _amount(verdict: Verdict, name: str, cap: int) -> str:
    """Return an amount; none where the region has no such programme or its plugin failed."""
    programme, end = AMOUNTS[name]
    if programme not in verdict.ranges:
        return ""
    fen = verdict.ranges[programme][end]
    return write_share(fen, cap) if name == SHARE else write_yuan(fen)


def _as_csv(lines: list[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _as_data(workbook: Workbook, verdicts: Verdicts, lines: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "households": lines,
        "categories": verdicts.counts(),
        "faults": [fault.as_json(tell) for fault in workbook.faults],
        "unavailable": {name: tell(why.message) for name, why in verdicts.unavailable.items()},
    }


def _complain(workbook: Workbook, verdicts: Verdicts, *, quiet: bool) -> None:
    """Tell people on the error stream how many there are, and what could not be judged."""
    if quiet:
        return
    counts = ", ".join(f"{label} {count}" for label, count in verdicts.counts().items())
    click.echo(
        _("%(all)s households judged: %(counts)s")
        % {"all": len(verdicts.file_numbers), "counts": counts},
        err=True,
    )
    for fault in workbook.faults:
        place = f"{fault.sheet}: " if fault.sheet else ""
        click.echo(f"✗ {place}{tell(fault.message)} {tell(fault.remedy)}", err=True)
    for error in verdicts.unavailable.values():
        complain(error)
