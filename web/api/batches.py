"""Batches: payments handed to the bank together."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from core.funds.bank_file import bank_file
from core.funds.batches import dissolve_batch, make_batch, send_batch
from core.funds.queries import list_batches, read_batch
from core.funds.reconciliation import import_result
from web.api.application_schemas import ReasonInput
from web.api.funds import PaymentSchema
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("batches", __name__, url_prefix="/api/tenants/<tenant>/batches")
FEN = {"description": "fen"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BatchRow(Schema):
    """A batch: `state` is draft, sent, reconciled or dissolved."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    fund = fields.String(required=True)
    fund_id = fields.UUID(required=True)
    state = fields.String(required=True)
    count = fields.Integer(required=True)
    total = fields.Integer(required=True, metadata=FEN)
    made_at = fields.DateTime(required=True)
    sent_at = fields.DateTime(required=True, allow_none=True)
    reconciled_at = fields.DateTime(required=True, allow_none=True)


class BatchDocument(BatchRow):
    """A batch with its payments."""

    payments = fields.List(fields.Nested(PaymentSchema), required=True)


class BatchInput(Schema):
    """Which reserved payments of a fund; all of them where none are named."""

    fund_id = fields.UUID(required=True)
    payment_ids = fields.List(fields.UUID(), load_default=None)


class FileReason(Schema):
    """Why the full card numbers are needed."""

    reason = fields.String(load_default="")


class ResultFile(Schema):
    """What the bank sent back: an Excel workbook or a CSV."""

    file = Upload(required=True)


class Outcome(Schema):
    """How many payments, and how much, were paid or came back."""

    paid = fields.Integer(required=True)
    paid_total = fields.Integer(required=True, metadata=FEN)
    failed = fields.Integer(required=True)
    failed_total = fields.Integer(required=True, metadata=FEN)


@blueprint.route("")
class Batches(MethodView):
    """The batches of a tenant."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, BatchRow(many=True))
    def get(self, wanted: dict[str, int]) -> list[dict[str, Any]]:
        """List batches, newest first."""
        return list_batches(context(), **wanted)

    @creates(blueprint)
    @blueprint.arguments(BatchInput)
    @blueprint.response(201, BatchDocument)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Put reserved payments of a fund together for the bank."""
        batch = make_batch(context(), **wanted)
        return _show(batch.id), 201


@blueprint.route("/<uuid:batch_id>")
class OneBatch(MethodView):
    """One batch."""

    @blueprint.response(200, BatchDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, batch_id: uuid.UUID) -> dict[str, Any]:
        """Return a batch with its payments in the order of its file."""
        return read_batch(context(), batch_id)


@blueprint.route("/<uuid:batch_id>/release")
class Sending(MethodView):
    """Releasing a batch to the bank."""

    @creates(blueprint)
    @blueprint.response(200, BatchDocument)
    @idempotent
    def post(self, batch_id: uuid.UUID) -> dict[str, Any]:
        """Release a batch; someone other than its maker does this."""
        send_batch(context(), batch_id)
        return _show(batch_id)


@blueprint.route("/<uuid:batch_id>/dissolution")
class Dissolution(MethodView):
    """Taking a draft apart."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, BatchDocument)
    @idempotent
    def post(self, wanted: dict[str, str], batch_id: uuid.UUID) -> dict[str, Any]:
        """Take a draft apart: its payments are merely reserved again."""
        dissolve_batch(context(), batch_id, wanted["reason"])
        return _show(batch_id)


@blueprint.route("/<uuid:batch_id>/bank-file")
class BankFile(MethodView):
    """The file for the bank."""

    @blueprint.arguments(FileReason, location="query")
    @blueprint.response(200, content_type=WORKBOOK)
    @blueprint.alt_response(403, "FORBIDDEN")
    def get(self, wanted: dict[str, str], batch_id: uuid.UUID) -> Response:
        """Return the bank's file with full card numbers; who took it is audited."""
        data = bank_file(context(), batch_id, wanted["reason"])
        response = Response(data, content_type=WORKBOOK)
        response.headers.set("Content-Disposition", "attachment", filename=f"{batch_id}.xlsx")
        return response


@blueprint.route("/<uuid:batch_id>/result")
class Result(MethodView):
    """The bank's answer."""

    @creates(blueprint)
    @blueprint.arguments(ResultFile, location="files")
    @blueprint.response(200, Outcome)
    @idempotent
    def post(self, files: dict[str, Any], batch_id: uuid.UUID) -> dict[str, Any]:
        """Book the bank's result: every payment of the batch, or nothing."""
        outcome = import_result(context(), batch_id, files["file"].read())
        return vars(outcome)


def _show(batch_id: uuid.UUID) -> dict[str, Any]:
    shown: dict[str, Any] = BatchDocument().dump(read_batch(context(), batch_id))
    return shown
