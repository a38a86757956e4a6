"""Jobs of means verification and active discovery: forms, departments' files, screening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import UnavailableError, _
from core.verification.consents import (
    JOB,
    build_consent,
    fail_consent,
    find_consent,
    store_consent,
)
from core.verification.discovery.screening import JOB as SCREEN
from core.verification.discovery.screening import screen
from core.verification.files import CHECK, RUN, check_file, fail_file, run_file
from core.verification.models import DepartmentFile
from worker.tasks import Task, job

if TYPE_CHECKING:
    from worker.pdf.report import Pdf


def give_up_form(task: Task) -> None:
    """Note on the form that its job has failed for good."""
    with task.system() as ctx:
        fail_consent(ctx, task.id_of("form_id"))


@job(JOB, farewell=give_up_form)
def print_consent(task: Task) -> dict[str, Any]:
    """Print the authorisation of one household; one that was printed stays as it is."""
    form_id = task.id_of("form_id")
    with task.context() as ctx:
        form = find_consent(ctx, form_id)
        if form.state == "made":
            return {"form_id": str(form.id)}
        content, language = build_consent(ctx, form_id), form.language
    task.progress(1, 2)
    pdf = _typeset(content, language)
    with task.context() as ctx:
        store_consent(ctx, form_id, pdf.data)
    task.progress(2, 2)
    return {"form_id": str(form_id), "pages": pdf.pages}


def _typeset(content: dict[str, Any], language: str) -> Pdf:
    """Set the form; UnavailableError where this machine lacks what typesetting needs."""
    try:
        # Loaded when there is something to typeset: other queues need none of it.
        from worker.pdf.consent import typeset  # noqa: PLC0415
    except OSError as error:
        raise UnavailableError(
            _("This machine cannot make PDFs: %(reason)s"),
            remedy=_("Run ./dev doctor: it names the line to type. Then try the job again."),
            reason=str(error),
        ) from error
    return typeset(content, language)


def give_up_file(task: Task) -> None:
    """Note on the file that its job has failed for good."""
    with task.system() as ctx:
        fail_file(ctx, task.id_of("file_id"))


@job(CHECK, farewell=give_up_file)
def check(task: Task) -> dict[str, Any]:
    """Check a department's workbook and note what it would do."""
    with task.context() as ctx:
        return _tell(check_file(ctx, task.id_of("file_id"), task.progress))


@job(RUN, farewell=give_up_file)
def run(task: Task) -> dict[str, Any]:
    """Put a department's workbook in, all of it in one transaction."""
    with task.context() as ctx:
        return _tell(run_file(ctx, task.id_of("file_id"), task.progress))


@job(SCREEN)
def screen_registry(task: Task) -> dict[str, Any]:
    """Screen the registry for files that are eligible for aid nobody asked for."""
    with task.context() as ctx:
        screened = screen(ctx, task.progress)
    return {"households": screened.households, "proposed": screened.proposed}


def _tell(item: DepartmentFile) -> dict[str, Any]:
    return {
        "file_id": str(item.id),
        "state": item.state,
        "faults": len(item.faults),
        **item.counts,
    }
