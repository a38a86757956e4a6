"""`bangfu report`: reports made by the worker, waited for and written to a file."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from core import outbox
from core.errors import ConflictError, UnavailableError
from core.errors import _ as mark
from core.installation import Installation
from core.supervision.service import open_report, request_report
from core.tenancy import TenantView
from web.cli.console import as_json, give, progress, say, tell
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation
from worker.queue import hint, workers_of

LOOK_SECONDS: Final = 0.3
LONGEST_SECONDS: Final = 600


@click.group(help=_("Make reports through the worker."))
def report() -> None:
    """Hold the commands on reports."""


@report.command("supervision", help=_("Make a supervision report on a federation as a PDF."))
@click.option("--tenant", "slug", required=True, help=_("Federation"))
@click.option("--period", required=True, help=_("Quarter, such as 2023Q2"))
@click.option("--by", help=_("The federation that supervises, itself if none is given"))
@click.option(
    "--language",
    "--lang",
    "lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    help=_("Language of the report"),
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help=_("Where to write the PDF")
)
@as_json
def supervision(
    slug: str, period: str, by: str | None, lang: str, out: Path | None, as_json: bool
) -> None:
    """Ask for a report, wait for the worker, write the PDF."""
    installation = open_installation()
    find_tenant(installation, slug)
    maker = find_tenant(installation, by or slug)
    with installation.system(maker) as ctx:
        asked, entry = request_report(ctx, slug, period, lang)
    hint(installation, [entry])
    with _a_worker(installation), progress(_("the report is being made"), quiet=as_json) as told:
        _wait(installation, maker, entry.id, told)
    with installation.system(maker) as ctx:
        made, pdf = open_report(ctx, asked.id)
    path = out or Path(f"supervision-{slug}-{made.period}-{made.number}.pdf")
    path.write_bytes(pdf)
    if as_json:
        give({"report": made.id, "path": path, "pages": made.pages, "bytes": len(pdf)})
    else:
        say(_("✓ the report is written: %(path)s (%(pages)s pages)"), path=path, pages=made.pages)


@contextmanager
def _a_worker(installation: Installation) -> Iterator[None]:
    """See that somebody does the job: a worker for its duration where none serves the queue."""
    if workers_of(installation.settings.redis_url, outbox.REPORTS):
        yield
        return
    source = "from web.cli import main; main()"
    process = subprocess.Popen([sys.executable, "-c", source, "worker", outbox.REPORTS])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait(
    installation: Installation,
    tenant: TenantView,
    entry_id: uuid.UUID,
    told: Callable[[int, int], None],
) -> None:
    limit = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < limit:
        with installation.system(tenant) as ctx:
            entry = outbox.find_job(ctx, entry_id)
        told(entry.progress, entry.total)
        if entry.state == "done":
            return
        failure = outbox.failure_of(entry)
        if failure is not None:
            raise ConflictError(tell(failure[0]), remedy=tell(failure[1]))
        time.sleep(LOOK_SECONDS)
    raise UnavailableError(
        mark("The report is not made yet; its job waits or runs."),
        remedy=mark("Look at it with bangfu jobs list; run bangfu worker reports."),
    )
