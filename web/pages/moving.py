"""Moving an application to another programme: the other's form, filled with what goes along."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.applications.assessment import find_programme
from core.applications.lookup import find_application
from core.applications.moving import BY_CLERK, carried_answers, move_all, move_application
from core.errors import ConflictError, InvalidError
from web.display import programme_title
from web.pages.answers import SEPARATOR, read_posted, show_answers
from web.pages.applying import INVALID, draw_form
from web.request import abandon, context
from web.translation import translate

blueprint = Blueprint("moving", __name__, url_prefix="/<tenant>")


@blueprint.get("/applications/<uuid:application_id>/move")
def choose(application_id: uuid.UUID) -> str:
    """Show the form of the programme it is to be moved to."""
    ctx = context()
    application = find_application(ctx, application_id, BY_CLERK)
    programme = find_programme(ctx, request.args.get("to", ""))
    texts = show_answers(programme, carried_answers(application, programme), application.asked)
    return draw_form(ctx, application.household_id, programme.name, texts, moved=application)


@blueprint.post("/applications/<uuid:application_id>/move")
def move(application_id: uuid.UUID) -> ResponseReturnValue:
    """Move it; a form that is refused comes back with all that was entered."""
    ctx, to = context(), request.args.get("to", "")
    find_application(ctx, application_id, BY_CLERK)
    try:
        programme = find_programme(ctx, to)
        posted = read_posted(programme, request.form)
        move_application(
            ctx, application_id, to, request.form.get("reason", ""),
            request.form.get("version", type=int),
            answers=posted.answers, asked=posted.asked, member_id=posted.member_id,
        )  # fmt: skip
    except (ConflictError, InvalidError) as error:
        abandon()
        texts = {name: SEPARATOR.join(request.form.getlist(name)) for name in request.form}
        again = find_application(context(), application_id, BY_CLERK)
        drawn = draw_form(context(), again.household_id, to, texts, error=error, moved=again)
        return drawn, INVALID
    flash(_("The application is moved to “%(title)s”.", title=programme_title(to)))
    return redirect(url_for("application.show", application_id=application_id), 303)


@blueprint.post("/programmes/<name>/move")
def move_every(name: str) -> ResponseReturnValue:
    """Move all drafts and returned applications of a programme, naming those that stay."""
    found = move_all(context(), name, request.form.get("to", ""), request.form.get("reason", ""))
    flash(_("%(count)s applications were moved.", count=len(found.done)))
    for one in found.left:
        flash(_("%(number)s was not moved: %(why)s", number=one.number, why=translate(one.why)))
    return redirect(url_for("programme.show_list") + f"#{name}", 303)
