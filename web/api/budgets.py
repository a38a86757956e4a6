"""Raising and lowering the budgets of funds: proposed by one person, confirmed by another."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.funds.budget_changes import confirm_change, propose_change, refuse_change
from core.funds.budgets import find_fund
from core.funds.models import CHANGE_STATES
from core.funds.queries import list_changes
from core.money import MAXIMUM_FEN
from web.api.application_schemas import ReasonInput
from web.api.idempotency import creates, idempotent
from web.request import context

blueprint = Blueprint("budgets", __name__, url_prefix="/api/tenants/<tenant>")
SIGNED_FEN = {"description": "fen; negative where the budget is lowered"}


class ChangeInput(Schema):
    """By how much a budget is to change, and why."""

    amount = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(-MAXIMUM_FEN, MAXIMUM_FEN),
        metadata=SIGNED_FEN,
    )
    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class ChangeSchema(Schema):
    """A change of a budget: it counts once a second person has confirmed it."""

    id = fields.UUID(required=True)
    fund_id = fields.UUID(required=True)
    amount = fields.Integer(required=True, metadata=SIGNED_FEN)
    reason = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(CHANGE_STATES))
    proposed_by_name = fields.String(required=True)
    proposed_at = fields.DateTime(required=True)
    decided_by_name = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


@blueprint.route("/funds/<uuid:fund_id>/budget-changes")
class BudgetChanges(MethodView):
    """The changes of a fund's budget."""

    @blueprint.response(200, ChangeSchema(many=True))
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, fund_id: uuid.UUID) -> list[dict[str, Any]]:
        """List the changes of a fund's budget, the newest first."""
        return list_changes(context(), fund_id=find_fund(context(), fund_id).id)

    @creates(blueprint)
    @blueprint.arguments(ChangeInput)
    @blueprint.response(201, ChangeSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], fund_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Propose to raise or to lower a fund's budget."""
        made = propose_change(context(), fund_id, **wanted)
        return _show(fund_id, made.id), 201


@blueprint.route("/budget-changes/<uuid:change_id>/confirmation")
class Confirmation(MethodView):
    """The second person's word."""

    @creates(blueprint)
    @blueprint.response(200, ChangeSchema)
    @idempotent
    def post(self, change_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Make a proposed change; whoever proposed it cannot."""
        change = confirm_change(context(), change_id)
        return _show(change.fund_id, change.id), 200


@blueprint.route("/budget-changes/<uuid:change_id>/refusal")
class Refusal(MethodView):
    """Putting a proposal aside."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, ChangeSchema)
    @idempotent
    def post(self, wanted: dict[str, str], change_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Put a proposed change aside; the budget stays as it is."""
        change = refuse_change(context(), change_id, wanted["reason"])
        return _show(change.fund_id, change.id), 200


def _show(fund_id: uuid.UUID, change_id: uuid.UUID) -> dict[str, Any]:
    found = next(one for one in list_changes(context(), fund_id=fund_id) if one["id"] == change_id)
    shown: dict[str, Any] = ChangeSchema().dump(found)
    return shown
