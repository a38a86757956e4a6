"""Workers in hardship: deep, relative, accidental; target groups; the ways out of hardship."""

from bangfu_sdk import Rule, hookimpl

from worker_hardship.exits import WorkerExit
from worker_hardship.identification import WorkerHardship
from worker_hardship.target_groups import WorkerTargetGroups

__all__ = ["WorkerExit", "WorkerHardship", "WorkerTargetGroups", "bangfu_programmes"]


@hookimpl
def bangfu_programmes() -> list[Rule]:
    """Offer the identifications and the exit."""
    return [WorkerHardship(), WorkerTargetGroups(), WorkerExit()]
