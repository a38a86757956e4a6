"""`bangfu jobs`: what waits, runs, is done or has failed; and trying a failed one again."""

from __future__ import annotations

import uuid

import click

from core import outbox
from web.cli.console import as_json, give, say, show_table, tell
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation
from worker.queue import hint

STATES = ("pending", "running", "done", "failed")
in_tenant = click.option("--tenant", "slug", required=True, help=_("Federation"))


@click.group(help=_("Jobs: list, try again."))
def jobs() -> None:
    """Hold the commands on jobs."""


@jobs.command("list", help=_("List the newest jobs of a federation."))
@in_tenant
@click.option("--state", type=click.Choice(STATES), default=None)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@as_json
def list_jobs(slug: str, state: str | None, limit: int, as_json: bool) -> None:
    """Show the newest jobs."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        found = outbox.list_jobs(ctx, state=state or "", limit=limit)
    rows = [(str(one.id), one.job, one.state, f"{one.progress}/{one.total}", one.attempts,
             _reason(one)) for one in found]  # fmt: skip
    if as_json:
        names = ("id", "job", "state", "progress", "attempts", "reason")
        give([dict(zip(names, row, strict=True)) for row in rows])
    else:
        show_table(
            (_("Job"), _("Kind"), _("State"), _("Progress"), _("Attempts"), _("Reason")), rows
        )


@jobs.command("retry", help=_("Let a failed job run again."))
@click.argument("job", type=click.UUID)
@in_tenant
@as_json
def retry(job: uuid.UUID, slug: str, as_json: bool) -> None:
    """Try a job again."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        outbox.retry(ctx, outbox.find_job(ctx, job))
    queued = hint(installation, ctx.to_hint)
    if as_json:
        give({"id": job, "queued": queued})
    elif queued:
        say(_("✓ the job is queued again"))
    else:
        say(_("✓ the job runs again as soon as the queue server is back"))


def _reason(entry: outbox.OutboxEntry) -> str:
    failure = outbox.failure_of(entry)
    return tell(failure[0]) if failure else (entry.error or "")
