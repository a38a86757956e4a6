"""Aid that lasts: what households have month after month, the run of a month, the yearly check."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.entitlements.checking import end_entitlement, recheck
from core.entitlements.models import STATES
from core.entitlements.months import run_month
from core.entitlements.queries import find_entitlement, list_entitlements
from web.api.application_schemas import FEN, ReasonInput
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery, read_version, updates, write_json
from web.request import context

blueprint = Blueprint("entitlements_api", __name__, url_prefix="/api/tenants/<tenant>/entitlements")


class EntitlementQuery(PageQuery):
    """Which entitlements."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    household_id = fields.UUID(load_default=None)


class EntitlementSchema(Schema):
    """What came of an application that was granted for as long as the hardship lasts."""

    id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    number = fields.String(required=True)
    programme = fields.String(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    unit = fields.String(required=True)
    amount = fields.Integer(required=True, metadata=FEN)
    starts_on = fields.Date(required=True)
    recheck_due = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    note = fields.String(required=True)
    since = fields.Date(required=True)
    version = fields.Integer(required=True)
    paid_until = fields.Date(required=True, allow_none=True)


class RunInput(Schema):
    """Which month is paid, named by its first day, and from which fund."""

    fund_id = fields.UUID(required=True)
    month = fields.Date(required=True)


class RunSchema(Schema):
    """What a run made; `no_card` are applications left out for want of a bank card."""

    month = fields.Date(required=True)
    count = fields.Integer(required=True)
    total = fields.Integer(required=True, metadata=FEN)
    no_card = fields.List(fields.String(), required=True)


@blueprint.route("")
class Entitlements(MethodView):
    """The entitlements of a tenant."""

    @blueprint.arguments(EntitlementQuery, location="query")
    @blueprint.response(200, EntitlementSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the entitlements of your units, the newest first."""
        return [one._asdict() for one in list_entitlements(context(), **wanted)]


@blueprint.route("/runs")
class Runs(MethodView):
    """The runs of months."""

    @creates(blueprint)
    @blueprint.arguments(RunInput)
    @blueprint.response(201, RunSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Pay a month to all who are entitled and were not paid it yet: all of them or none."""
        made: dict[str, Any] = RunSchema().dump(
            run_month(context(), wanted["fund_id"], wanted["month"])
        )
        return made, 201


@blueprint.route("/<uuid:entitlement_id>/check")
class Check(MethodView):
    """The yearly check."""

    @updates(blueprint)
    @blueprint.response(200, EntitlementSchema)
    def post(self, entitlement_id: uuid.UUID) -> Response:
        """Judge it anew today, for another year: it goes on, is lowered, or ends."""
        recheck(context(), entitlement_id, read_version())
        return _show(entitlement_id)


@blueprint.route("/<uuid:entitlement_id>/end")
class End(MethodView):
    """Ending."""

    @updates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, EntitlementSchema)
    def post(self, wanted: dict[str, str], entitlement_id: uuid.UUID) -> Response:
        """End it by hand; nothing is paid from now on."""
        end_entitlement(context(), entitlement_id, wanted["reason"], read_version())
        return _show(entitlement_id)


def _show(entitlement_id: uuid.UUID) -> Response:
    found = find_entitlement(context(), entitlement_id)
    return write_json(EntitlementSchema().dumps(found._asdict()), version=found.version)
