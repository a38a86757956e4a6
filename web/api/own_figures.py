"""Figures a federation sets for itself: what it may set, what it set, setting and withdrawing."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.overrides import read_overrides, set_override, withdraw_override
from core.policies.settable import Settable
from core.policies.standards import OwnFigure
from core.programmes import settable_figures
from web.api.idempotency import creates, idempotent
from web.api.programmes import TextSchema
from web.own_figures import as_data
from web.request import context

blueprint = Blueprint("own_figures", __name__, url_prefix="/api/tenants/<tenant>/own-figures")


class OwnFigureInput(Schema):
    """A figure to be set from a day on, and the document that sets it."""

    programme = fields.String(
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "The rule it is for, `standards` for one nothing is judged by."},
    )
    name = fields.String(required=True, validate=validate.Length(1, 100))
    value = fields.String(
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "As people write it, such as 700.00 for yuan.",
                  "example": "700.00"},
    )  # fmt: skip
    holds_from = fields.Date(required=True)
    source = fields.String(required=True, validate=validate.Length(1, 200))


class OwnFigureSchema(OwnFigureInput):
    """A figure the federation set; `withdrawable` until its day has come."""

    id = fields.UUID(required=True)
    shown = fields.Nested(TextSchema, required=True)
    set_at = fields.DateTime(required=True)
    withdrawable = fields.Boolean(required=True)


class SettableSchema(Schema):
    """A figure that may be set, from `low` to `high`; `also` are the rules it counts for too,
    `unless` the one whose figure holds as long as none is set here."""

    programme = fields.String(required=True)
    name = fields.String(required=True)
    meaning = fields.Nested(TextSchema, required=True, attribute="parameter.meaning")
    low = fields.Nested(TextSchema, required=True)
    high = fields.Nested(TextSchema, required=True)
    also = fields.List(fields.String(), required=True)
    unless = fields.String(required=True)


@blueprint.route("")
class OwnFigures(MethodView):
    """What a federation set for itself."""

    @blueprint.response(200, OwnFigureSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List all that was ever set, the newest day of each figure first."""
        ctx = context()
        return [as_data(ctx.pack, one, ctx.today) for one in read_overrides(ctx)]

    @creates(blueprint)
    @blueprint.arguments(OwnFigureInput)
    @blueprint.response(201, OwnFigureSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Set a figure from a day on, within what the region allows (administrators)."""
        ctx = context()
        made = set_override(ctx, OwnFigure(**wanted))
        shown: dict[str, Any] = OwnFigureSchema().dump(as_data(ctx.pack, made, ctx.today))
        return shown, 201


@blueprint.route("/settable")
class SettableFigures(MethodView):
    """What a federation may set for itself."""

    @blueprint.response(200, SettableSchema(many=True))
    def get(self) -> list[Settable]:
        """List the figures the region lets its federations set, and within which bounds."""
        return settable_figures(context())


@blueprint.route("/<uuid:override_id>")
class OneOwnFigure(MethodView):
    """A figure that was set."""

    @blueprint.response(204)
    @blueprint.alt_response(403, "FORBIDDEN")
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def delete(self, override_id: uuid.UUID) -> None:
        """Withdraw a figure that does not hold yet."""
        withdraw_override(context(), override_id)
