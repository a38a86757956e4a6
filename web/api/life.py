"""The life of household files: plans, measures, visits, verifications, exits."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint

from core.households.circumstances import state_circumstances, state_months
from core.households.life.belonging import require_part
from core.households.life.exits import confirm_exit, propose_closing, refuse_exit, review_household
from core.households.life.measures import (
    Referral,
    answer_measure,
    postpone_measure,
    refer_measure,
)
from core.households.life.models import ExitReview, Measure
from core.households.life.plans import make_plan
from core.households.life.queries import read_life
from core.households.life.standing import resume_file, return_file, suspend_file
from core.households.life.verifications import Verified, record_verification
from core.households.life.visits import Seen, record_visit
from core.households.service import set_contact
from web.api import life_schemas as shapes
from web.api.idempotency import creates, idempotent
from web.api.paging import read_version, updates, write_json
from web.request import context

blueprint = Blueprint("household_life", __name__, url_prefix="/api/tenants/<tenant>/households")
STEPS = {"suspend": suspend_file, "resume": resume_file, "return": return_file}


@blueprint.route("/<uuid:household_id>/life")
class Life(MethodView):
    """The life of one file."""

    @blueprint.response(200, shapes.LifeDocument)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, household_id: uuid.UUID) -> Response:
        """Return standing, gaps, plans, measures, visits, verifications, exits and steps."""
        return _show(household_id)


@blueprint.route("/<uuid:household_id>/plans")
class Plans(MethodView):
    """Household plans."""

    @creates(blueprint)
    @blueprint.arguments(shapes.PlanInput)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Make a plan; the ones before stay readable."""
        make_plan(context(), household_id, **given)
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/measures")
class Measures(MethodView):
    """Measures."""

    @creates(blueprint)
    @blueprint.arguments(shapes.MeasureInput)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Refer the household to a department."""
        refer_measure(context(), household_id, Referral(**given))
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/measures/<uuid:measure_id>")
class OneMeasure(MethodView):
    """One measure."""

    @creates(blueprint)
    @blueprint.arguments(shapes.MeasureAnswer)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(
        self, given: dict[str, Any], household_id: uuid.UUID, measure_id: uuid.UUID
    ) -> Response:
        """Note what became of a measure."""
        require_part(context(), Measure, measure_id, household_id)
        answer_measure(context(), measure_id, **given)
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/measures/<uuid:measure_id>/postponement")
class Postponement(MethodView):
    """A measure's day."""

    @creates(blueprint)
    @blueprint.arguments(shapes.MeasureDay)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(
        self, given: dict[str, Any], household_id: uuid.UUID, measure_id: uuid.UUID
    ) -> Response:
        """Give a running measure another day, or somebody else who sees to it."""
        require_part(context(), Measure, measure_id, household_id)
        postpone_measure(context(), measure_id, **given)
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/contact")
class Contact(MethodView):
    """The contact person."""

    @updates(blueprint)
    @blueprint.arguments(shapes.ContactInput)
    @blueprint.response(200, shapes.LifeDocument)
    def put(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Name the contact person: one of the federation's people, or somebody else by name."""
        set_contact(
            context(), household_id, given["contact_person"], read_version(),
            person_id=given["contact_id"],
        )  # fmt: skip
        return _show(household_id)


@blueprint.route("/<uuid:household_id>/visits")
class Visits(MethodView):
    """Home visits."""

    @creates(blueprint)
    @blueprint.arguments(shapes.VisitInput)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Record a home visit by two people."""
        record_visit(context(), household_id, Seen(**given))
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/verifications")
class Verifications(MethodView):
    """Re-verifications."""

    @updates(blueprint)
    @blueprint.arguments(shapes.VerificationInput)
    @blueprint.response(200, shapes.LifeDocument)
    def put(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Record that two people verified the file."""
        record_verification(context(), household_id, Verified(**given), read_version())
        return _show(household_id)


@blueprint.route("/<uuid:household_id>/months")
class Months(MethodView):
    """Income by month."""

    @creates(blueprint)
    @blueprint.arguments(shapes.MonthsInput)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """State the income of months; one stated before is replaced."""
        incomes = {one["month"]: one["income"] for one in given["months"]}
        state_months(context(), household_id, incomes)
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/circumstances")
class Circumstances(MethodView):
    """Circumstances."""

    @creates(blueprint)
    @blueprint.arguments(shapes.CircumstancesInput)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """State what holds of the household from a day on."""
        as_of = given.pop("as_of")
        state_circumstances(context(), household_id, as_of, given)
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/exits")
class Exits(MethodView):
    """Reviews for exit."""

    @creates(blueprint)
    @blueprint.arguments(shapes.ExitInput)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Review by the rule whether the household may leave, or propose to close its file."""
        ctx, way = context(), given.pop("way")
        if way:
            propose_closing(ctx, household_id, way, **given)
        else:
            review_household(ctx, household_id, **given)
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/exits/<uuid:review_id>")
class OneExit(MethodView):
    """One proposed exit."""

    @creates(blueprint)
    @blueprint.arguments(shapes.ExitDecision)
    @blueprint.response(201, shapes.LifeDocument)
    @idempotent
    def post(
        self, given: dict[str, Any], household_id: uuid.UUID, review_id: uuid.UUID
    ) -> Response:
        """Confirm the exit as a second person, or put it aside."""
        require_part(context(), ExitReview, review_id, household_id)
        if given["decision"] == "confirm":
            confirm_exit(context(), review_id)
        else:
            refuse_exit(context(), review_id, given["reason"])
        return _show(household_id, 201)


@blueprint.route("/<uuid:household_id>/state")
class State(MethodView):
    """The state of a file."""

    @updates(blueprint)
    @blueprint.arguments(shapes.StateInput)
    @blueprint.response(200, shapes.LifeDocument)
    def put(self, given: dict[str, Any], household_id: uuid.UUID) -> Response:
        """Suspend the file, take it up again, or let the household return."""
        step = STEPS[given.pop("step")]
        step(context(), household_id, version=read_version(), **given)
        return _show(household_id)


def _show(household_id: uuid.UUID, status: int = 200) -> Response:
    document = read_life(context(), household_id)
    return write_json(document.body, version=document.version, status=status)
