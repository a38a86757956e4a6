"""Forms of programmes: as a JSON Schema, as a workbook to be filled in, and brought back filled."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from core.applications.assessment import figures_today, find_programme
from core.applications.attaching import attach_paper
from core.applications.queries import read_application
from core.applications.schema import write_schema
from core.applications.template import write_form
from core.errors import InvalidError, _
from core.households.listing import Filters, is_id_number
from core.households.papers import KINDS
from core.verification import files
from web import excel
from web.api.application_schemas import ApplicationDocument
from web.api.discovery import FileSchema, show_file
from web.api.households import HouseholdQuery
from web.api.idempotency import creates, idempotent
from web.api.paging import read_version, updates, write_json
from web.request import context

blueprint = Blueprint("application_forms", __name__, url_prefix="/api/tenants/<tenant>")
SCHEMA_TYPE = "application/schema+json"
NOT_FILTERS = ("page", "size", "count", "sort", "file_number", "filled")


class FormQuery(HouseholdQuery):
    """For which households the form is filled: those a list keeps, or the files named."""

    file_number = fields.List(fields.String(), load_default=list)
    filled = fields.Boolean(
        load_default=False,
        metadata={"description": "A row for every household the filters keep; else it is blank."},
    )


class FilledForm(Schema):
    """A workbook filled in as a programme's form."""

    file = Upload(required=True)


class FormInput(Schema):
    """What becomes of the rows. `programme` where the titles of the sheets do not tell it."""

    programme = fields.String(load_default="", validate=validate.Length(max=100))
    hand_in = fields.Boolean(
        load_default=False,
        metadata={"description": "Hand in what is whole; what lacks a paper stays a draft."},
    )
    keep_good = fields.Boolean(
        load_default=True, metadata={"description": "Keep good rows where others have faults."}
    )


class AttachmentInput(Schema):
    """Which paper the file is, by the name of its question, and what kind of evidence."""

    paper = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


@blueprint.route("/programmes/<name>/schema")
class Schemas(MethodView):
    """What an application to a programme consists of, for programs."""

    @blueprint.response(200, content_type=SCHEMA_TYPE)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, name: str) -> Response:
        """Return the JSON Schema of `asked`, `member_id` and `answers` of a new application.

        Money is fen; conditions stand as if and then, titles in the language asked for, the papers
        under `x-evidence`. What is sent is checked by this very schema.
        """
        ctx = context()
        programme = find_programme(ctx, name)
        schema = write_schema(programme, figures_today(ctx, name).values, ctx.language)
        return Response(orjson.dumps(schema), content_type=SCHEMA_TYPE)


@blueprint.route("/programmes/<name>/form")
class Forms(MethodView):
    """A programme's form as a workbook."""

    @blueprint.arguments(FormQuery, location="query")
    @blueprint.response(200, content_type=excel.MEDIA_TYPE)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, wanted: dict[str, Any], name: str) -> Response:
        """Return the form, blank or with a row for each household chosen."""
        if is_id_number(wanted["search"]):
            raise InvalidError(
                _("An ID number does not belong in an address, where logs keep it."),
                remedy=_("Name the files by their numbers instead."), field="search",
            )  # fmt: skip
        numbers = wanted["file_number"]
        chosen = {key: value for key, value in wanted.items() if key not in NOT_FILTERS}
        filters = Filters(**chosen) if wanted["filled"] else None
        return excel.send_file(write_form(context(), name, filters, numbers), f"{name}.xlsx")


@blueprint.route("/applications/workbooks")
class Workbooks(MethodView):
    """Many applications at once."""

    @creates(blueprint)
    @blueprint.arguments(FilledForm, location="files")
    @blueprint.arguments(FormInput, location="form")
    @blueprint.response(202, FileSchema)
    @idempotent
    def post(self, upload: dict[str, Any], wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Bring filled forms in and have every row tried by a job; nothing is kept yet."""
        file = upload["file"]
        if not file.filename:
            raise InvalidError(_("The file is empty."), field="file")
        item, job = files.start_file(
            context(), files.APPLICATIONS, wanted["programme"], file.filename, file.read(),
            hand_in=wanted["hand_in"], keep_good=wanted["keep_good"],
        )  # fmt: skip
        return FileSchema().dump({**show_file(item), "job_id": job.id}), 202


@blueprint.route("/applications/workbooks/<uuid:file_id>")
class OneWorkbook(MethodView):
    """One workbook of applications."""

    @blueprint.response(200, FileSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, file_id: uuid.UUID) -> dict[str, Any]:
        """Return what the check found, and what became of it."""
        return show_file(files.find_file(context(), file_id))


@blueprint.route("/applications/workbooks/<uuid:file_id>/confirmation")
class Confirmations(MethodView):
    """Letting it in."""

    @creates(blueprint)
    @blueprint.response(202, FileSchema)
    @idempotent
    def post(self, file_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Have a job start the applications of the good rows, and hand them in where asked."""
        item, job = files.confirm_file(context(), file_id)
        return FileSchema().dump({**show_file(item), "job_id": job.id}), 202


@blueprint.route("/applications/<uuid:application_id>/papers")
class Papers(MethodView):
    """The papers of an application."""

    @updates(blueprint)
    @blueprint.arguments(FilledForm, location="files")
    @blueprint.arguments(AttachmentInput, location="form")
    @blueprint.response(200, ApplicationDocument)
    def post(
        self, upload: dict[str, Any], wanted: dict[str, Any], application_id: uuid.UUID
    ) -> Response:
        """Attach the file of a paper to a draft, or to what came back for completion."""
        file, ctx = upload["file"], context()
        attach_paper(
            ctx, application_id, wanted["paper"], kind=wanted["kind"], data=file.read(),
            filename=file.filename or "", version=read_version(),
        )  # fmt: skip
        found = read_application(ctx, application_id)
        return write_json(orjson.dumps(found), version=found["version"])
