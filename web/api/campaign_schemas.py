"""Queries, files and schemas of campaigns and what was handed over in them; amounts are fen."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from core.campaigns.models import STATES
from core.campaigns.queries import STEPS
from core.money import MAXIMUM_FEN
from web.api.application_schemas import FEN
from web.api.paging import PageQuery
from web.translation import translate

AMOUNT = validate.Range(0, MAXIMUM_FEN)


class CampaignInput(Schema):
    """A campaign to be begun."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    unit_id = fields.UUID(required=True)
    fund_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    programme = fields.String(load_default="warmth_visit")


class CampaignSchema(Schema):
    """A campaign with what its list comes to. `unheld`: granted, and not held on the fund."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    programme = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    unit = fields.String(required=True)
    fund_id = fields.UUID(required=True)
    fund = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    visits = fields.Integer(required=True)
    money = fields.Integer(required=True, metadata=FEN)
    goods = fields.Integer(required=True, metadata=FEN)
    value = fields.Integer(required=True, metadata=FEN)
    handed_over = fields.Integer(required=True)
    handed_over_value = fields.Integer(required=True, metadata=FEN)
    missed = fields.Integer(required=True)
    recorded = fields.Integer(required=True)
    unheld = fields.Integer(required=True)


class ArticleSchema(Schema):
    """Something in a parcel; `price` is that of one."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    measure = fields.String(load_default="", validate=validate.Length(max=10))
    quantity = fields.Integer(required=True, validate=validate.Range(1, 10_000))
    price = fields.Integer(required=True, validate=validate.Range(1, MAXIMUM_FEN), metadata=FEN)


class ParcelInput(Schema):
    """A parcel to be added."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    articles = fields.List(
        fields.Nested(ArticleSchema), required=True, validate=validate.Length(1, 20)
    )


class ParcelSchema(Schema):
    """A parcel and what it is worth."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    articles = fields.List(fields.Nested(ArticleSchema), required=True)
    value = fields.Integer(required=True, metadata=FEN)


class BroughtInput(Schema):
    """Households, and what each of them is brought: money, a parcel, or both."""

    households = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 1000))
    money = fields.Integer(load_default=0, validate=AMOUNT, metadata=FEN)
    parcel_id = fields.UUID(load_default=None, allow_none=True)


class ChoiceInput(Schema):
    """Which files in force are chosen, and what each is brought."""

    category = fields.String(load_default="")
    unit = fields.String(load_default="")
    never_aided = fields.Boolean(load_default=False)
    no_visit = fields.Boolean(load_default=False)
    nobody_employed = fields.Boolean(load_default=False)
    money = fields.Integer(load_default=0, validate=AMOUNT, metadata=FEN)
    parcel_id = fields.UUID(load_default=None, allow_none=True)


class RefusedSchema(Schema):
    """A household that can be brought nothing, and why."""

    household_id = fields.UUID(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    reason = fields.Function(lambda one: translate(one.message))
    remedy = fields.Function(lambda one: translate(one.remedy))


class PutOnListSchema(Schema):
    """How many were put on the list, how many stood on it, and whom the rule refused."""

    count = fields.Integer(required=True)
    already = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedSchema), required=True)


class VisitSchema(Schema):
    """A household on the list, masked, with what became of its visit."""

    id = fields.UUID(required=True)
    household_id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    application = fields.String(required=True)
    file_number = fields.String(required=True)
    head_name = fields.String(required=True)
    head_id = fields.String(required=True)
    unit = fields.String(required=True)
    category = fields.String(required=True)
    money = fields.Integer(required=True, metadata=FEN)
    parcel_id = fields.UUID(required=True, allow_none=True)
    parcel = fields.String(required=True, allow_none=True)
    goods = fields.Integer(required=True, metadata=FEN)
    state = fields.String(required=True)
    payment_id = fields.UUID(required=True, allow_none=True)
    handover_id = fields.UUID(required=True, allow_none=True)
    handover_state = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    happened_on = fields.Date(required=True, allow_none=True)
    receiver = fields.String(required=True, allow_none=True)
    relation = fields.String(required=True, allow_none=True)
    givers = fields.List(fields.String(), required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    receipt_id = fields.UUID(required=True, allow_none=True)
    refusal = fields.String(required=True, allow_none=True)


class HandoverInput(Schema):
    """What became of one visit."""

    payment_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    first = fields.String(load_default="", validate=validate.Length(max=40))
    second = fields.String(load_default="", validate=validate.Length(max=40))
    receiver = fields.String(load_default="", validate=validate.Length(max=60))
    relation = fields.String(load_default="", validate=validate.Length(max=20))
    remark = fields.String(load_default="", validate=validate.Length(max=200))


class SettledSchema(Schema):
    """What was booked, and what went back to the fund."""

    handed_over = fields.Integer(required=True)
    handed_over_total = fields.Integer(required=True, metadata=FEN)
    missed = fields.Integer(required=True)
    missed_total = fields.Integer(required=True, metadata=FEN)


class CampaignQuery(PageQuery):
    """Which campaigns."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))


class VisitQuery(PageQuery):
    """Which visits of a list."""

    step = fields.String(load_default="", validate=validate.OneOf(["", *STEPS]))


class CampaignFundInput(Schema):
    """The fund what is granted is held on."""

    fund_id = fields.UUID(load_default=None, allow_none=True)


class ListFile(Schema):
    """The list as an Excel workbook or a CSV."""

    file = Upload(required=True)


class ReceiptFile(Schema):
    """The scan of the signed receipt; none where nobody was met."""

    scan = Upload()


class ResultFiles(Schema):
    """The results as an Excel workbook or a CSV, and the scan of the signed list."""

    file = Upload(required=True)
    scan = Upload()


class CountSchema(Schema):
    """How many visits it was done for."""

    count = fields.Integer(required=True)
