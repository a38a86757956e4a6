"""Programmes of a federation, for its administrators: offered, by which plugin, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.applications.moving import count_open
from core.programmes import Standing, list_programmes, offer_programme, referral_line
from core.vetting import vet_programme
from web import excel
from web.display import programme_title
from web.labels import label
from web.request import context
from web.translation import pick, translate

blueprint = Blueprint("programme", __name__, url_prefix="/<tenant>/programmes")
ON = "offer"


@dataclass(frozen=True)
class Line:
    """The measure line a programme is referred to, who leads it, and whether the federation
    chooses it."""

    name: str
    lead: str
    due_days: int
    chooses: bool


@blueprint.get("")
def show_list() -> str:
    """Show the identification and every programme."""
    ctx = context()
    found = list_programmes(ctx)
    idle = [one.name for one in found if one.state in ("withheld", "broken", "gone")]
    return render_template(
        "programmes/list.html", programmes=found, pack=ctx.pack,
        waiting={name: count_open(ctx, name) for name in idle},
        offered=[one.name for one in found if one.state == "offered"],
    )  # fmt: skip


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show all there is to know of one before it is taken up."""
    found = vet_programme(context(), name)
    failed = [one for one in found.findings if not one.holds]
    return render_template(
        "programmes/show.html", found=found, one=found.standing, failed=failed,
        cases=sum(report.cases for report in found.reports), line=_line(name),
        measures=[(one.code, pick(one.name)) for one in context().pack.measures],
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook."""
    titles = [_("Programme"), _("Short name"), _("Version"), _("Plugin"), _("State"),
              _("Why not")]  # fmt: skip
    rows = [
        [_title(one), one.name, one.rule.version if one.rule else "", one.plugin,
         label("standing", one.state), translate(one.problem) if one.problem else ""]
        for one in list_programmes(context())
    ]  # fmt: skip
    return excel.hand_out(_("Programmes"), titles, rows)


@blueprint.post("/<name>")
def switch(name: str) -> ResponseReturnValue:
    """Offer a programme, or no longer."""
    offered = request.form.get("to") == ON
    offer_programme(
        context(), name, request.form.get("reason", ""), offered=offered,
        measure=request.form.get("measure", "") if offered else "",
    )  # fmt: skip
    flash(_("The programme is offered now.") if offered else _("The programme is not offered now."))
    return redirect(url_for(".show_list"), 303)


def _line(name: str) -> Line | None:
    """Return to which line a programme is referred; None for one that pays."""
    ctx = context()
    if name not in ctx.pack.referrals:
        return None
    chosen, line = ctx.pack.referrals[name].measure, referral_line(ctx, name)
    if not line.measure:
        return Line("", "", line.due_days, chooses=True)
    found = ctx.pack.measure(line.measure)
    lead = pick(ctx.pack.department(found.lead).name)
    return Line(pick(found.name), lead, line.due_days, chooses=not chosen)


def _title(one: Standing) -> str:
    return programme_title(one.name)
