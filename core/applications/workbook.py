"""The workbook of applications: one sheet a programme, one row an application, read and checked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bangfu_sdk import Programme, Question, QuestionKind

from core.applications.answers import find_person_question
from core.applications.assessment import figures_today, find_programme
from core.applications.questions import ASKED, is_required
from core.applications.schema import MEMBER
from core.context import Context
from core.errors import DomainError, _
from core.households.codes import Code, CodeList
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.households.workbook.sheets import read_title
from core.programmes import programme_names
from core.verification.tables import Sheet, distinct, read_forms

FILE_NUMBER = Column("#file", "档案编号", "File number", kinds.NUMBER, required=True, width=16)
HEAD = Column("#head", "户主姓名", "Head of the household", kinds.NAME, width=14)
STUDENT = Column("#person", "学生姓名", "Student", kinds.NAME, required=True, width=14)
STUDENT_ID = Column("#person_id", "学生身份证号", "ID number of the student", kinds.ID_NUMBER,
                    width=22)  # fmt: skip
PERSON = Column("#person", "成员姓名", "Member", kinds.NAME, required=True, width=14)
PERSON_ID = Column("#person_id", "成员身份证号", "ID number of the member", kinds.ID_NUMBER,
                   width=21)  # fmt: skip
SEEN, NOT_SEEN = "seen", "none"
PAPER_WORDS = CodeList("paper", (
    Code(SEEN, "有", "There", ("是",)), Code(NOT_SEEN, "无", "Not there", ("否", "没有")),
))  # fmt: skip
PROGRAMME_UNKNOWN = FaultKind(
    "programme_unknown",
    _("The sheet “%(sheet)s” is of no programme that is offered here."),
    _("Name the sheet as the form does, one of: %(known)s; or say which programme it is for."),
)
LONGEST_SHEET, NOT_IN_SHEETS = 31, str.maketrans("[]:*?/\\", "       ")
_KINDS = {
    QuestionKind.MONEY: kinds.AREA, QuestionKind.COUNT: kinds.QUANTITY,
    QuestionKind.TEXT: kinds.STORY, QuestionKind.DATE: kinds.DAY,
    QuestionKind.YES_NO: kinds.ANSWER, QuestionKind.CHOICE: kinds.WORD,
    QuestionKind.EVIDENCE: kinds.WORD,
}  # fmt: skip
_WIDTHS = {kinds.STORY: 36, kinds.DAY: 13}


@dataclass(frozen=True)
class Form:
    """The sheet of a programme: its columns, those of the questions in the order of its form."""

    programme: Programme
    figures: Mapping[str, int]
    sheet: str
    columns: tuple[Column, ...]

    @property
    def person(self) -> Column:
        """The column of the name of whom an application is for, where it is for one."""
        return STUDENT if self.programme.per_student else PERSON

    def title(self, name: str) -> str:
        """Return the column a question, or whom it is for, stands in; the file's own for others."""
        person = find_person_question(self.programme)
        if person is not None and name in (person.name, MEMBER):
            return self.person.title
        known = {column.field: column.title for column in self.columns}
        return known.get(name, FILE_NUMBER.title)


@dataclass(frozen=True)
class Row:
    """An application as a row tells it; `asked` is fen, `seen` names the papers that are there."""

    form: Form = field(repr=False)
    sheet: str
    row: int
    file_number: str
    head: str
    person: str
    person_id: str
    asked: int
    answers: dict[str, Any]
    seen: tuple[str, ...]


def list_forms(ctx: Context) -> dict[str, Form]:
    """Return the forms of the programmes that are offered and in order now, by programme."""
    found: dict[str, tuple[Programme, Mapping[str, int]]] = {}
    for name in programme_names(ctx):
        try:
            found[name] = find_programme(ctx, name), figures_today(ctx, name).values
        except DomainError:
            continue
    times = Counter(_clean_sheet(rule.title.zh) for rule, _figures in found.values())
    return {
        name: make_form(rule, figures, alone=times[_clean_sheet(rule.title.zh)] == 1)
        for name, (rule, figures) in found.items()
    }


def make_form(programme: Programme, figures: Mapping[str, int], *, alone: bool = True) -> Form:
    """Return the form of a programme; `alone` where no other has its title."""
    title = programme.title.zh if alone else f"{programme.title.zh} {programme.name}"
    return Form(programme, figures, _clean_sheet(title), list_columns(programme, figures))


