"""Admission to help: begun, decided on, withdrawn, listed.

Workbooks of earlier admissions come in as those of departments do, with `kind` admissions and the
department as `source`.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.admissions import listing
from core.admissions.beginning import begin, begin_again, withdraw
from core.admissions.decisions import REFUSE, decide
from core.admissions.many import begin_many
from core.admissions.models import STATES
from core.admissions.queries import read_admission
from core.households.listing import Filters
from core.routes import APPROVE, RETURN
from web.api.application_schemas import ReasonInput
from web.api.household_schemas import UnitSchema
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery, read_version, updates, write_json
from web.request import context

blueprint = Blueprint("admissions_api", __name__, url_prefix="/api/tenants/<tenant>/admissions")


class AdmissionQuery(PageQuery):
    """Which admissions; `sort` as on the page, with a hyphen before it the other way round."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    category = fields.String(load_default="")
    department = fields.String(load_default="")
    unit = fields.String(load_default="", metadata={"description": "A unit's path."})
    search = fields.String(load_default="")
    overdue = fields.Boolean(load_default=False)
    household_id = fields.UUID(load_default=None)
    sort = fields.String(load_default="")


class AdmissionRow(Schema):
    """An admission as a list shows it; `kind`, `level` and `due_on` are those of its open step.

    The head is masked where you do not read household files: then `named` is false.
    """

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    way = fields.String(required=True)
    category = fields.String(required=True)
    department = fields.String(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head = fields.String(required=True)
    head_id = fields.String(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    level = fields.String(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    submitted_at = fields.DateTime(required=True)
    decided_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True)
    named = fields.Boolean(required=True)


class AdmissionPage(Schema):
    """A page of admissions and how many there are."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(AdmissionRow), required=True)


class AdmissionStepSchema(Schema):
    """A step of the route: who takes it, until when, and what was decided."""

    id = fields.UUID(required=True)
    round = fields.Integer(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    level = fields.String(required=True)
    department = fields.String(required=True)
    state = fields.String(required=True)
    unit_path = fields.String(required=True)
    opened_at = fields.DateTime(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    findings = fields.List(fields.Dict(), required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_by_name = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class AdmissionDocument(Schema):
    """A whole admission. `can` lists what you may do now: decide, submit, withdraw."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    way = fields.String(required=True)
    category = fields.String(required=True)
    department = fields.String(required=True)
    document = fields.String(required=True)
    began_by = fields.UUID(required=True, allow_none=True)
    began_by_name = fields.String(required=True, allow_none=True)
    began_at = fields.DateTime(required=True)
    submitted_by = fields.UUID(required=True, allow_none=True)
    submitted_by_name = fields.String(required=True, allow_none=True)
    submitted_at = fields.DateTime(required=True)
    decided_on = fields.Date(required=True, allow_none=True)
    closed_at = fields.DateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    unit = fields.Nested(UnitSchema, required=True)
    household = fields.Dict(required=True)
    judgement = fields.Dict(required=True, allow_none=True)
    visits = fields.List(fields.Dict(), required=True)
    steps = fields.List(fields.Nested(AdmissionStepSchema), required=True)
    named = fields.Boolean(required=True)
    can = fields.List(fields.String(), required=True)


class AdmissionInput(Schema):
    """Whose admission to begin."""

    household_id = fields.UUID(required=True)


class ManyInput(Schema):
    """Which of the files that await admission; all of your units where nothing is said."""

    unit = fields.String(load_default="", metadata={"description": "A unit's path."})
    category = fields.String(load_default="")


class BegunSchema(Schema):
    """How many admissions were begun."""

    begun = fields.Integer(required=True)


class AdmissionDecision(Schema):
    """What you decide; a return or a refusal needs a reason, an investigation its findings."""

    decision = fields.String(required=True, validate=validate.OneOf([APPROVE, RETURN, REFUSE]))
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    findings = fields.String(load_default="", validate=validate.Length(max=2000))


@blueprint.route("")
class Admissions(MethodView):
    """The admissions of a tenant."""

    @blueprint.arguments(AdmissionQuery, location="query")
    @blueprint.response(200, AdmissionPage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """List the admissions within your reach, the newest first."""
        page, size, sort = wanted.pop("page"), wanted.pop("size"), wanted.pop("sort")
        rows, total = listing.list_admissions(
            context(), listing.Filters(**wanted), sort=sort, page=page, size=size
        )
        return {"total": total, "items": [one._asdict() for one in rows]}

    @creates(blueprint)
    @blueprint.arguments(AdmissionInput)
    @blueprint.response(201, AdmissionDocument)
    @idempotent
    def post(self, wanted: dict[str, uuid.UUID]) -> Response:
        """Begin the admission of a household that is judged into a category of help."""
        return _show(begin(context(), wanted["household_id"]).id, status=201)


@blueprint.route("/waiting")
class Waiting(MethodView):
    """What waits for you."""

    @blueprint.response(200, AdmissionPage)
    def get(self) -> dict[str, Any]:
        """List the admissions whose open step you may take, due first."""
        ctx = context()
        rows = [one._asdict() for one in listing.waiting_for_me(ctx)]
        return {"total": listing.count_waiting(ctx), "items": rows}


@blueprint.route("/many")
class Many(MethodView):
    """Beginning many at once."""

    @creates(blueprint)
    @blueprint.arguments(ManyInput)
    @blueprint.response(201, BegunSchema)
    @idempotent
    def post(self, wanted: dict[str, str]) -> tuple[dict[str, int], int]:
        """Begin the admission of all files of your units that await one and have none begun."""
        filters = Filters(category=wanted["category"], unit=wanted["unit"])
        return {"begun": begin_many(context(), filters)}, 201


@blueprint.route("/<uuid:admission_id>")
class OneAdmission(MethodView):
    """One admission."""

    @blueprint.response(200, AdmissionDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, admission_id: uuid.UUID) -> Response:
        """Return an admission with its steps, how the household was judged, visits since."""
        return _show(admission_id)


@blueprint.route("/<uuid:admission_id>/decisions")
class Decisions(MethodView):
    """Decisions on the open step."""

    @updates(blueprint)
    @blueprint.arguments(AdmissionDecision)
    @blueprint.response(200, AdmissionDocument)
    def post(self, wanted: dict[str, str], admission_id: uuid.UUID) -> Response:
        """Pass on or approve, return for completion or refuse the step that waits for you."""
        decide(context(), admission_id, version=read_version(), **wanted)
        return _show(admission_id)


@blueprint.route("/<uuid:admission_id>/submission")
class Submission(MethodView):
    """Handing in again."""

    @updates(blueprint)
    @blueprint.response(200, AdmissionDocument)
    def post(self, admission_id: uuid.UUID) -> Response:
        """Hand in again what came back for completion."""
        begin_again(context(), admission_id, read_version())
        return _show(admission_id)


@blueprint.route("/<uuid:admission_id>/withdrawal")
class Withdrawal(MethodView):
    """Taking back."""

    @updates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, AdmissionDocument)
    def post(self, wanted: dict[str, str], admission_id: uuid.UUID) -> Response:
        """Withdraw an admission that is on its way."""
        withdraw(context(), admission_id, wanted["reason"], read_version())
        return _show(admission_id)


def _show(admission_id: uuid.UUID, *, status: int = 200) -> Response:
    found = read_admission(context(), admission_id)
    body = json.dumps(found, ensure_ascii=False)
    return write_json(body, version=found["version"], status=status)
