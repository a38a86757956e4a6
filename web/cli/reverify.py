"""`bangfu reverify`: a whole registry judged again, only what changed written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from core.reverification.models import DONE, Reverification
from core.reverification.queries import Undecidable, list_undecidable
from core.reverification.service import begin, carry_on
from web.cli.console import as_json, give, progress, say, show_table
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation
from worker.reverification import tell

FOUND_WRONG = 1
LISTED = 100_000
SHOWN = 20


@click.command("reverify", help=_("Judge a whole registry again; only what changed is written."))
@click.option("--tenant", "slug", required=True, help=_("Federation"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True,
              help=_("The day to judge for, such as 2023-06-30"))  # fmt: skip
@as_json
@click.pass_context
def reverify(ctx: click.Context, slug: str, on: dt.datetime, as_json: bool) -> None:
    """Judge again; exit code 1 where files could not be decided. A run broken off goes on."""
    installation = open_installation()
    tenant = find_tenant(installation, slug)
    with installation.system(tenant) as work:
        run = begin(work, on.date())
    with progress(tenant.name, quiet=as_json) as told:
        run = carry_on(partial(installation.system, tenant), run.id, told)
    with installation.system(tenant) as work:
        lacking = list_undecidable(work, run.id, LISTED)
    if as_json:
        give({"tenant": slug, **tell(run), "files": [_data(one) for one in lacking]})
    else:
        _show(slug, run, lacking)
    if lacking or run.state != DONE:
        ctx.exit(FOUND_WRONG)


def _data(one: Undecidable) -> dict[str, Any]:
    return {"file_number": one.file_number, "missing": list(one.facts)}


def _show(slug: str, run: Reverification, lacking: Sequence[Undecidable]) -> None:
    mark = "✗" if lacking else "✓"
    say(mark + " " + _("%(tenant)s, %(on)s: %(judged)s files judged again, %(changed)s changed, "
                       "%(undecidable)s not decidable, %(later)s judged for a later day"),
        tenant=slug, on=run.on_date, judged=run.judged, changed=run.changed,
        undecidable=run.undecidable, later=run.later)  # fmt: skip
    if run.moves:
        moves = [(*move.split(">"), count) for move, count in sorted(run.moves.items())]
        show_table((_("Before"), _("After"), _("Files")), moves)
    if lacking:
        rows = [(one.file_number, ", ".join(one.facts)) for one in lacking[:SHOWN]]
        show_table((_("File number"), _("Not decidable, missing")), rows)
    if len(lacking) > SHOWN:
        say(_("… and %(more)s more; --json lists them all."), more=len(lacking) - SHOWN)
