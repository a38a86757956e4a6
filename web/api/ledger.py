"""The shared ledger and the referrals to the departments."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from core.access import require
from core.departments.entries import Entry, record_aid, reverse_aid
from core.departments.kinds import KINDS
from core.departments.queries import READ, Filters, find_aided, find_entry, list_aid
from core.departments.referrals import ANSWERS, answer_referral, list_referrals
from core.supervision.department_aid import sum_aid
from web.api.idempotency import creates, idempotent
from web.api.paging import PageQuery
from web.request import context

blueprint = Blueprint("ledger_api", __name__, url_prefix="/api/tenants/<tenant>/ledger")
FIRST_YEAR, LAST_YEAR = 2000, 2200
KIND = validate.OneOf([one.code for one in KINDS])


class LedgerQuery(PageQuery):
    """What to narrow the ledger to; departments and measure lines are codes of the region's pack.

    `unfiled`: only entries on people who are in no file.
    """

    department = fields.String(load_default="")
    measure = fields.String(load_default="")
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KIND.choices]))
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    household_id = fields.UUID(load_default=None)
    file_number = fields.String(load_default="")
    unfiled = fields.Boolean(load_default=False)


class EntrySchema(Schema):
    """An entry, people masked, the amount in fen and below 0 where it takes another one back.

    `person` and `person_id` are empty where the household as a whole was helped; `taken_back` says
    that a reversing entry stands against this one.
    """

    id = fields.UUID(required=True)
    on = fields.Date(required=True)
    department = fields.String(required=True)
    measure = fields.String(required=True)
    kind = fields.String(required=True)
    category = fields.String(required=True)
    amount = fields.Integer(required=True)
    note = fields.String(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    file_number = fields.String(required=True)
    head = fields.String(required=True)
    unit = fields.String(required=True)
    person = fields.String(required=True)
    person_id = fields.String(required=True)
    recorded_by = fields.String(required=True)
    recorded_at = fields.DateTime(required=True)
    reverses_id = fields.UUID(required=True, allow_none=True)
    taken_back = fields.Boolean(required=True)


class LedgerPage(Schema):
    """A page of the ledger, how many entries there are, and their sum in fen."""

    total = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    items = fields.List(fields.Nested(EntrySchema), required=True)


class EntryInput(Schema):
    """A help of one's own department: `amount` in fen, `category` only of a recognition."""

    household_id = fields.UUID(required=True)
    member_id = fields.UUID(load_default=None)
    department = fields.String(required=True)
    measure = fields.String(required=True)
    kind = fields.String(required=True, validate=KIND)
    on = fields.Date(required=True)
    amount = fields.Integer(load_default=0, strict=True)
    category = fields.String(load_default="")
    note = fields.String(load_default="")


class ReversalInput(Schema):
    """Why an entry is taken back."""

    reason = fields.String(required=True)


class PersonSchema(Schema):
    """A member, masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    id_number = fields.String(required=True)


class AidedQuery(Schema):
    """Which household."""

    file_number = fields.String(required=True)


class AidedSchema(Schema):
    """A household as every department sees it."""

    id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    unit = fields.String(required=True)
    member_count = fields.Integer(required=True)
    people = fields.List(fields.Nested(PersonSchema), required=True)


class YearQuery(Schema):
    """Which year."""

    year = fields.Integer(required=True, validate=validate.Range(FIRST_YEAR, LAST_YEAR))


class SumSchema(Schema):
    """What a department gave along a line in a kind; a household or a person counts once."""

    department = fields.String(required=True)
    measure = fields.String(required=True)
    kind = fields.String(required=True)
    entries = fields.Integer(required=True)
    households = fields.Integer(required=True)
    people = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    unfiled = fields.Integer(required=True)


class ReferralQuery(PageQuery):
    """Which referrals: those running, or all."""

    running = fields.Boolean(load_default=True)


class ReferralSchema(Schema):
    """A referral; `leads`: it is the own department's to answer."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head = fields.String(required=True)
    unit = fields.String(required=True)
    line = fields.String(required=True)
    department = fields.String(required=True)
    cooperating = fields.List(fields.String(), required=True)
    content = fields.String(required=True)
    responsible = fields.String(required=True)
    due_on = fields.Date(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True)
    leads = fields.Boolean(required=True)
    overdue = fields.Boolean(required=True)


