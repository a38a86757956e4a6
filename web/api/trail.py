"""The audit trail, for auditors."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.audit.queries import TrailFilters, list_records
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("trail", __name__, url_prefix="/api/tenants/<tenant>/audit")


class TrailQuery(PageQuery):
    """Which records: the beginning of an event's name, a part of a person's name, days."""

    event = fields.String(load_default="")
    actor = fields.String(load_default="")
    object_id = fields.UUID(load_default=None)
    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None)


class RecordSchema(Schema):
    """One change: who did what to what, when, and what stood before and after."""

    id = fields.UUID(required=True)
    at = fields.DateTime(required=True)
    actor_id = fields.UUID(required=True, allow_none=True)
    actor_name = fields.String(required=True)
    event = fields.String(required=True)
    object_type = fields.String(required=True)
    object_id = fields.UUID(required=True)
    before = fields.Dict(required=True)
    after = fields.Dict(required=True)
    reason = fields.String(required=True)
    request_id = fields.String(required=True)
    block = fields.Integer(required=True, allow_none=True)


class RecordPage(Schema):
    """A page of the trail."""

    page = fields.Integer(required=True)
    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(RecordSchema), required=True)


@blueprint.route("")
class Trail(MethodView):
    """The audit trail of a tenant."""

    @blueprint.arguments(TrailQuery, location="query")
    @blueprint.response(200, RecordPage)
    @blueprint.alt_response(403, "FORBIDDEN")
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """List the records of the trail, newest first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        items, total = list_records(context(), TrailFilters(**wanted), page=page, size=size)
        return {"page": page, "total": total, "items": items}
