"""Applications to aid programmes, and the decisions on them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields

from core.applications.decisions import decide
from core.applications.drafts import revise_application, start_application
from core.applications.listing import Filters, list_applications, waiting_for_me
from core.applications.moving import move_application
from core.applications.queries import read_application
from core.applications.submission import resubmit, submit, withdraw
from web.api.application_schemas import (
    ApplicationChange,
    ApplicationDocument,
    ApplicationInput,
    ApplicationList,
    DecisionInput,
    MoveInput,
    ReasonInput,
    WaitingList,
)
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery, read_version, updates, write_json, write_page
from web.request import context

blueprint = Blueprint("applications", __name__, url_prefix="/api/tenants/<tenant>/applications")


class ApplicationQuery(PageQuery):
    """Which applications."""

    state = fields.String(load_default="")
    programme = fields.String(load_default="")
    category = fields.String(load_default="")
    household_id = fields.UUID(load_default=None)
    unit = fields.String(load_default="", metadata={"description": "A unit's path."})
    search = fields.String(load_default="")
    overdue = fields.Boolean(load_default=False)
    unpaid = fields.Boolean(load_default=False)
    focus = fields.Boolean(load_default=False)
    urgent = fields.Boolean(load_default=False)


@blueprint.route("")
class Applications(MethodView):
    """The applications of a tenant."""

    @blueprint.arguments(ApplicationQuery, location="query")
    @blueprint.response(200, ApplicationList)
    def get(self, wanted: dict[str, Any]) -> Response:
        """List the applications within your reach, newest first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        found = list_applications(context(), Filters(**wanted), page=page, size=size)
        return write_page(found.body, page, more=found.more)

    @creates(blueprint)
    @blueprint.arguments(ApplicationInput)
    @blueprint.response(201, ApplicationDocument)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> Response:
        """Start an application; it is a draft until it is submitted."""
        return _show(start_application(context(), **wanted).id, status=201)


@blueprint.route("/waiting")
class Waiting(MethodView):
    """The queue "waiting for me"."""

    @blueprint.response(200, WaitingList)
    def get(self) -> Response:
        """List the steps you may take now, of your tenant and those below, due first."""
        return write_json(json.dumps({"items": waiting_for_me(context())}, ensure_ascii=False))


@blueprint.route("/<uuid:application_id>")
class OneApplication(MethodView):
    """One application."""

    @blueprint.response(200, ApplicationDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, application_id: uuid.UUID) -> Response:
        """Return an application with its assessment, steps, notice and payments."""
        return _show(application_id)

    @updates(blueprint)
    @blueprint.arguments(ApplicationChange)
    @blueprint.response(200, ApplicationDocument)
    def patch(self, changes: dict[str, Any], application_id: uuid.UUID) -> Response:
        """Change a draft, or what came back for completion; it is assessed again."""
        revise_application(context(), application_id, **changes, version=read_version())
        return _show(application_id)


@blueprint.route("/<uuid:application_id>/submission")
class Submission(MethodView):
    """Handing in."""

    @updates(blueprint)
    @blueprint.response(200, ApplicationDocument)
    def post(self, application_id: uuid.UUID) -> Response:
        """Hand in a draft, or again what came back for completion."""
        ctx = context()
        returned = read_application(ctx, application_id)["state"] == "returned"
        (resubmit if returned else submit)(ctx, application_id, read_version())
        return _show(application_id)


@blueprint.route("/<uuid:application_id>/move")
class Move(MethodView):
    """Moving to another programme."""

    @updates(blueprint)
    @blueprint.arguments(MoveInput)
    @blueprint.response(200, ApplicationDocument)
    def post(self, wanted: dict[str, Any], application_id: uuid.UUID) -> Response:
        """Move a draft, or what came back, to another programme of its kind; judged anew."""
        move_application(context(), application_id, **wanted, version=read_version())
        return _show(application_id)


@blueprint.route("/<uuid:application_id>/withdrawal")
class Withdrawal(MethodView):
    """Taking back."""

    @updates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, ApplicationDocument)
    def post(self, wanted: dict[str, str], application_id: uuid.UUID) -> Response:
        """Take an application back before it is granted."""
        withdraw(context(), application_id, wanted["reason"], read_version())
        return _show(application_id)


@blueprint.route("/<uuid:application_id>/decisions")
class Decisions(MethodView):
    """Decisions on the open step."""

    @updates(blueprint)
    @blueprint.arguments(DecisionInput)
    @blueprint.response(200, ApplicationDocument)
    def post(self, wanted: dict[str, Any], application_id: uuid.UUID) -> Response:
        """Approve, return for completion or reject the step that waits for you.

        It needs no idempotency key: the version lets a repeat fail.
        """
        decide(context(), application_id, version=read_version(), **wanted)
        return _show(application_id)


def _show(application_id: uuid.UUID, *, status: int = 200) -> Response:
    found = read_application(context(), application_id)
    body = json.dumps(found, ensure_ascii=False)
    return write_json(body, version=found["version"], status=status)
