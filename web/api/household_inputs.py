"""What a program sends to file a household or to change its file."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core.households.records import HouseholdRecord, MemberRecord
from core.money import MAXIMUM_FEN

FEN = {"description": "fen", "examples": [4_800_000]}
LONGEST = validate.Length(max=500)


def _fen(**options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(0, MAXIMUM_FEN), metadata=FEN, **options
    )


def _text(**options: Any) -> fields.String:
    return fields.String(validate=LONGEST, **options)


class MemberInput(Schema):
    """A member other than the head; codes are those of the workbook's lists."""

    name = _text(required=True)
    relation = _text(required=True)
    sex = _text(required=True)
    id_number = _text(required=True)
    health = _text()
    monthly_income = _fen()
    occupation = _text()
    education_stage = _text()
    school = _text()
    enrolment_year = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(1900, 2200)
    )

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> MemberRecord:
        """Return the record."""
        return MemberRecord(**values)


class StatementInput(Schema):
    """Income and spending of the 12 months before `as_of`."""

    as_of = fields.Date(required=True)
    income = _fen(required=True)
    illness = _fen(required=True)
    disability = _fen(required=True)
    schooling = _fen(required=True)
    work_cost = _fen(required=True)
    loss = _fen(required=True)
    compensation = _fen(required=True)
    self_paid = _fen(required=True)
    still_difficult = fields.Boolean(required=True)


class HouseholdChange(Schema):
    """Fields of a file to change; what is left out stays. `members` replaces them all."""

    name = _text()
    sex = _text()
    ethnicity = _text()
    id_number = _text()
    political_status = _text()
    health = _text()
    disability_kind = _text()
    disability_grade = _text()
    work_status = _text()
    model_worker = _text()
    marital_status = _text()
    registration_kind = _text()
    phone = _text()
    employer = _text()
    employer_code = _text()
    address = _text()
    division_code = _text()
    unit = _text(metadata={"examples": ["水城区总工会/双水街道工会"]})
    housing_kind = _text()
    housing_area_centi = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(0, 10_000_000)
    )
    single_parent = fields.Boolean()
    income = _fen()
    illness = _fen()
    disability = _fen()
    schooling = _fen()
    work_cost = _fen()
    loss = _fen()
    compensation = _fen()
    still_difficult = fields.Boolean()
    self_paid = _fen()
    medical_insurance = _text()
    zero_employment = fields.Boolean()
    main_cause = _text()
    further_causes = fields.List(_text(), validate=validate.Length(max=3))
    bank_name = _text()
    card = _text()
    contact_person = _text()
    filed_on = fields.Date()
    members = fields.List(fields.Nested(MemberInput), validate=validate.Length(max=50))

    @post_load
    def freeze(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the values as a record holds them: lists are tuples."""
        return {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }


class HouseholdInput(HouseholdChange):
    """A new household; without a file number it gets the next one."""

    file_number = _text(load_default="")
    name = _text(required=True)
    sex = _text(required=True)
    id_number = _text(required=True)
    unit = _text(required=True)
    income = _fen(required=True)
    main_cause = _text(required=True)
    filed_on = fields.Date(required=True)

    @post_load
    def freeze(self, values: dict[str, Any], **_: Any) -> HouseholdRecord:
        """Return the record; its members are counted here."""
        frozen = super().freeze(values)
        return HouseholdRecord(**frozen, member_count=1 + len(frozen.get("members", ())))
