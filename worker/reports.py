"""The job of a supervision report: its figures read, its pages set, its file kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.context import Context
from core.errors import UnavailableError, _
from core.supervision.models import Report
from core.supervision.service import (
    JOB,
    STAGES,
    build_content,
    fail_report,
    find_report,
    store_report,
)
from worker.tasks import Task, job

if TYPE_CHECKING:
    from worker.pdf.report import Pdf


def give_up(task: Task) -> None:
    """Note on the report that its job has failed for good."""
    with task.system() as ctx:
        fail_report(ctx, task.id_of("report_id"))


@job(JOB, farewell=give_up)
def make_report(task: Task) -> dict[str, Any]:
    """Make the PDF of a report; one that was made before stays as it is."""
    report_id = task.id_of("report_id")
    with task.context() as ctx:
        report = find_report(ctx, report_id)
        if report.state == "made":
            return _tell(ctx, report)
        content, language = build_content(ctx, report_id), report.language
    task.progress(1, STAGES)
    pdf = _typeset(content, language)
    task.progress(2, STAGES)
    with task.context() as ctx:
        result = _tell(ctx, store_report(ctx, report_id, pdf.data, pdf.pages))
    task.progress(STAGES, STAGES)
    return result


def _typeset(content: dict[str, Any], language: str) -> Pdf:
    """Set the pages; UnavailableError where this machine lacks what typesetting needs."""
    try:
        # Loaded when there is something to typeset: other queues need none of it.
        from worker.pdf.report import typeset  # noqa: PLC0415
    except OSError as error:
        raise UnavailableError(
            _("This machine cannot make PDFs: %(reason)s"),
            remedy=_("Run ./dev doctor: it names the line to type. Then try the job again."),
            reason=str(error),
        ) from error
    return typeset(content, language)


def _tell(ctx: Context, report: Report) -> dict[str, Any]:
    return {
        "report_id": str(report.id),
        "subject": ctx.installation.tenant_by_id(report.subject_tenant).slug,
        "period": report.period,
        "pages": report.pages,
    }
