"""Students who were helped are asked about until they graduate: who is due, and what is noted."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import update

from core.applications.models import Application
from core.audit.models import AuditRecord
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.follow_ups.queries import Followed, find_followed, list_followed, read_findings
from core.follow_ups.service import record_follow_up
from core.households.models import Member
from core.installation import Installation
from core.supervision.students import Students, count_students
from tests.factories import ELSEWHERE, Filed, acting, found_tree, hire
from tests.office import Office

HELPED = dt.date(2023, 6, 30)
DUE = dt.date(2024, 6, 30)
"""A year after the day of the application."""


@pytest.fixture(scope="module")
def staffed(module_installation: Installation) -> Office:
    """A city with somebody in every role."""
    return Office(module_installation, found_tree(module_installation))


@pytest.fixture
def office(staffed: Office) -> Office:
    """The module's office on the morning of 30 June 2023."""
    return replace(staffed)


def help_student(
    office: Office,
    *,
    enrolled: int | None = 2022,
    state: str = "paid",
    stage: str = "undergraduate",
) -> Filed:
    """File a household whose student was granted aid today."""
    filed = office.file()
    application = office.start(filed, "golden_autumn", "1000", member=filed.members[1])
    with office.system() as ctx:
        student = ctx.session.get_one(Member, (ctx.tenant_id, filed.members[1]))
        student.enrolment_year, student.education_stage = enrolled, stage
        done = update(Application).where(Application.id == application.id)
        ctx.session.execute(done.values(state=state))
    return filed


def look(
    office: Office, filed: Filed, day: dt.date = HELPED, *, due: bool = False
) -> list[Followed]:
    office.now = dt.datetime(day.year, day.month, day.day, 1, tzinfo=dt.UTC)
    with office.acting("clerk") as ctx:
        return [one for one in list_followed(ctx, due=due) if one.household_id == filed.id]


def note(
    office: Office, filed: Filed, finding: str, day: dt.date, remark: str = "", by: str = "clerk"
) -> None:
    office.now = dt.datetime(day.year, day.month, day.day, 1, tzinfo=dt.UTC)
    with office.acting(by) as ctx:
        record_follow_up(ctx, filed.members[1], finding, day, remark)


@pytest.mark.parametrize(
    ("state", "followed"),
    [("draft", False), ("in_route", False), ("rejected", False), ("granted", True), ("paid", True),
     ("fulfilled", True)],
)  # fmt: skip
def test_who_was_granted_aid_is_followed(office: Office, state: str, followed: bool) -> None:
    assert bool(look(office, help_student(office, state=state))) is followed


def test_he_is_due_a_year_after_he_was_helped_and_overdue_the_day_after(office: Office) -> None:
    filed = help_student(office)
    (one,) = look(office, filed)
    assert (one.helped_on, one.due_on, one.overdue) == (HELPED, DUE, False)
    assert look(office, filed, DUE - dt.timedelta(days=1), due=True) == []
    (today,) = look(office, filed, DUE, due=True)
    assert not today.overdue
    (late,) = look(office, filed, DUE + dt.timedelta(days=1), due=True)
    assert late.overdue


@pytest.mark.parametrize(
    ("stage", "enrolled", "graduates"),
    [
        ("undergraduate", 2022, dt.date(2026, 8, 31)), ("college", 2022, dt.date(2025, 8, 31)),
        ("senior_high", 2020, dt.date(2023, 8, 31)), ("primary", 2020, dt.date(2026, 8, 31)),
        ("undergraduate", None, None),
    ],
)  # fmt: skip
def test_when_he_should_graduate_follows_from_stage_and_year(
    office: Office, stage: str, enrolled: int | None, graduates: dt.date | None
) -> None:
    (one,) = look(office, help_student(office, stage=stage, enrolled=enrolled))
    assert one.graduates_on == graduates
    with office.system() as ctx:
        year = ctx.pack.school_year
        assert year is not None
        assert year.graduation(stage, enrolled) == graduates, "the pack and the list agree"


def test_he_is_due_on_the_day_he_should_graduate_where_that_comes_first(office: Office) -> None:
    (one,) = look(office, help_student(office, stage="senior_high", enrolled=2020))
    assert one.due_on == dt.date(2023, 8, 31)


