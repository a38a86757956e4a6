"""What programs send to keep the life of a file, and what they get to see of it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.households.circumstances import AMOUNTS, FLAGS, FOUND
from core.households.life.states import CLOSINGS
from core.households.life.verifications import RESULTS
from core.households.life.visits import CONCLUSIONS
from core.money import MAXIMUM_FEN

FEN = {"description": "fen", "minimum": 0}
LONG = validate.Length(max=2000)


def _words(**options: Any) -> fields.String:
    return fields.String(validate=LONG, **options)


def _fen(**options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN, **options
    )


class LifeDocument(Schema):
    """The life of a file: standing, gaps, and each list with the newest first."""

    household_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    standing = fields.String(required=True)
    overdue = fields.Boolean(required=True)
    exit_way = fields.String(required=True, allow_none=True)
    state_since = fields.Date(required=True, allow_none=True)
    phase_out_until = fields.Date(required=True, allow_none=True)
    filed_on = fields.Date(required=True)
    verified_on = fields.Date(required=True, allow_none=True)
    verification_due_before = fields.Date(required=True)
    contact_person = fields.String(required=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    gaps = fields.List(fields.String(), required=True)
    plans = fields.List(fields.Dict(), required=True)
    measures = fields.List(fields.Dict(), required=True)
    visits = fields.List(fields.Dict(), required=True)
    verifications = fields.List(fields.Dict(), required=True)
    monthly_incomes = fields.List(fields.Dict(), required=True)
    exit_reviews = fields.List(fields.Dict(), required=True)
    events = fields.List(fields.Dict(), required=True)


class PlanInput(Schema):
    """A household plan."""

    goals = _words(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class MeasureInput(Schema):
    """A referral to the department that leads one of the region's measure lines."""

    line = fields.String(required=True)
    content = _words(required=True)
    due_on = fields.Date(required=True)
    responsible = _words(required=True)


class MeasureAnswer(Schema):
    """What became of a measure; `version` is the measure's."""

    state = fields.String(required=True)
    outcome = _words(load_default="")
    version = fields.Integer(required=True, strict=True)


class MeasureDay(Schema):
    """Another day for a measure, and who sees to it; `version` is the measure's."""

    due_on = fields.Date(required=True)
    responsible = _words(required=True)
    version = fields.Integer(required=True, strict=True)


class ContactInput(Schema):
    """The contact person: `contact_id` of the federation's people, else a name."""

    contact_person = _words(load_default="")
    contact_id = fields.UUID(load_default=None, allow_none=True)


class VisitInput(Schema):
    """A home visit by two people of the federation; amounts are fen a month."""

    on = fields.Date(required=True)
    visitors = fields.Tuple((fields.UUID(), fields.UUID()), required=True)
    met = _words(required=True)
    findings = _words(required=True)
    conclusion = fields.String(required=True, validate=validate.OneOf(CONCLUSIONS))
    living = _words(load_default="")
    housing = _words(load_default="")
    income = _fen(load_default=None, allow_none=True)
    spending = _fen(load_default=None, allow_none=True)
    signature = _words(load_default="")


class VerificationInput(Schema):
    """A re-verification by two people of the federation."""

    on = fields.Date(required=True)
    result = fields.String(required=True, validate=validate.OneOf(RESULTS))
    people = fields.Tuple((fields.UUID(), fields.UUID()), required=True)
    remark = _words(load_default="")


class MonthInput(Schema):
    """The household's income of one month, named by its first day."""

    month = fields.Date(required=True)
    income = _fen(required=True)


class MonthsInput(Schema):
    """The household's income of some months."""

    months = fields.List(fields.Nested(MonthInput), required=True, validate=validate.Length(1, 24))


CircumstancesInput = Schema.from_dict(
    {
        "as_of": fields.Date(required=True),
        **{name: fields.Boolean() for name in FLAGS},
        **{name: fields.Boolean(allow_none=True) for name in FOUND},
        **{name: _fen() for name in AMOUNTS},
    },
    name="CircumstancesInput",
)
"""What holds of a household from a day on; what is left out stays as it was."""


class ExitInput(Schema):
    """A review by the region's rule, or with `way` a closing for another reason."""

    on = fields.Date(required=True)
    way = fields.String(load_default="", validate=validate.OneOf(("", *CLOSINGS)))
    remark = _words(load_default="")


class ExitDecision(Schema):
    """Whether a second person confirms a proposed exit or puts it aside."""

    decision = fields.String(required=True, validate=validate.OneOf(("confirm", "refuse")))
    reason = _words(load_default="")


class StateInput(Schema):
    """A step of a file: suspend, resume or return, with its day and reason."""

    step = fields.String(required=True, validate=validate.OneOf(("suspend", "resume", "return")))
    on = fields.Date(required=True)
    reason = _words(required=True)
