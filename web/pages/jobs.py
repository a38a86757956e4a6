"""Background jobs: what was asked of the workers, how far it is, what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import outbox
from core.paging import WHOLE
from web import excel
from web.labels import JOB_STATES, job_name, label
from web.request import context, installation, signed_in, tenant_in_view, work
from web.translation import translate
from worker import queue

blueprint = Blueprint("job", __name__, url_prefix="/<tenant>/jobs")
UNFINISHED = ("pending", "running")


@blueprint.get("")
def show_list() -> str:
    """Show the newest jobs."""
    jobs = outbox.list_jobs(context(), state=_state())
    return render_template("jobs/list.html", jobs=jobs, state=_state(), states=JOB_STATES)


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    titles = [_("Job"), _("State"), _("Done"), _("In all"), _("Asked at"), _("Finished at"),
              _("Attempts"), _("Why not")]  # fmt: skip
    rows = (_cells(job) for job in outbox.list_jobs(context(), state=_state(), limit=WHOLE))
    return excel.hand_out(_("Background jobs"), titles, rows)


@blueprint.get("/<uuid:job_id>")
def show(job_id: uuid.UUID) -> str:
    """Show one job."""
    job = outbox.find_job(context(), job_id)
    return render_template("jobs/show.html", job=job, failure=outbox.failure_of(job))


@blueprint.get("/<uuid:job_id>/progress")
def follow(job_id: uuid.UUID) -> Response:
    """Answer htmx: how far a job is; once it is over, the page around it is loaded anew."""
    job = outbox.find_job(context(), job_id)
    response = make_response(render_template("jobs/progress.html", job=job))
    if job.state not in UNFINISHED:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/<uuid:job_id>/retry")
def retry(job_id: uuid.UUID) -> ResponseReturnValue:
    """Let a failed job run again, also one of a federation below for the platform operator.

    In a transaction of its own: the request's is confined to what a superior federation may write.
    """
    here = installation()
    with here.context(tenant_in_view(), signed_in().actor, request_id=work().request_id) as ctx:
        outbox.retry(ctx, outbox.find_job(ctx, job_id))
    queue.hint(here, ctx.to_hint)
    flash(_("The job waits for a worker again."))
    return redirect(url_for(".show", job_id=job_id), 303)


def _state() -> str:
    state = request.args.get("state", "")
    return state if state in JOB_STATES else ""


def _cells(job: outbox.OutboxEntry) -> list[Any]:
    failure = outbox.failure_of(job)
    return [
        job_name(job.job), label("job", job.state), job.progress, job.total, job.created_at,
        job.finished_at, job.attempts, translate(failure[0]) if failure else "",
    ]  # fmt: skip
