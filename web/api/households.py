"""Household files."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields

from core.households.listing import Filters, list_households
from core.households.queries import read_household
from web.api.household_schemas import FileDocument, FileList
from web.api.paging import PageQuery, write_json, write_page
from web.request import context

blueprint = Blueprint("households", __name__, url_prefix="/api/tenants/<tenant>/households")


class HouseholdQuery(PageQuery):
    """Which files: the filters staff know. `search` is a name, a file number or a whole ID."""

    category = fields.String(load_default="")
    unit = fields.String(load_default="", metadata={"description": "A unit's path."})
    state = fields.String(load_default="")
    search = fields.String(load_default="")
    unchanged = fields.Boolean(load_default=False)
    never_aided = fields.Boolean(load_default=False)
    no_contact = fields.Boolean(load_default=False)
    verification_overdue = fields.Boolean(load_default=False)
    count = fields.Boolean(load_default=False)


@blueprint.route("")
class Households(MethodView):
    """The files of a tenant."""

    @blueprint.arguments(HouseholdQuery, location="query")
    @blueprint.response(200, FileList)
    def get(self, wanted: dict[str, Any]) -> Response:
        """List the files within your units, by file number, masked."""
        page, size, count = wanted.pop("page"), wanted.pop("size"), wanted.pop("count")
        found = list_households(context(), Filters(**wanted), page=page, size=size, count=count)
        return write_page(found.body, page, more=found.more, total=found.total)


@blueprint.route("/<uuid:household_id>")
class OneHousehold(MethodView):
    """One file."""

    @blueprint.response(200, FileDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, household_id: uuid.UUID) -> Response:
        """Return a file with members, statement, judgement, evidence and applications."""
        document = read_household(context(), household_id)
        return write_json(document.body, version=document.version)
