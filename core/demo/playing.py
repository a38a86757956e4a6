"""Taking one application along its route, each step by whoever may take it, on its day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import exists, select

from core.applications.assessment import assess_application, find_programme
from core.applications.decisions import decide
from core.applications.drafts import start_application
from core.applications.models import Application
from core.applications.submission import submit, withdraw
from core.between.beside import look_beside
from core.context import Context
from core.demo.stage import Stage
from core.demo.stories import ANSWERS, MEDICAL, SCHOOL, SUDDEN, Story
from core.households.codes import STUDENT
from core.households.life.states import is_overdue
from core.households.life.verifications import Verified, record_verification
from core.households.lookup import find_household
from core.households.models import Household, Member, Statement
from core.notices.publication import close_due_notices, open_notice
from core.personnel import find_person
from core.workdays import add_working_days

BELOW_PROVINCE = 1_500_000
HUNDRED_YUAN = 10_000
NOTICE_OVER = 18

Candidate = tuple[uuid.UUID, uuid.UUID | None]


def play(stage: Stage, story: Story, day: dt.date) -> uuid.UUID | None:
    """Begin an application on a day and take it as far as its story goes; None if none fits."""
    application = _begin(stage, story, day)
    if application is not None:
        for step in _STEPS[: _LENGTHS[story.ends]]:
            step(stage, story, application, day)
        _end(stage, story, application, day)
    return application


def _begin(stage: Stage, story: Story, day: dt.date) -> uuid.UUID | None:
    with stage.acting("clerk", day) as ctx:
        for household, member in _candidates(ctx, story):
            asked = _asked(ctx, story, household)
            if asked:
                _verify_if_overdue(ctx, household)
                answers = _answers(story, day)
                made = start_application(ctx, household, story.programme, answers, asked, member)
                return made.id
    return None


def _candidates(ctx: Context, story: Story) -> Iterator[Candidate]:
    """Yield households that fit and were never part of a story, with a student where needed."""
    student = (
        select(Member.id)
        .where(
            Member.tenant_id == ctx.tenant_id,
            Member.household_id == Household.id,
            Member.occupation == STUDENT,
            Member.education_stage.in_(("senior_high", "vocational", "college", "undergraduate")),
        )
        .order_by(Member.position)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Household.id, student)
        .join(Statement, Statement.household_id == Household.id)
        .where(
            Household.tenant_id == ctx.tenant_id,
            Statement.tenant_id == ctx.tenant_id,
            Household.category == story.category,
            Statement.self_paid >= story.self_paid_from,
            ~exists().where(
                Application.tenant_id == ctx.tenant_id, Application.household_id == Household.id
            ),
        )
        .order_by(Household.file_number)
    )
    for household, member in ctx.session.execute(query):
        if story.programme != SCHOOL or member:
            yield household, member if story.programme == SCHOOL else None


def _asked(ctx: Context, story: Story, household: uuid.UUID) -> int:
    """Return the sum a household asks for, in fen; 0 where nothing can be granted."""
    programme = find_programme(ctx, story.programme)
    file = find_household(ctx, household, "application.start")
    beside = look_beside(ctx, file, programme)
    finding = assess_application(ctx, file, programme, {}, story.asked, beside=beside)
    if not finding.is_eligible or finding.maximum < story.asked:
        return 0
    if story.asked:
        return story.asked
    most = min(finding.maximum, BELOW_PROVINCE) if story.programme == MEDICAL else finding.maximum
    return max(most // HUNDRED_YUAN * HUNDRED_YUAN, finding.minimum) or most


def _verify_if_overdue(ctx: Context, household: uuid.UUID) -> None:
    """Verify a file before its household asks for aid, as the clerk has to."""
    file = find_household(ctx, household, "verification.record")
    clerk = ctx.actor.person_id
    if is_overdue(ctx, file) and clerk is not None:
        people = (clerk, find_person(ctx, "investigator").id)
        record_verification(ctx, file.id, Verified(ctx.today, "unchanged", people), file.version)


def _answers(story: Story, day: dt.date) -> dict[str, Any]:
    dated = {"event_on": (day - dt.timedelta(days=20)).isoformat()}
    return {**ANSWERS[story.programme], **(dated if story.programme == SUDDEN else {})}


def _hand_in(stage: Stage, _story: Story, application: uuid.UUID, day: dt.date) -> None:
    with stage.acting("clerk", add_working_days(day, 1)) as ctx:
        submit(ctx, application)


def _investigate(stage: Stage, _story: Story, application: uuid.UUID, day: dt.date) -> None:
    with stage.acting("investigator", add_working_days(day, 3)) as ctx:
        decide(ctx, application, "approve", reason="入户核实，情况属实。")


def _review(stage: Stage, _story: Story, application: uuid.UUID, day: dt.date) -> None:
    with stage.acting("reviewer", add_working_days(day, 5)) as ctx:
        decide(ctx, application, "approve", reason="材料齐全，同意上报。")


def _approve(stage: Stage, _story: Story, application: uuid.UUID, day: dt.date) -> None:
    with stage.acting("approver", add_working_days(day, 7)) as ctx:
        decide(ctx, application, "approve", reason="同意。")


def _publish(stage: Stage, _story: Story, application: uuid.UUID, day: dt.date) -> None:
    with stage.system(add_working_days(day, 7)) as ctx:
        open_notice(ctx, application)


def _grant(stage: Stage, _story: Story, _application: uuid.UUID, day: dt.date) -> None:
    with stage.system(add_working_days(day, NOTICE_OVER)) as ctx:
        close_due_notices(ctx)


_STEPS = (_hand_in, _investigate, _review, _approve, _publish, _grant)
_LENGTHS = {
    "draft": 0, "investigation": 1, "withdrawn": 1, "review": 2, "returned": 2, "approval": 3,
    "rejected": 3, "province": 4, "noticed": 5, "granted": 6,
}  # fmt: skip

WORKING_DAYS = {
    "draft": 1, "investigation": 2, "withdrawn": 3, "review": 4, "returned": 6, "approval": 6,
    "rejected": 8, "province": 9, "noticed": 8, "granted": NOTICE_OVER + 1,
}  # fmt: skip
"""How many working days a story needs until it stands where it ends."""


def _end(stage: Stage, story: Story, application: uuid.UUID, day: dt.date) -> None:
    if story.ends == "withdrawn":
        with stage.acting("clerk", add_working_days(day, 2)) as ctx:
            withdraw(ctx, application, "申请人已就业，主动撤回。")
    elif story.ends == "returned":
        with stage.acting("reviewer", add_working_days(day, 5)) as ctx:
            decide(ctx, application, "return", reason="请补充收入证明。")
    elif story.ends == "rejected":
        with stage.acting("approver", add_working_days(day, 7)) as ctx:
            decide(ctx, application, "reject", reason="同一事项已由民政部门救助。")
