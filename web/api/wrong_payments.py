"""Wrong payments: recorded by one person, confirmed by another, recovered."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.money import MAXIMUM_FEN
from core.wrong_payments.models import KINDS
from core.wrong_payments.queries import (
    STANDINGS,
    Filters,
    list_wrong_payments,
    read_wrong_payment,
)
from core.wrong_payments.service import (
    Found,
    add_recovery,
    confirm_wrong_payment,
    record_wrong_payment,
    refuse_wrong_payment,
)
from web.api.application_schemas import FEN, ReasonInput
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("wrong_payments", __name__, url_prefix="/api/tenants/<tenant>")
SIGNED_FEN = {"description": "fen; negative where an entry is taken back"}


class WrongPaymentInput(Schema):
    """A payment that was wrong: which, how much of it, when and by whom it was found, and why."""

    payment_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    amount = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, MAXIMUM_FEN), metadata=FEN
    )
    found_on = fields.Date(required=True)
    found_by = fields.String(required=True, validate=validate.Length(1, 200))
    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class RecoveryInput(Schema):
    """Money that came back on a day, and the receipt that shows it."""

    on = fields.Date(required=True)
    amount = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(-MAXIMUM_FEN, MAXIMUM_FEN),
        metadata=SIGNED_FEN,
    )
    note = fields.String(required=True, validate=validate.Length(1, 2000))


class RecoverySchema(Schema):
    """An entry of money that came back."""

    id = fields.UUID(required=True)
    on = fields.String(required=True, metadata={"format": "date"})
    amount = fields.Integer(required=True, metadata=SIGNED_FEN)
    note = fields.String(required=True)


class WrongPaymentSchema(Schema):
    """A wrong payment. It counts once confirmed: then it is open, partly recovered or recovered.
    `can` lists what you may do now: confirm, recover."""

    id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    payment = fields.String(required=True)
    paid = fields.Integer(required=True, metadata=FEN)
    paid_on = fields.String(required=True, metadata={"format": "date"})
    application_id = fields.UUID(required=True, allow_none=True)
    claim_id = fields.UUID(required=True, allow_none=True)
    application = fields.String(required=True)
    programme = fields.String(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    reason = fields.String(required=True)
    found_on = fields.String(required=True, metadata={"format": "date"})
    found_by = fields.String(required=True)
    amount = fields.Integer(required=True, metadata=FEN)
    recovered = fields.Integer(required=True, metadata=FEN)
    standing = fields.String(required=True, validate=validate.OneOf(STANDINGS))
    decision = fields.String(required=True)
    recorded_by_name = fields.String(required=True, allow_none=True)
    decided_by_name = fields.String(required=True, allow_none=True)
    recoveries = fields.List(fields.Nested(RecoverySchema), required=True)
    can = fields.List(fields.String(), required=True)


class WrongPaymentQuery(PageQuery):
    """Which records: by the path of a union, the year of the payment, the standing."""

    unit = fields.String(load_default="")
    year = fields.Integer(load_default=0)
    standing = fields.String(
        load_default="", validate=validate.OneOf(("", "outstanding", *STANDINGS))
    )
    household = fields.UUID(load_default=None)
    application = fields.UUID(load_default=None)
    claim = fields.UUID(load_default=None)


@blueprint.route("/wrong-payments")
class WrongPayments(MethodView):
    """The wrong payments of a tenant."""

    @blueprint.arguments(WrongPaymentQuery, location="query")
    @blueprint.response(200, WrongPaymentSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the records, the newest first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        return list_wrong_payments(context(), Filters(**wanted), page=page, size=size)

    @creates(blueprint)
    @blueprint.arguments(WrongPaymentInput)
    @blueprint.response(201, WrongPaymentSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record that a payment was wrong; it counts once another person has confirmed it."""
        payment = wanted.pop("payment_id")
        return _show(record_wrong_payment(context(), payment, Found(**wanted)).id), 201


@blueprint.route("/wrong-payments/<uuid:wrong_id>")
class WrongPayment(MethodView):
    """One record."""

    @blueprint.response(200, WrongPaymentSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, wrong_id: uuid.UUID) -> dict[str, Any]:
        """Read one record with what came back."""
        return read_wrong_payment(context(), wrong_id)


@blueprint.route("/wrong-payments/<uuid:wrong_id>/confirmation")
class Confirmation(MethodView):
    """The second person's word."""

    @creates(blueprint)
    @blueprint.response(200, WrongPaymentSchema)
    @idempotent
    def post(self, wrong_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Confirm a record; whoever recorded it cannot."""
        return _show(confirm_wrong_payment(context(), wrong_id).id), 200


@blueprint.route("/wrong-payments/<uuid:wrong_id>/refusal")
class Refusal(MethodView):
    """Putting a record aside."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, WrongPaymentSchema)
    @idempotent
    def post(self, wanted: dict[str, str], wrong_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Put a record aside: the payment was right."""
        return _show(refuse_wrong_payment(context(), wrong_id, wanted["reason"]).id), 200


@blueprint.route("/wrong-payments/<uuid:wrong_id>/recoveries")
class Recoveries(MethodView):
    """Money that came back."""

    @creates(blueprint)
    @blueprint.arguments(RecoveryInput)
    @blueprint.response(201, WrongPaymentSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], wrong_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Enter what came back; a negative amount takes back what was entered by mistake."""
        add_recovery(context(), wrong_id, wanted["on"], wanted["amount"], wanted["note"])
        return _show(wrong_id), 201


def _show(wrong_id: uuid.UUID) -> dict[str, Any]:
    shown: dict[str, Any] = WrongPaymentSchema().dump(read_wrong_payment(context(), wrong_id))
    return shown
