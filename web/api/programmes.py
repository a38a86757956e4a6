"""Aid programmes: their forms, the figures in force, and what a household could apply for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from bangfu_sdk import Programme
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.applications.moving import move_all
from core.applications.offers import Offer, list_offers
from core.applications.questions import is_required, list_papers
from core.applications.urgency import find_urgent_route
from core.between.listing import list_between
from core.context import Context
from core.errors import DomainError
from core.overrides import read_overrides
from core.policies import Figures
from core.policies.between import KINDS
from core.policies.urgency import terms_of
from core.programmes import is_offered, offer_programme, programme_names
from web.api.application_schemas import FEN
from web.api.idempotency import creates, idempotent
from web.request import context
from web.translation import translate

blueprint = Blueprint("programmes", __name__, url_prefix="/api/tenants/<tenant>")


class TextSchema(Schema):
    """A text of policy in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ChoiceSchema(Schema):
    """One of the answers of a choice."""

    code = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)


class ConditionSchema(Schema):
    """An earlier question, and the answer to it with which another one is asked."""

    question = fields.String(required=True)
    answer = fields.String(required=True)


class QuestionSchema(Schema):
    """A question of a programme's form; `name` is the key of its answer."""

    name = fields.String(required=True)
    kind = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)
    required = fields.Boolean(required=True)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True)
    condition = fields.Nested(
        ConditionSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Without it the question need not be answered."},
    )


class BetweenSchema(Schema):
    """A rule between this programme and others: a cap over them, an order, an exclusion."""

    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.Nested(TextSchema, required=True)
    source = fields.Nested(TextSchema, required=True)
    others = fields.List(fields.Nested(TextSchema), required=True)
    figures = fields.List(fields.Dict(), required=True)


class NeededPaperSchema(Schema):
    """A paper a programme asks for, under the name of its question."""

    name = fields.String(required=True)
    text = fields.Nested(TextSchema, required=True)
    needed = fields.Boolean(
        required=True, metadata={"description": "Nothing is handed in without it."}
    )
    only_for = fields.Nested(
        TextSchema, required=True, allow_none=True,
        metadata={"description": "The answer with which it is asked for; null: with any."},
    )  # fmt: skip


class UrgentSchema(Schema):
    """How aid that cannot wait is given: paid first up to the limit (fen), its papers within so
    many working days, shown publicly afterwards for so many (0: not at all)."""

    limit = fields.Integer(required=True, metadata=FEN)
    paper_days = fields.Integer(required=True)
    notice_days = fields.Integer(required=True)
    papers = fields.List(
        fields.Nested(TextSchema),
        required=True,
        metadata={"description": "What follows besides what the form asks for."},
    )
    before_admission = fields.Boolean(required=True)
    section = fields.Nested(TextSchema, required=True)
    note = fields.Nested(TextSchema, required=True, allow_none=True)


class ProgrammeSchema(Schema):
    """A programme of the region: its form and the figures in force, each with its source."""

    name = fields.String(required=True)
    title = fields.Nested(TextSchema, required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)
    offered = fields.Boolean(
        required=True, metadata={"description": "Whether this federation offers it now."}
    )
    questions = fields.List(fields.Nested(QuestionSchema), required=True)
    papers = fields.List(fields.Nested(NeededPaperSchema), required=True)
    figures = fields.List(fields.Dict(), required=True)
    between = fields.List(fields.Nested(BetweenSchema), required=True)
    urgent = fields.Nested(
        UrgentSchema, required=True, allow_none=True,
        metadata={"description": "Null where aid of this programme has to wait."},
    )  # fmt: skip
    problem = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it is out of order; nothing is decided by it meanwhile."},
    )


class PolicyDay(Schema):
    """The day whose figures to show; today where none is given."""

    on = fields.Date(load_default=None)


class StudentSchema(Schema):
    """The student of the household a programme would be for."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    education_stage = fields.String(required=True)


class OfferSchema(Schema):
    """What a programme could grant a household today, or one of its students, or why not."""

    name = fields.String(required=True)
    student = fields.Nested(StudentSchema, required=True, allow_none=True)
    focus = fields.Boolean(
        required=True, metadata={"description": "The region wants it helped first."}
    )
    eligible = fields.Boolean(required=True)
    minimum = fields.Integer(required=True, metadata=FEN)
    maximum = fields.Integer(required=True, metadata=FEN)
    reasons = fields.List(fields.Dict(), required=True)
    urgent = fields.Boolean(
        required=True, metadata={"description": "Only what cannot wait is given now."}
    )
    in_the_way = fields.List(
        fields.Nested(TextSchema),
        required=True,
        metadata={"description": "What other programmes hold against it now."},
    )
    first = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Programmes to ask for before this one."},
    )
    papers = fields.List(fields.Nested(NeededPaperSchema), required=True)
    problem = fields.String(required=True, allow_none=True)


@blueprint.route("/programmes")
class Programmes(MethodView):
    """The programmes of a tenant's region."""

    @blueprint.arguments(PolicyDay, location="query")
    @blueprint.response(200, ProgrammeSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        """List the programmes with their forms and the figures in force on a day."""
        ctx = context()
        day = wanted["on"] or ctx.today
        return [_describe(ctx, name, day) for name in programme_names(ctx)]


class OfferInput(Schema):
    """Whether a programme is to be offered, and why."""

    offered = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    measure = fields.String(
        load_default="", validate=validate.Length(max=100),
        metadata={"description": "The measure line it is referred to, where you choose it."},
    )  # fmt: skip


@blueprint.route("/programmes/<name>/offering")
class Offering(MethodView):
    """Whether a tenant offers a programme of its region."""

    @creates(blueprint)
    @blueprint.arguments(OfferInput)
    @blueprint.response(200, ProgrammeSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], name: str) -> tuple[dict[str, Any], int]:
        """Offer a programme, or no longer; applications handed in go on."""
        ctx = context()
        offer_programme(ctx, name, **wanted)
        shown: dict[str, Any] = ProgrammeSchema().dump(_describe(ctx, name, ctx.today))
        return shown, 200


