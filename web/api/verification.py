"""Means verification: consents, rounds, answers, differences."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.households.listing import Filters
from core.verification import differences, requests, results, rounds
from core.verification.consents import open_consent, request_consent
from core.verification.sources import list_sources
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.excel import MEDIA_TYPE, send_file
from web.request import context

blueprint = Blueprint("verifications", __name__, url_prefix="/api/tenants/<tenant>/verification")


class SourceSchema(Schema):
    """A source; `tells` are the facts it answers by."""

    name = fields.String(required=True)
    title = fields.Dict(required=True)
    tells = fields.List(fields.String(), required=True)
    by_household = fields.Boolean(required=True)


class RoundInput(Schema):
    """Whom to ask by when, and about which files: those of a unit's path, or only overdue ones."""

    sources = fields.List(fields.String(), required=True)
    due_on = fields.Date(required=True)
    unit = fields.String(load_default="")
    overdue = fields.Boolean(load_default=False)
    verifies = fields.Boolean(load_default=True)


class RoundSchema(Schema):
    """A round with the number of its households by state."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    sources = fields.List(fields.String(), required=True)
    due_on = fields.Date(required=True)
    verifies = fields.Boolean(required=True)
    requested_at = fields.DateTime(required=True)
    exported_at = fields.DateTime(required=True, allow_none=True)
    households = fields.Integer(required=True)
    requested = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    differing = fields.Integer(required=True)
    done = fields.Integer(required=True)


class ExportInput(Schema):
    """The source the list is for."""

    source = fields.String(required=True)


class DifferenceQuery(PageQuery):
    """What to narrow the list to; without `state` those still to be decided."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *differences.STATES]))
    kind = fields.String(load_default="")
    overdue = fields.Boolean(load_default=False)


class DifferenceSchema(Schema):
    """A difference; `declared` and `told` are fen, numbers, codes, yes or no by its `kind`."""

    id = fields.UUID(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True)
    declared = fields.String(required=True)
    told = fields.String(required=True)
    source = fields.String(required=True)
    answered_on = fields.Date(required=True)
    state = fields.String(required=True)
    due_on = fields.Date(required=True)
    assigned_to = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True)
    evidence_id = fields.UUID(required=True, allow_none=True)


class DifferencePage(Schema):
    """A page of differences and how many there are."""

    total = fields.Integer(required=True)
    items = fields.List(fields.Nested(DifferenceSchema), required=True)


class DifferenceDecisionInput(Schema):
    """What is right: `declared` (with a paper), `answer`, or `visit` where only one can tell."""

    outcome = fields.String(required=True, validate=validate.OneOf(differences.OUTCOMES))
    reason = fields.String(required=True)
    evidence_id = fields.UUID(load_default=None)


class FormSchema(Schema):
    """A printed authorisation: `state` is waiting, made or failed."""

    id = fields.UUID(required=True)
    job_id = fields.UUID()
    state = fields.String(required=True)


class ResultSchema(Schema):
    """What the last verification of a household found, masked."""

    request = fields.Dict(required=True, allow_none=True)
    answers = fields.List(fields.Dict(), required=True)
    open_differences = fields.Integer(required=True)
    consent = fields.Dict(required=True, allow_none=True)


@blueprint.route("/sources")
class Sources(MethodView):
    """Whom households are verified with."""

    @blueprint.response(200, SourceSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """List the sources."""
        context()
        return [
            {"name": one.name, "title": one.title.as_json(), "tells": list(one.tells),
             "by_household": one.by_household}
            for one in list_sources()
        ]  # fmt: skip


@blueprint.route("/rounds")
class Rounds(MethodView):
    """Rounds of means verification."""

    @blueprint.response(200, RoundSchema(many=True))
    def get(self) -> list[rounds.Round]:
        """List the newest rounds."""
        return rounds.list_rounds(context())

    @creates(blueprint)
    @blueprint.arguments(RoundInput)
    @blueprint.response(201, RoundSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Ask about every household that agreed and is not asked about already."""
        filters = Filters(unit=wanted.pop("unit"), verification_overdue=wanted.pop("overdue"))
        item = requests.make_round(context(), filters, **wanted)
        return RoundSchema().dump(rounds.read_round(context(), item.id)), 201


@blueprint.route("/rounds/<uuid:round_id>/list")
class RoundLists(MethodView):
    """The list of people a source is asked about."""

    @blueprint.arguments(ExportInput)
    @blueprint.response(200, content_type=MEDIA_TYPE)
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(403, "FORBIDDEN")
    def post(self, wanted: dict[str, str], round_id: uuid.UUID) -> Response:
        """Hand the list out, ID numbers in clear; that it was is audited."""
        item, data = requests.export_round(context(), round_id, wanted["source"])
        return send_file(data, f"verification-{item.year}-{item.number}.xlsx")


@blueprint.route("/households/<uuid:household_id>")
class HouseholdResult(MethodView):
    """One household's verification."""

    @blueprint.response(200, ResultSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, household_id: uuid.UUID) -> dict[str, Any]:
        """Return the last request, the answers and what is open."""
        return asdict(results.read_result(context(), household_id))


@blueprint.route("/households/<uuid:household_id>/consent")
class Consents(MethodView):
    """The authorisation to be signed."""

    @creates(blueprint)
    @blueprint.response(202, FormSchema)
    @idempotent
    def post(self, household_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Have a job print the authorisation of a household."""
        form, job = request_consent(context(), household_id)
        return FormSchema().dump({"id": form.id, "job_id": job.id, "state": form.state}), 202


@blueprint.route("/consents/<uuid:form_id>/pdf")
class ConsentFile(MethodView):
    """A printed authorisation as a file."""

    @blueprint.response(200, content_type="application/pdf")
    @blueprint.alt_response(404, "NOT_FOUND")
    @blueprint.alt_response(409, "CONFLICT")
    def get(self, form_id: uuid.UUID) -> Response:
        """Return the PDF; that it was opened is audited."""
        _form, pdf = open_consent(context(), form_id)
        return send_file(pdf, "authorisation.pdf", "application/pdf")


@blueprint.route("/differences")
class Differences(MethodView):
    """Differences between answers and declarations."""

    @blueprint.arguments(DifferenceQuery, location="query")
    @blueprint.response(200, DifferencePage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return a page of differences, the first due first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        filters = differences.Filters(**wanted)
        rows, total = differences.list_differences(context(), filters, page=page, size=size)
        return {"total": total, "items": rows}


@blueprint.route("/differences/<uuid:difference_id>/decision")
class Decisions(MethodView):
    """Deciding a difference."""

    @creates(blueprint)
    @blueprint.arguments(DifferenceDecisionInput)
    @blueprint.response(201, DifferenceSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], difference_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Decide it: the declaration is right, the answer is right, or a visit is needed."""
        differences.decide_difference(context(), difference_id, **wanted)
        return DifferenceSchema().dump(differences.read_difference(context(), difference_id)), 201
