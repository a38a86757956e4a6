"""What waits too long in household files: verifications, and the measures of departments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.households.life.overdue import list_measures, list_overdue
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("care", __name__, url_prefix="/api/tenants/<tenant>/households")


class MeasureQuery(PageQuery):
    """Which measures: all that run, or only those overdue."""

    overdue = fields.Boolean(load_default=False)


class RunningMeasure(Schema):
    """A measure that has not come to its end; `version` is the measure's."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    unit = fields.String(required=True)
    line = fields.String(required=True)
    department = fields.String(required=True)
    content = fields.String(required=True)
    responsible = fields.String(required=True)
    due_on = fields.Date(required=True)
    state = fields.String(required=True)
    overdue = fields.Boolean(required=True)


class RunningMeasures(Schema):
    """A page of running measures."""

    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    items = fields.List(fields.Nested(RunningMeasure), required=True)


class OverdueFile(Schema):
    """A file overdue for verification; `last` is the day it was last verified or filed."""

    id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    state = fields.String(required=True)
    unit = fields.String(required=True)
    contact_person = fields.String(required=True)
    phone = fields.String(required=True)
    last = fields.Date(required=True)


class OverdueFiles(Schema):
    """A page of files overdue for verification."""

    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    items = fields.List(fields.Nested(OverdueFile), required=True)


@blueprint.route("/overdue")
class Overdue(MethodView):
    """Files overdue for verification."""

    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, OverdueFiles)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """List the files that get no new aid until they are verified, longest waiting first."""
        return _page(list_overdue, wanted)


@blueprint.route("/measures")
class Running(MethodView):
    """Running measures."""

    @blueprint.arguments(MeasureQuery, location="query")
    @blueprint.response(200, RunningMeasures)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """List the measures that have not come to their end, due first; or those overdue."""
        return _page(list_measures, wanted)


def _page(find: Callable[..., list[Any]], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return a page of a list: one row more is read than is shown, to tell whether more follow."""
    page, size = wanted.pop("page"), wanted.pop("size")
    items = find(context(), page=page, size=size, **wanted)
    following = find(context(), page=page * size + 1, size=1, **wanted)
    return {"page": page, "more": bool(following), "items": [one._asdict() for one in items]}