class MovedInput(Schema):
    """To which programme, and why."""

    programme = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class LeftSchema(Schema):
    """An application that stays where it is, and why."""

    number = fields.String(required=True)
    why = fields.String(required=True)


class MovedSchema(Schema):
    """The numbers of the applications moved, and those that were not."""

    moved = fields.List(fields.String(), required=True)
    left = fields.List(fields.Nested(LeftSchema), required=True)


@blueprint.route("/programmes/<name>/move")
class Moving(MethodView):
    """Moving what nobody can judge any more."""

    @creates(blueprint)
    @blueprint.arguments(MovedInput)
    @blueprint.response(200, MovedSchema)
    @idempotent
    def post(self, wanted: dict[str, str], name: str) -> tuple[dict[str, Any], int]:
        """Move every draft and returned application of a programme to another one."""
        found = move_all(context(), name, wanted["programme"], wanted["reason"])
        left = [{"number": one.number, "why": translate(one.why)} for one in found.left]
        return {"moved": [*found.done], "left": left}, 200


@blueprint.route("/households/<uuid:household_id>/offers")
class Offers(MethodView):
    """What a household could apply for."""

    @blueprint.response(200, OfferSchema(many=True))
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, household_id: uuid.UUID) -> list[dict[str, Any]]:
        """List every programme with its range for this household today, and the reasons.

        A programme for students is listed once for each student of the household.
        """
        return [_show(offer) for offer in list_offers(context(), household_id)]


def _describe(ctx: Context, name: str, day: dt.date) -> dict[str, Any]:
    offered = is_offered(ctx, name)
    try:
        programme = ctx.catalogue.programme(name)
        place = ctx.pack.place(ctx.tenant.division_code)
        figures = ctx.pack.figures(name, day, read_overrides(ctx), place)
    except DomainError as error:
        nothing: dict[str, Any] = {"questions": [], "papers": [], "figures": [], "between": []}
        empty: dict[str, Any] = {"title": None, "version": None, "urgent": None, **nothing}
        return {"name": name, "offered": offered, **empty, "problem": translate(error.message)}
    return {
        "name": name,
        "title": programme.title,
        "version": programme.version,
        "offered": offered,
        "questions": _questions(programme, figures.values),
        "papers": list_papers(programme, figures.values),
        "figures": [figures.shown(key) for key in figures.values],
        "between": list_between(ctx, name, day),
        "urgent": _urgent(ctx, name, figures),
        "problem": None,
    }


def _urgent(ctx: Context, name: str, figures: Figures) -> dict[str, Any] | None:
    route = find_urgent_route(ctx, name)
    if route is None:
        return None
    return {
        **terms_of(figures)._asdict(), "papers": [paper.name for paper in route.papers],
        "before_admission": route.before_admission, "section": route.section, "note": route.note,
    }  # fmt: skip


def _questions(programme: Programme, figures: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "name": question.name,
            "kind": question.kind.value,
            "text": question.text,
            "required": is_required(question, figures),
            "choices": question.choices,
            "condition": question.condition,
        }
        for question in programme.questions
    ]


def _show(offer: Offer) -> dict[str, Any]:
    way = {"in_the_way": offer.in_the_way, "first": offer.first, "urgent": offer.urgent}
    problem = translate(offer.problem) if offer.problem else None
    if offer.finding is None:
        nothing = {"eligible": False, "minimum": 0, "maximum": 0, "reasons": [], "focus": False}
        known = {"name": offer.name, "student": offer.student, "papers": offer.papers}
        return {**known, **nothing, **way, "problem": problem}
    found = offer.finding
    return {
        **way,
        "name": offer.name,
        "student": offer.student,
        "focus": found.assessed.focus,
        "eligible": found.is_eligible,
        "minimum": found.minimum,
        "maximum": found.maximum,
        "reasons": found.reasons,
        "papers": offer.papers,
        "problem": problem,
    }
