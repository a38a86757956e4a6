"""Supervision reports: asked for, made by a job, fetched as PDF."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.supervision.models import Report
from core.supervision.service import find_report, list_reports, open_report, request_report
from web.api.idempotency import creates, idempotent
from web.request import context, installation

blueprint = Blueprint("reports", __name__, url_prefix="/api/tenants/<tenant>/reports")


class ReportInput(Schema):
    """On which federation (its short name), on which quarter, in which language."""

    subject = fields.String(required=True, metadata={"example": "city-a"})
    period = fields.String(required=True, metadata={"example": "2023Q2"})
    language = fields.String(load_default="zh", metadata={"enum": ["zh", "en"]})


class ReportSchema(Schema):
    """A report: `state` is waiting, made or failed; `number` is the document's in its `year`."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(metadata={"description": "The job to follow, where one was begun."})
    kind = fields.String(required=True)
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    subject = fields.String(required=True)
    period = fields.String(required=True)
    language = fields.String(required=True)
    state = fields.String(required=True)
    pages = fields.Integer(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True)
    asked_at = fields.DateTime(required=True)
    finished_at = fields.DateTime(required=True, allow_none=True)


@blueprint.route("")
class Reports(MethodView):
    """The reports of your federation."""

    @blueprint.response(200, ReportSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List the newest reports your federation asked for."""
        return [_show(report) for report in list_reports(context())]

    @creates(blueprint)
    @blueprint.arguments(ReportInput)
    @blueprint.response(202, ReportSchema)
    @idempotent
    def post(self, wanted: dict[str, str]) -> tuple[dict[str, Any], int]:
        """Have a job make a report on your federation or on one below it."""
        subject, period, language = wanted["subject"], wanted["period"], wanted["language"]
        report, job = request_report(context(), subject, period, language)
        return ReportSchema().dump({**_show(report), "job_id": job.id}), 202


@blueprint.route("/<uuid:report_id>")
class OneReport(MethodView):
    """One report."""

    @blueprint.response(200, ReportSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, report_id: uuid.UUID) -> dict[str, Any]:
        """Return whether a report is made."""
        return _show(find_report(context(), report_id))


@blueprint.route("/<uuid:report_id>/pdf")
class ReportFile(MethodView):
    """A report as a file."""

    @blueprint.response(200, content_type="application/pdf")
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def get(self, report_id: uuid.UUID) -> Response:
        """Return a report's PDF; that it was opened is audited."""
        report, pdf = open_report(context(), report_id)
        name = f"supervision-{_subject(report)}-{report.period}-{report.number}.pdf"
        response = Response(pdf, content_type="application/pdf")
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response


def _show(report: Report) -> dict[str, Any]:
    names = ("id", "kind", "year", "number", "period", "language", "state", "pages", "asked_at",
             "finished_at")  # fmt: skip
    sha256 = report.sha256.hex() if report.sha256 else None
    values = {name: getattr(report, name) for name in names}
    return {**values, "subject": _subject(report), "sha256": sha256}


def _subject(report: Report) -> str:
    return installation().tenant_by_id(report.subject_tenant).slug
