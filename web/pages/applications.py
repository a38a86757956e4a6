"""Applications: the list, one with everything about it, and decisions on it."""

from __future__ import annotations

import uuid
from typing import Any

from bangfu_sdk import QuestionKind
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.applications.assessment import figures_today
from core.applications.decisions import decide
from core.applications.listing import Filters, list_applications
from core.applications.moving import list_targets
from core.applications.papers import Checked, check_papers
from core.applications.queries import read_application
from core.audit.queries import read_history
from core.context import Context
from core.errors import DomainError
from core.funds.queries import list_funds
from core.handovers.in_person import is_in_person
from core.households.papers import KINDS as EVIDENCE_KINDS
from core.money import format_yuan, parse_yuan
from core.paging import WHOLE
from core.programmes import known_names
from core.wrong_payments.models import KINDS
from core.wrong_payments.queries import Filters as WrongPayments
from core.wrong_payments.queries import list_wrong_payments
from web import excel
from web.display import may, programme_title
from web.labels import APPLICATION_STATES, label
from web.pages.addressing import whole
from web.pages.answers import ASKED, show_answers, show_kept
from web.pages.route import draw_route
from web.request import context
from web.translation import pick

blueprint = Blueprint("application", __name__, url_prefix="/<tenant>/applications")
SIZE = 50
NOT_SHOWN = (QuestionKind.STUDENT, QuestionKind.MEMBER, QuestionKind.EVIDENCE)
DECIDED = {
    "approve": lazy_gettext("The step is approved."),
    "return": lazy_gettext("The application is returned for completion."),
    "reject": lazy_gettext("The application is rejected."),
}


