"""The form of a household file: the columns of the workbook, asked for one household.

What is entered is checked as a workbook of one row would be, so that form and import never
disagree on what a good file is, and complain in the same words.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from core.errors import DomainError, Message
from core.households.records import HouseholdRecord, MemberRecord
from core.households.workbook import columns as kinds
from core.households.workbook.columns import (
    HOUSEHOLD_COLUMNS,
    HOUSEHOLD_SHEET,
    MEMBER_COLUMNS,
    Column,
)
from core.households.workbook.faults import Fault
from core.households.workbook.reading import Workbook, read_workbook
from core.money import format_yuan
from core.pii import mask_card, mask_id, mask_phone
from web.translation import language, translate

SECRET = (kinds.ID_NUMBER, kinds.PHONE, kinds.CARD)
BY_FIELD = {column.field: column for column in HOUSEHOLD_COLUMNS}
MEMBER_FIELDS = tuple(column for column in MEMBER_COLUMNS if column.field != "file_number")
FIRST_ROW = 2
UNNUMBERED = "NEW0000001"
"""Stands for the file number while a form is checked that leaves it to the system."""
MOST_MEMBERS = 30


@dataclass(frozen=True)
class Section:
    """A group of fields under a heading."""

    title: LazyString
    columns: tuple[Column, ...]


def _section(title: LazyString, *names: str) -> Section:
    return Section(title, tuple(BY_FIELD[name] for name in names))


SECTIONS = (
    _section(_("Household file"), "file_number", "unit", "filed_on", "verified_on",
             "contact_person"),
    _section(_("Head of the household"), "name", "sex", "id_number", "phone", "ethnicity",
             "political_status", "health", "disability_kind", "disability_grade", "work_status",
             "model_worker", "marital_status", "employer", "employer_code"),
    _section(_("Home"), "registration_kind", "division_code", "address", "housing_kind",
             "housing_area_centi", "medical_insurance", "single_parent", "zero_employment"),
    _section(_("Causes of hardship"), "main_cause", "further_causes"),
    _section(_("Income and spending of the last 12 months, in yuan"), "income", "illness",
             "disability", "schooling", "work_cost", "self_paid", "loss", "compensation",
             "still_difficult"),
    _section(_("Bank account for payments"), "bank_name", "card"),
)  # fmt: skip


@dataclass(frozen=True)
class Entered:
    """What stands in the form: values by field, members, and faults by field or member field.

    `refusal` is why the file as a whole was not taken.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    members: Sequence[Mapping[str, str]] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    record: HouseholdRecord | None = None
    refusal: str = ""


def show_record(record: HouseholdRecord) -> Entered:
    """Return the form filled from a file; secret values stay out of it."""
    members = [
        {**_texts(member, MEMBER_FIELDS), "kept": str(place), "mask": mask_id(member.id_number)}
        for place, member in enumerate(record.members)
    ]
    return Entered(_texts(record, HOUSEHOLD_COLUMNS), members)


def show_masks(record: HouseholdRecord) -> dict[str, str]:
    """Return what may be shown of the secret values of a file."""
    return {
        "id_number": mask_id(record.id_number),
        "phone": mask_phone(record.phone),
        "card": mask_card(record.card),
    }


def read_form(
    form: Any, units: Iterable[str], today: dt.date, kept: HouseholdRecord | None = None
) -> Entered:
    """Return what was entered, with the record it makes or the faults it has.

    A secret value left empty stays what it is in `kept`.
    """
    values = {column.field: _posted(form, column.field) for column in HOUSEHOLD_COLUMNS}
    members = _posted_members(form)
    row = {**values, **_secrets(values, kept), "member_count": str(len(members) + 1)}
    row["file_number"] = row["file_number"] or UNNUMBERED
    rows = [_complete(member, kept) | {"file_number": row["file_number"]} for member in members]
    book = read_workbook(
        _write_csv(HOUSEHOLD_COLUMNS, [row]), members=_write_csv(MEMBER_COLUMNS, rows),
        today=today, units=frozenset(units),
    )  # fmt: skip
    record = book.records[0] if book.good else None
    if record is not None and not values["file_number"]:
        record = replace(record, file_number="")
    return Entered(values, members, _faults(book), record)


