"""Re-verification: a whole registry judged again for a day, its progress, what came of it."""

from __future__ import annotations

import uuid

from bangfu_sdk import FACTS
from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.context import Context
from core.errors import DomainError
from core.outbox import OutboxEntry, list_jobs
from core.paging import WHOLE
from core.reverification.models import Reverification
from core.reverification.queries import (
    Undecidable,
    find_reverification,
    list_reverifications,
    list_undecidable,
)
from core.reverification.service import JOB, request_reverification
from web import excel
from web.labels import label
from web.pages.addressing import posted_day
from web.pages.jobs import UNFINISHED
from web.request import context
from web.translation import language, pick

blueprint = Blueprint("reverification", __name__, url_prefix="/<tenant>/reverifications")
SHOWN = 200


@blueprint.get("")
def show_list() -> str:
    """Show the form, what is at work, and the runs there were."""
    ctx = context()
    return render_template(
        "reverifications/list.html", runs=list_reverifications(ctx), today=ctx.today,
        jobs=_jobs(ctx),
    )  # fmt: skip


@blueprint.post("")
def start() -> ResponseReturnValue:
    """Have a worker judge the registry again."""
    ctx = context()
    run, _job = request_reverification(ctx, posted_day("on", ctx.today))
    flash(_("The registry is being judged again."))
    return redirect(url_for(".show", run_id=run.id), 303)


@blueprint.get("/excel")
def download_list() -> Response:
    """Hand the runs out as a workbook."""
    titles = [_("Judged for"), _("State"), _("Files"), _("Judged"), _("Changed"),
              _("Not decidable"), _("Begun at"), _("Finished at")]  # fmt: skip
    rows = [
        [one.on_date, label("reverification", one.state), one.total, one.judged, one.changed,
         one.undecidable, one.started_at, one.finished_at]
        for one in list_reverifications(context(), size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(_("Re-verifications"), titles, rows)


@blueprint.get("/<uuid:run_id>")
def show(run_id: uuid.UUID) -> str:
    """Show one run: its progress, what changed, which files could not be decided."""
    ctx = context()
    run = find_reverification(ctx, run_id)
    return render_template(
        "reverifications/show.html", run=run, moves=_moves(run),
        jobs=[job for job in _jobs(ctx) if job.payload["run_id"] == str(run.id)],
        lacking=[(one.file_number, _facts(one)) for one in list_undecidable(ctx, run_id, SHOWN)],
    )  # fmt: skip


@blueprint.get("/<uuid:run_id>/excel")
def download(run_id: uuid.UUID) -> Response:
    """Hand out the files that could not be decided as a workbook."""
    lacking = list_undecidable(context(), run_id, WHOLE)
    titles = [_("File number"), _("Not decidable, missing")]
    rows = [[one.file_number, _facts(one)] for one in lacking]
    return excel.hand_out(_("Files not decidable"), titles, rows)


def _jobs(ctx: Context) -> list[OutboxEntry]:
    try:
        asked = list_jobs(ctx)
    except DomainError:
        return []
    return [job for job in asked if job.job == JOB and job.state in UNFINISHED]


def _facts(one: Undecidable) -> str:
    between = "、" if language() == "zh" else ", "
    return between.join(pick(FACTS[name].meaning) for name in one.facts)


def _moves(run: Reverification) -> list[tuple[str, str, int]]:
    """Return category before and after, and how many, the most first."""
    moves = sorted(run.moves.items(), key=lambda move: -move[1])
    return [(*move.split(">"), count) for move, count in moves]
