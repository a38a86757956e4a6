"""What everybody may read without signing in: the notices of a federation, masked."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.context import Context
from core.errors import NotFoundError
from core.notices.objections import raise_objection
from core.notices.queries import public_notices
from web.pages.addressing import whole
from web.request import installation, public_context
from web.security import limiter

blueprint = Blueprint("public", __name__, url_prefix="/public/<tenant>/notices")
SIZE = 50
OBJECTIONS = "10 per hour"


@blueprint.get("")
def show_list() -> str:
    """Show the notices that run."""
    ctx, page = _context(), whole("page", 1)
    found = public_notices(ctx, page=page, size=SIZE + 1)
    return render_template(
        "public/notices.html", notices=found[:SIZE], more=len(found) > SIZE, page=page,
        federation=ctx.tenant, today=ctx.today,
    )  # fmt: skip


@blueprint.get("/<uuid:notice_id>")
def ask(notice_id: uuid.UUID) -> str:
    """Show the form of an objection."""
    ctx = _context()
    found = [one for one in public_notices(ctx, size=200) if one["id"] == notice_id]
    if not found:
        raise NotFoundError
    return render_template("public/objection.html", notice=found[0], federation=ctx.tenant)


@blueprint.post("/<uuid:notice_id>")
@limiter.limit(OBJECTIONS)
def object_to(notice_id: uuid.UUID) -> ResponseReturnValue:
    """Take an objection in."""
    ctx = _context()
    text, contact = request.form.get("text", ""), request.form.get("contact", "")
    raise_objection(ctx, notice_id, text, contact)
    flash(_("Your objection has been received. It will be examined before anything is granted."))
    return redirect(url_for(".show_list", tenant=ctx.tenant.slug), 303)


def _context() -> Context:
    return public_context(installation().tenant(g.tenant_slug))
