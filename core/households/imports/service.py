"""Bringing in a workbook: stored, checked by a job, confirmed, and put in as a whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from sqlalchemy import select

from core import audit
from core.access import require
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.imports.plan import PERMISSION, Plan, plan_import
from core.households.imports.run import Progress, put_in
from core.households.models import Import
from core.households.papers import clean_filename
from core.households.workbook.faults import Fault
from core.interpreter import switching_often, without_collections
from core.outbox import IMPORTS, OutboxEntry, enqueue

CHECK, RUN = "check_import", "run_import"
MEGABYTE = 1024 * 1024


def start_import(
    ctx: Context,
    filename: str,
    data: bytes,
    *,
    keep_good: bool = True,
    judged_on: dt.date | None = None,
) -> tuple[Import, OutboxEntry]:
    """Take a file in and have it checked by a job; nothing is filed yet.

    Households are judged on `judged_on`, today if none is given. InvalidError when the file is
    empty or larger than the installation allows.
    """
    item = take_file(ctx, filename, data, keep_good=keep_good, judged_on=judged_on)
    return item, enqueue(ctx, CHECK, {"import_id": str(item.id)}, queue=IMPORTS)


def take_file(
    ctx: Context,
    filename: str,
    data: bytes,
    *,
    keep_good: bool = True,
    judged_on: dt.date | None = None,
) -> Import:
    """Store a file to be imported, without telling a worker; see `start_import`."""
    require(ctx, PERMISSION)
    limit = ctx.installation.settings.upload_bytes
    if not data or len(data) > limit:
        raise InvalidError(
            _("The file is empty or larger than %(limit)s MB."), field="file",
            limit=limit // MEGABYTE,
        )  # fmt: skip
    item = Import(
        tenant_id=ctx.tenant_id, id=new_id(), filename=clean_filename(filename),
        storage_key=ctx.storage.put(ctx.session, ctx.tenant_id, "imports", data),
        sha256=hashlib.sha256(data).digest(), state="checking", keep_good=keep_good,
        judged_on=judged_on or ctx.today, started_by=ctx.actor.person_id, started_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(item)
    ctx.session.flush()
    audit.record(ctx, "import.started", item, after={
        "file": item.filename, "sha256": item.sha256.hex(), "keep_good": keep_good,
        "judged_on": item.judged_on.isoformat(),
    })  # fmt: skip
    return item


def check_import(ctx: Context, import_id: uuid.UUID) -> Import:
    """Read and check a stored file, and note what it would do and every fault; the job's work."""
    item = find_import(ctx, import_id, lock=True)
    if item.state == "checking":
        plan = _plan(ctx, item)
        _note(item, plan)
        item.state = "checked" if _may_go_in(plan, item.keep_good) else "refused"
    return item


def confirm_import(
    ctx: Context, import_id: uuid.UUID, *, keep_good: bool | None = None
) -> tuple[Import, OutboxEntry]:
    """Have a checked file put in by a job: its good rows, or nothing if one has a fault.

    ConflictError when it was not checked yet, was put in already, or no row may go in.
    """
    item = find_import(ctx, import_id, lock=True)
    keep = item.keep_good if keep_good is None else keep_good
    if item.state not in ("checked", "refused"):
        raise ConflictError(_("This import is not waiting for your decision."))
    if item.good == 0 or (item.faults and not keep):
        raise ConflictError(
            _("No row of this file may go in."), remedy=_("Correct the faults and bring it again.")
        )
    item.keep_good, item.state = keep, "importing"
    ctx.session.flush()
    audit.record(ctx, "import.confirmed", item, after={"keep_good": keep, "good": item.good})
    return item, enqueue(ctx, RUN, {"import_id": str(item.id)}, queue=IMPORTS, total=item.good)


def run_import(ctx: Context, import_id: uuid.UUID, progress: Progress) -> Import:
    """Put a file in, in this one transaction: everything is checked anew first; the job's work.

    Repeated, it changes nothing more.
    """
    item = find_import(ctx, import_id, lock=True)
    if item.state not in ("importing", "checking"):
        return item
    plan = _plan(ctx, item)
    _note(item, plan)
    item.finished_at = ctx.now
    if not _may_go_in(plan, item.keep_good):
        item.state = "refused"
        return item
    with without_collections(), switching_often():
        item.categories = put_in(ctx, plan, item.judged_on, progress)
    item.state = "imported"
    ctx.session.flush()
    audit.record(ctx, "import.finished", item, after={
        "added": item.added, "changed": item.changed, "unchanged": item.unchanged,
        "faults": len(item.faults),
    })  # fmt: skip
    return item


def fail_import(ctx: Context, import_id: uuid.UUID) -> None:
    """Note that an import could not be done; its job says why."""
    item = find_import(ctx, import_id, lock=True)
    if item.state in ("checking", "importing"):
        item.state, item.finished_at = "failed", ctx.now


def find_import(ctx: Context, import_id: uuid.UUID, *, lock: bool = False) -> Import:
    """Return an import its starter may look at; others see none of his rows and faults."""
    require(ctx, PERMISSION)
    query = select(Import).where(Import.tenant_id == ctx.tenant_id, Import.id == import_id)
    item = ctx.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if item is None or not (ctx.actor.is_system or item.started_by == ctx.actor.person_id):
        raise NotFoundError
    return item


def list_imports(ctx: Context, size: int = 20) -> list[Import]:
    """Return the actor's newest imports, newest first."""
    require(ctx, PERMISSION)
    query = select(Import).where(
        Import.tenant_id == ctx.tenant_id, Import.started_by == ctx.actor.person_id
    )
    return list(ctx.session.scalars(query.order_by(Import.id.desc()).limit(size)))


def store_fault(fault: Fault) -> dict[str, Any]:
    """Return a fault as it is stored: its texts untranslated, with their values."""
    return {
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "code": fault.code,
        "message": fault.message.text,
        "remedy": fault.remedy.text,
        "values": dict(fault.message.values),
    }


def _plan(ctx: Context, item: Import) -> Plan:
    with without_collections(), switching_often():
        return plan_import(ctx, ctx.storage.get(ctx.tenant_id, item.storage_key), item.judged_on)


def _note(item: Import, plan: Plan) -> None:
    item.rows, item.good = plan.workbook.rows, plan.good
    item.added, item.changed = len(plan.added), len(plan.changed)
    item.unchanged = len(plan.unchanged)
    item.faults = [store_fault(fault) for fault in plan.faults]


def _may_go_in(plan: Plan, keep_good: bool) -> bool:
    return plan.good > 0 and (keep_good or not plan.faults)
