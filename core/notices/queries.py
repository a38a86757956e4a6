"""Reading notices: the public page, the list for staff, and the objections to them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from core.access import prefixes, require
from core.applications.models import Application
from core.context import Context
from core.errors import NotFoundError
from core.notices.models import Notice, Objection
from core.paging import clamp, skip
from core.tenancy import Unit


def public_notices(ctx: Context, *, page: int = 1, size: int = 50) -> list[dict[str, Any]]:
    """Return what the public may see of the tenant's running notices, newest first; masked.

    Money is fen. Nobody needs to be signed in.
    """
    found = ctx.session.scalars(
        select(Notice)
        .where(
            Notice.tenant_id == ctx.tenant_id,
            Notice.state == "open",
            Notice.last_day >= ctx.today,
        )
        .order_by(Notice.id.desc())
        .limit(clamp(size))
        .offset(skip(page, size))
    )
    return [_public(notice) for notice in found]


def list_notices(
    ctx: Context, *, state: str = "", page: int = 1, size: int = 50
) -> list[dict[str, Any]]:
    """Return the notices within the actor's units with their open objections, newest first."""
    objections = (
        select(func.count())
        .where(
            Objection.tenant_id == Notice.tenant_id,
            Objection.notice_id == Notice.id,
            Objection.state == "open",
        )
        .scalar_subquery()
    )
    query = (
        select(Notice, Application.number, objections)
        .join(Application, (Application.tenant_id == Notice.tenant_id)
              & (Application.id == Notice.application_id))
        .join(Unit, (Unit.tenant_id == Application.tenant_id) & (Unit.id == Application.unit_id))
        .where(Notice.tenant_id == ctx.tenant_id, _within(ctx))
        .order_by(Notice.id.desc())
        .limit(clamp(size))
        .offset(skip(page, size))
    )  # fmt: skip
    if state:
        query = query.where(Notice.state == state)
    return [_for_staff(*row) for row in ctx.session.execute(query)]


def list_objections(
    ctx: Context, *, state: str = "open", notice_id: uuid.UUID | None = None
) -> list[dict[str, Any]]:
    """Return the objections to notices, oldest first; how to reach the objector is left out."""
    query = (
        select(Objection, Notice.name_masked, Notice.application_id)
        .join(Notice, (Notice.tenant_id == Objection.tenant_id)
              & (Notice.id == Objection.notice_id))
        .join(Application, (Application.tenant_id == Notice.tenant_id)
              & (Application.id == Notice.application_id))
        .join(Unit, (Unit.tenant_id == Application.tenant_id) & (Unit.id == Application.unit_id))
        .where(Objection.tenant_id == ctx.tenant_id, _within(ctx))
        .order_by(Objection.id)
    )  # fmt: skip
    if state:
        query = query.where(Objection.state == state)
    if notice_id is not None:
        query = query.where(Objection.notice_id == notice_id)
    return [
        {
            "id": one.id, "notice_id": one.notice_id, "application_id": application_id,
            "name": name, "state": one.state, "text": one.text, "raised_at": one.raised_at,
            "has_contact": one.contact_cipher is not None, "answer": one.answer,
            "decided_at": one.decided_at,
        }
        for one, name, application_id in ctx.session.execute(query)
    ]  # fmt: skip


def _public(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id, "name": notice.name_masked, "unit": notice.unit_name,
        "programme": notice.programme, "amount": notice.amount, "first_day": notice.first_day,
        "last_day": notice.last_day, "working_days": notice.working_days,
    }  # fmt: skip


def _within(ctx: Context) -> ColumnElement[bool]:
    """Return the condition on units that keeps what the actor may see."""
    paths = prefixes(ctx, "notice.read", ctx.tenant_id)
    if not paths:
        require(ctx, "notice.read")
        raise NotFoundError
    return or_(*(Unit.path.startswith(path) for path in paths))


def _for_staff(notice: Notice, number: str, objections: int) -> dict[str, Any]:
    return {
        **_public(notice), "state": notice.state, "application_id": notice.application_id,
        "number": number, "open_objections": objections, "closed_at": notice.closed_at,
    }  # fmt: skip
