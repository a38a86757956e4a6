"""Papers kept with a household file."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from core.errors import InvalidError, _
from core.households.evidence import add_evidence, open_evidence
from core.households.models import Evidence
from web.api.household_schemas import PaperSchema
from web.api.idempotency import creates, idempotent
from web.request import context

blueprint = Blueprint("evidence", __name__, url_prefix="/api/tenants/<tenant>")


class PaperFile(Schema):
    """The file itself."""

    file = Upload(required=True)


class PaperInput(Schema):
    """What the paper is, and for which application where for one."""

    kind = fields.String(required=True)
    application_id = fields.UUID(load_default=None)


@blueprint.route("/households/<uuid:household_id>/evidence")
class Papers(MethodView):
    """The papers of a household."""

    @creates(blueprint)
    @blueprint.arguments(PaperFile, location="files")
    @blueprint.arguments(PaperInput, location="form")
    @blueprint.response(201, PaperSchema)
    @idempotent
    def post(
        self, files: dict[str, Any], wanted: dict[str, Any], household_id: uuid.UUID
    ) -> tuple[dict[str, Any], int]:
        """Keep a paper with a file: PDF or photograph, told by its content."""
        upload = files["file"]
        if not upload.filename:
            raise InvalidError(_("The file is empty."), field="file")
        data = upload.read()
        paper = add_evidence(context(), household_id, filename=upload.filename, data=data, **wanted)
        return PaperSchema().dump(paper), 201


@blueprint.route("/evidence/<uuid:evidence_id>")
class OnePaper(MethodView):
    """One paper."""

    @blueprint.response(200, content_type="application/octet-stream")
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(403, "FORBIDDEN")
    def get(self, evidence_id: uuid.UUID) -> Response:
        """Return a paper's content; that it was opened is audited."""
        paper, data = open_evidence(context(), evidence_id)
        return _download(paper, data)


def _download(paper: Evidence, data: bytes) -> Response:
    response = Response(data, content_type=paper.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=paper.filename)
    return response