def _texts(record: HouseholdRecord | MemberRecord, columns: Iterable[Column]) -> dict[str, str]:
    return {
        column.field: "" if column.kind in SECRET else _text(column, getattr(record, column.field))
        for column in columns
    }


def _text(column: Column, value: Any) -> str:
    if column.words is not None:
        codes = value if column.kind == kinds.WORDS else [value]
        return "、".join(column.words.word(code) for code in codes if code)
    if column.kind == kinds.MONEY:
        return format_yuan(value).replace(",", "")
    if column.kind == kinds.YES_NO:
        return "是" if value else "否"
    if column.kind == kinds.AREA:
        return "" if value is None else f"{value / 100:.2f}"
    return "" if value is None else str(value)


def _posted(form: Any, name: str) -> str:
    return "、".join(text.strip() for text in form.getlist(name) if text.strip())


def _posted_members(form: Any) -> list[dict[str, str]]:
    numbers = sorted({int(name.split("-")[1]) for name in form if name.startswith("member-")})
    names = ("kept", *(column.field for column in MEMBER_FIELDS))
    return [
        {name: _posted(form, f"member-{number}-{name}") for name in names}
        for number in numbers[:MOST_MEMBERS]
    ]


def _secrets(values: Mapping[str, str], kept: HouseholdRecord | None) -> dict[str, str]:
    if kept is None:
        return {}
    names = [column.field for column in HOUSEHOLD_COLUMNS if column.kind in SECRET]
    return {name: getattr(kept, name) for name in names if not values[name]}


def _complete(member: Mapping[str, str], kept: HouseholdRecord | None) -> dict[str, str]:
    place = member["kept"]
    known = kept is not None and place.isdigit() and int(place) < len(kept.members)
    if member["id_number"] or not known or kept is None:
        return dict(member)
    return {**member, "id_number": kept.members[int(place)].id_number}


def _write_csv(columns: Iterable[Column], rows: Iterable[Mapping[str, str]]) -> bytes:
    columns = tuple(columns)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.title for column in columns])
    writer.writerows([[row.get(column.field, "") for column in columns] for row in rows])
    return text.getvalue().encode()


def _faults(book: Workbook) -> dict[str, str]:
    found: dict[str, str] = {}
    for fault in book.faults:
        found.setdefault(_place(fault), _tell(fault))
    return found


def refuse(entered: Entered, error: DomainError) -> Entered:
    """Return the form as it was entered, with what the file was refused for."""
    text = f"{translate(error.message)} {translate(error.remedy)}".strip()
    return replace(entered, refusal=text, record=None)


def _tell(fault: Fault) -> str:
    """Return a fault in the words of a form: no row, and the field by the name it has there."""
    column = _column(fault)
    shown = column.label if column and language() != "zh" else fault.column
    values = {**fault.message.values, "column": shown}
    text = translate(Message(fault.message.text, values))
    text = text.removeprefix(gettext("Row %(row)s: ", row=fault.row))
    if fault.sheet != HOUSEHOLD_SHEET:
        text = gettext("Member %(number)s: ", number=fault.row - FIRST_ROW + 1) + text
    return f"{text[:1].upper()}{text[1:]} {translate(fault.remedy)}".strip()


def _place(fault: Fault) -> str:
    column = _column(fault)
    name = column.field if column else ""
    return name if fault.sheet == HOUSEHOLD_SHEET else f"member-{fault.row - FIRST_ROW}-{name}"


def _column(fault: Fault) -> Column | None:
    columns = HOUSEHOLD_COLUMNS if fault.sheet == HOUSEHOLD_SHEET else MEMBER_COLUMNS
    return next((column for column in columns if column.title == fault.column), None)


def words_of(column: Column) -> list[tuple[str, str]]:
    """Return the choices of a column: the word the workbook takes, and the word to show."""
    spoken = language()
    return [(item.zh, item.word(spoken)) for item in column.words or ()]
