"""Medical mutual aid: periods, and the work units that enrolled their workers.

Workbooks of enrolments come in as those of departments do, with `kind` enrolments.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import find_period, list_periods, open_period
from core.enrolments.queries import list_employers
from web.api.idempotency import creates, idempotent
from web.request import context

blueprint = Blueprint("periods", __name__, url_prefix="/api/tenants/<tenant>/mutual-aid")


class PeriodInput(Schema):
    """A period; `contribution` is what a worker pays, fen."""

    name = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    contribution = fields.Integer(required=True)


class PeriodSchema(PeriodInput):
    """A period that is open."""

    id = fields.UUID(required=True)


class EmployerSchema(Schema):
    """A work unit: for how many workers it contributed, fen."""

    employer = fields.String(required=True)
    employer_code = fields.String(required=True)
    workers = fields.Integer(required=True)
    contribution = fields.Integer(required=True)
    first_day = fields.Date(required=True)


@blueprint.route("/periods")
class Periods(MethodView):
    """Periods of mutual aid."""

    @blueprint.response(200, PeriodSchema(many=True))
    def get(self) -> list[MutualAidPeriod]:
        """List the periods, the newest first."""
        return list_periods(context())

    @creates(blueprint)
    @blueprint.arguments(PeriodInput)
    @blueprint.response(201, PeriodSchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Open a period."""
        shown: dict[str, Any] = PeriodSchema().dump(open_period(context(), **wanted))
        return shown, 201


@blueprint.route("/periods/<uuid:period_id>/units")
class Units(MethodView):
    """Work units of a period."""

    @blueprint.response(200, EmployerSchema(many=True))
    def get(self, period_id: uuid.UUID) -> list[Any]:
        """List the work units with their sums."""
        ctx = context()
        return [one._asdict() for one in list_employers(ctx, find_period(ctx, period_id))]
