"""What a household could apply for today: every programme of its region, with range and reasons."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bangfu_sdk import Programme, Question, Text

from core.applications.assessment import (
    Finding,
    assess_application,
    figures_today,
    find_programme,
)
from core.applications.questions import Paper, list_papers
from core.applications.students import check_school_year, list_students
from core.applications.urgency import find_urgent_route, waives_admission
from core.between.beside import look_beside
from core.between.limits import Beside, obstacles
from core.context import Context
from core.errors import ConflictError, DomainError, Message, NotDecidableError, _
from core.households.life.force import require_admitted
from core.households.lookup import find_household
from core.households.models import Household, Member
from core.policies.between import CAP, EXCLUSION, ORDER
from core.programmes import programme_names


@dataclass(frozen=True)
class Offer:
    """A programme and what it could grant, or the problem for which that cannot be said.

    `student` is whom it would be for where the programme is for one and the household has any.
    Where `asks` is set only the answers of an application tell: `problem` names what they must.
    `in_the_way` is what other programmes hold against it, `first` those to ask for before it. Where
    `urgent` is set only what cannot wait is given, for what is in the way or for the `problem`.
    `papers` are those the programme asks for.
    """

    name: str
    programme: Programme | None = None
    finding: Finding | None = None
    problem: Message | None = None
    student: Member | None = None
    asks: bool = False
    in_the_way: tuple[Text, ...] = ()
    first: tuple[str, ...] = ()
    urgent: bool = False
    papers: tuple[Paper, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether an application can be begun."""
        if self.in_the_way and not self.urgent:
            return False
        return self.asks or (self.finding is not None and self.finding.is_eligible)


def list_offers(
    ctx: Context, household_id: uuid.UUID, besides: uuid.UUID | None = None
) -> list[Offer]:
    """Return an offer for every programme of the region that is applied for, one for each student
    where it is for one; those out of order with their reason. `besides` is the application that is
    changed or moved, which takes nothing away from itself.

    Raises NotFoundError or ForbiddenError where the actor may not start an application here.
    """
    household = find_household(ctx, household_id, "application.start")
    students = list_students(ctx, household)
    return [
        offer
        for name in programme_names(ctx)
        for offer in _offer(ctx, household, name, students, besides)
    ]


def _offer(
    ctx: Context,
    household: Household,
    name: str,
    students: list[Member],
    besides: uuid.UUID | None,
) -> Iterator[Offer]:
    try:
        programme = find_programme(ctx, name)
        papers = tuple(list_papers(programme, figures_today(ctx, name).values))
    except DomainError as error:
        yield Offer(name, problem=error.message)
        return
    if programme.in_campaigns:
        return
    for student in students if programme.per_student and students else (None,):
        yield replace(_offer_to(ctx, household, programme, student, besides), papers=papers)


def _offer_to(
    ctx: Context,
    household: Household,
    programme: Programme,
    student: Member | None,
    besides: uuid.UUID | None,
) -> Offer:
    offer = Offer(programme.name, programme, student=student)
    try:
        if student is not None:
            check_school_year(ctx, programme, student, besides)
        beside = look_beside(ctx, household, programme, member=student, besides=besides)
        offer = _with_obstacles(ctx, offer, beside)
        if beside is not None and offer.urgent:
            beside = beside.only(CAP, EXCLUSION)
        finding = assess_application(
            ctx, household, programme, {}, 0, member=student, besides=besides, beside=beside
        )
        problem = _check_admitted(ctx, household, programme, finding)
        return replace(
            offer, finding=finding, problem=problem, urgent=offer.urgent or problem is not None
        )
    except DomainError as error:
        problem, asks = _explain(programme, error)
        return replace(offer, problem=problem, asks=asks)


def _with_obstacles(ctx: Context, offer: Offer, beside: Beside | None) -> Offer:
    if beside is None:
        return offer
    found = list(obstacles(beside))
    first = dict.fromkeys(name for rule, _why in found for name in beside.waits_for(rule))
    passed = all(rule.kind == ORDER for rule, _why in found)
    return replace(
        offer, in_the_way=tuple(why for _rule, why in found), first=tuple(first),
        urgent=bool(found) and passed and find_urgent_route(ctx, offer.name) is not None,
    )  # fmt: skip


def _check_admitted(
    ctx: Context, household: Household, programme: Programme, finding: Finding
) -> Message | None:
    """Return why only what cannot wait is given, None where all is; raise where nothing is."""
    try:
        require_admitted(ctx, household, finding.category)
    except ConflictError as error:
        if not waives_admission(ctx, programme.name, urgent=True):
            raise
        return error.message
    return None


def _explain(programme: Programme, error: DomainError) -> tuple[Message, bool]:
    """Return why nothing can be said, and whether only the answers of an application would tell."""
    question = _find_question(programme, error.field)
    if not isinstance(error, NotDecidableError) or question is None:
        return error.message, False
    text = _("It depends on the answer to: %(question)s.")
    return Message(text, {"question": question.text}), True


def _find_question(programme: Programme, name: str) -> Question | None:
    return next((one for one in programme.questions if one.name == name), None)