@blueprint.get("")
def show_list() -> str:
    """Show a page of the list."""
    ctx, page, filters = context(), whole("page", 1), _filters()
    found = list_applications(ctx, filters, page=page, size=SIZE)
    return render_template(
        "applications/list.html", rows=found.data, more=found.more, page=page, filters=filters,
        states=APPLICATION_STATES, programmes=known_names(ctx),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed."""
    titles = [_("Number"), _("Name"), _("ID number"), _("Programme"), _("Category"), _("State"),
              _("Applied on"), _("Amount asked for (yuan)"), _("Amount granted (yuan)"),
              _("Union"), _("Help first"), _("Cannot wait")]  # fmt: skip
    found = list_applications(context(), _filters(), size=WHOLE)
    return excel.hand_out(_("Applications"), titles, map(_cells, found.data))


@blueprint.get("/<uuid:application_id>")
def show(application_id: uuid.UUID) -> str:
    """Show one application."""
    ctx = context()
    found = read_application(ctx, application_id)
    records = list_wrong_payments(ctx, WrongPayments(application=application_id))
    recorded = [uuid.UUID(one["id"]) for one in records]
    owed = [uuid.UUID(found["owed_papers"]["id"])] if found["owed_papers"] else []
    open_step = next((step for step in found["steps"] if step["state"] == "open"), None)
    return render_template(
        "applications/show.html", application=found, open_step=open_step,
        route=draw_route(found), history=read_history(ctx, [application_id, *owed, *recorded]),
        answers=_answers(ctx, found), proposed=_proposed(found), records=records,
        live={one["payment_id"] for one in records if one["standing"] != "refused"},
        targets=_targets(ctx, found),
        funds=_funds(ctx, found), goods_of=goods_of, me=str(ctx.actor.person_id),
        wrong_kinds=[(kind, label("wrong_kind", kind)) for kind in KINDS],
        papers=(papers := _papers(ctx, found)),
        paper_choices=[(one.paper.name, pick(one.paper.text)) for one in papers],
        files={one["id"]: one["filename"] for one in found["evidence"]},
        evidence_kinds=[(kind, label("evidence", kind)) for kind in EVIDENCE_KINDS],
    )  # fmt: skip


@blueprint.post("/<uuid:application_id>/decide")
def take_step(application_id: uuid.UUID) -> ResponseReturnValue:
    """Decide on the open step."""
    form = request.form
    decision, amount = form.get("decision", ""), form.get("amount", "").strip()
    told = form.get("findings", "").strip()
    decide(
        context(), application_id, decision,
        amount=parse_yuan(amount, field="amount") if amount and decision == "approve" else None,
        reason=form.get("reason", ""), findings=[{"text": told}] if told else [],
        version=form.get("version", type=int),
    )  # fmt: skip
    flash(str(DECIDED[decision]))
    return redirect(url_for(".show", application_id=application_id), 303)


def goods_of(payment: dict[str, Any]) -> str:
    """Return what is handed over besides money, in words."""
    return "；".join(
        f"{one['name']} {one['quantity']}{one['measure']} × {format_yuan(one['price'])}"
        for one in payment["goods"]
    )


def _funds(ctx: Context, found: dict[str, Any]) -> list[tuple[uuid.UUID, str]]:
    """Return from which funds this can be handed over in person; none where it cannot be now."""
    begun = [one for one in found["payments"] if one["state"] not in ("failed", "released")]
    under_way = any(
        one["state"] != "reserved" or (one["handover"] or {}).get("state", "refused") != "refused"
        for one in begun
    )
    urgent = bool(found["urgent_reason"])
    fits = found["state"] == "granted" and not found["campaign"]
    fits = fits and is_in_person(ctx, found["programme"], urgent=urgent)
    if not fits or under_way or not may("fund.manage"):
        return []
    return [
        (one["id"], f"{one['name']} {one['year']} · {format_yuan(one['left'])}")
        for one in list_funds(ctx)
        if one["period_id"] is None and not one["stages"]
    ]


def _answers(ctx: Context, found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was answered, each with its question, as it was kept where the plugin is away."""
    try:
        programme = ctx.catalogue.programme(found["programme"])
    except DomainError:
        return show_kept(found["assessment"].get("form", {}), found["answers"], NOT_SHOWN)
    texts = show_answers(programme, found["answers"], found["asked"])
    return [
        (pick(question.text), texts[question.name])
        for question in programme.questions
        if question.name != ASKED and question.kind not in NOT_SHOWN
    ]


def _papers(ctx: Context, found: dict[str, Any]) -> list[Checked]:
    """Return the papers it needs, checked off; nothing where the plugin is away."""
    try:
        programme = ctx.catalogue.programme(found["programme"])
        figures = figures_today(ctx, programme.name).values
    except DomainError:
        return []
    return check_papers(programme, found["answers"], found["papers_seen"], figures)


def _targets(ctx: Context, found: dict[str, Any]) -> list[str]:
    """Return the programmes it could be moved to; nothing is looked up where it cannot be."""
    if "move" not in found["can"]:
        return []
    return list_targets(ctx, found["assessment"]["kind"], found["programme"])


def _proposed(found: dict[str, Any]) -> int:
    """Return what the approver before proposed, or what was asked for."""
    given = [one["amount"] for one in found["steps"]
             if one["round"] == found["round"] and one["amount"] is not None]  # fmt: skip
    return int(given[-1] if given else found["asked"])


def _filters() -> Filters:
    asked = request.args
    return Filters(
        state=asked.get("state", ""),
        programme=asked.get("programme", ""),
        category=asked.get("category", ""),
        search=asked.get("search", ""),
        overdue=asked.get("overdue") == "1",
        focus=asked.get("focus") == "1",
        urgent=asked.get("urgent") == "1",
    )


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["number"], row["head_name"], row["head_id"], programme_title(row["programme"]),
        label("category", row["category"]), label("application", row["state"]), row["applied_on"],
        excel.yuan(row["asked"]), excel.yuan(row["amount"]), row["unit"],
        _("Yes") if row["focus"] else _("No"), _("Yes") if row["urgent"] else _("No"),
    ]  # fmt: skip
