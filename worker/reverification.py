"""The job of a re-verification: block after block, each committed by itself."""

from __future__ import annotations

from typing import Any

from core.reverification.models import Reverification
from core.reverification.service import JOB, carry_on, stop
from worker.tasks import Task, job


def give_up(task: Task) -> None:
    """Note on the run that its job has failed for good."""
    with task.system() as ctx:
        stop(ctx, task.id_of("run_id"))


@job(JOB, farewell=give_up)
def reverify(task: Task) -> dict[str, Any]:
    """Judge the registry again; a job begun anew goes on behind the last block."""
    return tell(carry_on(task.context, task.id_of("run_id"), task.progress))


def tell(run: Reverification) -> dict[str, Any]:
    """Return what a run came to, JSON-ready."""
    names = ("state", "total", "judged", "changed", "undecidable", "later", "categories", "moves")
    values = {name: getattr(run, name) for name in names}
    return {"run_id": str(run.id), "on": run.on_date.isoformat(), **values}
