"""The form of a programme as a workbook: what is asked, what can be chosen, for whom it is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from bangfu_sdk import Question, QuestionKind, Text
from xlsxwriter.worksheet import Worksheet

from core.applications.assessment import figures_today, find_programme
from core.applications.questions import ASKED, is_required, list_papers, only_for
from core.applications.workbook import (
    FILE_NUMBER,
    HEAD,
    PERSON,
    PERSON_ID,
    STUDENT,
    STUDENT_ID,
    Form,
    list_forms,
)
from core.context import Context
from core.errors import InvalidError, _
from core.households.codes import STUDENT as STUDYING
from core.households.export import Formats
from core.households.listing import Filters, narrow, write_source
from core.households.template import LAST_ROW, LIST_SHEET, Lists, find_rule
from core.households.workbook.columns import Column

NOTES_SHEET = "填表说明"
START = "application.start"
HEADER_ROW, FIRST_ROW = 1, 2
_HINT_TITLE, _HINT = 32, 255
MOST = LAST_ROW - HEADER_ROW
FILES = """
select h.tenant_id, h.id, h.file_number, h.head_name {source} and h.state <> 'exited' {chosen}
"""
HOUSEHOLDS = """
select f.file_number, f.head_name from ({files}) f order by f.file_number limit %(most)s
"""
PEOPLE = """
select f.file_number, f.head_name, m.name from ({files}) f
join members m on m.tenant_id = f.tenant_id and m.household_id = f.id
where m.active and (m.occupation = %(studying)s or %(anybody)s)
order by f.file_number, m.position limit %(most)s
"""
_ANSWERS = (
    Text("必填", "must be answered"), Text("符合条件时必填", "must be answered where it is asked"),
    Text("选填", "may be answered"),
)  # fmt: skip
_PAPERS = (
    Text("必需", "needed"), Text("符合条件时必需", "needed where it is asked for"),
    Text("如有", "if there is one"),
)  # fmt: skip
_KEYS = {
    FILE_NUMBER: Text("每份申请一行", "one row an application"),
    HEAD: Text("用于核对，可不填", "to compare; may stay empty"),
    STUDENT: Text("每名学生一行", "one row a student"),
    STUDENT_ID: Text("同户学生重名时填写", "where two students of a household share a name"),
    PERSON: Text("每名成员一行，不申请的删去", "one row a member; delete the others"),
    PERSON_ID: Text("同户成员重名时填写", "where two of a household share a name"),
}
_FORMS = {
    QuestionKind.MONEY: Text("金额，单位元", "an amount in yuan"),
    QuestionKind.COUNT: Text("整数", "a whole number"),
    QuestionKind.TEXT: Text("文字", "text"),
    QuestionKind.DATE: Text("日期，如 2023-06-30", "a date such as 2023-06-30"),
    QuestionKind.YES_NO: Text("是或否", "yes (是) or no (否)"),
    QuestionKind.CHOICE: Text("从下拉列表中选择", "one of the list"),
    QuestionKind.EVIDENCE: Text(
        "有或无；原件扫描后附在申请上", "there (有) or not (无); its file is attached later on"
    ),
}  # fmt: skip


def write_form(
    ctx: Context, programme: str, filters: Filters | None = None, numbers: Sequence[str] = ()
) -> bytes:
    """Return a programme's form as an .xlsx that can be filled in and brought back.

    With `filters` or the file `numbers` there is a row for every household of the actor's units
    they keep, for every student of it where the programme is for one; else it is blank.
    InvalidError for more rows than one workbook holds, NotFoundError for a programme the region
    has not, NotDecidableError for one whose figures are not in force today.
    """
    find_programme(ctx, programme)
    figures_today(ctx, programme)
    form = list_forms(ctx)[programme]
    chosen = filters is not None or numbers
    rows = find_rows(ctx, form, filters or Filters(), numbers) if chosen else []
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = Formats(book)
        sheet, notes = book.add_worksheet(form.sheet), book.add_worksheet(NOTES_SHEET)
        lists = Lists(book.add_worksheet(LIST_SHEET), ())
        _write_sheet(sheet, form, formats, lists)
        for place, row in enumerate(rows, FIRST_ROW):
            sheet.write_row(place, 0, row)
        _write_notes(notes, form, formats)
        lists.sheet.hide()
    return target.getvalue()


def find_rows(
    ctx: Context, form: Form, filters: Filters, numbers: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return the key cells of the rows to be filled in: file number, head, and whom it is for."""
    values = narrow(ctx, filters, START) | {"most": MOST + 1}
    chosen = "and h.file_number = any (%(numbers)s)" if numbers else ""
    files = FILES.format(source=write_source(values), chosen=chosen)
    query = (PEOPLE if form.programme.for_one else HOUSEHOLDS).format(files=files)
    values |= {"numbers": list(numbers), "studying": STUDYING,
               "anybody": form.programme.per_member}  # fmt: skip
    found = ctx.session.fetch(query, values)
    if len(found) > MOST:
        raise InvalidError(
            _("More than %(most)s rows fit, which is too many for one workbook."),
            remedy=_("Choose filters that keep fewer rows."), most=MOST,
        )  # fmt: skip
    return [tuple(row) for row in found]


