"""Supervision reports: asked for, made by a job, kept, and opened by those who may."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from sqlalchemy import func, select, text

from core import audit
from core.access import Subject, require
from core.context import Context
from core.db import new_id
from core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnavailableError,
    _,
)
from core.outbox import REPORTS, OutboxEntry, enqueue
from core.paging import clamp
from core.supervision.content import KIND, build_report
from core.supervision.models import Report
from core.supervision.periods import read_period
from core.supervision.queries import snapshot
from core.tenancy import TenantView

JOB = "make_report"
STAGES = 3
"""What the job counts its progress by: figures read, pages set, file kept."""
LANGUAGES = ("zh", "en")

_NUMBERING = text("select pg_advisory_xact_lock(hashtextextended('reports ' || :tenant, 0))")


def request_report(
    ctx: Context, subject_slug: str, period: str, language: str = "zh"
) -> tuple[Report, OutboxEntry]:
    """Have a job make the report of the Context's tenant on a tenant: itself, or one below it.

    InvalidError for what is no quarter that has begun, or a language reports are not written in;
    NotFoundError for a tenant that is not below.
    """
    require(ctx, "report.request", Subject(ctx.tenant_id))
    subject = find_subject(ctx, subject_slug)
    quarter = read_period(period, ctx.today)
    if language not in LANGUAGES:
        raise InvalidError(
            _("No report is written in the language “%(language)s”."),
            remedy=_("Choose zh or en."), field="language", language=language,
        )  # fmt: skip
    report = Report(
        tenant_id=ctx.tenant_id, id=new_id(), kind=KIND, year=ctx.today.year,
        number=_next_number(ctx), subject_tenant=subject.id, period=str(quarter),
        language=language, state="waiting", content={}, asked_by=ctx.actor.person_id,
        asked_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(report)
    ctx.session.flush()
    after = {"subject": subject.slug, "period": report.period, "language": language,
             "number": report.number}  # fmt: skip
    audit.record(ctx, "report.requested", report, after=after)
    return report, enqueue(ctx, JOB, {"report_id": str(report.id)}, queue=REPORTS, total=STAGES)


def find_subject(ctx: Context, slug: str) -> TenantView:
    """Return a tenant the Context's tenant may report on; NotFoundError for any other."""
    subject = ctx.installation.tenant(slug)
    if subject.id not in ctx.tenant.readable:
        raise NotFoundError
    return subject


def build_content(ctx: Context, report_id: uuid.UUID) -> dict[str, Any]:
    """Return a report's content, read now and all at one moment, or as it was read before.

    The asker must still be allowed to ask. What is made already is not read anew.
    """
    require(ctx, "report.request", Subject(ctx.tenant_id))
    report = find_report(ctx, report_id, lock=True)
    if not report.content:
        subject = ctx.installation.tenant_by_id(report.subject_tenant)
        with snapshot(ctx) as moment:
            report.content = build_report(moment, subject, report.period, number=report.number)
    return report.content


def store_report(ctx: Context, report_id: uuid.UUID, pdf: bytes, pages: int) -> Report:
    """Keep the PDF of a report; one that has its PDF keeps that one."""
    report = find_report(ctx, report_id, lock=True)
    if report.state == "made":
        return report
    report.storage_key = ctx.storage.put(ctx.session, ctx.tenant_id, "reports", pdf)
    report.sha256, report.pages = hashlib.sha256(pdf).digest(), pages
    report.state, report.finished_at = "made", ctx.now
    ctx.session.flush()
    after = {"sha256": report.sha256.hex(), "pages": pages, "bytes": len(pdf)}
    audit.record(ctx, "report.finished", report, after=after)
    return report


def fail_report(ctx: Context, report_id: uuid.UUID) -> None:
    """Note that a report could not be made; its job says why."""
    report = find_report(ctx, report_id, lock=True)
    if report.state == "waiting":
        report.state, report.finished_at = "failed", ctx.now
        audit.record(ctx, "report.failed", report, after={"state": "failed"})


def open_report(ctx: Context, report_id: uuid.UUID) -> tuple[Report, bytes]:
    """Return a report and its PDF; who opened it is audited.

    ConflictError while it is not made; UnavailableError when what is stored is not what was made;
    ForbiddenError for people of another tenant, who ask for a report of their own.
    """
    report = find_report(ctx, report_id)
    if not ctx.actor.is_system and ctx.actor.tenant_id != ctx.tenant_id:
        raise ForbiddenError(
            _("This report belongs to another federation."),
            remedy=_("Ask for a report of your own on it."),
        )
    if report.state != "made" or report.storage_key is None:
        raise ConflictError(_("This report is not made yet."))
    pdf = ctx.storage.get(ctx.tenant_id, report.storage_key)
    if hashlib.sha256(pdf).digest() != report.sha256:
        raise UnavailableError(
            _("The stored report is not the one that was made."),
            remedy=_("Tell your administrator, and ask for a new one."),
        )
    after = {"number": report.number, "period": report.period}
    audit.record(ctx, "report.opened", report, after=after)
    return report, pdf


def find_report(ctx: Context, report_id: uuid.UUID, *, lock: bool = False) -> Report:
    """Return a report of the Context's tenant; NotFoundError when there is none."""
    require(ctx, "report.read", Subject(ctx.tenant_id))
    query = select(Report).where(Report.tenant_id == ctx.tenant_id, Report.id == report_id)
    report = ctx.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if report is None:
        raise NotFoundError
    return report


def list_reports(ctx: Context, size: int = 50) -> list[Report]:
    """Return the newest reports the Context's tenant asked for, newest first."""
    require(ctx, "report.read", Subject(ctx.tenant_id))
    query = select(Report).where(Report.tenant_id == ctx.tenant_id).order_by(Report.id.desc())
    return list(ctx.session.scalars(query.limit(clamp(size))))


def _next_number(ctx: Context) -> int:
    ctx.session.execute(_NUMBERING, {"tenant": str(ctx.tenant_id)})
    last = ctx.session.scalar(
        select(func.max(Report.number)).where(
            Report.tenant_id == ctx.tenant_id, Report.year == ctx.today.year
        )
    )
    return (last or 0) + 1
