"""Forms as workbooks: written from the questions, filled in, checked, brought in row by row."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from core.applications.drafts import revise_application
from core.applications.models import Application
from core.applications.papers import SEEN, check_papers
from core.applications.submission import submit
from core.applications.template import NOTES_SHEET, write_form
from core.applications.workbook import list_forms
from core.context import Context
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.households.evidence import add_evidence
from core.households.listing import Filters
from core.households.models import Household
from core.money import parse_yuan as yuan
from core.verification import files
from core.verification.models import DepartmentFile
from tests.factories import CHILD, ELSEWHERE, SPOUSE, STUDENT, Filed, Relative
from tests.office import Office

FIRST_ROW = 3
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(32)
Cells = dict[str, Any]


def number(office: Office, filed: Filed) -> str:
    with office.system() as ctx:
        return ctx.session.get_one(Household, (ctx.tenant_id, filed.id)).file_number


def fill(form: bytes, *rows: Cells) -> bytes:
    """Return a form with cells written below its header, by the Chinese title of each column."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[FIRST_ROW - 1]}
    for place, row in enumerate(rows, FIRST_ROW):
        for title, value in row.items():
            sheet.cell(place, columns[title] or 0, value)
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def read_keys(form: bytes) -> list[tuple[Any, ...]]:
    """Return what stands below the header of a form."""
    sheet = openpyxl.load_workbook(io.BytesIO(form)).worksheets[0]
    return [
        tuple(cell for cell in row if cell is not None)
        for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)
        if any(row)
    ]


def bring(
    office: Office, data: bytes, source: str = "", *, check: bool = False, by: str = "clerk",
    **options: Any,
) -> DepartmentFile:  # fmt: skip
    with office.acting(by) as ctx:
        if check:
            return files.preview_file(ctx, files.APPLICATIONS, source, data, **options)
        item = files.take_file(ctx, files.APPLICATIONS, source, "a.xlsx", data, **options)
        return files.run_file(ctx, item.id, lambda _done, _total: None)


def form_of(office: Office, programme: str, *filed: Filed) -> bytes:
    numbers = [number(office, one) for one in filed]
    with office.acting("clerk") as ctx:
        return write_form(ctx, programme, numbers=numbers)


def applications(office: Office, filed: Filed) -> list[Application]:
    with office.system() as ctx:
        return list(ctx.session.scalars(
            select(Application)
            .where(Application.tenant_id == ctx.tenant_id, Application.household_id == filed.id)
            .order_by(Application.id)
        ))  # fmt: skip


