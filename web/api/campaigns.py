"""Campaigns of warmth visits: their lists, the decision on them, and the money held for them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint

from core.campaigns.deciding import (
    approve_campaign,
    return_campaign,
    strike_visit,
    submit_campaign,
    withdraw_campaign,
)
from core.campaigns.drafting import add_parcel, begin_campaign, remove_parcel
from core.campaigns.holding import hold_what_is_open
from core.campaigns.listing import Brought, choose_households, put_on_list, take_off
from core.campaigns.lookup import KEEP, lock_campaign
from core.campaigns.queries import (
    Told,
    list_campaigns,
    list_parcels,
    list_visits,
    read_campaign,
)
from core.campaigns.workbook import import_list
from core.handovers.goods import Article
from core.households.listing import Filters
from web.api.application_schemas import ReasonInput
from web.api.campaign_schemas import (
    BroughtInput,
    CampaignFundInput,
    CampaignInput,
    CampaignQuery,
    CampaignSchema,
    ChoiceInput,
    CountSchema,
    ListFile,
    ParcelInput,
    ParcelSchema,
    PutOnListSchema,
    VisitQuery,
    VisitSchema,
)
from web.api.idempotency import creates, idempotent
from web.api.paging import read_version, updates, write_json
from web.request import context

blueprint = Blueprint("campaigns_api", __name__, url_prefix="/api/tenants/<tenant>/campaigns")


@blueprint.route("")
class Campaigns(MethodView):
    """The campaigns of a tenant."""

    @blueprint.arguments(CampaignQuery, location="query")
    @blueprint.response(200, CampaignSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[Told]:
        """List the campaigns of your unions, the newest first."""
        return list_campaigns(context(), **wanted)

    @creates(blueprint)
    @blueprint.arguments(CampaignInput)
    @blueprint.response(201, CampaignSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Begin a campaign; its list is empty."""
        campaign = begin_campaign(context(), **wanted)
        return _dump(campaign.id), 201


@blueprint.route("/<uuid:campaign_id>")
class OneCampaign(MethodView):
    """One campaign."""

    @blueprint.response(200, CampaignSchema)
    def get(self, campaign_id: uuid.UUID) -> Response:
        """Read one, with what its list comes to."""
        return _show(campaign_id)


@blueprint.route("/<uuid:campaign_id>/parcels")
class Parcels(MethodView):
    """What is brought besides money."""

    @blueprint.response(200, ParcelSchema(many=True))
    def get(self, campaign_id: uuid.UUID) -> list[Any]:
        """List the parcels of a campaign."""
        return list_parcels(context(), campaign_id)

    @creates(blueprint)
    @blueprint.arguments(ParcelInput)
    @blueprint.response(201, ParcelSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], campaign_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Add a parcel; it is worth what its articles cost together."""
        articles = [Article(**one) for one in wanted["articles"]]
        made: dict[str, Any] = ParcelSchema().dump(
            add_parcel(context(), campaign_id, wanted["name"], articles)
        )
        return made, 201


@blueprint.route("/<uuid:campaign_id>/parcels/<uuid:parcel_id>")
class OneParcel(MethodView):
    """One parcel."""

    @blueprint.response(204)
    def delete(self, campaign_id: uuid.UUID, parcel_id: uuid.UUID) -> None:
        """Take a parcel out that is on nobody's list."""
        remove_parcel(context(), campaign_id, parcel_id)


@blueprint.route("/<uuid:campaign_id>/visits")
class Visits(MethodView):
    """The list of a campaign."""

    @blueprint.arguments(VisitQuery, location="query")
    @blueprint.response(200, VisitSchema(many=True))
    def get(self, wanted: dict[str, Any], campaign_id: uuid.UUID) -> list[dict[str, Any]]:
        """List the households on it, of your unions."""
        return [one._asdict() for one in list_visits(context(), campaign_id, **wanted)]

    @creates(blueprint)
    @blueprint.arguments(BroughtInput)
    @blueprint.response(201, PutOnListSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], campaign_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Put households on the list; those that can be brought nothing are named with the reason,
        and stop nobody else."""
        brought = Brought(wanted["money"], wanted["parcel_id"])
        campaign = lock_campaign(context(), campaign_id, KEEP, ("draft",))
        chosen = ((one, brought) for one in dict.fromkeys(wanted["households"]))
        listed: dict[str, Any] = PutOnListSchema().dump(put_on_list(context(), campaign, chosen))
        return listed, 201


@blueprint.route("/<uuid:campaign_id>/choice")
class Choice(MethodView):
    """Choosing from the files."""

    @creates(blueprint)
    @blueprint.arguments(ChoiceInput)
    @blueprint.response(201, PutOnListSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], campaign_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Put every file in force that fits on the list."""
        brought = Brought(wanted.pop("money"), wanted.pop("parcel_id"))
        listed = choose_households(
            context(), campaign_id, Filters(state="active", **wanted), brought
        )
        return PutOnListSchema().dump(listed), 201


