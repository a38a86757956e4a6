"""The shapes of an application in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.applications.urgency import LONGEST_REASON
from core.money import MAXIMUM_FEN
from web.api.household_schemas import UnitSchema

FEN = {"description": "fen"}
URGENT = {"description": "Why it cannot wait; with a reason it goes the urgent route."}
PAPERS_SEEN = {
    "description": "Questions whose papers are there though their files are not attached yet."
}


class ApplicationRow(Schema):
    """An application as a list shows it."""

    id = fields.UUID(required=True)
    tenant = fields.String(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    programme = fields.String(required=True)
    category = fields.String(required=True)
    applied_on = fields.Date(required=True)
    asked = fields.Integer(required=True, metadata=FEN)
    amount = fields.Integer(required=True, allow_none=True, metadata=FEN)
    unit = fields.String(required=True)
    head_name = fields.String(required=True)
    head_id = fields.String(required=True)
    household_id = fields.UUID(required=True)
    step = fields.String(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    focus = fields.Boolean(
        required=True, metadata={"description": "The region wants it helped first."}
    )
    urgent = fields.Boolean(required=True, metadata={"description": "It cannot wait."})


class ApplicationList(Schema):
    """A page of applications."""

    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    items = fields.List(fields.Nested(ApplicationRow), required=True)


class StepSchema(Schema):
    """A step of the route: who takes it, until when, and what was decided."""

    id = fields.UUID(required=True)
    round = fields.Integer(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    level = fields.String(required=True)
    state = fields.String(required=True)
    unit_path = fields.String(required=True)
    deciding_tenant = fields.UUID(required=True)
    opened_at = fields.DateTime(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    findings = fields.List(fields.Dict(), required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True, metadata=FEN)
    decided_by_name = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)


class ApplicationDocument(Schema):
    """A whole application. `can` lists what you may do now: revise, submit, decide, withdraw."""

    id = fields.UUID(required=True)
    tenant = fields.String(required=True)
    tenant_id = fields.UUID(required=True)
    tenant_name = fields.String(required=True)
    unit = fields.Nested(UnitSchema, required=True)
    started_by = fields.UUID(required=True)
    started_at = fields.DateTime(required=True)
    submitted_by = fields.UUID(required=True, allow_none=True)
    submitted_at = fields.DateTime(required=True, allow_none=True)
    closed_at = fields.DateTime(required=True, allow_none=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    programme = fields.String(required=True)
    programme_version = fields.String(required=True)
    category = fields.String(required=True)
    focus = fields.Boolean(
        required=True, metadata={"description": "The region wants it helped first."}
    )
    urgent_reason = fields.String(
        required=True, metadata={"description": "Why it cannot wait; empty on the ordinary route."}
    )
    school_year = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The year in which it began."}
    )
    campaign = fields.Dict(
        required=True, allow_none=True,
        metadata={"description": "The campaign with whose list it is decided on."},
    )  # fmt: skip
    applied_on = fields.Date(required=True)
    asked = fields.Integer(required=True, metadata=FEN)
    amount = fields.Integer(required=True, allow_none=True, metadata=FEN)
    answers = fields.Dict(required=True)
    papers_seen = fields.List(
        fields.String(), required=True, metadata={"description": "Papers that are there."}
    )
    assessment = fields.Dict(required=True)
    facts = fields.Dict(required=True)
    parameters = fields.String(required=True, metadata={"description": "Hash of the figures."})
    household = fields.Dict(required=True)
    member = fields.Dict(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    notice = fields.Dict(required=True, allow_none=True)
    owed_papers = fields.Dict(
        required=True, allow_none=True,
        metadata={"description": "The papers it owes since it was granted by the urgent route."},
    )  # fmt: skip
    measure = fields.Dict(
        required=True, allow_none=True,
        metadata={"description": "The referral to a department it became, and its outcome."},
    )  # fmt: skip
    payments = fields.List(fields.Dict(), required=True)
    evidence = fields.List(fields.Dict(), required=True)
    can = fields.List(fields.String(), required=True)
    available = fields.Boolean(
        required=True, metadata={"description": "Whether its programme can judge it anew."}
    )


class WaitingSchema(Schema):
    """A step that waits for you, of your tenant or of one below."""

    id = fields.UUID(required=True, metadata={"description": "The application."})
    tenant = fields.String(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    programme = fields.String(required=True)
    category = fields.String(required=True)
    asked = fields.Integer(required=True, metadata=FEN)
    unit = fields.String(required=True)
    tenant_name = fields.String(required=True)
    applied_on = fields.Date(required=True)
    submitted_at = fields.DateTime(required=True)
    opened_at = fields.DateTime(required=True)
    round = fields.Integer(required=True)
    household = fields.Dict(required=True)
    step = fields.UUID(required=True)
    kind = fields.String(required=True)
    level = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    overdue = fields.Boolean(required=True, allow_none=True)
    focus = fields.Boolean(
        required=True, metadata={"description": "The region wants it helped first."}
    )
    urgent = fields.Boolean(required=True, metadata={"description": "It cannot wait."})


class WaitingList(Schema):
    """What waits for you, due first."""

    items = fields.List(fields.Nested(WaitingSchema), required=True)


class ApplicationInput(Schema):
    """A new application; `answers` by the names of the programme's questions."""

    household_id = fields.UUID(required=True)
    programme = fields.String(required=True, validate=validate.Length(1, 100))
    member_id = fields.UUID(load_default=None)
    asked = fields.Integer(
        strict=True, required=True, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN
    )
    answers = fields.Dict(
        keys=fields.String(), load_default=dict,
        metadata={"description": "As the schema of the programme says."},
    )  # fmt: skip
    urgent_reason = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_REASON), metadata=URGENT
    )
    papers_seen = fields.List(
        fields.String(), load_default=list, validate=validate.Length(max=50), metadata=PAPERS_SEEN
    )


class ApplicationChange(Schema):
    """Other answers, or another amount asked for."""

    asked = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN)
    answers = fields.Dict(keys=fields.String())
    urgent_reason = fields.String(validate=validate.Length(max=LONGEST_REASON), metadata=URGENT)
    papers_seen = fields.List(
        fields.String(), validate=validate.Length(max=50), metadata=PAPERS_SEEN
    )


class DecisionInput(Schema):
    """What you decide; a return or a rejection needs a reason, an approver may set the amount."""

    decision = fields.String(
        required=True, validate=validate.OneOf(["approve", "return", "reject"])
    )
    amount = fields.Integer(
        strict=True, load_default=None, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN
    )
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    findings = fields.List(fields.Dict(), load_default=list, validate=validate.Length(max=50))


class MoveInput(Schema):
    """To which programme, and why; answers to the same questions go along where none are given."""

    programme = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    asked = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN)
    answers = fields.Dict(keys=fields.String())
    member_id = fields.UUID(metadata={"description": "The student, where it is for one."})


class ReasonInput(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))