def told(faults: Sequence[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(one["row"], one["column"], one["code"]) for one in faults]


def test_a_form_has_the_words_of_its_questions_in_both_languages(office: Office) -> None:
    with office.acting("clerk") as ctx:
        form = write_form(ctx, "temporary_relief")
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book.worksheets[0]
    heads = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    assert heads[0][:4] == ["File number", "Head of the household", "amount asked for (yuan)",
                            "what happened"]  # fmt: skip
    assert heads[1][:4] == ["档案编号", "户主姓名", "申请金额（元）", "突发事件经过"]
    notes = [list(row) for row in book[NOTES_SHEET].iter_rows(values_only=True)]
    papers = next(place for place, row in enumerate(notes) if row[0] == "所需材料")
    assert [row[3] for row in notes[papers + 1 :]] == ["if there is one"]
    assert ["发生日期", "when it happened", "必填", "must be answered"] in [
        row[:4] for row in notes
    ]


def test_a_form_is_filled_for_the_households_a_list_keeps(office: Office) -> None:
    one, other = office.file(name="赵一"), office.file(name="钱二", relatives=(SPOUSE,))
    numbers = sorted([number(office, one), number(office, other)])
    assert [row[0] for row in read_keys(form_of(office, "living_aid", one, other))] == numbers
    assert read_keys(form_of(office, "golden_autumn", one, other)) == [
        (number(office, one), "赵一", "王小明")
    ], "a household without a student has no row in a form for students"
    with office.acting("clerk") as ctx:
        assert read_keys(write_form(ctx, "living_aid", Filters(search="钱二"))) == [
            (number(office, other), "钱二")
        ]
        assert read_keys(write_form(ctx, "living_aid")) == []
        with pytest.raises(NotFoundError):
            write_form(ctx, "no_programme")


def test_rows_become_drafts_and_once_only(office: Office) -> None:
    one, other = office.file(), office.file(name="钱二")
    rows: list[Cells] = [
        {"申请金额（元）": 8400, "家庭生活困难情况": "病"},
        {"申请金额（元）": 6000},
    ]
    data = fill(form_of(office, "living_aid", one, other), *rows)
    checked = bring(office, data, check=True)
    assert (checked.faults, checked.counts) == (
        [], {"rows": 2, "good": 2, "added": 2, "unchanged": 0}
    )  # fmt: skip
    assert applications(office, one) == [], "a check keeps nothing"
    item = bring(office, data)
    assert (item.state, item.faults) == ("imported", [])
    [draft] = applications(office, one)
    assert (draft.state, draft.asked) == ("draft", yuan("8400"))
    assert draft.answers == {"circumstances": "病", "asked": yuan("8400")}
    again = bring(office, data)
    assert again.counts == {"rows": 2, "good": 2, "added": 0, "unchanged": 2}
    assert len(applications(office, other)) == 1


def test_rows_are_handed_in_where_asked(office: Office) -> None:
    filed = office.file()
    data = fill(
        form_of(office, "living_aid", filed), {"申请金额（元）": 8400, "家庭生活困难情况": "病"}
    )
    item = bring(office, data, hand_in=True)
    assert item.counts == {
        "rows": 1, "good": 1, "added": 1, "unchanged": 0, "handed_in": 1, "papers_missing": 0
    }  # fmt: skip
    [application] = applications(office, filed)
    assert (application.state, application.round) == ("in_route", 1)


def test_every_fault_is_told_with_its_place(office: Office) -> None:
    filed, poor = office.file(name="王建国"), office.file(name="李四")
    rich = office.file(statement={"income": yuan("900000")})
    away = office.file(unit=ELSEWHERE)
    numbers = {name: number(office, one) for name, one in
               {"filed": filed, "poor": poor, "rich": rich, "away": away}.items()}  # fmt: skip
    asks = {"申请金额（元）": 8400, "家庭生活困难情况": "病"}
    with office.acting("clerk") as ctx:
        form = write_form(ctx, "living_aid")
    data = fill(
        form,
        {"档案编号": numbers["filed"], **asks},
        {"档案编号": "没有这份档案", **asks},
        {"档案编号": numbers["filed"], "户主姓名": "张三", **asks},
        {"档案编号": numbers["filed"], **asks},
        {"档案编号": numbers["poor"], "申请金额（元）": "八千", "家庭生活困难情况": "病"},
        {"档案编号": numbers["poor"], "申请金额（元）": 8400},
        {"档案编号": numbers["poor"], "申请金额（元）": 8_000_000, "家庭生活困难情况": "病"},
        {"档案编号": numbers["rich"], **asks},
        {"档案编号": numbers["away"], **asks},
    )
    checked = bring(office, data, check=True, hand_in=True)
    assert sorted(told(checked.faults)) == [
        (4, "档案编号", "file_not_there"),
        (5, "户主姓名", "head_differs"),
        (6, "档案编号", "application_twice"),
        (7, "申请金额", "not_an_amount"),
        (8, "家庭生活困难情况", "required"),
        (9, "申请金额", "invalid"),
        (10, "档案编号", "invalid"),
        (11, "档案编号", "file_outside"),
    ]
    assert (checked.counts["rows"], checked.counts["good"]) == (9, 1)
    nothing = bring(office, data, hand_in=True, keep_good=False)
    assert (nothing.state, nothing.counts["good"]) == ("refused", 0)
    assert applications(office, filed) == [], "all or nothing keeps nothing"
    kept = bring(office, data, hand_in=True)
    assert (kept.state, len(kept.faults)) == ("imported", 8)
    assert [one.state for one in applications(office, filed)] == ["in_route"]


def test_what_two_rows_exhaust_together_is_found_by_the_check(office: Office) -> None:
    filed = office.file()
    own = number(office, filed)
    form = form_of(office, "living_aid", filed)
    data = fill(
        form,
        {"申请金额（元）": 8400, "家庭生活困难情况": "病"},
        {"档案编号": own, "申请金额（元）": 8300, "家庭生活困难情况": "病"},
    )
    [fault] = bring(office, data, check=True).faults
    assert (fault["row"], fault["code"]) == (4, "invalid")


def test_all_or_nothing_counts_what_only_the_service_finds(office: Office) -> None:
    filed, other = office.file(), office.file()
    asks = {"申请金额（元）": 8400, "家庭生活困难情况": "病"}
    form = form_of(office, "living_aid", filed, other)
    data = fill(form, asks, {**asks, "申请金额（元）": 1})
    item = bring(office, data, hand_in=True, keep_good=False)
    assert (item.state, item.counts["good"], item.counts["handed_in"]) == ("refused", 0, 0)
    assert told(item.faults) == [(4, "申请金额", "invalid")]
    assert applications(office, filed) == []


def test_what_is_no_longer_in_order_is_a_fault_when_it_is_brought_in(office: Office) -> None:
    filed, other = office.file(), office.file()
    asks = {"申请金额（元）": 8400, "家庭生活困难情况": "病"}
    data = fill(form_of(office, "living_aid", filed, other), asks, asks)
    seen: list[tuple[int, int]] = []
    with office.acting("clerk") as ctx:
        item = files.take_file(ctx, files.APPLICATIONS, "", "a.xlsx", data, hand_in=True)
        assert files.check_file(ctx, item.id, lambda *at: seen.append(at)).counts["good"] == 2
    assert seen == [(0, 2), (1, 2)], "a check says how far it is"
    office.start(filed, asked="6000")
    with office.acting("clerk") as ctx:
        files.confirm_file(ctx, item.id)
        done = files.run_file(ctx, item.id, lambda *at: seen.append(at))
    assert (done.state, done.counts["handed_in"], len(done.faults)) == ("imported", 1, 1)
    assert [one.state for one in applications(office, other)] == ["in_route"]
    assert [one.state for one in applications(office, filed)] == ["draft"]


def test_a_csv_is_read_where_the_programme_is_told(office: Office) -> None:
    filed = office.file()
    row = f"{number(office, filed)},,8400,病"
    data = f"档案编号,户主姓名,申请金额（元）,家庭生活困难情况\n{row}\n".encode("gb18030")
    assert bring(office, data, "living_aid", check=True).counts["good"] == 1
    [fault] = bring(office, data, check=True).faults
    assert fault["code"] == "programme_unknown"


def test_a_form_for_students_tells_two_of_a_name_apart(office: Office) -> None:
    twins = (SPOUSE, STUDENT, Relative("王小明", "child", "student", "primary"), CHILD)
    filed = office.file(relatives=twins)
    form = form_of(office, "golden_autumn", filed)
    asks = {"申请金额（元）": 5000}
    item = bring(office, fill(form, asks, asks), check=True)
    assert told(item.faults) == [(row, "学生姓名", "student_ambiguous") for row in (3, 4)]
    strange = {**asks, "学生姓名": "无名", "档案编号": number(office, filed)}
    item = bring(office, fill(form, strange), check=True)
    assert (3, "学生姓名", "student_not_there") in told(item.faults)


def test_a_sheet_says_its_programme_or_somebody_else_does(office: Office) -> None:
    filed = office.file()
    data = fill(form_of(office, "living_aid", filed), {"申请金额（元）": 8400})
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.worksheets[0].title = "工作表1"
    renamed = io.BytesIO()
    book.save(renamed)
    [fault] = bring(office, renamed.getvalue(), check=True).faults
    assert (fault["code"], fault["sheet"]) == ("programme_unknown", "工作表1")
    assert bring(office, renamed.getvalue(), "living_aid", check=True).counts["good"] == 1
    with pytest.raises(NotFoundError), office.acting("clerk") as ctx:
        files.take_file(ctx, files.APPLICATIONS, "no_programme", "a.xlsx", data)


def test_only_who_may_apply_brings_applications_in(office: Office) -> None:
    with pytest.raises(ForbiddenError):
        bring(office, b"x", by="reviewer", check=True)


def student_form(office: Office) -> tuple[Filed, bytes]:
    filed = office.file(
        relatives=(SPOUSE, STUDENT), as_of=dt.date(2019, 1, 1), verified_on=dt.date(2019, 9, 2)
    )
    return filed, fill(form_of(office, "golden_autumn", filed), {
        "申请金额（元）": 1000, paper_titles(office)[0]: "有",
    })  # fmt: skip


def paper_titles(office: Office) -> list[str]:
    with office.acting("clerk") as ctx:
        form = list_forms(ctx)["golden_autumn"]
        return [one.text.zh for one in form.programme.questions if one.kind == "evidence"]


def test_without_a_paper_that_must_be_there_it_stays_a_draft_and_says_so(baotou: Office) -> None:
    filed, data = student_form(baotou)
    item = bring(baotou, data, hand_in=True)
    assert (item.state, item.counts["handed_in"], item.counts["papers_missing"]) == (
        "imported", 0, 1
    )  # fmt: skip
    [draft] = applications(baotou, filed)
    assert draft.state == "draft"
    with baotou.acting("clerk") as ctx:
        form = list_forms(ctx)["golden_autumn"]
        [paper] = check_papers(form.programme, draft.answers, draft.papers_seen, form.figures)
        assert (paper.standing, paper.paper.needed) == (SEEN, True)
        with pytest.raises(InvalidError, match="is not attached") as caught:
            submit(ctx, draft.id)
        assert caught.value.field == paper.paper.name
    with baotou.acting("clerk") as ctx:
        file = add_evidence(
            ctx, filed.id, kind="school_proof", filename="证.png", data=PICTURE,
            application_id=draft.id,
        )  # fmt: skip
        answers = {**draft.answers, paper.paper.name: [str(file.id)]}
        revise_application(ctx, draft.id, answers=answers)
        assert submit(ctx, draft.id).state == "in_route"
    assert bring(baotou, data, hand_in=True).counts["unchanged"] == 1, "a paper makes it no other"


def test_a_paper_nobody_asks_for_is_not_seen(office: Office) -> None:
    filed = office.file()
    draft = office.start(filed)

    def see(ctx: Context, *names: str) -> list[str]:
        return list(revise_application(ctx, draft.id, papers_seen=names).papers_seen)

    with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="asks for no paper"):
        see(ctx, "moon")
