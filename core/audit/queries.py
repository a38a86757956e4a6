"""Reading the audit trail: all of it for auditors, one thing's history for whoever may see it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Select, func, select

from core.access import Subject, require
from core.audit.models import AuditRecord
from core.audit.records import record
from core.context import BEIJING, Context
from core.paging import clamp, skip
from core.tenancy import Unit

AT_ONCE = 1000


@dataclass(frozen=True)
class TrailFilters:
    """What the trail is narrowed to: an event's beginning, a part of a name, days inclusive."""

    event: str = ""
    actor: str = ""
    object_id: uuid.UUID | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def list_records(
    ctx: Context, filters: TrailFilters, *, page: int = 1, size: int = 50
) -> tuple[list[AuditRecord], int]:
    """Return a page of the trail, newest first, and the number of all that fit."""
    require(ctx, "audit.read", Subject(ctx.tenant_id))
    query = _narrow(ctx, filters)
    total = ctx.session.scalar(select(func.count()).select_from(query.subquery()))
    query = query.order_by(AuditRecord.id.desc()).limit(clamp(size)).offset(skip(page, size))
    return list(ctx.session.scalars(query)), int(total or 0)


def take_records(ctx: Context, filters: TrailFilters) -> Iterator[AuditRecord]:
    """Yield every record that fits, newest first; that they were taken out is itself on record."""
    require(ctx, "audit.read", Subject(ctx.tenant_id))
    root = ctx.session.scalars(
        select(Unit).where(Unit.tenant_id == ctx.tenant_id, Unit.parent_id.is_(None))
    ).one()
    narrowed = {name: str(value) for name, value in asdict(filters).items() if value}
    record(ctx, "trail.exported", root, after=narrowed)
    query = _narrow(ctx, filters).order_by(AuditRecord.id.desc()).limit(AT_ONCE)
    found = list(ctx.session.scalars(query))
    while found:
        yield from found
        found = list(ctx.session.scalars(query.where(AuditRecord.id < found[-1].id)))


def read_history(ctx: Context, object_ids: list[uuid.UUID], *, size: int = 30) -> list[AuditRecord]:
    """Return the newest records of things; the caller has made sure they may be seen."""
    query = select(AuditRecord).where(
        AuditRecord.tenant_id == ctx.tenant_id, AuditRecord.object_id.in_(object_ids)
    )
    return list(ctx.session.scalars(query.order_by(AuditRecord.id.desc()).limit(size)))


def _narrow(ctx: Context, filters: TrailFilters) -> Select[AuditRecord]:
    query = select(AuditRecord).where(AuditRecord.tenant_id == ctx.tenant_id)
    if filters.event:
        query = query.where(AuditRecord.event.startswith(filters.event, autoescape=True))
    if filters.actor:
        query = query.where(AuditRecord.actor_name.contains(filters.actor, autoescape=True))
    if filters.object_id:
        query = query.where(AuditRecord.object_id == filters.object_id)
    if filters.first:
        query = query.where(AuditRecord.at >= _midnight(filters.first))
    if filters.last:
        query = query.where(AuditRecord.at < _midnight(filters.last + dt.timedelta(days=1)))
    return query


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BEIJING)