def _write_sheet(sheet: Worksheet, form: Form, formats: Formats, lists: Lists) -> None:
    sheet.freeze_panes(FIRST_ROW, 2)
    hints = dict(_hints(form))
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, column.width, formats.of(column))
        look = formats.required if column.required else formats.header
        told = _text(form, column)
        sheet.write_string(0, place, told.en, formats.header)
        sheet.write_string(HEADER_ROW, place, told.zh, look)
        rule = find_rule(column, lists) or {"validate": "any"}
        hint = {"input_title": told.zh[:_HINT_TITLE], "input_message": hints[column.field][:_HINT]}
        sheet.data_validation(FIRST_ROW, place, LAST_ROW, place, rule | hint)


def _write_notes(notes: Worksheet, form: Form, formats: Formats) -> None:
    notes.set_column(0, 3, 34, formats.wrapped)
    notes.set_column(4, 4, 60, formats.wrapped)
    title = form.programme.title
    notes.write_row(0, 0, [title.zh, title.en, form.programme.name])
    notes.write_row(2, 0, ["栏目", "Column", "填写要求", "Needed", "说明 / Note"], formats.header)
    told = [[text.zh, text.en, need.zh, need.en, note] for text, need, note in _notes(form)]
    for place, cells in enumerate(told, 3):
        notes.write_row(place, 0, cells)
    papers, place = list(_papers(form)), len(told) + 4
    if papers:
        heads = ["所需材料", "Papers", "要求", "Needed", "说明 / Note"]
        notes.write_row(place, 0, heads, formats.header)
        for line, cells in enumerate(papers, place + 1):
            notes.write_row(line, 0, cells)


def _notes(form: Form) -> Iterator[tuple[Text, Text, str]]:
    for column, note in _KEYS.items():
        if column in form.columns:
            need = _ANSWERS[0 if column.required else 2]
            yield Text(column.title, column.label), need, f"{note.zh} / {note.en}"
    hints = dict(_hints(form))
    for question in _asked(form):
        yield question.text, _need(form, question), hints[question.name]


def _papers(form: Form) -> Iterator[list[str]]:
    for paper in list_papers(form.programme, form.figures):
        need = _PAPERS[0 if paper.needed and not paper.only_for else 1 if paper.needed else 2]
        note = "；".join(_both(text) for text in _said(paper.only_for, paper.help))
        yield [paper.text.zh, paper.text.en, need.zh, need.en, note]


def _hints(form: Form) -> Iterator[tuple[str, str]]:
    """Yield by field what is told where a cell is filled in, in both languages."""
    for column, note in _KEYS.items():
        yield column.field, _both(note)
    conditions = only_for(form.programme)
    for question in _asked(form):
        shape = _FORMS[question.kind]
        choices = "、".join(f"{one.text.zh} {one.text.en}" for one in question.choices)
        told = [_both(text) for text in _said(conditions.get(question.name), question.help)]
        yield question.name, "\n".join(filter(None, [*told, _both(shape), choices]))


def _said(condition: Text | None, help_: Text | None) -> Iterable[Text]:
    only = [Text(f"仅限：{condition.zh}", f"only for: {condition.en}")] if condition else []
    return [*only, *([help_] if help_ else [])]


def _need(form: Form, question: Question) -> Text:
    words = _PAPERS if question.kind is QuestionKind.EVIDENCE else _ANSWERS
    if question.name == ASKED:
        return words[0]
    if not is_required(question, form.figures):
        return words[2]
    return words[1] if question.condition else words[0]


def _asked(form: Form) -> list[Question]:
    return [one for one in form.programme.questions if not one.kind.names_person]


def _text(form: Form, column: Column) -> Text:
    """Return the words that head a column: those of the question, units included."""
    known = {one.name: one.text for one in form.programme.questions}
    return known.get(column.field, Text(column.title, column.label))


def _both(text: Text) -> str:
    return f"{text.zh} / {text.en}"
