"""Workbooks of other departments on their way in: stored, checked by a job, confirmed, put in.

Answers to requests, lists of people, the departments' aid and whom they admitted go the same way,
and so do applications that a union wrote into a programme's form; what differs is the plan of each
kind.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import select

from core import audit
from core.access import require
from core.admissions import earlier
from core.applications import imports as applications
from core.applications.rows import PERMISSION as APPLYING
from core.claims import imports as claims
from core.context import Context
from core.db import new_id
from core.departments import imports as ledger
from core.enrolments import imports as enrolments
from core.enrolments import receipts
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.imports.service import MEGABYTE, store_fault
from core.households.papers import clean_filename
from core.households.workbook.faults import Fault
from core.interpreter import switching_often, without_collections
from core.outbox import IMPORTS, OutboxEntry, enqueue
from core.verification import answers
from core.verification.discovery import lists
from core.verification.models import DepartmentFile
from core.verification.sources import find_source

CHECK, RUN = "check_department_file", "run_department_file"
ANSWERS, PEOPLE, AID, ENROLMENTS, CLAIMS = "answers", "people", "aid", "enrolments", "claims"
ADMISSIONS = "admissions"
CONTRIBUTIONS, APPLICATIONS = "contributions", "applications"
PERMISSIONS = {
    ANSWERS: "verification.import", PEOPLE: "discovery.find", AID: "ledger.record",
    ENROLMENTS: "enrolment.import", CLAIMS: "claim.enter",
    CONTRIBUTIONS: "contribution.record", ADMISSIONS: earlier.PERMISSION,
    APPLICATIONS: APPLYING,
}  # fmt: skip
Progress = Callable[[int, int], None]


class Plan(Protocol):
    """What a file would do."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that is wrong with it."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are (`rows`), are in order (`good`), and what each would do."""

    def put_in(self, ctx: Context, file_id: uuid.UUID, progress: Progress) -> dict[str, int]:
        """Write the good rows; return how many did what."""


SOURCES: dict[str, Callable[[Context, str], object]] = {
    ANSWERS: lambda _ctx, name: find_source(name),
    PEOPLE: lambda _ctx, name: lists.find_list(name),
    AID: lambda _ctx, name: ledger.find_ledger(name),
    ENROLMENTS: lambda _ctx, name: enrolments.find_source(name),
    CLAIMS: lambda _ctx, name: enrolments.find_source(name),
    CONTRIBUTIONS: lambda _ctx, name: enrolments.find_source(name),
    ADMISSIONS: earlier.check_department,
    APPLICATIONS: applications.check_programme,
}  # fmt: skip
PLANS: dict[str, Callable[..., Plan]] = {
    ANSWERS: answers.plan_answers, PEOPLE: lists.plan_list, AID: ledger.plan_file,
    ENROLMENTS: enrolments.plan_file, CLAIMS: claims.plan_file,
    CONTRIBUTIONS: receipts.plan_file,
    ADMISSIONS: earlier.plan_file, APPLICATIONS: applications.plan_file,
}  # fmt: skip


TRIALS = {APPLICATIONS: applications.ApplicationPlan.try_out}
"""What a check does beyond planning, and takes back: only the service itself knows every fault."""


def start_file(
    ctx: Context, kind: str, source: str, filename: str, data: bytes, **options: Any
) -> tuple[DepartmentFile, OutboxEntry]:
    """Take a file in and have it checked by a job; nothing of it is put in yet.

    `options` are those of the kind's plan. InvalidError when the file is empty or too large, or
    the source is not known.
    """
    item = take_file(ctx, kind, source, filename, data, **options)
    return item, enqueue(ctx, CHECK, {"file_id": str(item.id)}, queue=IMPORTS)


def take_file(
    ctx: Context, kind: str, source: str, filename: str, data: bytes, **options: Any
) -> DepartmentFile:
    """Store a file, without telling a worker; see `start_file`."""
    require(ctx, PERMISSIONS[kind])
    limit = ctx.installation.settings.upload_bytes
    if not data or len(data) > limit:
        raise InvalidError(
            _("The file is empty or larger than %(limit)s MB."), field="file",
            limit=limit // MEGABYTE,
        )  # fmt: skip
    SOURCES[kind](ctx, source)
    item = DepartmentFile(
        tenant_id=ctx.tenant_id, id=new_id(), kind=kind, source=source, options=options,
        filename=clean_filename(filename), sha256=hashlib.sha256(data).digest(),
        storage_key=ctx.storage.put(ctx.session, ctx.tenant_id, "departments", data),
        state="checking", counts={}, faults=[], started_by=ctx.actor.person_id,
        started_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(item)
    ctx.session.flush()
    audit.record(ctx, "department_file.started", item, after={
        "kind": kind, "source": source, "file": item.filename, "sha256": item.sha256.hex(),
        **options,
    })  # fmt: skip
    return item


def preview_file(
    ctx: Context, kind: str, source: str, data: bytes, **options: Any
) -> DepartmentFile:
    """Return what a file would do, with every fault, storing nothing."""
    require(ctx, PERMISSIONS[kind])
    item = DepartmentFile(kind=kind, source=source, options=options, state="checked")
    plan = _make_plan(ctx, item, data)
    _try_out(ctx, kind, plan, _quietly)
    _note(item, plan)
    return item


def check_file(
    ctx: Context, file_id: uuid.UUID, progress: Progress | None = None
) -> DepartmentFile:
    """Read and check a stored file, and note what it would do and every fault; the job's work."""
    item = find_file(ctx, file_id, lock=True)
    if item.state == "checking":
        plan = _plan(ctx, item)
        _try_out(ctx, item.kind, plan, progress or _quietly)
        _note(item, plan)
        item.state = "checked" if item.counts["good"] else "refused"
    return item


