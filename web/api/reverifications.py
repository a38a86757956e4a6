"""Re-verification: a whole registry judged again by a job, and what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.reverification.models import Reverification
from core.reverification.queries import (
    find_reverification,
    list_reverifications,
    list_undecidable,
)
from core.reverification.service import request_reverification
from web.api.idempotency import creates, idempotent
from web.request import context

blueprint = Blueprint(
    "reverifications", __name__, url_prefix="/api/tenants/<tenant>/reverifications"
)
FIELDS = (
    "id", "on_date", "state", "programme", "programme_version", "total", "judged", "changed",
    "undecidable", "later", "categories", "moves", "started_at", "finished_at",
)  # fmt: skip


class ReverificationInput(Schema):
    """For which day."""

    on = fields.Date(required=True, metadata={"example": "2023-06-30"})


class ReverificationSchema(Schema):
    """A run: `state` is running, done or stopped; `moves` counts changes as "before>after"."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(metadata={"description": "The job to follow, where one was begun."})
    on_date = fields.Date(required=True)
    state = fields.String(required=True)
    programme = fields.String(required=True)
    programme_version = fields.String(required=True)
    parameters = fields.String(required=True, metadata={"description": "SHA-256 of the figures"})
    total = fields.Integer(required=True)
    judged = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    undecidable = fields.Integer(required=True)
    later = fields.Integer(required=True)
    categories = fields.Dict(required=True)
    moves = fields.Dict(required=True)
    started_at = fields.DateTime(required=True)
    finished_at = fields.DateTime(required=True, allow_none=True)


class UndecidableSchema(Schema):
    """A file that could not be judged, and the facts it lacks."""

    file_number = fields.String(required=True)
    household_id = fields.UUID(required=True)
    facts = fields.List(fields.String(), required=True)


@blueprint.route("")
class Reverifications(MethodView):
    """The runs over your registry."""

    @blueprint.response(200, ReverificationSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List the newest runs."""
        return [_show(run) for run in list_reverifications(context())]

    @creates(blueprint)
    @blueprint.arguments(ReverificationInput)
    @blueprint.response(202, ReverificationSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Have a job judge all active files of your unions again for a day."""
        run, job = request_reverification(context(), wanted["on"])
        return ReverificationSchema().dump({**_show(run), "job_id": job.id}), 202


@blueprint.route("/<uuid:run_id>")
class OneReverification(MethodView):
    """One run."""

    @blueprint.response(200, ReverificationSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, run_id: uuid.UUID) -> dict[str, Any]:
        """Return how far a run is and what it came to."""
        return _show(find_reverification(context(), run_id))


@blueprint.route("/<uuid:run_id>/undecidable")
class UndecidableFiles(MethodView):
    """The files a run could not decide."""

    @blueprint.response(200, UndecidableSchema(many=True))
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, run_id: uuid.UUID) -> list[Any]:
        """List the files that were left as they are, the first thousand by number."""
        return list(list_undecidable(context(), run_id))


def _show(run: Reverification) -> dict[str, Any]:
    return {name: getattr(run, name) for name in FIELDS} | {"parameters": run.parameters.hex()}
