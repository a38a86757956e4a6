"""Jobs of an import: checking a workbook, and putting it in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import DomainError
from core.households.importing import CHECK, RUN, check_import, fail_import, run_import
from core.households.models import Import
from worker.tasks import Task, job


@job(CHECK)
def check(task: Task) -> dict[str, Any]:
    """Check a workbook and note what it would do."""
    import_id = task.id_of("import_id")
    with _failing(task, import_id), task.context() as ctx:
        return _tell(check_import(ctx, import_id))


@job(RUN)
def run(task: Task) -> dict[str, Any]:
    """Put a workbook in, all of it in one transaction."""
    import_id = task.id_of("import_id")
    with _failing(task, import_id), task.context() as ctx:
        return _tell(run_import(ctx, import_id, task.progress))


@contextmanager
def _failing(task: Task, import_id: uuid.UUID) -> Iterator[None]:
    """What the user can mend ends the import; a fault of ours lets the job be tried again."""
    try:
        yield
    except DomainError:
        with task.system() as ctx:
            fail_import(ctx, import_id)
        raise


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
