"""What a household could apply for today: every programme of its region, with range and reasons."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from bangfu_sdk import Programme

from core.applications.assessment import Finding, assess_application, find_programme
from core.applications.students import check_school_year, list_students
from core.context import Context
from core.errors import DomainError, Message
from core.households.lookup import find_household
from core.households.models import Household, Member
from core.programmes import programme_names


@dataclass(frozen=True)
class Offer:
    """A programme and what it could grant, or the problem for which that cannot be said.

    `student` is whom it would be for where the programme is for one and the household has any.
    """

    name: str
    programme: Programme | None = None
    finding: Finding | None = None
    problem: Message | None = None
    student: Member | None = None


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
        finding = assess_application(ctx, household, programme, {}, 0, student=student)
        return Offer(programme.name, programme, finding, student=student)
    except DomainError as error:
        return Offer(programme.name, programme, problem=error.message, student=student)