class ReferralAnswer(Schema):
    """The lead department's answer; a `done` or `refused` needs words in `outcome`."""

    state = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    outcome = fields.String(load_default="")
    version = fields.Integer(required=True, strict=True)


class AnsweredSchema(Schema):
    """A referral after an answer."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True)


@blueprint.route("/entries")
class Entries(MethodView):
    """The entries of all departments."""

    @blueprint.arguments(LedgerQuery, location="query")
    @blueprint.response(200, LedgerPage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return a page of the ledger, the newest help first."""
        page, size = wanted.pop("page"), wanted.pop("size")
        rows, totals = list_aid(context(), Filters(**wanted), page=page, size=size)
        return {"total": totals.entries, "amount": totals.amount, "items": rows}

    @creates(blueprint)
    @blueprint.arguments(EntryInput)
    @blueprint.response(201, EntrySchema)
    @idempotent
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record a help of one's own department."""
        household_id = wanted.pop("household_id")
        return _show(record_aid(context(), household_id, Entry(**wanted)).id)


@blueprint.route("/entries/<uuid:entry_id>/reversal")
class Reversals(MethodView):
    """Taking back a wrong entry."""

    @creates(blueprint)
    @blueprint.arguments(ReversalInput)
    @blueprint.response(201, EntrySchema)
    @idempotent
    def post(self, wanted: dict[str, str], entry_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Add the entry against it; both stay."""
        return _show(reverse_aid(context(), entry_id, wanted["reason"]).id)


@blueprint.route("/household")
class Aided(MethodView):
    """The household entries are about."""

    @blueprint.arguments(AidedQuery, location="query")
    @blueprint.response(200, AidedSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, wanted: dict[str, str]) -> Any:
        """Return the household of a file number, with what every department sees of it."""
        return find_aided(context(), file_number=wanted["file_number"])


@blueprint.route("/sums")
class Sums(MethodView):
    """Sums by department."""

    @blueprint.arguments(YearQuery, location="query")
    @blueprint.response(200, SumSchema(many=True))
    def get(self, wanted: dict[str, int]) -> Any:
        """Return what each department gave in a year; what was taken back counts nowhere."""
        ctx, year = context(), wanted["year"]
        require(ctx, READ)
        return sum_aid(ctx, ctx.tenant, dt.date(year, 1, 1), dt.date(year, 12, 31))


@blueprint.route("/referrals")
class Referrals(MethodView):
    """What the own department leads or cooperates in."""

    @blueprint.arguments(ReferralQuery, location="query")
    @blueprint.response(200, ReferralSchema(many=True))
    def get(self, wanted: dict[str, Any]) -> Any:
        """Return a page of referrals, due first."""
        return list_referrals(context(), **wanted)


@blueprint.route("/referrals/<uuid:measure_id>/answer")
class Answers(MethodView):
    """The lead department's answer."""

    @creates(blueprint)
    @blueprint.arguments(ReferralAnswer)
    @blueprint.response(201, AnsweredSchema)
    @idempotent
    def post(self, wanted: dict[str, Any], measure_id: uuid.UUID) -> tuple[dict[str, Any], int]:
        """Accept a referral, or note that it is done or refused."""
        measure = answer_referral(context(), measure_id, **wanted)
        return AnsweredSchema().dump(measure), 201


def _show(entry_id: uuid.UUID) -> tuple[dict[str, Any], int]:
    return EntrySchema().dump(find_entry(context(), entry_id)), 201
