"""Jobs: what runs after a request, and how far it is."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.outbox import OutboxEntry, failure_of, find_job, list_jobs
from web.request import context
from web.translation import translate

blueprint = Blueprint("jobs", __name__, url_prefix="/api/tenants/<tenant>/jobs")


class JobSchema(Schema):
    """A job: `state` is pending, running, done or failed; `progress` of `total` is done."""

    id = fields.UUID(required=True)
    job = fields.String(required=True)
    queue = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    progress = fields.Integer(required=True)
    total = fields.Integer(required=True)
    result = fields.Dict(required=True)
    failure = fields.String(required=True, allow_none=True)
    remedy = fields.String(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    finished_at = fields.DateTime(required=True, allow_none=True)


class JobQuery(Schema):
    """Which jobs."""

    state = fields.String(load_default="")


@blueprint.route("")
class Jobs(MethodView):
    """The jobs you started."""

    @blueprint.arguments(JobQuery, location="query")
    @blueprint.response(200, JobSchema(many=True))
    def get(self, wanted: dict[str, str]) -> list[dict[str, Any]]:
        """List your newest jobs; all of the tenant where you look after jobs."""
        return [show_job(entry) for entry in list_jobs(context(), state=wanted["state"])]


@blueprint.route("/<uuid:job_id>")
class OneJob(MethodView):
    """One job."""

    @blueprint.response(200, JobSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, job_id: uuid.UUID) -> dict[str, Any]:
        """Return how far a job is, and why it failed where it has."""
        return show_job(find_job(context(), job_id))


def show_job(entry: OutboxEntry) -> dict[str, Any]:
    """Return a job as a program sees it, its failure in the reader's language."""
    failure = failure_of(entry)
    told = [translate(message) for message in failure] if failure else [None, None]
    names = ("id", "job", "queue", "state", "attempts", "progress", "total", "created_at",
             "finished_at")  # fmt: skip
    result = {} if failure else entry.result
    values = {name: getattr(entry, name) for name in names}
    return {**values, "result": result, "failure": told[0], "remedy": told[1]}
