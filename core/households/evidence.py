"""Papers kept with a file: brought in, checked by content, stored, shown to whoever may see."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import select

from core import audit
from core.access import Subject, require
from core.applications.models import Application, Step
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, NotFoundError, UnavailableError, _
from core.households.life.models import Visit
from core.households.lookup import find_household
from core.households.models import Evidence, Household
from core.households.papers import KINDS, clean_filename, recognise
from core.tenancy import Unit

MEGABYTE = 1024 * 1024


def add_evidence(
    ctx: Context,
    household_id: uuid.UUID,
    *,
    kind: str,
    filename: str,
    data: bytes,
    application_id: uuid.UUID | None = None,
    visit_id: uuid.UUID | None = None,
) -> Evidence:
    """Keep a paper with a file, and with one of its applications or visits where given.

    InvalidError when it is empty, too big, or of a type that is not kept (told by content).
    """
    household = find_household(ctx, household_id, "evidence.add")
    _check(ctx, kind, data)
    media_type = recognise(data)
    _check_belongs(ctx, household, Application, application_id)
    _check_belongs(ctx, household, Visit, visit_id)
    paper = Evidence(
        tenant_id=ctx.tenant_id,
        id=new_id(),
        household_id=household.id,
        application_id=application_id,
        visit_id=visit_id,
        kind=kind,
        filename=clean_filename(filename),
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
        storage_key=ctx.storage.put(ctx.session, ctx.tenant_id, "evidence", data),
        uploaded_by=ctx.actor.person_id,
        uploaded_at=ctx.now,
    )
    ctx.session.add(paper)
    ctx.session.flush()
    audit.record(ctx, "evidence.added", paper, after=_describe(paper))
    return paper


def open_evidence(ctx: Context, evidence_id: uuid.UUID) -> tuple[Evidence, bytes]:
    """Return a paper and its content; who opened it is audited.

    Supervising tenants do not see papers, except those who decide on the household's application.
    UnavailableError when the stored content is not what was brought in.
    """
    found = ctx.session.execute(
        select(Evidence, Unit.path)
        .join(Household, Household.id == Evidence.household_id)
        .join(Unit, Unit.id == Household.unit_id)
        .where(
            Evidence.tenant_id == ctx.tenant_id,
            Household.tenant_id == ctx.tenant_id,
            Unit.tenant_id == ctx.tenant_id,
            Evidence.id == evidence_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    paper, path = found
    deciding = _deciding_tenant(ctx, paper.household_id)
    require(ctx, "evidence.read", Subject(ctx.tenant_id, path, deciding_tenant=deciding))
    data = ctx.storage.get(ctx.tenant_id, paper.storage_key)
    if hashlib.sha256(data).digest() != paper.sha256:
        raise UnavailableError(
            _("The stored paper is not the one that was brought in."),
            remedy=_("Tell your administrator; the paper must be brought in again."),
        )
    audit.record(ctx, "evidence.opened", paper, after={"file": paper.filename})
    return paper, data


def _check(ctx: Context, kind: str, data: bytes) -> None:
    limit = ctx.installation.settings.upload_bytes
    if kind not in KINDS:
        raise InvalidError(_("“%(kind)s” is no kind of evidence."), field="kind", kind=kind)
    if not data:
        raise InvalidError(_("The file is empty."), field="file")
    if len(data) > limit:
        raise InvalidError(
            _("The file is larger than %(limit)s MB."),
            remedy=_("Scan it with fewer dots per inch, or bring it in parts."),
            field="file",
            limit=limit // MEGABYTE,
        )


def _check_belongs(
    ctx: Context,
    household: Household,
    table: type[Application] | type[Visit],
    thing_id: uuid.UUID | None,
) -> None:
    if thing_id is None:
        return
    query = select(table.household_id).where(table.tenant_id == ctx.tenant_id, table.id == thing_id)
    if ctx.session.scalar(query) != household.id:
        raise NotFoundError


def _deciding_tenant(ctx: Context, household_id: uuid.UUID) -> uuid.UUID | None:
    """The actor's own tenant where it has a step open on an application of this household."""
    return ctx.session.scalar(
        select(Step.deciding_tenant)
        .join(Application, Application.id == Step.application_id)
        .where(
            Step.tenant_id == ctx.tenant_id,
            Application.tenant_id == ctx.tenant_id,
            Application.household_id == household_id,
            Step.state == "open",
            Step.deciding_tenant == ctx.actor.tenant_id,
        )
        .limit(1)
    )


def _describe(paper: Evidence) -> dict[str, str | int]:
    return {
        "household_id": str(paper.household_id),
        "kind": paper.kind,
        "file": paper.filename,
        "media_type": paper.media_type,
        "size": paper.size,
        "sha256": paper.sha256.hex(),
    }
