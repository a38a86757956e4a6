"""Household files."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.errors import InvalidError, _
from core.households.judgements import judge_household
from core.households.listing import SORTS, Filters, is_id_number, list_households
from core.households.queries import read_household
from core.households.records import HouseholdRecord
from core.households.service import change_household, declare_statement, file_household
from web.api.household_inputs import HouseholdChange, HouseholdInput, StatementInput
from web.api.household_schemas import FileDocument, FileList
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery, read_version, updates, write_json, write_page
from web.request import context

blueprint = Blueprint("households", __name__, url_prefix="/api/tenants/<tenant>/households")


class HouseholdQuery(PageQuery):
    """Which files: the filters staff know. `search` is a part of a name or of a file number."""

    category = fields.String(load_default="")
    unit = fields.String(load_default="", metadata={"description": "A unit's path."})
    state = fields.String(load_default="")
    search = fields.String(load_default="")
    unchanged = fields.Boolean(load_default=False)
    never_aided = fields.Boolean(load_default=False)
    no_contact = fields.Boolean(load_default=False)
    no_plan = fields.Boolean(load_default=False)
    no_measure = fields.Boolean(load_default=False)
    no_visit = fields.Boolean(load_default=False)
    nobody_employed = fields.Boolean(load_default=False)
    not_enrolled = fields.Boolean(load_default=False)
    incomplete = fields.Boolean(load_default=False)
    way = fields.String(load_default="", metadata={"description": "The way of exit."})
    verification_overdue = fields.Boolean(load_default=False)
    count = fields.Boolean(load_default=False)
    sort = fields.String(
        load_default="",
        validate=validate.OneOf(("", *(f"{way}{name}" for name in SORTS for way in ("", "-")))),
        metadata={"description": "What to sort by; a hyphen before it turns the order round."},
    )


class HouseholdSearch(HouseholdQuery):
    """The same in a body: here `search` may also be the whole ID number of any member."""


class JudgingDay(Schema):
    """The day to judge on; today where none is given."""

    on = fields.Date(load_default=None)


@blueprint.route("")
class Households(MethodView):
    """The files of a tenant."""

    @blueprint.arguments(HouseholdQuery, location="query")
    @blueprint.response(200, FileList)
    def get(self, wanted: dict[str, Any]) -> Response:
        """List the files within your units, masked; by file number unless told otherwise."""
        if is_id_number(wanted["search"]):
            raise InvalidError(
                _("An ID number does not belong in an address, where logs keep it."),
                remedy=_("Send the search as a POST to …/households/searches."),
                field="search",
            )
        return _list(wanted)

    @creates(blueprint)
    @blueprint.arguments(HouseholdInput)
    @blueprint.response(201, FileDocument)
    @idempotent
    def post(self, record: HouseholdRecord) -> Response:
        """File a household: every check of an import is made, then it is judged."""
        return _show(file_household(context(), record).id, status=201)


@blueprint.route("/searches")
class Searches(MethodView):
    """Looking for people."""

    @blueprint.arguments(HouseholdSearch)
    @blueprint.response(200, FileList)
    def post(self, wanted: dict[str, Any]) -> Response:
        """List files as GET does; what is looked for stands in no address. It changes nothing."""
        return _list(wanted)


@blueprint.route("/<uuid:household_id>")
class OneHousehold(MethodView):
    """One file."""

    @blueprint.response(200, FileDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, household_id: uuid.UUID) -> Response:
        """Return a file with members, statement, judgement, evidence and applications."""
        return _show(household_id)

    @updates(blueprint)
    @blueprint.arguments(HouseholdChange)
    @blueprint.response(200, FileDocument)
    def patch(self, changes: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Change fields of a file; it is judged again."""
        change_household(context(), household_id, changes, read_version())
        return _show(household_id)


@blueprint.route("/<uuid:household_id>/statements")
class Statements(MethodView):
    """What a household declares."""

    @updates(blueprint)
    @blueprint.arguments(StatementInput)
    @blueprint.response(200, FileDocument)
    def put(self, values: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Take down income and spending as of a day; the household is judged again."""
        as_of = values.pop("as_of")
        declare_statement(context(), household_id, as_of, values, read_version())
        return _show(household_id)


@blueprint.route("/<uuid:household_id>/judgements")
class Judgements(MethodView):
    """Identification on a day."""

    @creates(blueprint)
    @blueprint.arguments(JudgingDay)
    @blueprint.response(201, FileDocument)
    @idempotent
    def post(self, wanted: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Judge the household on a day and keep what was found, explained step by step."""
        judge_household(context(), household_id, wanted["on"])
        return _show(household_id, status=201)


def _list(wanted: dict[str, Any]) -> Response:
    shown = {name: wanted.pop(name) for name in ("page", "size", "count", "sort")}
    found = list_households(context(), Filters(**wanted), **shown)
    return write_page(found.body, shown["page"], more=found.more, total=found.total)


def _show(household_id: uuid.UUID, *, status: int = 200) -> Response:
    document = read_household(context(), household_id)
    return write_json(document.body, version=document.version, status=status)
