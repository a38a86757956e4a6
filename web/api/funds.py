"""Funds and the payments reserved on them."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.funds.budgets import create_fund
from core.funds.donations import list_donations
from core.funds.ledger import trial_balance
from core.funds.queries import list_funds, list_payments
from core.funds.reservations import release, reserve
from core.money import MAXIMUM_FEN
from web.api.application_schemas import ReasonInput
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("funds", __name__, url_prefix="/api/tenants/<tenant>")
FEN = {"description": "fen"}


class FundInput(Schema):
    """A fund for one year; without programmes it pays for all."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    source = fields.String(required=True, validate=validate.Length(1, 200))
    year = fields.Integer(strict=True, required=True)
    budget = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, MAXIMUM_FEN), metadata=FEN
    )
    programmes = fields.List(fields.String(), load_default=list)
    donor = fields.String(
        load_default="", validate=validate.Length(max=200),
        metadata={"description": "Who gave the money; it is then paid for its purpose alone."},
    )  # fmt: skip
    stages = fields.List(fields.String(), load_default=list)


class FundSchema(Schema):
    """A fund and what is left of it."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    year = fields.Integer(required=True)
    programmes = fields.List(fields.String(), required=True)
    donor = fields.String(required=True)
    stages = fields.List(fields.String(), required=True)
    budget = fields.Integer(required=True, metadata=FEN)
    reserved = fields.Integer(required=True, metadata=FEN)
    paid = fields.Integer(required=True, metadata=FEN)
    left = fields.Integer(required=True, metadata=FEN)


class DonationSchema(Schema):
    """What was paid once from a donor's fund; the name is masked."""

    paid_on = fields.Date(required=True)
    programme = fields.String(required=True)
    stage = fields.String(required=True)
    name = fields.String(required=True)
    school = fields.String(required=True)
    unit = fields.String(required=True)
    amount = fields.Integer(required=True, metadata=FEN)


class BalanceSchema(Schema):
    """An account of the ledger: what came in, what went out."""

    fund_id = fields.UUID(required=True)
    fund = fields.String(required=True)
    account = fields.String(required=True)
    debit = fields.Integer(required=True, metadata=FEN)
    credit = fields.Integer(required=True, metadata=FEN)
    balance = fields.Integer(required=True, metadata=FEN)


class PaymentQuery(PageQuery):
    """Which payments."""

    fund_id = fields.UUID(load_default=None)
    batch_id = fields.UUID(load_default=None)
    state = fields.String(load_default="")


class PaymentSchema(Schema):
    """A payment; the card is masked."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    application_id = fields.UUID(required=True, allow_none=True)
    claim_id = fields.UUID(required=True, allow_none=True)
    programme = fields.String(required=True)
    fund_id = fields.UUID(required=True)
    batch_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    amount = fields.Integer(required=True, metadata=FEN)
    urgent = fields.Boolean(required=True, metadata={"description": "Aid that cannot wait."})
    payee = fields.String(required=True)
    card = fields.String(required=True)
    paid_on = fields.Date(required=True, allow_none=True)
    failure = fields.String(required=True, allow_none=True)


class Reservation(Schema):
    """Which granted application to reserve on which fund."""

    application_id = fields.UUID(required=True)
    fund_id = fields.UUID(required=True)


@blueprint.route("/funds")
class Funds(MethodView):
    """The funds of a tenant."""

    @blueprint.response(200, FundSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List the funds with what each has left."""
        return list_funds(context())

    @creates(blueprint)
    @blueprint.arguments(FundInput)
    @blueprint.response(201, FundSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Set up a fund with its budget."""
        made = create_fund(context(), **wanted)
        found = next(fund for fund in list_funds(context()) if fund["id"] == made.id)
        return FundSchema().dump(found), 201


@blueprint.route("/funds/<uuid:fund_id>/donations")
class Donations(MethodView):
    """What a gift did."""

    @blueprint.response(200, DonationSchema(many=True))
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, fund_id: uuid.UUID) -> list[dict[str, Any]]:
        """List what was paid from a donor's fund, for the donor: nobody is named in full."""
        return [one._asdict() for one in list_donations(context(), fund_id)]


@blueprint.route("/ledger/balance")
class Ledger(MethodView):
    """The ledger."""

    @blueprint.response(200, BalanceSchema(many=True))
    def get(self) -> list[Any]:
        """Return the trial balance: debits and credits of every account; they sum to the same."""
        return trial_balance(context())


@blueprint.route("/payments")
class Payments(MethodView):
    """The payments of a tenant."""

    @blueprint.arguments(PaymentQuery, location="query")
    @blueprint.response(200, PaymentSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List payments, newest first."""
        return list_payments(context(), **wanted)

    @creates(blueprint)
    @blueprint.arguments(Reservation)
    @blueprint.response(201, PaymentSchema)
    @idempotent
    def post(self, wanted: dict[str, uuid.UUID]) -> tuple[dict[str, Any], int]:
        """Reserve a granted application's amount on a fund."""
        payment = reserve(context(), **wanted)
        shown = list_payments(context(), fund_id=payment.fund_id, size=500)
        found = next(one for one in shown if one["id"] == payment.id)
        return PaymentSchema().dump(found), 201


@blueprint.route("/payments/<uuid:payment_id>/release")
class Release(MethodView):
    """Giving a reservation back."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(204)
    @idempotent
    def post(self, wanted: dict[str, str], payment_id: uuid.UUID) -> tuple[str, int]:
        """Give a reservation back to its fund, as long as it is in no batch."""
        release(context(), payment_id, wanted["reason"])
        return "", 204
