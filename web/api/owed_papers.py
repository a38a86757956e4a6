"""Papers owed of aid that was paid first: listed, handed in, checked."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.owed_papers.checking import CAME_TO, check
from core.owed_papers.handing_in import hand_in
from core.owed_papers.queries import list_owed, waiting_for_me
from core.owed_papers.reading import Document, read_owed
from core.owed_papers.standing import STANDINGS
from web.api.application_schemas import FEN
from web.api.paging import PageQuery, read_version, updates, write_json
from web.request import context

blueprint = Blueprint("owed_papers_api", __name__, url_prefix="/api/tenants/<tenant>/owed-papers")


class OwedPapersQuery(PageQuery):
    """Which papers."""

    standing = fields.String(load_default="", validate=validate.OneOf(["", *STANDINGS]))
    household_id = fields.UUID(load_default=None)


class OwedPapersSchema(Schema):
    """Papers that are owed, or were. `standing` follows from the day: past `due_on` what is owed is
    overdue, and the household gets no new aid."""

    id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    number = fields.String(required=True)
    programme = fields.String(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    unit = fields.String(required=True)
    amount = fields.Integer(required=True, metadata=FEN)
    urgent_reason = fields.String(required=True)
    granted_on = fields.Date(required=True)
    paid_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True)
    standing = fields.String(required=True)
    handed_in_on = fields.Date(required=True, allow_none=True)
    handed_in_by = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    reason = fields.String(required=True)
    version = fields.Integer(required=True)


class GivenPaperSchema(Schema):
    """A paper of the household."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    filename = fields.String(required=True)


class OwedItemSchema(Schema):
    """Something that is owed, and what was handed in for it; `kind` of evidence where it must be
    one."""

    name = fields.String(required=True)
    text = fields.Dict(required=True)
    kind = fields.String(required=True)
    given = fields.List(fields.Nested(GivenPaperSchema), required=True)


class MakingGoodSchema(Schema):
    """A home visit that makes the investigation good."""

    id = fields.UUID(required=True)
    visited_on = fields.Date(required=True)
    conclusion = fields.String(required=True)


class OwedPapersDocument(OwedPapersSchema):
    """All about them. `visits` can be named when they are handed in; `can`: hand_in, check."""

    items = fields.List(fields.Nested(OwedItemSchema), required=True)
    visits = fields.List(fields.Nested(MakingGoodSchema), required=True)
    visit = fields.Nested(MakingGoodSchema, required=True, allow_none=True)
    can = fields.List(fields.String(), required=True)


class HandingInInput(Schema):
    """All that is owed, by name the ids of papers of the household, and the home visit."""

    papers = fields.Dict(keys=fields.String(), values=fields.List(fields.UUID()), required=True)
    visit_id = fields.UUID(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class CheckInput(Schema):
    """What you decide: approve, return, or reject where the aid was not due; the last two need a
    reason."""

    decision = fields.String(required=True, validate=validate.OneOf([*CAME_TO]))
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


@blueprint.route("")
class OwedPapers(MethodView):
    """The owed papers of a tenant."""

    @blueprint.arguments(OwedPapersQuery, location="query")
    @blueprint.response(200, OwedPapersSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the papers of your units by their due day."""
        return [one._asdict() for one in list_owed(context(), **wanted)]


@blueprint.route("/waiting")
class Waiting(MethodView):
    """What waits for you."""

    @blueprint.response(200, OwedPapersSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List what you have to hand in, and what you have to check because others did."""
        return [one._asdict() for one in waiting_for_me(context())]


@blueprint.route("/<uuid:owed_id>")
class One(MethodView):
    """The papers of one application."""

    @blueprint.response(200, OwedPapersDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, owed_id: uuid.UUID) -> Response:
        """Return what is owed and what was handed in."""
        return _show(owed_id)


@blueprint.route("/<uuid:owed_id>/papers")
class HandingIn(MethodView):
    """Handing in."""

    @updates(blueprint)
    @blueprint.arguments(HandingInInput)
    @blueprint.response(200, OwedPapersDocument)
    def post(self, wanted: dict[str, Any], owed_id: uuid.UUID) -> Response:
        """Hand in all that is owed at once; a second person checks it."""
        hand_in(context(), owed_id, version=read_version(), **wanted)
        return _show(owed_id)


@blueprint.route("/<uuid:owed_id>/check")
class Check(MethodView):
    """Checking."""

    @updates(blueprint)
    @blueprint.arguments(CheckInput)
    @blueprint.response(200, OwedPapersDocument)
    def post(self, wanted: dict[str, str], owed_id: uuid.UUID) -> Response:
        """Settle what was handed in, give it back, or find that the aid was not due."""
        check(context(), owed_id, version=read_version(), **wanted)
        return _show(owed_id)


def _show(owed_id: uuid.UUID) -> Response:
    found = read_owed(context(), owed_id)
    return write_json(OwedPapersDocument().dumps(_describe(found)), version=found.listed.version)


def _describe(found: Document) -> dict[str, Any]:
    items = [
        {"name": item.name, "text": item.text.as_json(), "kind": item.kind,
         "given": found.given.get(item.name, ())}
        for item in found.items
    ]  # fmt: skip
    return {
        **found.listed._asdict(), "items": items, "visits": found.visits, "visit": found.visit,
        "can": found.can,
    }  # fmt: skip
