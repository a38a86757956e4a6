"""Bringing household files in from a workbook, by jobs."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from core.errors import InvalidError, Message, _
from core.households.imports.service import confirm_import, find_import, list_imports, start_import
from core.households.models import Import
from web.api.idempotency import creates, idempotent
from web.request import context
from web.translation import translate

blueprint = Blueprint("imports", __name__, url_prefix="/api/tenants/<tenant>/imports")


class WorkbookFile(Schema):
    """An Excel workbook or a CSV, as federations have them."""

    file = Upload(required=True)


class ImportInput(Schema):
    """Whether good rows go in when others have faults, and the day to judge on (today)."""

    keep_good = fields.Boolean(load_default=True)
    judged_on = fields.Date(load_default=None)


class Confirmation(Schema):
    """Whether good rows go in when others have faults; as said before where left out."""

    keep_good = fields.Boolean(load_default=None, allow_none=True)


class FaultSchema(Schema):
    """What is wrong with a cell, and what to do, in your language."""

    sheet = fields.String(required=True)
    row = fields.Integer(required=True, allow_none=True)
    column = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    remedy = fields.String(required=True)


class ImportSchema(Schema):
    """An import: `state` is checking, checked, refused, importing, imported or failed."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(metadata={"description": "The job to follow, where one was begun."})
    filename = fields.String(required=True)
    state = fields.String(required=True)
    keep_good = fields.Boolean(required=True)
    judged_on = fields.Date(required=True)
    rows = fields.Integer(required=True)
    good = fields.Integer(required=True)
    added = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    categories = fields.Dict(required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)


@blueprint.route("")
class Imports(MethodView):
    """Your imports."""

    @blueprint.response(200, ImportSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List your newest imports."""
        return [_show(item) for item in list_imports(context())]

    @creates(blueprint)
    @blueprint.arguments(WorkbookFile, location="files")
    @blueprint.arguments(ImportInput, location="form")
    @blueprint.response(202, ImportSchema)
    @idempotent
    def post(self, files: dict[str, Any], wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Bring a workbook in and have it checked by a job; nothing is filed yet."""
        upload = files["file"]
        if not upload.filename:
            raise InvalidError(_("The file is empty."), field="file")
        item, job = start_import(context(), upload.filename, upload.read(), **wanted)
        return ImportSchema().dump({**_show(item), "job_id": job.id}), 202


@blueprint.route("/<uuid:import_id>")
class OneImport(MethodView):
    """One import."""

    @blueprint.response(200, ImportSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, import_id: uuid.UUID) -> dict[str, Any]:
        """Return what the check found, and what became of it."""
        return _show(find_import(context(), import_id))


@blueprint.route("/<uuid:import_id>/confirmation")
class Confirmations(MethodView):
    """Letting it in."""

    @creates(blueprint)
    @blueprint.arguments(Confirmation)
    @blueprint.response(202, ImportSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], import_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Have a job put a checked file in: its good rows, or nothing if one has a fault."""
        item, job = confirm_import(context(), import_id, keep_good=wanted["keep_good"])
        return ImportSchema().dump({**_show(item), "job_id": job.id}), 202


def _show(item: Import) -> dict[str, Any]:
    names = [name for name in ImportSchema().fields if name not in ("job_id", "faults")]
    values = {name: getattr(item, name) for name in names}
    return {**values, "faults": [_tell(fault) for fault in item.faults]}


def _tell(fault: dict[str, Any]) -> dict[str, Any]:
    texts = {
        name: translate(Message(fault[name], fault["values"])) for name in ("message", "remedy")
    }
    return {**fault, **texts}
