"""Simulation: what changed figures would do to a registry or a province; nothing is written."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.simulation.parameters import read_assumptions
from core.simulation.service import simulate
from core.simulation.telling import as_data
from web.request import context

blueprint = Blueprint("simulations", __name__, url_prefix="/api/tenants/<tenant>/simulation")


class SimulationQuery(Schema):
    """The day, and the figures to be tried, each as `name=value`; money in yuan."""

    on = fields.Date(required=True, metadata={"example": "2023-06-30"})
    set = fields.List(
        fields.String(), required=True, validate=validate.Length(min=1),
        metadata={"example": ["dibao_line=750.00"]},
    )  # fmt: skip


class SimulationSchema(Schema):
    """What it would do in all and federation by federation; amounts in fen."""

    households = fields.Integer(required=True)
    undecidable = fields.Integer(required=True)
    qualifying = fields.Integer(required=True)
    dropping = fields.Integer(required=True)
    moving = fields.Integer(required=True)
    costs = fields.List(fields.Dict(), required=True)
    federations = fields.List(fields.Dict(), required=True)


@blueprint.route("")
class Simulation(MethodView):
    """A simulation over your federation and all below it."""

    @blueprint.arguments(SimulationQuery, location="query")
    @blueprint.response(200, SimulationSchema)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Judge the registry with the figures in force and with those to be tried."""
        ctx = context()
        outcomes = simulate(ctx, ctx.tenant, wanted["on"], read_assumptions(wanted["set"]))
        return as_data(outcomes)
