"""A programme's questions on a day: which must be answered, of whom each is asked, which papers.

Page, schema and workbook are drawn from what is said here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Condition, Programme, Question, QuestionKind, Text

ASKED = "asked"
YES, NO = "yes", "no"
YES_NO_TEXTS = {YES: Text("是", "Yes"), NO: Text("否", "No")}


@dataclass(frozen=True)
class Paper:
    """A paper a programme asks for under the name of its question.

    `needed`: an application is not handed in without it. `only_for` is the answer of an earlier
    question with which it is asked for, None where it always is.
    """

    name: str
    text: Text
    help: Text | None
    needed: bool
    only_for: Text | None


def is_required(question: Question, figures: Mapping[str, int]) -> bool:
    """Return whether a question must be answered: always, or by a figure of the region."""
    return question.required or bool(figures.get(question.required_by, 0))


def is_asked(programme: Programme, question: Question, answers: Mapping[str, Any]) -> bool:
    """Return whether a question is asked of somebody who gave these answers."""
    condition = question.condition
    return condition is None or answers.get(condition.question) == expected(programme, condition)


def expected(programme: Programme, condition: Condition) -> Any:
    """Return the answer a condition waits for, as it is stored: a code, or a yes or no."""
    kinds = {one.name: one.kind for one in programme.questions}
    is_yes_no = kinds.get(condition.question) is QuestionKind.YES_NO
    return condition.answer == YES if is_yes_no else condition.answer


def only_for(programme: Programme) -> dict[str, Text]:
    """Return by question the words of the answer without which it need not be answered."""
    options = {
        (question.name, option.code): option.text
        for question in programme.questions
        for option in question.choices
    }
    options |= {
        (one.name, code): Text(f"{one.text.zh}：{text.zh}", f"{one.text.en}: {text.en}")
        for one in programme.questions
        if one.kind is QuestionKind.YES_NO
        for code, text in YES_NO_TEXTS.items()
    }
    asked = [(one.name, one.condition) for one in programme.questions if one.condition is not None]
    return {
        name: options[condition.question, condition.answer]
        for name, condition in asked
        if (condition.question, condition.answer) in options
    }


def list_papers(programme: Programme, figures: Mapping[str, int]) -> list[Paper]:
    """Return the papers a programme asks for in the order of its form."""
    conditions = only_for(programme)
    return [
        Paper(one.name, one.text, one.help, is_required(one, figures), conditions.get(one.name))
        for one in programme.questions
        if one.kind is QuestionKind.EVIDENCE
    ]


def missing_papers(
    programme: Programme, answers: Mapping[str, Any], figures: Mapping[str, int]
) -> list[Question]:
    """Return the papers that must be attached and are not."""
    return [
        question for question in missing_answers(programme, answers, figures)
        if question.kind is QuestionKind.EVIDENCE
    ]  # fmt: skip


def missing_answers(
    programme: Programme, answers: Mapping[str, Any], figures: Mapping[str, int]
) -> list[Question]:
    """Return the questions that must be answered and are not, papers among them."""
    return [
        question for question in programme.questions
        if is_required(question, figures) and is_asked(programme, question, answers)
        and question.name not in answers
    ]  # fmt: skip
