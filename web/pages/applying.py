"""Applying for aid: what a household could get, the programme's form, handing it in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from bangfu_sdk import Programme
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.applications.assessment import figures_today, find_programme, judging_programme
from core.applications.attaching import attach_paper
from core.applications.drafts import revise_application, start_application
from core.applications.lookup import find_application
from core.applications.offers import list_offers
from core.applications.questions import is_required, only_for
from core.applications.submission import resubmit, submit, withdraw
from core.applications.urgency import find_urgent_route, read_terms
from core.context import Context
from core.errors import ConflictError, InvalidError
from core.households.codes import STUDENT
from core.households.listing import a_year_before
from core.households.queries import read_household
from web.labels import label
from web.pages.addressing import uploaded
from web.pages.answers import SEEN, SEPARATOR, read_posted, show_answers
from web.request import abandon, context
from web.translation import translate

blueprint = Blueprint("applying", __name__, url_prefix="/<tenant>")
INVALID = 422


@blueprint.get("/households/<uuid:household_id>/apply")
def choose(household_id: uuid.UUID) -> str:
    """Show what the household could apply for, with ranges and reasons."""
    ctx = context()
    household = read_household(ctx, household_id).data
    return render_template(
        "applications/choose.html", household=household, offers=list_offers(ctx, household_id),
        outdated=_outdated(ctx, household),
    )  # fmt: skip


@blueprint.get("/households/<uuid:household_id>/apply/<programme>")
def begin(household_id: uuid.UUID, programme: str) -> str:
    """Show the programme's form."""
    chosen, ctx = request.args.get("student", ""), context()
    asks = (one for one in find_programme(ctx, programme).questions if one.kind.names_person)
    return draw_form(ctx, household_id, programme, {one.name: chosen for one in asks})


@blueprint.post("/households/<uuid:household_id>/apply/<programme>")
def start(household_id: uuid.UUID, programme: str) -> ResponseReturnValue:
    """Start the application, and hand it in where that was pressed."""
    ctx = context()
    try:
        posted = read_posted(find_programme(ctx, programme), request.form)
        application = start_application(
            ctx, household_id, programme, posted.answers, posted.asked, posted.member_id,
            request.form.get("urgent_reason", ""), posted.seen,
        )  # fmt: skip
        return _go_on(ctx, application.id)
    except (ConflictError, InvalidError) as error:
        return _again(error, household_id, programme)


@blueprint.get("/applications/<uuid:application_id>/change")
def edit(application_id: uuid.UUID) -> str:
    """Show the form filled with what was answered."""
    ctx = context()
    application = find_application(ctx, application_id, "application.start")
    programme = judging_programme(ctx, application)
    texts = show_answers(programme, application.answers, application.asked)
    texts["urgent_reason"] = application.urgent_reason
    texts[SEEN] = SEPARATOR.join(application.papers_seen)
    return draw_form(ctx, application.household_id, programme.name, texts, application=application)


@blueprint.post("/applications/<uuid:application_id>/change")
def change(application_id: uuid.UUID) -> ResponseReturnValue:
    """Change the answers, and hand the application in where that was pressed."""
    ctx = context()
    application = find_application(ctx, application_id, "application.start")
    try:
        posted = read_posted(judging_programme(ctx, application), request.form)
        revise_application(
            ctx, application_id, answers=posted.answers, asked=posted.asked,
            urgent_reason=request.form.get("urgent_reason", ""),
            papers_seen=posted.seen,
            version=request.form.get("version", type=int),
        )  # fmt: skip
        return _go_on(ctx, application_id)
    except (ConflictError, InvalidError) as error:
        return _again(error, application.household_id, application.programme, application)


@blueprint.post("/applications/<uuid:application_id>/submit")
def hand_in(application_id: uuid.UUID) -> ResponseReturnValue:
    """Hand in a draft, or again what came back."""
    ctx = context()
    _submit(ctx, application_id)
    return redirect(url_for("application.show", application_id=application_id), 303)


@blueprint.post("/applications/<uuid:application_id>/papers")
def attach(application_id: uuid.UUID) -> ResponseReturnValue:
    """Attach the file of a paper."""
    file, form = uploaded("file"), request.form
    attach_paper(
        context(), application_id, form.get("paper", ""), kind=form.get("kind", ""),
        filename=file.filename or "", data=file.read(), version=form.get("version", type=int),
    )  # fmt: skip
    flash(_("The paper is attached."))
    address = url_for("application.show", application_id=application_id, _anchor="papers")
    return redirect(address, 303)


@blueprint.post("/applications/<uuid:application_id>/withdraw")
def take_back(application_id: uuid.UUID) -> ResponseReturnValue:
    """Take the application back."""
    withdraw(context(), application_id, request.form.get("reason", ""))
    flash(_("The application is withdrawn."))
    return redirect(url_for("application.show", application_id=application_id), 303)


def _outdated(ctx: Context, household: dict[str, Any]) -> str:
    """Return the day of the declared income and spending where it lies more than a year back."""
    declared = household["statement"]
    if declared is None or dt.date.fromisoformat(declared["as_of"]) >= a_year_before(ctx.today):
        return ""
    return str(declared["as_of"])


def _go_on(ctx: Context, application_id: uuid.UUID) -> ResponseReturnValue:
    if request.form.get("then") == "submit":
        _submit(ctx, application_id)
    else:
        flash(_("The draft is saved."))
    return redirect(url_for("application.show", application_id=application_id), 303)


def _submit(ctx: Context, application_id: uuid.UUID) -> None:
    application = find_application(ctx, application_id, "application.submit")
    hand = resubmit if application.state == "returned" else submit
    hand(ctx, application_id)
    flash(_("The application is handed in."))


def _again(
    error: ConflictError | InvalidError,
    household_id: uuid.UUID,
    programme: str,
    application: Any = None,
) -> ResponseReturnValue:
    abandon()
    texts = {name: SEPARATOR.join(request.form.getlist(name)) for name in request.form}
    text = draw_form(
        context(), household_id, programme, texts, error=error, application=application
    )
    return text, INVALID


def _people(household: dict[str, Any], programme: Programme) -> list[tuple[str, str]]:
    """Return whom an application may be for: the students, or all of the household."""
    return [
        (one["id"], f"{one['name']} · {label('stage', one['education_stage'])}"
         if programme.per_student else one["name"])
        for one in household["members"]
        if one["occupation"] == STUDENT or programme.per_member
    ]  # fmt: skip


def draw_form(
    ctx: Context,
    household_id: uuid.UUID,
    name: str,
    texts: dict[str, str],
    *,
    error: ConflictError | InvalidError | None = None,
    application: Any = None,
    moved: Any = None,
) -> str:
    """Return the page of a programme's form, filled; `moved` is an application to another one that
    is to become one to this."""
    household = read_household(ctx, household_id).data
    programme = find_programme(ctx, name)
    changed = application or moved
    besides = None if changed is None else changed.id
    offers = [one for one in list_offers(ctx, household_id, besides) if one.name == name]
    return render_template(
        "applications/form.html", household=household, programme=programme,
        texts=texts, people=_people(household, programme), offers=offers,
        offer=offers[0] if offers else None,
        is_required=is_required, figures=figures_today(ctx, name).values,
        only_for=only_for(programme),
        urgent=read_terms(ctx, name, ctx.today) if find_urgent_route(ctx, name) else None,
        urgent_route=find_urgent_route(ctx, name),
        outdated=_outdated(ctx, household),
        application=changed, moved=moved,
        error=translate(error.message) if error else "",
        remedy=translate(error.remedy) if error else "", wrong=error.field if error else "",
    )  # fmt: skip
