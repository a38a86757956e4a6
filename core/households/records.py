"""A household as it comes in or goes out: clean typed values, without a database behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """A member other than the head. Codes are those of `codes.py`, `monthly_income` is in fen.

    `row` says where the member stood in the sheet, 0 if in none.
    """

    name: str
    relation: str
    sex: str
    id_number: str = field(repr=False)
    health: str = ""
    monthly_income: int = 0
    occupation: str = ""
    education_stage: str = ""
    school: str = ""
    enrolment_year: int | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRecord:
    """A household file with its members. Amounts are fen, the housing area 1/100 m².

    `unit` is the full name of the union, "水城区总工会/双水街道工会"; `member_count` counts the
    head. Empty text means that nothing was said. `circumstances` are names of
    `circumstances.STATED` with what holds, `months` are months by their first day with the income
    of each: dated by themselves, they are no part of what is declared.
    """

    file_number: str
    name: str
    sex: str
    ethnicity: str = ""
    id_number: str = field(repr=False)
    political_status: str = ""
    health: str = ""
    disability_kind: str = ""
    disability_grade: str = ""
    work_status: str = ""
    model_worker: str = ""
    marital_status: str = ""
    registration_kind: str = ""
    phone: str = field(default="", repr=False)
    employer: str = ""
    employer_code: str = ""
    address: str = ""
    division_code: str = ""
    unit: str
    housing_kind: str = ""
    housing_area_centi: int | None = None
    single_parent: bool = False
    member_count: int
    income: int
    illness: int = 0
    disability: int = 0
    schooling: int = 0
    work_cost: int = 0
    loss: int = 0
    compensation: int = 0
    still_difficult: bool = False
    self_paid: int = 0
    medical_insurance: str = ""
    zero_employment: bool = False
    main_cause: str
    further_causes: tuple[str, ...] = ()
    bank_name: str = ""
    card: str = field(default="", repr=False)
    contact_person: str = ""
    filed_on: dt.date
    verified_on: dt.date | None = None
    members: tuple[MemberRecord, ...] = ()
    circumstances: tuple[tuple[str, bool | int | None], ...] = ()
    months: tuple[tuple[dt.date, int], ...] = ()
    row: int = field(default=0, compare=False)
