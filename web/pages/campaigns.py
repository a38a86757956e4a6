"""Campaigns of warmth visits: the list of them, one with its list, its parcels and its decision."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.campaigns.deciding import (
    WrongListError,
    approve_campaign,
    return_campaign,
    submit_campaign,
    withdraw_campaign,
)
from core.campaigns.drafting import (
    add_parcel,
    begin_campaign,
    list_paying,
    list_visiting,
    remove_parcel,
)
from core.campaigns.models import STATES
from core.campaigns.queries import (
    STEPS,
    list_campaigns,
    list_parcels,
    list_visits,
    may_decide,
    read_campaign,
)
from core.campaigns.workbook import WrongWorkbookError
from core.errors import ConflictError, DomainError, InvalidError
from core.federations import list_units
from core.funds.queries import list_funds
from core.money import format_yuan
from web import excel
from web.display import may, programme_title
from web.errors import on_domain_error
from web.labels import label
from web.pages import entries
from web.pages.addressing import posted_id, whole
from web.pages.handovers import read_articles
from web.request import abandon, context

blueprint = Blueprint("campaign", __name__, url_prefix="/<tenant>/campaigns")
SIZE, VISITS = 50, 200


@blueprint.get("")
def show_list() -> str:
    """Show the campaigns, and the form that begins one."""
    return _draw_list()


@blueprint.get("/excel")
def download_list() -> Response:
    """Hand the campaigns out as a workbook."""
    titles = [_("Number"), _("Name of the campaign"), _("Union"), _("From"), _("To"), _("State"),
              _("Households"), _("Money (yuan)"), _("Goods (yuan)"), _("Handed over"),
              _("Handed over (yuan)"), _("Missed"), _("Fund")]  # fmt: skip
    rows = (
        [one.number, one.name, one.unit, one.starts_on, one.ends_on,
         label("campaign", one.state), one.visits, excel.yuan(one.money), excel.yuan(one.goods),
         one.handed_over, excel.yuan(one.handed_over_value), one.missed, one.fund]
        for one in list_campaigns(context(), state=request.args.get("state", ""))
    )  # fmt: skip
    return excel.hand_out(_("Warmth visits"), titles, rows)


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin a campaign."""
    campaign = begin_campaign(
        context(), entries.text("name"), unit_id=posted_id("unit"), fund_id=posted_id("fund"),
        starts_on=entries.day("starts_on"), ends_on=entries.day("ends_on"),
        programme=entries.text("programme"),
    )  # fmt: skip
    flash(_("The campaign is begun. Choose who is visited."))
    return redirect(url_for(".show", campaign_id=campaign.id), 303)


@blueprint.get("/<uuid:campaign_id>")
def show(campaign_id: uuid.UUID) -> str:
    """Show one campaign with its list."""
    return draw(campaign_id)


@blueprint.get("/<uuid:campaign_id>/excel")
def download(campaign_id: uuid.UUID) -> Response:
    """Hand its list out as a workbook, masked."""
    told = read_campaign(context(), campaign_id)
    titles = [_("File number"), _("Head"), _("ID number"), _("Union"), _("Category"),
              _("Money (yuan)"), _("Parcel"), _("Goods (yuan)"), _("State"), _("Day"),
              _("Received by"), _("Relation to the head"), _("Visitors"), _("Remark")]  # fmt: skip
    rows = (
        [one.file_number, one.head_name, one.head_id, one.unit, label("category", one.category),
         excel.yuan(one.money), one.parcel or "", excel.yuan(one.goods),
         label("application", one.state), one.happened_on, one.receiver, one.relation,
         "、".join(one.givers or ()), one.remark]
        for one in list_visits(context(), campaign_id, step=_step())
    )  # fmt: skip
    return excel.hand_out(f"{told.number} {told.name}", titles, rows)


