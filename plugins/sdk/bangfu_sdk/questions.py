"""The form of a programme: what an applicant is asked beyond the household file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bangfu_sdk.texts import Text


class QuestionKind(StrEnum):
    """What an answer is."""

    MONEY = "money"
    COUNT = "count"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    STUDENT = "student"
    MEMBER = "member"
    EVIDENCE = "evidence"

    @property
    def names_person(self) -> bool:
        """Whether the answer names one of the household: a student, or any member."""
        return self in (QuestionKind.STUDENT, QuestionKind.MEMBER)


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice."""

    code: str
    text: Text


@dataclass(frozen=True)
class Condition:
    """A question is asked only where an earlier one was answered with this code of a choice, or
    with "yes" or "no"."""

    question: str
    answer: str


@dataclass(frozen=True)
class Question:
    """One question of a form. The answer is stored under `name`; where that is the name of a fact
    the rule judges with it. `student` asks for a member who is a student, `evidence` for a paper. A
    count is at most 9,999, a text 4,000 characters long. Page, JSON Schema and Excel form of the
    programme are all drawn from its questions.

    With `required_by` the region decides whether an answer is required: by a yes or no among the
    figures of the programme, which `required_by` names.
    """

    name: str
    kind: QuestionKind
    text: Text
    help: Text | None = None
    required: bool = True
    choices: tuple[Option, ...] = ()
    condition: Condition | None = None
    required_by: str = ""
