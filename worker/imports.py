"""Jobs of an import: checking a workbook, and putting it in."""

from __future__ import annotations

from typing import Any

from core.households.imports.service import CHECK, RUN, check_import, fail_import, run_import
from core.households.models import Import
from worker.tasks import Task, job


def give_up(task: Task) -> None:
    """Note on the import that its job has failed for good."""
    with task.system() as ctx:
        fail_import(ctx, task.id_of("import_id"))


@job(CHECK, farewell=give_up)
def check(task: Task) -> dict[str, Any]:
    """Check a workbook and note what it would do."""
    with task.context() as ctx:
        return _tell(check_import(ctx, task.id_of("import_id")))


@job(RUN, farewell=give_up)
def run(task: Task) -> dict[str, Any]:
    """Put a workbook in, all of it in one transaction."""
    with task.context() as ctx:
        return _tell(run_import(ctx, task.id_of("import_id"), task.progress))


def _tell(item: Import) -> dict[str, Any]:
    return {
        "import_id": str(item.id),
        "state": item.state,
        "rows": item.rows,
        "good": item.good,
        "added": item.added,
        "changed": item.changed,
        "unchanged": item.unchanged,
        "faults": len(item.faults),
        "categories": item.categories,
    }
