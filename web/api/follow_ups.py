"""Students who were helped, and what became of them."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.follow_ups.models import FINDINGS
from core.follow_ups.queries import list_followed, read_findings
from core.follow_ups.service import LONGEST, record_follow_up
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("follow_ups", __name__, url_prefix="/api/tenants/<tenant>/students")


class StudentQuery(PageQuery):
    """Which students: all who are followed, or only those due today."""

    due = fields.Boolean(load_default=False)


class FollowedStudent(Schema):
    """A student who was helped; `due_on` is the day by which he is to be asked about."""

    member_id = fields.UUID(required=True)
    name = fields.String(required=True)
    id_number = fields.String(required=True)
    education_stage = fields.String(required=True)
    school = fields.String(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    unit = fields.String(required=True)
    helped_on = fields.Date(required=True)
    times = fields.Integer(required=True, metadata={"description": "How often he was helped."})
    finding = fields.String(required=True, allow_none=True)
    seen_on = fields.Date(required=True, allow_none=True)
    graduates_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True)
    overdue = fields.Boolean(required=True)


class FollowedStudents(Schema):
    """A page of followed students."""

    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    items = fields.List(fields.Nested(FollowedStudent), required=True)


class FollowUpSchema(Schema):
    """What was found of a student on a day."""

    finding = fields.String(required=True)
    seen_on = fields.Date(required=True)
    remark = fields.String(required=True)
    by = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)


class FollowUpInput(Schema):
    """What was found: studying, graduated, left or unknown; the last two with a remark."""

    finding = fields.String(required=True, validate=validate.OneOf(FINDINGS))
    seen_on = fields.Date(required=True)
    remark = fields.String(load_default="", validate=validate.Length(max=LONGEST))


@blueprint.route("")
class Students(MethodView):
    """The students who are followed."""

    @blueprint.arguments(StudentQuery, location="query")
    @blueprint.response(200, FollowedStudents)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """List the students who are followed until they graduate, due first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        items = list_followed(context(), page=page, size=size, **wanted)
        following = list_followed(context(), page=page * size + 1, size=1, **wanted)
        return {"page": page, "more": bool(following), "items": [one._asdict() for one in items]}


@blueprint.route("/<uuid:member_id>/follow-ups")
class FollowUps(MethodView):
    """What was found of one student."""

    @blueprint.response(200, FollowUpSchema(many=True))
    def get(self, member_id: uuid.UUID) -> list[dict[str, Any]]:
        """List what was found of him, the newest first."""
        return [one._asdict() for one in read_findings(context(), member_id)]

    @creates(blueprint)
    @blueprint.arguments(FollowUpInput)
    @blueprint.response(201, FollowUpSchema(many=True))
    @idempotent
    def post(
        self, wanted: dict[str, Any], member_id: uuid.UUID
    ) -> tuple[list[dict[str, Any]], int]:
        """Note what was found of him; after graduation he is asked about no more."""
        record_follow_up(context(), member_id, **wanted)
        found = [one._asdict() for one in read_findings(context(), member_id)]
        shown: list[dict[str, Any]] = FollowUpSchema(many=True).dump(found)
        return shown, 201