@blueprint.post("/<uuid:campaign_id>/parcels")
def pack(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Add a parcel."""
    add_parcel(context(), campaign_id, entries.text("parcel_name"), read_articles())
    flash(_("The parcel is added."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.post("/<uuid:campaign_id>/parcels/<uuid:parcel_id>/removal")
def unpack(campaign_id: uuid.UUID, parcel_id: uuid.UUID) -> ResponseReturnValue:
    """Take a parcel out again."""
    remove_parcel(context(), campaign_id, parcel_id)
    flash(_("The parcel is taken out."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.post("/<uuid:campaign_id>/submission")
def submit(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the list in."""
    submit_campaign(context(), campaign_id, entries.number("version"))
    flash(_("The list is handed in; it waits for its approval."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.post("/<uuid:campaign_id>/approval")
def approve(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Approve the list."""
    approve_campaign(context(), campaign_id, entries.number("version"))
    flash(_("The list is approved; it goes to public notice."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.post("/<uuid:campaign_id>/return")
def send_back(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Send the list back."""
    return_campaign(context(), campaign_id, entries.text("reason"), entries.number("version"))
    flash(_("The list is sent back."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.post("/<uuid:campaign_id>/withdrawal")
def withdraw(campaign_id: uuid.UUID) -> ResponseReturnValue:
    """Give the campaign up."""
    withdraw_campaign(context(), campaign_id, entries.text("reason"), entries.number("version"))
    flash(_("The campaign is given up."))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.errorhandler(ConflictError)
@blueprint.errorhandler(InvalidError)
def show_again(error: DomainError) -> ResponseReturnValue:
    """Show the page again with all that was entered, and what is wrong with it."""
    abandon()
    entries.refuse(error)
    campaign_id = (request.view_args or {}).get("campaign_id")
    if campaign_id is not None:
        return draw(campaign_id), error.status
    return (_draw_list(), error.status) if request.method == "POST" else on_domain_error(error)


def draw(campaign_id: uuid.UUID, refused: Sequence[Any] = ()) -> str:
    """Return the page of a campaign; `refused` are households that were not put on its list."""
    ctx, page, error = context(), whole("page", 1), entries.refused()
    told = read_campaign(ctx, campaign_id)
    visits = list_visits(ctx, campaign_id, step=_step(), page=page, size=VISITS)
    parcels = list_parcels(ctx, campaign_id)
    return render_template(
        "campaigns/show.html", campaign=told, visits=visits, page=page, size=VISITS,
        more=len(visits) == VISITS, step=_step(),
        steps=[(one, label("visit_step", one)) for one in STEPS],
        parcels=parcels, parcel_choices=[(one.id, one.name) for one in parcels],
        deciding=may_decide(ctx, campaign_id),
        turned_away=error.refused if isinstance(error, WrongListError) else refused,
        faults=error.faults if isinstance(error, WrongWorkbookError) else (),
        categories=[(one.code, label("category", one.code)) for one in ctx.pack.categories],
        units=[(one.path, one.full_name) for one in list_units(ctx, "campaign.read")],
        funds=_funds() if may("fund.manage") else [], today=ctx.today,
    )  # fmt: skip


def _draw_list() -> str:
    ctx, page, state = context(), whole("page", 1), request.args.get("state", "")
    found = list_campaigns(ctx, state=state, page=page, size=SIZE + 1)
    visiting = list_visiting(ctx)
    return render_template(
        "campaigns/list.html", campaigns=found[:SIZE], more=len(found) > SIZE, page=page,
        state=state, states=[(one, label("campaign", one)) for one in STATES],
        programmes=[(one, programme_title(one)) for one in visiting],
        units=[(one.id, one.full_name) for one in list_units(ctx, "campaign.keep")]
        if may("campaign.keep") else [],
        funds=[(one.id, f"{one.name} {one.year}") for one in list_paying(ctx)]
        if may("campaign.keep") else [], today=ctx.today,
    )  # fmt: skip


def _funds() -> list[tuple[uuid.UUID, str]]:
    return [
        (one["id"], f"{one['name']} {one['year']} · {format_yuan(one['left'])}")
        for one in list_funds(context())
        if one["period_id"] is None and not one["stages"]
    ]


def _step() -> str:
    return request.args.get("step", "")
