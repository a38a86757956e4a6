"""Active discovery and the workbooks of other departments."""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from core.errors import InvalidError, Message, _
from core.verification import files
from core.verification.discovery import proposals
from core.verification.discovery.screening import start_screening
from core.verification.models import DepartmentFile
from web.api.idempotency import creates, idempotent
from web.api.imports import FaultSchema
from web.api.paging import PageQuery
from web.request import context
from web.translation import translate

blueprint = Blueprint("discovery", __name__, url_prefix="/api/tenants/<tenant>/discovery")


class DepartmentWorkbook(Schema):
    """An Excel workbook or a CSV as the department sent it."""

    file = Upload(required=True)


class FileInput(Schema):
    """`answers` of a source, a list of `people`, the `aid` of departments, earlier `admissions`.

    `source` is the source or the kind of list; for aid it is `ledger`, for admissions the
    department that admitted.
    """

    kind = fields.String(required=True, validate=validate.OneOf(list(files.PERMISSIONS)))
    source = fields.String(required=True)


class FileSchema(Schema):
    """A department's file: `state` is checking, checked, refused, importing, imported, failed."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(metadata={"description": "The job to follow, where one was begun."})
    kind = fields.String(required=True)
    source = fields.String(required=True)
    filename = fields.String(required=True)
    state = fields.String(required=True)
    counts = fields.Dict(required=True)
    faults = fields.List(fields.Nested(FaultSchema), required=True)


class ProposalQuery(PageQuery):
    """What to narrow the list to."""

    state = fields.String(load_default="open", validate=validate.OneOf(["", *proposals.STATES]))
    reason = fields.String(load_default="")


class ProposalSchema(Schema):
    """Somebody who looks eligible, masked: `reason` is unfiled, returned or unaided."""

    id = fields.UUID(required=True)
    origin = fields.String(required=True)
    reason = fields.String(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    unit = fields.String(required=True)
    name = fields.String(required=True)
    id_number = fields.String(required=True)
    grounds = fields.Dict(required=True)
    state = fields.String(required=True)
    found_at = fields.DateTime(required=True)
    decision = fields.String(required=True)


class ProposalPage(Schema):
    """A page of proposals and how many there are."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(ProposalSchema), required=True)


class ProposalDecisionInput(Schema):
    """Taken up, or dismissed with a reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["taken_up", "dismissed"]))
    reason = fields.String(load_default="")


class DecidedSchema(Schema):
    """What became of a proposal."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)


class ScreeningSchema(Schema):
    """The job to follow."""

    job_id = fields.UUID(required=True)


@blueprint.route("/files")
class Files(MethodView):
    """Workbooks of other departments."""

    @creates(blueprint)
    @blueprint.arguments(DepartmentWorkbook, location="files")
    @blueprint.arguments(FileInput, location="form")
    @blueprint.response(202, FileSchema)
    @idempotent
    def post(self, upload: dict[str, Any], wanted: dict[str, str]) -> tuple[dict[str, Any], int]:
        """Bring a workbook in and have it checked by a job; nothing goes in yet."""
        file = upload["file"]
        if not file.filename:
            raise InvalidError(_("The file is empty."), field="file")
        kind, source = wanted["kind"], wanted["source"]
        item, job = files.start_file(context(), kind, source, file.filename, file.read())
        return FileSchema().dump({**show_file(item), "job_id": job.id}), 202


@blueprint.route("/files/<uuid:file_id>")
class OneFile(MethodView):
    """One workbook."""

    @blueprint.response(200, FileSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, file_id: uuid.UUID) -> dict[str, Any]:
        """Return what the check found, and what became of it."""
        return show_file(files.find_file(context(), file_id))


@blueprint.route("/files/<uuid:file_id>/confirmation")
class Confirmations(MethodView):
    """Letting it in."""

    @creates(blueprint)
    @blueprint.response(202, FileSchema)
    @idempotent
    def post(self, file_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Have a job put the good rows in."""
        item, job = files.confirm_file(context(), file_id)
        return FileSchema().dump({**show_file(item), "job_id": job.id}), 202


@blueprint.route("/proposals")
class Proposals(MethodView):
    """People who look eligible."""

    @blueprint.arguments(ProposalQuery, location="query")
    @blueprint.response(200, ProposalPage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return a page of proposals, newest first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        filters = proposals.Filters(**wanted)
        rows, total = proposals.list_proposals(context(), filters, page=page, size=size)
        return {"total": total, "items": rows}


@blueprint.route("/proposals/<uuid:proposal_id>/decision")
class Decisions(MethodView):
    """Deciding a proposal."""

    @creates(blueprint)
    @blueprint.arguments(ProposalDecisionInput)
    @blueprint.response(201, DecidedSchema)
    @idempotent
    def post(self, wanted: dict[str, str], proposal_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Take a proposal up, or dismiss it with a reason."""
        if wanted["decision"] == "taken_up":
            item = proposals.take_up(context(), proposal_id)
        else:
            item = proposals.dismiss(context(), proposal_id, wanted["reason"])
        return DecidedSchema().dump(item), 201


@blueprint.route("/screening")
class Screening(MethodView):
    """Screening the registry."""

    @creates(blueprint)
    @blueprint.response(202, ScreeningSchema)
    @idempotent
    def post(self) -> tuple[dict[str, Any], int]:
        """Have a job propose files that are eligible for aid nobody asked for this year."""
        return ScreeningSchema().dump({"job_id": start_screening(context()).id}), 202


def show_file(item: DepartmentFile) -> dict[str, Any]:
    """Return a workbook as the API tells of it, its faults in the language asked for."""
    names = [name for name in FileSchema().fields if name not in ("job_id", "faults")]
    return {
        **{name: getattr(item, name) for name in names},
        "faults": list(map(_tell, item.faults)),
    }


def _tell(fault: dict[str, Any]) -> dict[str, Any]:
    texts = {
        name: translate(Message(fault[name], fault["values"])) for name in ("message", "remedy")
    }
    return {**fault, **texts}