def list_columns(programme: Programme, figures: Mapping[str, int]) -> tuple[Column, ...]:
    """Return the columns of a programme's sheet: whom it is for, then one a question.

    Titles are as they are read back: without blanks and units in brackets.
    """
    keys = [FILE_NUMBER, HEAD, *_of_one(programme)]
    asked = [one for one in programme.questions if not one.kind.names_person]
    titles = distinct([*(key.title for key in keys), *(read_title(one.text.zh) for one in asked)])
    columns = [_column(one, title, figures)
               for one, title in zip(asked, titles[len(keys) :], strict=True)]  # fmt: skip
    return (*keys, *columns)


def _of_one(programme: Programme) -> list[Column]:
    if programme.per_student:
        return [STUDENT, STUDENT_ID]
    return [PERSON, PERSON_ID] if programme.per_member else []


def read_rows(
    data: bytes, forms: Mapping[str, Form], today: dt.date, *, programme: str, complete: bool
) -> tuple[list[Row], int, list[Fault]]:
    """Return the rows of a workbook that are in order in themselves, how many there are of all, and
    every fault.

    Sheets are of the programme their title says, or all of `programme` where that is given. What
    must be answered must be so where the applications are `complete`: to be handed in.
    """
    sheets, faults = read_forms(data, (FILE_NUMBER.title, HEAD.title))
    by_title = {form.sheet: form for form in forms.values()}
    rows: list[Row] = []
    for sheet in sheets:
        form = forms.get(programme) or by_title.get(_clean_sheet(sheet.table.sheet))
        if form is None:
            known = "、".join(by_title)
            faults.append(make_fault(PROGRAMME_UNKNOWN, sheet.table.sheet, known=known))
            continue
        good, wrong = _read_sheet(sheet, form, today, complete=complete)
        rows, faults = rows + good, faults + wrong
    return rows, sum(len(sheet.table.rows) for sheet in sheets), faults


def _column(question: Question, title: str, figures: Mapping[str, int]) -> Column:
    kind = _KINDS[question.kind]
    words = PAPER_WORDS if question.kind is QuestionKind.EVIDENCE else None
    if question.kind is QuestionKind.CHOICE:
        words = CodeList(question.name, tuple(
            Code(one.code, one.text.zh, one.text.en, (one.text.en, one.code))
            for one in question.choices
        ))  # fmt: skip
    required = is_required(question, figures) and question.condition is None
    width = _WIDTHS.get(kind, max(14, 2 * len(title) + 2))
    return Column(question.name, title, question.text.en, kind, words, required, width)


def _read_sheet(
    sheet: Sheet, form: Form, today: dt.date, *, complete: bool
) -> tuple[list[Row], list[Fault]]:
    columns = [_as_asked(column, complete=complete) for column in form.columns]
    values, findings, faults = sheet.clean_form(columns, today)
    if values is None:
        return [], faults
    bad, table = findings.bad(), sheet.table
    rows = [
        _make(form, table.sheet, row, {name: column[place] for name, column in values.items()})
        for place, row in enumerate(table.rows)
        if place not in bad
    ]
    return rows, [*faults, *(findings.faults[place] for place in sorted(findings.faults))]


def _as_asked(column: Column, *, complete: bool) -> Column:
    """Return a column as its cells are checked: a paper may lack, and most answers of a draft."""
    if column in (FILE_NUMBER, STUDENT, PERSON) or column.field == ASKED:
        return column
    needed = column.required and complete and column.words is not PAPER_WORDS
    return replace(column, required=needed)


def _make(form: Form, sheet: str, row: int, told: Mapping[str, Any]) -> Row:
    papers = [q.name for q in form.programme.questions if q.kind is QuestionKind.EVIDENCE]
    answers = {
        column.field: _as_answer(told[column.field])
        for column in form.columns
        if not column.field.startswith("#") and column.field not in (ASKED, *papers)
    }
    return Row(
        form, sheet, row, told[FILE_NUMBER.field], told[HEAD.field], told.get(PERSON.field, ""),
        told.get(PERSON_ID.field, ""), told.get(ASKED) or 0,
        {name: value for name, value in answers.items() if value not in (None, "")},
        tuple(name for name in papers if told[name] == SEEN),
    )  # fmt: skip


def _as_answer(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _clean_sheet(title: str) -> str:
    """Return a title as a sheet can be called."""
    return title.translate(NOT_IN_SHEETS)[:LONGEST_SHEET].strip(" '")