def confirm_file(ctx: Context, file_id: uuid.UUID) -> tuple[DepartmentFile, OutboxEntry]:
    """Have a job put the good rows of a checked file in; ConflictError when that cannot be."""
    item = find_file(ctx, file_id, lock=True)
    if item.state != "checked":
        raise ConflictError(
            _("This file is not waiting for your decision."),
            remedy=_("Correct its faults and bring it again."),
        )
    item.state = "importing"
    ctx.session.flush()
    audit.record(ctx, "department_file.confirmed", item, after={"good": item.counts["good"]})
    total = item.counts["good"]
    return item, enqueue(ctx, RUN, {"file_id": str(item.id)}, queue=IMPORTS, total=total)


def run_file(ctx: Context, file_id: uuid.UUID, progress: Progress) -> DepartmentFile:
    """Put the good rows of a file in, in this one transaction; the job's work, safe to repeat."""
    item = find_file(ctx, file_id, lock=True)
    if item.state not in ("checking", "importing"):
        return item
    plan = _plan(ctx, item)
    _note(item, plan)
    item.finished_at = ctx.now
    if not item.counts["good"]:
        item.state = "refused"
        return item
    with without_collections(), switching_often():
        done = plan.put_in(ctx, item.id, progress)
    _note(item, plan)
    item.counts = {**item.counts, **done}
    item.state = "imported" if item.counts["good"] else "refused"
    ctx.session.flush()
    after = {**item.counts, "faults": len(item.faults)}
    audit.record(ctx, "department_file.finished", item, after=after)
    progress(item.counts["good"], item.counts["good"])
    return item


def fail_file(ctx: Context, file_id: uuid.UUID) -> None:
    """Note that a file could not be put in; its job says why."""
    item = find_file(ctx, file_id, lock=True)
    if item.state in ("checking", "importing"):
        item.state, item.finished_at = "failed", ctx.now


def find_file(ctx: Context, file_id: uuid.UUID, *, lock: bool = False) -> DepartmentFile:
    """Return a file its starter may look at; others see none of its rows and faults."""
    query = select(DepartmentFile).where(
        DepartmentFile.tenant_id == ctx.tenant_id, DepartmentFile.id == file_id
    )
    item = ctx.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if item is None:
        raise NotFoundError
    require(ctx, PERMISSIONS[item.kind])
    if not (ctx.actor.is_system or item.started_by == ctx.actor.person_id):
        raise NotFoundError
    return item


def list_files(ctx: Context, kind: str, size: int = 20) -> list[DepartmentFile]:
    """Return the actor's newest files of a kind, newest first."""
    require(ctx, PERMISSIONS[kind])
    query = select(DepartmentFile).where(
        DepartmentFile.tenant_id == ctx.tenant_id,
        DepartmentFile.kind == kind,
        DepartmentFile.started_by == ctx.actor.person_id,
    )
    return list(ctx.session.scalars(query.order_by(DepartmentFile.id.desc()).limit(size)))


def _try_out(ctx: Context, kind: str, plan: Any, progress: Progress) -> None:
    if kind in TRIALS:
        with without_collections(), switching_often():
            TRIALS[kind](plan, ctx, progress)


def _quietly(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def _plan(ctx: Context, item: DepartmentFile) -> Plan:
    data = ctx.storage.get(ctx.tenant_id, item.storage_key)
    return _make_plan(ctx, item, data)


def _make_plan(ctx: Context, item: DepartmentFile, data: bytes) -> Plan:
    with without_collections(), switching_often():
        return PLANS[item.kind](ctx, item.source, data, **item.options)


def _note(item: DepartmentFile, plan: Plan) -> None:
    item.counts = plan.counts
    item.faults = [store_fault(fault) for fault in plan.faults]
