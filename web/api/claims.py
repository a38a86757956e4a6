"""Claims on medical mutual aid: entered, decided, settled; workbooks come in with `kind` claims."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.claims.bills import Bill
from core.claims.decisions import (
    DECISIONS,
    SIDES,
    correct_claim,
    decide_claim,
    pay_claim,
    settle_difference,
)
from core.claims.entering import enter_claim
from core.claims.models import PAYEES
from core.claims.queries import FILTERS, Filters, list_claims, read_claim
from core.claims.waiting import Waiting, waiting_for_me
from core.money import MAXIMUM_FEN
from web.api.application_schemas import FEN
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("claims", __name__, url_prefix="/api/tenants/<tenant>/mutual-aid/claims")


def _fen(**options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN, **options
    )


class BillInput(Schema):
    """A hospital bill; the parts of insurance and patient come to the total."""

    name = fields.String(required=True)
    id_number = fields.String(required=True)
    hospital = fields.String(required=True)
    hospital_code = fields.String(required=True)
    bill_number = fields.String(required=True)
    admitted_on = fields.Date(required=True)
    discharged_on = fields.Date(required=True)
    total = _fen(required=True)
    basic_insurance = _fen(load_default=0)
    illness_insurance = _fen(load_default=0)
    in_policy = _fen(load_default=0)
    out_of_policy = _fen(load_default=0)
    listed_illness = fields.Boolean(load_default=False)
    illness = fields.String(load_default="")
    payee = fields.String(load_default="worker", validate=validate.OneOf(PAYEES))
    payee_name = fields.String(load_default="")
    bank_name = fields.String(required=True)
    card = fields.String(required=True)
    settled = _fen(load_default=None, allow_none=True)


class ClaimInput(BillInput):
    """A claim: the period, and the bill."""

    period_id = fields.UUID(required=True)


class CorrectionInput(BillInput):
    """The corrected bill of a returned claim, with the version it corrects."""

    version = fields.Integer(required=True)


class ClaimDecisionInput(Schema):
    """A decision on the open step of a claim."""

    decision = fields.String(required=True, validate=validate.OneOf(DECISIONS))
    reason = fields.String(load_default="")
    version = fields.Integer(required=True)


class SettlementInput(Schema):
    """Which side of a difference holds, and why."""

    side = fields.String(required=True, validate=validate.OneOf(SIDES))
    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    version = fields.Integer(required=True)


class ListedSchema(Schema):
    """A claim; people and accounts are masked, amounts in fen. `step` is review or approval."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    period_id = fields.UUID(required=True)
    period = fields.String(required=True)
    name = fields.String(required=True)
    id_number = fields.String(required=True)
    employer = fields.String(required=True)
    hospital = fields.String(required=True)
    hospital_code = fields.String(required=True)
    bill_number = fields.String(required=True)
    admitted_on = fields.String(required=True, metadata={"format": "date"})
    discharged_on = fields.String(required=True, metadata={"format": "date"})
    total = fields.Integer(required=True, metadata=FEN)
    basic_insurance = fields.Integer(required=True, metadata=FEN)
    illness_insurance = fields.Integer(required=True, metadata=FEN)
    in_policy = fields.Integer(required=True, metadata=FEN)
    out_of_policy = fields.Integer(required=True, metadata=FEN)
    listed_illness = fields.Boolean(required=True)
    benefit = fields.Integer(required=True, metadata=FEN)
    settled = fields.Integer(required=True, allow_none=True, metadata=FEN)
    granted = fields.Integer(required=True, metadata=FEN)
    difference = fields.String(required=True)
    state = fields.String(required=True)
    step = fields.String(required=True)
    payee = fields.String(required=True)
    payee_name = fields.String(required=True)
    bank_name = fields.String(required=True)
    card = fields.String(required=True)
    note = fields.String(required=True)
    payment = fields.Dict(required=True, allow_none=True)