@blueprint.route("/<uuid:campaign_id>/visits/<uuid:visit_id>/removal")
class Removal(MethodView):
    """Leaving one household out."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, CampaignSchema)
    @idempotent
    def post(
        self, wanted: dict[str, str], campaign_id: uuid.UUID, visit_id: uuid.UUID
    ) -> dict[str, Any]:
        """Take it off a list that is being made, or refuse it on one that waits for approval."""
        ctx = context()
        if read_campaign(ctx, campaign_id).state == "submitted":
            strike_visit(ctx, campaign_id, visit_id, wanted["reason"])
        else:
            take_off(ctx, campaign_id, [visit_id], wanted["reason"])
        return _dump(campaign_id)


@blueprint.route("/<uuid:campaign_id>/workbook")
class Workbook(MethodView):
    """The list as a workbook."""

    @creates(blueprint)
    @blueprint.arguments(ListFile, location="files")
    @blueprint.response(201, PutOnListSchema)
    @idempotent
    def post(self, files: dict[str, Any], campaign_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Put the households of a workbook on the list: all of them or none."""
        listed = import_list(context(), campaign_id, files["file"].read())
        return PutOnListSchema().dump(listed), 201


@blueprint.route("/<uuid:campaign_id>/submission")
class Submission(MethodView):
    """Handing a list in."""

    @updates(blueprint)
    @blueprint.response(200, CampaignSchema)
    def post(self, campaign_id: uuid.UUID) -> Response:
        """Hand the list in: every household is judged once more, all of them or none."""
        submit_campaign(context(), campaign_id, read_version())
        return _show(campaign_id)


@blueprint.route("/<uuid:campaign_id>/approval")
class Approval(MethodView):
    """Approving a list."""

    @updates(blueprint)
    @blueprint.response(200, CampaignSchema)
    def post(self, campaign_id: uuid.UUID) -> Response:
        """Approve the list; it goes to public notice."""
        approve_campaign(context(), campaign_id, read_version())
        return _show(campaign_id)


@blueprint.route("/<uuid:campaign_id>/return")
class Return(MethodView):
    """Sending a list back."""

    @updates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, CampaignSchema)
    def post(self, wanted: dict[str, str], campaign_id: uuid.UUID) -> Response:
        """Send the list back to be changed."""
        return_campaign(context(), campaign_id, wanted["reason"], read_version())
        return _show(campaign_id)


@blueprint.route("/<uuid:campaign_id>/withdrawal")
class Withdrawal(MethodView):
    """Giving a campaign up."""

    @updates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, CampaignSchema)
    def post(self, wanted: dict[str, str], campaign_id: uuid.UUID) -> Response:
        """Give it up before it is approved, with all on its list."""
        withdraw_campaign(context(), campaign_id, wanted["reason"], read_version())
        return _show(campaign_id)


@blueprint.route("/<uuid:campaign_id>/reservation")
class Reservation(MethodView):
    """What is granted and not held on the fund."""

    @creates(blueprint)
    @blueprint.arguments(CampaignFundInput)
    @blueprint.response(200, CountSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], campaign_id: uuid.UUID) -> dict[str, int]:
        """Hold it, from another fund where one is named: all of it or nothing."""
        return {"count": hold_what_is_open(context(), campaign_id, wanted["fund_id"])}


def _show(campaign_id: uuid.UUID) -> Response:
    found = read_campaign(context(), campaign_id)
    return write_json(CampaignSchema().dumps(found), version=found.version)


def _dump(campaign_id: uuid.UUID) -> dict[str, Any]:
    told: dict[str, Any] = CampaignSchema().dump(read_campaign(context(), campaign_id))
    return told
