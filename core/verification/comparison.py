"""Comparing what sources told with what a household declared: exact, unless a pack allows more.

A sum over members that is above the declared one differs at once; one below it differs only when
every member was answered on, for what is missing may still come.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from core.verification.declared import Declared, Member, Told
from core.verification.facts import NO, YES

PROPERTY = ("real_estate", "vehicles", "deposits", "insurance_value", "securities", "business")
"""Kinds of differences that are about property within the rule."""

MONEY = ("income", "medical_cost", "deposits", "insurance_value", "securities")
COUNTS = ("real_estate", "vehicles", "members")
NOT_WORKING = ("laid_off", "unemployed", "retired_ill", "retired")
NOT_EMPLOYED = ("student", "preschool", "unemployed", "retired")
STUDENT = "student"


@dataclass(frozen=True)
class Found:
    """A difference: `declared` and `told` as texts, amounts in fen, flags yes or no."""

    kind: str
    answer_id: uuid.UUID
    declared: str
    told: str


Allowed = Mapping[str, int]
"""By kind, how far the two may lie apart in fen or number; nothing where a pack says nothing."""


def compare(household: Declared, allowed: Allowed) -> Iterator[Found]:
    """Yield every difference between a household's declaration and its newest answers."""
    for rule in RULES:
        yield from rule(household, allowed)


def _income(household: Declared, allowed: Allowed) -> Iterator[Found]:
    if household.income is None:
        return
    for told in household.answers:
        if "household_income" in told.facts:
            figure = int(told.facts["household_income"])
            if abs(figure - household.income) > allowed.get("income", 0):
                yield Found("income", told.id, str(household.income), str(figure))


def _dibao(household: Declared, _allowed: Allowed) -> Iterator[Found]:
    said = YES if household.in_dibao else NO
    for told in household.answers:
        if told.facts.get("dibao", said) != said:
            yield Found("dibao", told.id, said, str(told.facts["dibao"]))


def _sum(
    kind: str, fact: str, declared: Callable[[Declared], int | None], household: Declared,
    allowed: Allowed,
) -> Iterator[Found]:  # fmt: skip
    answers = [told for told in household.answers if fact in told.facts]
    said = declared(household)
    if not answers or said is None:
        return
    told = sum(int(one.facts[fact]) for one in answers)
    if told < said and not _all_answered(household, answers):
        return
    if abs(told - said) > allowed.get(kind, 0):
        yield Found(kind, _newest(answers).id, str(said), str(told))


def _homes(kind: str, household: Declared, allowed: Allowed) -> Iterator[Found]:
    """A dangerous home may be one's own or not, so none and one both agree with it."""
    answers = [told for told in household.answers if kind in told.facts]
    if not answers:
        return
    told = sum(int(one.facts[kind]) for one in answers)
    most = int(household.housing_kind in ("owned", "dangerous"))
    least = int(household.housing_kind == "owned")
    if told > most + allowed.get(kind, 0):
        yield Found(kind, _newest(answers).id, str(most), str(told))
    elif told < least and _all_answered(household, answers):
        yield Found(kind, _newest(answers).id, str(least), str(told))


def _all_answered(household: Declared, answers: list[Told]) -> bool:
    by_household = any(one.by_household for one in answers)
    return by_household or {one.index for one in answers} >= set(household.members)


def _newest(answers: list[Told]) -> Told:
    return max(answers, key=lambda told: (told.answered_on, told.id))


def _flag(kind: str, household: Declared, _allowed: Allowed) -> Iterator[Found]:
    """What no file ever declares of a member: that he died, moved away, or has a business."""
    for told in household.answers:
        if told.facts.get(kind) == YES:
            yield Found(kind, told.id, NO, YES)


def _business(household: Declared, allowed: Allowed) -> Iterator[Found]:
    declared = {
        index
        for index, member in household.members.items()
        if (household.work_status if member.is_head else member.occupation) == "flexible"
    }
    answers = {told.id: told.index for told in household.answers}
    for found in _flag("business", household, allowed):
        if answers[found.answer_id] not in declared:
            yield found


def _employment(household: Declared, _allowed: Allowed) -> Iterator[Found]:
    for told in household.answers:
        member = household.members[told.index]
        if _idle(household, member) and _works(told):
            said = household.work_status if member.is_head else member.occupation
            yield Found("employment", told.id, said, YES)


def _idle(household: Declared, member: Member) -> bool:
    if member.is_head:
        return household.work_status in NOT_WORKING
    return member.occupation in NOT_EMPLOYED


def _works(told: Told) -> bool:
    return told.facts.get("employed") == YES or int(told.facts.get("housing_fund", 0)) > 0


def _members(household: Declared, _allowed: Allowed) -> Iterator[Found]:
    for told in household.answers:
        registered = told.facts.get("registered_members")
        if registered is not None and int(registered) != household.member_count:
            yield Found("members", told.id, str(household.member_count), str(registered))


def _marriage(household: Declared, _allowed: Allowed) -> Iterator[Found]:
    for told in household.answers:
        status = told.facts.get("marital_status")
        if status and household.members[told.index].is_head and status != household.marital_status:
            yield Found("marital_status", told.id, household.marital_status, str(status))


def _schooling(household: Declared, _allowed: Allowed) -> Iterator[Found]:
    for told in household.answers:
        member = household.members[told.index]
        said = YES if member.occupation == STUDENT else NO
        enrolled = told.facts.get("enrolled")
        if enrolled and not member.is_head and enrolled != said:
            yield Found("enrolled", told.id, said, str(enrolled))


def _names(household: Declared, _allowed: Allowed) -> Iterator[Found]:
    for told in household.answers:
        name = household.members[told.index].name
        if told.name and _letters(told.name) != _letters(name):
            yield Found("name", told.id, name, told.name)


def _letters(name: str) -> str:
    """Return a name without the dots and blanks that lists write in different ways."""
    return "".join(letter for letter in name if letter.isalnum())


def _nothing(_household: Declared) -> int:
    return 0


RULES: tuple[Callable[[Declared, Allowed], Iterator[Found]], ...] = (
    _income,
    _dibao,
    partial(_sum, "income", "income", lambda household: household.income),
    partial(_sum, "medical_cost", "medical_cost", lambda household: household.self_paid),
    partial(_homes, "real_estate"),
    *(
        partial(_sum, kind, kind, _nothing)
        for kind in ("vehicles", "deposits", "insurance_value", "securities")
    ),
    _business,
    _employment,
    partial(_flag, "dead"),
    partial(_flag, "moved"),
    _members,
    _marriage,
    _schooling,
    _names,
)
