"""Public notices and the objections to them."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.notices.objections import decide_objection
from core.notices.queries import list_notices, list_objections
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("notices", __name__, url_prefix="/api/tenants/<tenant>")


class NoticeQuery(PageQuery):
    """Which notices: `state` is open, closed or stopped."""

    state = fields.String(load_default="")


class NoticeSchema(Schema):
    """A notice as staff see it; the name is masked as it is for the public."""

    id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    programme = fields.String(required=True)
    amount = fields.Integer(required=True, metadata={"description": "fen"})
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    working_days = fields.Integer(required=True)
    open_objections = fields.Integer(required=True)
    closed_at = fields.DateTime(required=True, allow_none=True)


class ObjectionSchema(Schema):
    """An objection; how to reach the objector is left out."""

    id = fields.UUID(required=True)
    notice_id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    text = fields.String(required=True)
    raised_at = fields.DateTime(required=True)
    has_contact = fields.Boolean(required=True)
    answer = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class ObjectionQuery(Schema):
    """Which objections: `state` is open, upheld or dismissed, all where it is empty."""

    state = fields.String(load_default="open")


class ObjectionDecision(Schema):
    """Upheld, the application is rejected, or with `send_back` returned for completion."""

    uphold = fields.Boolean(required=True)
    answer = fields.String(required=True)
    send_back = fields.Boolean(load_default=False)


@blueprint.route("/notices")
class Notices(MethodView):
    """The notices of a tenant."""

    @blueprint.arguments(NoticeQuery, location="query")
    @blueprint.response(200, NoticeSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the notices within your units, newest first."""
        return list_notices(context(), **wanted)


@blueprint.route("/objections")
class Objections(MethodView):
    """The objections to a tenant's notices."""

    @blueprint.arguments(ObjectionQuery, location="query")
    @blueprint.response(200, ObjectionSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the objections within your units, oldest first."""
        return list_objections(context(), **wanted)


@blueprint.route("/objections/<uuid:objection_id>/decision")
class Decision(MethodView):
    """The decision on an objection."""

    @creates(blueprint)
    @blueprint.arguments(ObjectionDecision)
    @blueprint.response(204)
    @idempotent
    def post(self, wanted: dict[str, Any], objection_id: uuid.UUID) -> tuple[str, int]:
        """Uphold or dismiss an objection, with an answer."""
        decide_objection(context(), objection_id, **wanted)
        return "", 204
