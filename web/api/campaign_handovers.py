"""What was handed over in a campaign: recorded, confirmed by another person, or refused."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from core.campaigns.closing import settle_campaign
from core.campaigns.queries import read_campaign
from core.campaigns.workbook import import_results
from core.handovers.models import Receipt
from core.handovers.recording import Given, keep_receipt, record_handovers
from core.handovers.settling import refuse_handover
from web.api.application_schemas import ReasonInput
from web.api.campaign_schemas import (
    CampaignSchema,
    CountSchema,
    HandoverInput,
    ReceiptFile,
    ResultFiles,
    SettledSchema,
)
from web.api.idempotency import creates, idempotent
from web.request import context

blueprint = Blueprint(
    "campaign_handovers_api",
    __name__,
    url_prefix="/api/tenants/<tenant>/campaigns/<uuid:campaign_id>",
)


@blueprint.route("/handovers")
class Handovers(MethodView):
    """What became of the visits."""

    @creates(blueprint)
    @blueprint.arguments(ReceiptFile, location="files")
    @blueprint.arguments(HandoverInput, location="form")
    @blueprint.response(201, CountSchema)
    @idempotent
    def post(
        self, files: dict[str, Any], wanted: dict[str, Any], campaign_id: uuid.UUID
    ) -> tuple[dict[str, int], int]:
        """Record one visit: received by whom from whom, with the scan of the signed receipt; or,
        without a receiver, why nobody was met."""
        ctx = context()
        read_campaign(ctx, campaign_id)
        givers = (wanted.pop("first"), wanted.pop("second"))
        record_handovers(ctx, [Given(givers=givers, **wanted)], _keep(files))
        return {"count": 1}, 201


@blueprint.route("/results")
class Results(MethodView):
    """What became of the visits, as a workbook."""

    @creates(blueprint)
    @blueprint.arguments(ResultFiles, location="files")
    @blueprint.response(201, CountSchema)
    @idempotent
    def post(self, files: dict[str, Any], campaign_id: uuid.UUID) -> tuple[dict[str, int], int]:
        """Record what a workbook says of the visits: all of it or nothing."""
        data, receipt = files["file"].read(), _keep(files)
        return {"count": import_results(context(), campaign_id, data, receipt)}, 201


@blueprint.route("/settlement")
class Settlement(MethodView):
    """Confirming what was recorded."""

    @creates(blueprint)
    @blueprint.response(200, SettledSchema)
    @idempotent
    def post(self, campaign_id: uuid.UUID) -> dict[str, Any]:
        """Book all that is recorded, after comparing it with the receipts; nobody confirms what he
        recorded."""
        return vars(settle_campaign(context(), campaign_id))


@blueprint.route("/handovers/<uuid:handover_id>/refusal")
class Refusal(MethodView):
    """Refusing a record."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, CampaignSchema)
    @idempotent
    def post(
        self, wanted: dict[str, str], campaign_id: uuid.UUID, handover_id: uuid.UUID
    ) -> dict[str, Any]:
        """Refuse what was recorded wrongly; it is recorded anew."""
        read_campaign(context(), campaign_id)
        refuse_handover(context(), handover_id, wanted["reason"])
        told: dict[str, Any] = CampaignSchema().dump(read_campaign(context(), campaign_id))
        return told


def _keep(files: dict[str, Any]) -> Receipt | None:
    scan = files.get("scan")
    return keep_receipt(context(), scan.filename or "", scan.read()) if scan else None
