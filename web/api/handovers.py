"""Aid that could not wait, handed over in person: held, recorded with the receipt, confirmed."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from core.applications.queries import read_application
from core.handovers.goods import Article
from core.handovers.in_person import hold_in_person
from core.handovers.recording import Given, keep_receipt, record_handovers
from core.handovers.settling import confirm_handovers, refuse_handover
from web.api.application_schemas import ApplicationDocument, ReasonInput
from web.api.campaign_schemas import ArticleSchema, HandoverInput
from web.api.idempotency import creates, idempotent
from web.request import context

blueprint = Blueprint(
    "handovers", __name__,
    url_prefix="/api/tenants/<tenant>/applications/<uuid:application_id>/in-person",
)  # fmt: skip


class InPersonInput(Schema):
    """From which fund, and which goods; what they do not cost is handed over in money."""

    fund_id = fields.UUID(required=True)
    goods = fields.List(fields.Nested(ArticleSchema), load_default=list)


class SignedReceipt(Schema):
    """The scan of the signed receipt; none where nobody was met."""

    scan = Upload()


@blueprint.route("")
class Holding(MethodView):
    """Holding."""

    @creates(blueprint)
    @blueprint.arguments(InPersonInput)
    @blueprint.response(201, ApplicationDocument)
    @idempotent
    def post(self, wanted: dict[str, Any], application_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Hold the amount of a granted application that could not wait, to be handed over."""
        goods = [Article(**one) for one in wanted["goods"]]
        hold_in_person(context(), application_id, wanted["fund_id"], goods)
        return _show(application_id), 201


@blueprint.route("/handovers")
class Recording(MethodView):
    """Recording."""

    @creates(blueprint)
    @blueprint.arguments(SignedReceipt, location="files")
    @blueprint.arguments(HandoverInput, location="form")
    @blueprint.response(201, ApplicationDocument)
    @idempotent
    def post(
        self, files: dict[str, Any], wanted: dict[str, Any], application_id: uuid.UUID
    ) -> tuple[dict[str, Any], int]:
        """Record who received it from whom, with the scan of the signed receipt; or, without a
        receiver, why nobody was met."""
        ctx, scan = context(), files.get("scan")
        receipt = keep_receipt(ctx, scan.filename or "", scan.read()) if scan else None
        givers = (wanted.pop("first"), wanted.pop("second"))
        record_handovers(ctx, [Given(givers=givers, **wanted)], receipt)
        return _show(application_id), 201


@blueprint.route("/handovers/<uuid:handover_id>/confirmation")
class Confirming(MethodView):
    """Confirming."""

    @creates(blueprint)
    @blueprint.response(200, ApplicationDocument)
    @idempotent
    def post(self, application_id: uuid.UUID, handover_id: uuid.UUID) -> dict[str, Any]:
        """Book what was recorded, after comparing it with the receipt."""
        confirm_handovers(context(), [handover_id])
        return _show(application_id)


@blueprint.route("/handovers/<uuid:handover_id>/refusal")
class Refusing(MethodView):
    """Refusing."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, ApplicationDocument)
    @idempotent
    def post(
        self, wanted: dict[str, str], application_id: uuid.UUID, handover_id: uuid.UUID
    ) -> dict[str, Any]:
        """Refuse what was recorded wrongly; it is recorded anew."""
        refuse_handover(context(), handover_id, wanted["reason"])
        return _show(application_id)


def _show(application_id: uuid.UUID) -> dict[str, Any]:
    return read_application(context(), application_id)
