"""Rows of a workbook of applications: whom each is for, and whether it is in already."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from core.access import prefixes
from core.applications.facts import OVER
from core.applications.models import Application
from core.applications.workbook import FILE_NUMBER, HEAD, Row
from core.context import Context
from core.errors import _
from core.households.codes import STUDENT as STUDYING
from core.households.rows import ID_KIND
from core.households.workbook.faults import Fault, FaultKind, make_fault

PERMISSION = "application.start"
FILES = """
select h.file_number, h.id, h.head_name, u.path,
  (select coalesce(json_agg(json_build_array(m.id, m.name, encode(m.id_index, 'hex'),
    m.occupation = %(studying)s)
    order by m.position), '[]')
   from members m where m.tenant_id = h.tenant_id and m.household_id = h.id and m.active)
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.file_number = any (%(numbers)s)
"""
NO_FILE = FaultKind(
    "file_not_there",
    _("Row %(row)s: there is no file %(value)s."),
    _("Correct the file number, or file the household first."),
)
OUTSIDE = FaultKind(
    "file_outside",
    _("Row %(row)s: the file lies outside the unions you apply for."),
    _("Leave the row to a colleague who has them."),
)
OTHER_HEAD = FaultKind(
    "head_differs",
    _("Row %(row)s: the head of this file has another name."),
    _("Correct the name or the file number."),
)
NO_STUDENT = FaultKind(
    "student_not_there",
    _("Row %(row)s: the file has no such student."),
    _("Correct the name or the ID number, or enter the student in the household file."),
)
TWO_STUDENTS = FaultKind(
    "student_ambiguous",
    _("Row %(row)s: two students of this household have that name."),
    _("Write the ID number of the student beside it."),
)
NO_MEMBER = FaultKind(
    "member_not_there",
    _("Row %(row)s: the file has no such member."),
    _("Correct the name or the ID number, or enter the member in the household file."),
)
TWO_MEMBERS = FaultKind(
    "member_ambiguous",
    _("Row %(row)s: two members of this household have that name."),
    _("Write the ID number of the member beside it."),
)
TWICE = FaultKind(
    "application_twice",
    _("Row %(row)s: row %(first)s asks for the same already."),
    _("One row an application; delete one of the two."),
)


class Filed(NamedTuple):
    """A file that a row names, with its people: id, name, blind index of the ID number, and
    whether he studies."""

    id: uuid.UUID
    head: str
    path: str
    people: Sequence[tuple[str, str, str, bool]]


class Meant(NamedTuple):
    """A row with whom it is for."""

    row: Row
    household_id: uuid.UUID
    member_id: uuid.UUID | None


def find_people(ctx: Context, rows: Sequence[Row]) -> tuple[list[Meant], list[Fault]]:
    """Return rows with whom each is for, and those that name nobody or say the same twice."""
    values = {
        "tenant": ctx.tenant_id, "studying": STUDYING,
        "numbers": list({row.file_number for row in rows}),
    }  # fmt: skip
    files = {number: Filed(*rest) for number, *rest in ctx.session.fetch(FILES, values)}
    own = prefixes(ctx, PERMISSION, ctx.tenant_id) or ("\0",)
    found: list[Meant] = []
    faults: list[Fault] = []
    first: dict[Any, int] = {}
    for row in rows:
        one = _find(ctx, row, files.get(row.file_number), own)
        if isinstance(one, Meant):
            before = first.setdefault(_key(one), row.row)
            if before == row.row:
                found.append(one)
                continue
            one = _fault(TWICE, row, FILE_NUMBER.title, first=before)
        faults.append(one)
    return found, faults


def _find(ctx: Context, row: Row, file: Filed | None, own: tuple[str, ...]) -> Meant | Fault:
    if file is None:
        return _fault(NO_FILE, row, FILE_NUMBER.title, value=row.file_number)
    if not file.path.startswith(own):
        return _fault(OUTSIDE, row, FILE_NUMBER.title)
    if row.head and row.head != file.head:
        return _fault(OTHER_HEAD, row, HEAD.title)
    if not row.form.programme.for_one:
        return Meant(row, file.id, None)
    return _find_person(ctx, row, file)


def _find_person(ctx: Context, row: Row, file: Filed) -> Meant | Fault:
    students, anybody = row.form.programme.per_student, row.form.programme.per_member
    people = [one for one in file.people if one[1] == row.person and (one[3] or anybody)]
    if row.person_id:
        index = ctx.vault.blind_index(ID_KIND, row.person_id).hex()
        people = [one for one in people if one[2] == index]
    if len(people) == 1:
        return Meant(row, file.id, uuid.UUID(people[0][0]))
    title = row.form.person.title
    if people:
        return _fault(TWO_STUDENTS if students else TWO_MEMBERS, row, title)
    return _fault(NO_STUDENT if students else NO_MEMBER, row, title)


def set_aside(ctx: Context, meant: Sequence[Meant]) -> tuple[list[Meant], int]:
    """Return rows without those of which an application of this year asks for the same already."""
    query = select(Application).where(
        Application.tenant_id == ctx.tenant_id,
        Application.household_id.in_({one.household_id for one in meant}),
        Application.state.not_in(OVER), Application.applied_on >= dt.date(ctx.today.year, 1, 1),
    )  # fmt: skip
    known = {_stored_key(one) for one in ctx.session.scalars(query)}
    fresh = [one for one in meant if _key(one) not in known]
    return fresh, len(meant) - len(fresh)


def _key(one: Meant) -> tuple[Any, ...]:
    return (one.household_id, one.member_id, one.row.form.programme.name, one.row.asked,
            _plain(one.row.answers))  # fmt: skip


def _stored_key(one: Application) -> tuple[Any, ...]:
    member = str(one.member_id)
    answers = {
        name: value for name, value in one.answers.items()
        if name != "asked" and not isinstance(value, list) and value != member
    }  # fmt: skip
    return (one.household_id, one.member_id, one.programme, one.asked, _plain(answers))


def _plain(answers: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(answers.items()))


def _fault(kind: FaultKind, row: Row, column: str, **values: Any) -> Fault:
    return make_fault(kind, row.sheet, row.row, column, **values)
