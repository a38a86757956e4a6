"""The authorisation of means verification (家庭经济状况核对授权委托书): printed, signed, kept.

The form bears the full ID numbers of those who sign, for a mask could be anybody's signature;
whoever may put a household to the sources sees them already in the list that is handed out. That
they were printed is audited, and so is every time the form is opened.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from sqlalchemy import select

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError, _
from core.households.codes import RELATIONS
from core.households.lookup import find_household
from core.households.models import Member
from core.households.rows import ID_PLACE
from core.outbox import REPORTS, OutboxEntry, enqueue
from core.pii import age_on
from core.verification.models import ConsentForm
from core.verification.sources import KINDS, find_source

PERMISSION = "verification.request"
JOB = "print_consent"
KIND = "consents"
LANGUAGES = ("zh", "en")
ADULT_YEARS = 18


def request_consent(
    ctx: Context, household_id: uuid.UUID, language: str = "zh"
) -> tuple[ConsentForm, OutboxEntry]:
    """Have a job print the form of a household; ConflictError where its file is closed."""
    household = find_household(ctx, household_id, PERMISSION)
    if language not in LANGUAGES:
        raise InvalidError(
            _("No form is printed in the language “%(language)s”."),
            remedy=_("Choose zh or en."), field="language", language=language,
        )  # fmt: skip
    if household.state == "exited":
        raise ConflictError(_("This file is closed."))
    form = ConsentForm(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household.id, language=language,
        state="waiting", asked_by=ctx.actor.person_id, asked_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(form)
    ctx.session.flush()
    audit.record(ctx, "consent.requested", form, after={"household_id": str(household.id)})
    return form, enqueue(ctx, JOB, {"form_id": str(form.id)}, queue=REPORTS, total=2)


def build_consent(ctx: Context, form_id: uuid.UUID) -> dict[str, Any]:
    """Return what the form says, ID numbers of adults in clear; that they were is audited."""
    form = find_consent(ctx, form_id)
    household = find_household(ctx, form.household_id, PERMISSION)
    members = ctx.session.scalars(
        select(Member)
        .where(
            Member.tenant_id == ctx.tenant_id, Member.household_id == household.id,
            ~Member.departed,
        )
        .order_by(Member.position)
    )  # fmt: skip
    people = [_tell(ctx, member, form.language) for member in members]
    audit.record(ctx, "consent.printed", form, after={"people": len(people)})
    titles = [find_source(name).title.as_json()[form.language] for name in KINDS]
    return {
        "file_number": household.file_number,
        "head": household.head_name,
        "address": household.address,
        "tenant": ctx.tenant.name if form.language == "zh" else ctx.tenant.name_en,
        "signers": [one for one in people if one["is_adult"]],
        "minors": [one for one in people if not one["is_adult"]],
        "sources": titles,
        "printed_on": ctx.today.isoformat(),
    }


def store_consent(ctx: Context, form_id: uuid.UUID, pdf: bytes) -> ConsentForm:
    """Keep the PDF of a form; one that has its PDF keeps that one."""
    form = find_consent(ctx, form_id, lock=True)
    if form.state == "made":
        return form
    form.storage_key = ctx.storage.put(ctx.session, ctx.tenant_id, KIND, pdf)
    form.sha256 = hashlib.sha256(pdf).digest()
    form.state, form.finished_at = "made", ctx.now
    ctx.session.flush()
    audit.record(ctx, "consent.made", form, after={"sha256": form.sha256.hex()})
    return form


def fail_consent(ctx: Context, form_id: uuid.UUID) -> None:
    """Note that a form could not be printed; its job says why."""
    form = find_consent(ctx, form_id, lock=True)
    if form.state == "waiting":
        form.state, form.finished_at = "failed", ctx.now


def open_consent(ctx: Context, form_id: uuid.UUID) -> tuple[ConsentForm, bytes]:
    """Return a form and its PDF; who opened it is audited.

    ConflictError while it is not made; UnavailableError when what is stored is not what was made.
    """
    form = find_consent(ctx, form_id)
    if form.state != "made" or form.storage_key is None:
        raise ConflictError(_("This form is not printed yet."))
    pdf = ctx.storage.get(ctx.tenant_id, form.storage_key)
    if hashlib.sha256(pdf).digest() != form.sha256:
        raise UnavailableError(
            _("The stored form is not the one that was printed."), remedy=_("Print a new one.")
        )
    audit.record(ctx, "consent.opened", form, after={"household_id": str(form.household_id)})
    return form, pdf


def find_consent(ctx: Context, form_id: uuid.UUID, *, lock: bool = False) -> ConsentForm:
    """Return a form of a household the actor may put to the sources; NotFoundError for others."""
    query = select(ConsentForm).where(
        ConsentForm.tenant_id == ctx.tenant_id, ConsentForm.id == form_id
    )
    form = ctx.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if form is None:
        raise NotFoundError
    find_household(ctx, form.household_id, PERMISSION)
    return form


def _tell(ctx: Context, member: Member, language: str) -> dict[str, Any]:
    number = ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, member.id, member.id_cipher)
    return {
        "name": member.name,
        "relation": RELATIONS.word(member.relation, language),
        "id_number": number,
        "is_adult": age_on(number, ctx.today) >= ADULT_YEARS,
    }