class ClaimSchema(ListedSchema):
    """A claim with the facts, steps and reasons of its judgement; `can` is what you may do."""

    illness = fields.String(required=True)
    facts = fields.Dict(required=True)
    steps = fields.List(fields.Dict(), required=True)
    reasons = fields.List(fields.Dict(), required=True)
    scheme = fields.String(required=True)
    scheme_version = fields.String(required=True)
    can = fields.List(fields.String(), required=True)


class ClaimQuery(PageQuery):
    """Which claims."""

    period_id = fields.UUID(load_default=None)
    standing = fields.String(load_default="", validate=validate.OneOf(FILTERS))


@blueprint.route("")
class Claims(MethodView):
    """The claims of a tenant."""

    @blueprint.arguments(ClaimQuery, location="query")
    @blueprint.response(200, ListedSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the claims, the newest first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        return list_claims(context(), Filters(**wanted), page=page, size=size)

    @creates(blueprint)
    @blueprint.arguments(ClaimInput)
    @blueprint.response(201, ClaimSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Enter a claim; it is judged at once and goes to review."""
        period = wanted.pop("period_id")
        return _show(enter_claim(context(), period, Bill("", 0, **wanted)).id), 201


class WaitingClaimSchema(Schema):
    """A claim that waits for you: `step` is review or approval, amounts fen."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    hospital = fields.String(required=True)
    period = fields.String(required=True)
    step = fields.String(required=True)
    amount = fields.Integer(required=True)
    difference = fields.String(required=True)
    opened_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    overdue = fields.Boolean(required=True)


@blueprint.route("/waiting")
class WaitingClaims(MethodView):
    """The claims that wait for you."""

    @blueprint.response(200, WaitingClaimSchema(many=True))
    def get(self) -> list[Waiting]:
        """List the claims whose open step you may take, due first."""
        return waiting_for_me(context())


@blueprint.route("/<uuid:claim_id>")
class OneClaim(MethodView):
    """One claim."""

    @blueprint.response(200, ClaimSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, claim_id: uuid.UUID) -> dict[str, Any]:
        """Read a claim with the explanation of what it is paid."""
        return read_claim(context(), claim_id)


@blueprint.route("/<uuid:claim_id>/decision")
class Decision(MethodView):
    """The open step of a claim."""

    @creates(blueprint)
    @blueprint.arguments(ClaimDecisionInput)
    @blueprint.response(200, ClaimSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], claim_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Decide: review by one person, approval by another, which reserves the money."""
        decide_claim(context(), claim_id, **wanted)
        return _show(claim_id), 200


@blueprint.route("/<uuid:claim_id>/difference")
class Difference(MethodView):
    """A difference between hospital and rule."""

    @creates(blueprint)
    @blueprint.arguments(SettlementInput)
    @blueprint.response(200, ClaimSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], claim_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Settle it, with a reason."""
        settle_difference(context(), claim_id, **wanted)
        return _show(claim_id), 200


@blueprint.route("/<uuid:claim_id>/correction")
class Correction(MethodView):
    """A returned claim."""

    @creates(blueprint)
    @blueprint.arguments(CorrectionInput)
    @blueprint.response(200, ClaimSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], claim_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Hand it in again with its bill corrected; it is judged anew."""
        version = wanted.pop("version")
        correct_claim(context(), claim_id, Bill("", 0, **wanted), version)
        return _show(claim_id), 200


@blueprint.route("/<uuid:claim_id>/payment")
class Payment(MethodView):
    """The money of an approved claim."""

    @creates(blueprint)
    @blueprint.response(200, ClaimSchema)
    @idempotent
    def post(self, claim_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Reserve it again after the bank returned it or it was released."""
        pay_claim(context(), claim_id)
        return _show(claim_id), 200


def _show(claim_id: uuid.UUID) -> dict[str, Any]:
    shown: dict[str, Any] = ClaimSchema().dump(read_claim(context(), claim_id))
    return shown
