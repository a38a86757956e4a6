"""Reading the audit trail: all of it for auditors, one thing's history for whoever may see it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from core.access import Subject, require
from core.audit.models import AuditRecord
from core.context import BEIJING, Context

MAXIMUM_SIZE = 200


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
    size = min(max(size, 1), MAXIMUM_SIZE)
    query = query.order_by(AuditRecord.id.desc()).limit(size).offset((max(page, 1) - 1) * size)
    return list(ctx.session.scalars(query)), int(total or 0)


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
