"""Jobs of public notice."""

from __future__ import annotations

from typing import Any

from core.applications.decisions import OPEN_NOTICE
from core.notices.publication import open_notice
from worker.tasks import Task, job


@job(OPEN_NOTICE)
def show(task: Task) -> dict[str, Any]:
    """Show an approved application publicly, in the name of the system."""
    with task.system() as ctx:
        notice = open_notice(ctx, task.id_of("application"))
        return {"notice": str(notice.id) if notice else None}
