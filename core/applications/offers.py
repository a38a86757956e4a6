"""What a household could apply for today: every programme of its region, with range and reasons."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from bangfu_sdk import Programme, Question

from core.applications.assessment import Finding, assess_application, find_programme
from core.applications.exclusions import refuse_beside
from core.applications.students import check_school_year, list_students
from core.context import Context
from core.errors import DomainError, Message, NotDecidableError, _
from core.households.life.force import require_admitted
from core.households.lookup import find_household
from core.households.models import Household, Member
from core.programmes import programme_names


@dataclass(frozen=True)
class Offer:
    """A programme and what it could grant, or the problem for which that cannot be said.

    `student` is whom it would be for where the programme is for one and the household has any.
    Where `asks` is set only the answers of an application tell: `problem` names what they must.
    """

    name: str
    programme: Programme | None = None
    finding: Finding | None = None
    problem: Message | None = None
    student: Member | None = None
    asks: bool = False

    @property
    def is_open(self) -> bool:
        """Whether an application can be begun."""
        return self.asks or (self.finding is not None and self.finding.is_eligible)


def list_offers(ctx: Context, household_id: uuid.UUID) -> list[Offer]:
    """Return an offer for every programme of the region, one for each student where it is for one;
    those out of order with their reason.

    Raises NotFoundError or ForbiddenError where the actor may not start an application here.
    """
    household = find_household(ctx, household_id, "application.start")
    students = list_students(ctx, household)
    return [
        offer for name in programme_names(ctx) for offer in _offer(ctx, household, name, students)
    ]


def _offer(
    ctx: Context, household: Household, name: str, students: list[Member]
) -> Iterator[Offer]:
    try:
        programme = find_programme(ctx, name)
    except DomainError as error:
        yield Offer(name, problem=error.message)
        return
    for student in students if programme.per_student and students else (None,):
        yield _offer_to(ctx, household, programme, student)


def _offer_to(
    ctx: Context, household: Household, programme: Programme, student: Member | None
) -> Offer:
    try:
        if student is not None:
            check_school_year(ctx, programme, student)
        refuse_beside(ctx, household, programme)
        finding = assess_application(ctx, household, programme, {}, 0, student=student)
        require_admitted(ctx, household, finding.category)
        return Offer(programme.name, programme, finding, student=student)
    except DomainError as error:
        problem, asks = _explain(programme, error)
        return Offer(programme.name, programme, problem=problem, student=student, asks=asks)


def _explain(programme: Programme, error: DomainError) -> tuple[Message, bool]:
    """Return why nothing can be said, and whether only the answers of an application would tell."""
    question = _find_question(programme, error.field)
    if not isinstance(error, NotDecidableError) or question is None:
        return error.message, False
    text = _("It depends on the answer to: %(question)s.")
    return Message(text, {"question": question.text}), True


def _find_question(programme: Programme, name: str) -> Question | None:
    return next((one for one in programme.questions if one.name == name), None)