def test_still_studying_he_is_due_again_in_a_year(office: Office) -> None:
    filed = help_student(office)
    note(office, filed, "studying", DUE, "在读大二")
    (one,) = look(office, filed, DUE)
    assert (one.finding, one.seen_on, one.due_on) == ("studying", DUE, dt.date(2025, 6, 30))


@pytest.mark.parametrize("finding", ["graduated", "left"])
def test_graduation_or_leaving_ends_it(office: Office, finding: str) -> None:
    filed = help_student(office)
    note(office, filed, finding, DUE, "已核实")
    assert look(office, filed, dt.date(2030, 1, 1)) == []
    with office.acting("clerk") as ctx:
        (found,) = read_findings(ctx, filed.members[1])
        assert (found.finding, found.remark) == (finding, "已核实")
        with pytest.raises(NotFoundError):
            record_follow_up(ctx, filed.members[1], "studying", ctx.today)


def test_whom_nobody_could_be_asked_about_stays_on_the_list(office: Office) -> None:
    filed = help_student(office)
    note(office, filed, "unknown", DUE, "电话无人接听")
    (one,) = look(office, filed, DUE)
    assert one.finding == "unknown"


def test_helped_again_he_is_followed_again(office: Office) -> None:
    filed = help_student(office)
    note(office, filed, "left", dt.date(2023, 7, 3), "休学")
    with office.system() as ctx:
        again = update(Application).where(Application.household_id == filed.id)
        ctx.session.execute(again.values(applied_on=dt.date(2023, 9, 4)))
    (one,) = look(office, filed, dt.date(2023, 9, 4))
    assert one.due_on == dt.date(2024, 9, 4)


@pytest.mark.parametrize(
    ("finding", "day", "remark", "field"),
    [
        ("happy", DUE, "", "finding"),
        ("left", DUE, " ", "remark"),
        ("unknown", DUE, "", "remark"),
        ("studying", DUE + dt.timedelta(days=1), "", "seen_on"),
        ("studying", HELPED - dt.timedelta(days=1), "", "seen_on"),
        ("studying", DUE, "x" * 501, "remark"),
    ],
)
def test_what_cannot_be_is_refused(
    office: Office, finding: str, day: dt.date, remark: str, field: str
) -> None:
    filed = help_student(office)
    office.now = dt.datetime(2024, 6, 30, 1, tzinfo=dt.UTC)
    with office.acting("clerk") as ctx, pytest.raises(InvalidError) as caught:
        record_follow_up(ctx, filed.members[1], finding, day, remark)
    assert caught.value.field == field


def test_who_may_not_record_may_not_and_strangers_know_of_nobody(office: Office) -> None:
    filed = help_student(office)
    with office.acting("approver") as ctx, pytest.raises(ForbiddenError):
        record_follow_up(ctx, filed.members[1], "studying", HELPED)
    elsewhere = hire(office.installation, office.city, "clerk", unit=ELSEWHERE)
    with (
        acting(office.installation, office.city, elsewhere, at=office.now) as ctx,
        pytest.raises(NotFoundError),
    ):
        find_followed(ctx, filed.members[1])
    with office.acting("clerk") as ctx, pytest.raises(NotFoundError):
        find_followed(ctx, uuid.uuid4())


def test_it_is_audited(office: Office) -> None:
    filed = help_student(office)
    note(office, filed, "studying", DUE)
    with office.system() as ctx:
        found = (
            ctx.session.query(AuditRecord).filter(AuditRecord.event == "student.followed_up").all()
        )
    assert str(filed.id) in {record.after["household_id"] for record in found}


def test_the_report_counts_the_followed_and_the_overdue(office: Office) -> None:
    def count() -> Students:
        with office.system() as ctx:
            later = replace(ctx, now=dt.datetime(2024, 7, 1, 1, tzinfo=dt.UTC))
            first, last = dt.date(2024, 4, 1), dt.date(2024, 6, 30)
            asked = {"today": later.today, "first": first, "last": last}
            return count_students(later, office.city, asked)

    before = count()
    help_student(office)
    gone = help_student(office)
    note(office, gone, "graduated", DUE)
    after = count()
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 1, 0]
