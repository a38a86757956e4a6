"""The platform before its operator: the federations as a tree, and the jobs that failed in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from core.access import Subject, allowed, require
from core.context import Context
from core.outbox import OutboxEntry
from core.tenancy import TenantView


@dataclass(frozen=True)
class Federation:
    """A tenant, how deep it lies below the first one listed, and how many of its jobs failed."""

    tenant: TenantView
    depth: int
    failed: int


def survey_federations(ctx: Context) -> list[Federation]:
    """Return the operator's own tenant and all below it, each right after the one above it."""
    require(ctx, "tenant.manage", Subject(ctx.tenant_id))
    below = [ctx.installation.tenant_by_id(one) for one in ctx.tenant.descendants]
    failed = _count_failed(ctx)
    return [
        Federation(tenant, depth, failed.get(tenant.id, 0))
        for tenant, depth in _walk(ctx.tenant, sorted(below, key=lambda one: one.slug), 0)
    ]


def list_failed(ctx: Context, *, limit: int = 50) -> list[OutboxEntry]:
    """Return the newest failed jobs of every tenant the operator looks after."""
    require(ctx, "tenant.manage", Subject(ctx.tenant_id))
    query = select(OutboxEntry).where(
        OutboxEntry.tenant_id.in_(_looked_after(ctx)), OutboxEntry.state == "failed"
    )
    return list(ctx.session.scalars(query.order_by(OutboxEntry.id.desc()).limit(limit)))


def _count_failed(ctx: Context) -> dict[uuid.UUID, int]:
    query = (
        select(OutboxEntry.tenant_id, func.count())
        .where(OutboxEntry.tenant_id.in_(_looked_after(ctx)), OutboxEntry.state == "failed")
        .group_by(OutboxEntry.tenant_id)
    )
    return {row.tenant_id: row[1] for row in ctx.session.execute(query)}


def _looked_after(ctx: Context) -> list[uuid.UUID]:
    readable = ctx.tenant.readable
    return [one for one in readable if allowed(ctx, "job.retry", Subject(one))]


def _walk(
    tenant: TenantView, below: list[TenantView], depth: int
) -> Iterator[tuple[TenantView, int]]:
    yield tenant, depth
    for one in below:
        if one.parent_id == tenant.id:
            yield from _walk(one, below, depth + 1)
