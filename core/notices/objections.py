"""Objections to a public notice: raised by anybody, decided by someone who had no part before."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.access import Subject, require
from core.applications.lookup import lock_application, unit_path
from core.applications.models import Application
from core.applications.route import parties
from core.audit import record
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.notices.models import Notice, Objection
from core.notices.publication import lock_notice
from core.owed_papers.checking import move
from core.owed_papers.models import FAILED, OWED, OwedPapers

SHORTEST, LONGEST, LONGEST_CONTACT = 5, 2000, 200
CONTACT_PLACE = "objections.contact_cipher"


def raise_objection(ctx: Context, notice_id: uuid.UUID, text: str, contact: str = "") -> Objection:
    """Object to a notice that is open; nobody needs to be signed in, nor to leave a contact.

    While an objection is open the application is not granted. ConflictError after the last day.
    """
    text, contact = text.strip(), contact.strip()
    _check(text, contact)
    notice = lock_notice(ctx, notice_id)
    if notice.state != "open" or ctx.today > notice.last_day:
        raise ConflictError(
            _("This notice is over."),
            remedy=_("Turn to the federation's supervision office."),
        )
    objection_id = new_id()
    objection = Objection(
        tenant_id=ctx.tenant_id, id=objection_id, notice_id=notice.id, state="open", text=text,
        contact_cipher=_seal(ctx, objection_id, contact) if contact else None, raised_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(objection)
    ctx.session.flush()
    record(ctx, "objection.raised", objection, after={"notice": str(notice.id)})
    return objection


def decide_objection(
    ctx: Context,
    objection_id: uuid.UUID,
    *,
    uphold: bool,
    answer: str,
    send_back: bool = False,
) -> Objection:
    """Uphold or dismiss an objection, with an answer.

    Upheld, its notice stops and the application is rejected, or with `send_back` returned for
    completion; of what was granted first the papers are owed anew, or the aid was not due.
    Dismissed, the notice goes on. Nobody decides who had a hand in the application.
    """
    if not answer.strip():
        raise InvalidError(_("An answer is needed."), field="answer")
    objection = _find_objection(ctx, objection_id)
    application = _lock_application_of(ctx, objection)
    subject = Subject(ctx.tenant_id, unit_path(ctx, application), parties=parties(ctx, application))
    require(ctx, "objection.decide", subject)
    notice = lock_notice(ctx, objection.notice_id)
    ctx.session.refresh(objection)
    if objection.state != "open":
        raise ConflictError(_("This objection was decided already."))
    objection.state = "upheld" if uphold else "dismissed"
    objection.answer = answer.strip()
    objection.decided_by, objection.decided_at = ctx.actor.person_id, ctx.now
    record(ctx, f"objection.{objection.state}", objection, before={"state": "open"},
           after={"state": objection.state}, reason=answer)  # fmt: skip
    if uphold and notice.state == "open":
        _stop(ctx, notice, application, "returned" if send_back else "rejected", answer)
    return objection


def read_contact(ctx: Context, objection_id: uuid.UUID, reason: str) -> str:
    """Return how the objector can be reached; who looked, and why, is audited."""
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    objection = _find_objection(ctx, objection_id)
    application = _lock_application_of(ctx, objection)
    require(ctx, "objection.decide", Subject(ctx.tenant_id, unit_path(ctx, application)))
    record(ctx, "objection.unmasked", objection, reason=reason)
    if objection.contact_cipher is None:
        return ""
    return ctx.vault.decrypt(ctx.tenant_id, CONTACT_PLACE, objection.id, objection.contact_cipher)


def _check(text: str, contact: str) -> None:
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidError(
            _("Say in %(shortest)s to %(longest)s characters what you object to."),
            field="text", shortest=SHORTEST, longest=LONGEST,
        )  # fmt: skip
    if len(contact) > LONGEST_CONTACT:
        raise InvalidError(_("The contact is too long."), field="contact")


def _stop(ctx: Context, notice: Notice, application: Application, state: str, reason: str) -> None:
    notice.state, notice.closed_at = "stopped", ctx.now
    if application.state != "noticed":
        _reopen(ctx, application, OWED if state == "returned" else FAILED, reason)
        return
    before = application.state
    application.state, application.amount = state, None
    application.closed_at = ctx.now if state == "rejected" else None
    application.version += 1
    record(ctx, f"application.{state}", application, before={"state": before},
           after={"state": state}, reason=reason)  # fmt: skip


def _reopen(ctx: Context, application: Application, state: str, reason: str) -> None:
    """Let an objection to aid that was granted first tell on its papers, unless they failed."""
    query = select(OwedPapers).where(
        OwedPapers.tenant_id == ctx.tenant_id, OwedPapers.application_id == application.id
    )
    owed = ctx.session.scalars(query.with_for_update()).one()
    if owed.state != FAILED:
        move(ctx, owed, application, state, reason)


def _find_objection(ctx: Context, objection_id: uuid.UUID) -> Objection:
    objection = ctx.session.get(Objection, (ctx.tenant_id, objection_id))
    if objection is None:
        raise NotFoundError
    return objection


def _lock_application_of(ctx: Context, objection: Objection) -> Application:
    application_id = ctx.session.scalars(
        select(Notice.application_id).where(
            Notice.tenant_id == ctx.tenant_id, Notice.id == objection.notice_id
        )
    ).one()
    return lock_application(ctx, application_id, "application.read")


def _seal(ctx: Context, objection_id: uuid.UUID, contact: str) -> bytes:
    return ctx.vault.encrypt(ctx.tenant_id, CONTACT_PLACE, objection_id, contact)
