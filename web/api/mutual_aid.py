"""Medical mutual aid: periods, and the work units that enrolled their workers.

Workbooks of enrolments come in as those of departments do, with `kind` enrolments.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.enrolments.contributions import Receipt, match_contributions, receive
from core.enrolments.free import confirm_free, list_free, propose_free, refuse_free
from core.enrolments.models import Contribution, FreeEnrolment, MutualAidPeriod
from core.enrolments.periods import find_period, list_periods, open_period
from core.enrolments.queries import list_employers
from core.enrolments.standing import Standing, read_standing
from web.api.application_schemas import FEN, ReasonInput
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


class ReceiptInput(Schema):
    """Money a work unit paid in, fen, by a voucher."""

    employer = fields.String(required=True)
    employer_code = fields.String(required=True)
    amount = fields.Integer(strict=True, required=True, metadata=FEN)
    received_on = fields.Date(required=True)
    reference = fields.String(required=True)


class ContributionSchema(ReceiptInput):
    """Money that was booked."""

    id = fields.UUID(required=True)


class MatchedSchema(Schema):
    """A work unit: what its workers owe, what it paid in, what is still to come; fen."""

    employer = fields.String(required=True)
    employer_code = fields.String(required=True)
    workers = fields.Integer(required=True)
    due = fields.Integer(required=True, metadata=FEN)
    received = fields.Integer(required=True, metadata=FEN)
    missing = fields.Integer(required=True, metadata=FEN)


class MatchedQuery(Schema):
    """Whether only what does not match is wanted."""

    unmatched = fields.Boolean(load_default=False)


class PoolSchema(Schema):
    """How a pool stands, fen; `loss_ratio` per mille of the contributions received."""

    budget = fields.Integer(required=True, metadata=FEN)
    reserved = fields.Integer(required=True, metadata=FEN)
    paid = fields.Integer(required=True, metadata=FEN)
    left = fields.Integer(required=True, metadata=FEN)
    received = fields.Integer(required=True, metadata=FEN)
    due = fields.Integer(required=True, metadata=FEN)
    claims = fields.Integer(required=True)
    in_route = fields.Integer(required=True)
    asked = fields.Integer(required=True, metadata=FEN)
    differences = fields.Integer(required=True)
    loss_ratio = fields.Integer(required=True, allow_none=True)
    reserve = fields.Integer(required=True, allow_none=True, metadata=FEN)


class FreeInput(Schema):
    """The fund that pays for those who are enrolled free of charge."""

    fund_id = fields.UUID(required=True)


class FreeSchema(FreeInput):
    """A free enrolment: for whom, for how much, proposed, confirmed or refused."""

    id = fields.UUID(required=True)
    period_id = fields.UUID(required=True)
    members = fields.List(fields.UUID(), required=True)
    amount = fields.Integer(required=True, metadata=FEN)
    state = fields.String(required=True)
    reason = fields.String(required=True)


@blueprint.route("/periods/<uuid:period_id>/pool")
class Pool(MethodView):
    """The pool of a period."""

    @blueprint.response(200, PoolSchema)
    def get(self, period_id: uuid.UUID) -> Standing:
        """Tell how it stands: balance, loss ratio, reserve."""
        ctx = context()
        return read_standing(ctx, find_period(ctx, period_id))


@blueprint.route("/periods/<uuid:period_id>/contributions")
class Contributions(MethodView):
    """Contributions of a period."""

    @blueprint.arguments(MatchedQuery, location="query")
    @blueprint.response(200, MatchedSchema(many=True))
    def get(self, wanted: dict[str, Any], period_id: uuid.UUID) -> list[Any]:
        """List by work unit what is owed and what came in."""
        ctx = context()
        return list(match_contributions(ctx, find_period(ctx, period_id), **wanted))

    @creates(blueprint)
    @blueprint.arguments(ReceiptInput)
    @blueprint.response(201, ContributionSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], period_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Book money a work unit paid in."""
        made: Contribution = receive(context(), period_id, Receipt(**wanted))
        shown: dict[str, Any] = ContributionSchema().dump(made)
        return shown, 201


@blueprint.route("/periods/<uuid:period_id>/free-enrolments")
class FreeEnrolments(MethodView):
    """Free enrolments of a period."""

    @blueprint.response(200, FreeSchema(many=True))
    def get(self, period_id: uuid.UUID) -> list[FreeEnrolment]:
        """List them, the newest first."""
        ctx = context()
        return list_free(ctx, find_period(ctx, period_id))

    @creates(blueprint)
    @blueprint.arguments(FreeInput)
    @blueprint.response(201, FreeSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], period_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Propose to enrol everybody filed who has a major illness and is missing."""
        return _told(propose_free(context(), period_id, wanted["fund_id"])), 201


@blueprint.route("/free-enrolments/<uuid:free_id>/confirmation")
class FreeConfirmation(MethodView):
    """The second person's word."""

    @creates(blueprint)
    @blueprint.response(200, FreeSchema)
    @idempotent
    def post(self, free_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Enrol them; whoever proposed it cannot."""
        return _told(confirm_free(context(), free_id)), 200


@blueprint.route("/free-enrolments/<uuid:free_id>/refusal")
class FreeRefusal(MethodView):
    """Putting a proposal aside."""

    @creates(blueprint)
    @blueprint.arguments(ReasonInput)
    @blueprint.response(200, FreeSchema)
    @idempotent
    def post(self, wanted: dict[str, str], free_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Put it aside, with a reason."""
        return _told(refuse_free(context(), free_id, wanted["reason"])), 200


def _told(free: FreeEnrolment) -> dict[str, Any]:
    shown: dict[str, Any] = FreeSchema().dump(free)
    return shown
