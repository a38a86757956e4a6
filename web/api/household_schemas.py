"""The shapes of a household file in the API."""

from __future__ import annotations

from marshmallow import Schema, fields

FEN = {"description": "fen", "minimum": 0}


class UnitSchema(Schema):
    """A union: its place in the tree and its name with all above it."""

    id = fields.UUID(required=True)
    path = fields.String(required=True)
    full_name = fields.String(required=True)


class MemberSchema(Schema):
    """A member of the household; the ID number is masked."""

    id = fields.UUID(required=True)
    is_head = fields.Boolean(required=True)
    name = fields.String(required=True)
    relation = fields.String(required=True)
    sex = fields.String(required=True)
    id_number = fields.String(required=True)
    health = fields.String(required=True)
    monthly_income = fields.Integer(required=True, metadata=FEN)
    occupation = fields.String(required=True)
    education_stage = fields.String(required=True)
    school = fields.String(required=True)
    enrolment_year = fields.Integer(required=True, allow_none=True)


class StatementSchema(Schema):
    """What was declared for the 12 months before `as_of`, in fen."""

    as_of = fields.Date(required=True)
    income = fields.Integer(required=True, metadata=FEN)
    illness = fields.Integer(required=True, metadata=FEN)
    disability = fields.Integer(required=True, metadata=FEN)
    schooling = fields.Integer(required=True, metadata=FEN)
    work_cost = fields.Integer(required=True, metadata=FEN)
    loss = fields.Integer(required=True, metadata=FEN)
    compensation = fields.Integer(required=True, metadata=FEN)
    self_paid = fields.Integer(required=True, metadata=FEN)
    still_difficult = fields.Boolean(required=True)


class JudgementSchema(Schema):
    """What identification found, with every step of its explanation."""

    id = fields.UUID(required=True)
    on = fields.Date(required=True)
    programme = fields.String(required=True)
    version = fields.String(required=True)
    category = fields.String(required=True)
    reasons = fields.List(fields.Dict(), required=True)
    explanation = fields.List(fields.Dict(), required=True)
    judged_at = fields.DateTime(required=True)


class PaperSchema(Schema):
    """A paper kept with the file."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    filename = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    application_id = fields.UUID(required=True, allow_none=True)
    uploaded_at = fields.DateTime(required=True)


class FileApplicationSchema(Schema):
    """An application of the household, in short."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    programme = fields.String(required=True)
    state = fields.String(required=True)
    applied_on = fields.Date(required=True)
    asked = fields.Integer(required=True, metadata=FEN)
    amount = fields.Integer(required=True, allow_none=True, metadata=FEN)


class FileHead(Schema):
    """What a list and a whole file both show."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    file_number = fields.String(required=True)
    state = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    judged_on = fields.Date(required=True, allow_none=True)
    head_name = fields.String(required=True)
    head_id = fields.String(required=True)
    member_count = fields.Integer(required=True)
    work_status = fields.String(required=True)
    main_cause = fields.String(required=True)
    phone = fields.String(required=True)
    contact_person = fields.String(required=True)
    filed_on = fields.Date(required=True)
    verified_on = fields.Date(required=True, allow_none=True)
    changed_at = fields.DateTime(required=True)
    standing = fields.String(required=True)
    exit_way = fields.String(required=True, allow_none=True)
    phase_out_until = fields.Date(required=True, allow_none=True)


class FileRow(FileHead):
    """A file as a list shows it."""

    gaps = fields.List(fields.String(), required=True)

    unit = fields.String(required=True, metadata={"description": "The union's full name."})


class FileList(Schema):
    """A page of files."""

    page = fields.Integer(required=True)
    more = fields.Boolean(required=True)
    total = fields.Integer(metadata={"description": "Only where asked for by `count`."})
    items = fields.List(fields.Nested(FileRow), required=True)


class FileDocument(FileHead):
    """A whole file."""

    unit = fields.Nested(UnitSchema, required=True)
    target_groups = fields.List(fields.String(), required=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    state_since = fields.Date(required=True, allow_none=True)
    ethnicity = fields.String(required=True)
    political_status = fields.String(required=True)
    disability_kind = fields.String(required=True)
    disability_grade = fields.String(required=True)
    model_worker = fields.String(required=True)
    marital_status = fields.String(required=True)
    registration_kind = fields.String(required=True)
    employer = fields.String(required=True)
    employer_code = fields.String(required=True)
    address = fields.String(required=True)
    division_code = fields.String(required=True)
    housing_kind = fields.String(required=True)
    housing_area_centi = fields.Integer(required=True, allow_none=True)
    single_parent = fields.Boolean(required=True)
    medical_insurance = fields.String(required=True)
    zero_employment = fields.Boolean(required=True)
    further_causes = fields.List(fields.String(), required=True)
    bank_name = fields.String(required=True)
    card = fields.String(required=True)
    members = fields.List(fields.Nested(MemberSchema), required=True)
    statement = fields.Nested(StatementSchema, required=True, allow_none=True)
    judgement = fields.Nested(JudgementSchema, required=True, allow_none=True)
    evidence = fields.List(fields.Nested(PaperSchema), required=True)
    applications = fields.List(fields.Nested(FileApplicationSchema), required=True)
