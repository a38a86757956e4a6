"""Answers to the questions of a programme's form: checked, and turned into facts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from bangfu_sdk import Programme, Question, QuestionKind

from core.errors import InvalidError, _
from core.item_limit import ITEM_FACTS

ASKED = "asked"
LONGEST_TEXT = 4000
_LIST = (list, tuple)


def read_answers(
    programme: Programme,
    answers: Mapping[str, Any],
    asked: int,
    member_id: uuid.UUID | None,
    language: str = "zh",
) -> dict[str, Any]:
    """Return the answers JSON-ready, with the amount asked for and the student in their places.

    Money is fen, a date ISO text, evidence a list of ids. InvalidError names the question that
    is not in the form or answered with something else.
    """
    questions = {question.name: question for question in programme.questions}
    unknown = set(answers) - set(questions)
    if unknown:
        raise InvalidError(
            _("The form has no question “%(name)s”."), field=min(unknown), name=min(unknown)
        )
    given = {name: value for name, value in answers.items() if value not in (None, "", [])}
    for question in programme.questions:
        if question.name == ASKED:
            given[ASKED] = asked
        elif question.kind is QuestionKind.STUDENT and member_id is not None:
            given[question.name] = str(member_id)
    return {name: _read(questions[name], value, language) for name, value in given.items()}


def is_required(question: Question, figures: Mapping[str, int]) -> bool:
    """Return whether a question must be answered: always, or by a figure of the region."""
    return question.required or bool(figures.get(question.required_by, 0))


def require_answers(
    programme: Programme,
    answers: Mapping[str, Any],
    language: str,
    figures: Mapping[str, int],
    *,
    papers_later: bool = False,
) -> None:
    """Raise InvalidError for the first question that must be answered and is not; none that asks
    for papers where these may come later."""
    for question in programme.questions:
        if papers_later and question.kind is QuestionKind.EVIDENCE:
            continue
        needed = is_required(question, figures) and _is_asked(question, answers)
        if needed and question.name not in answers:
            raise InvalidError(
                _("“%(question)s” is not answered."),
                field=question.name, question=_words(question, language),
            )  # fmt: skip


def answered_facts(programme: Programme, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return those answers that are facts the rule judges with; never what the system finds itself:
    the category, and the aid of the year."""
    used = {fact.name for fact in programme.facts} - {fact.name for fact in ITEM_FACTS}
    return {name: value for name, value in answers.items() if name in used}


def _is_asked(question: Question, answers: Mapping[str, Any]) -> bool:
    condition = question.condition
    return condition is None or answers.get(condition.question) == condition.answer


def _words(question: Question, language: str) -> str:
    return question.text.zh if language.startswith("zh") else question.text.en


def _read(question: Question, value: Any, language: str) -> Any:
    if question.kind is QuestionKind.CHOICE:
        fits = value in {option.code for option in question.choices}
    else:
        fits = _FITS[question.kind](value)
    if not fits:
        raise InvalidError(
            _("“%(value)s” is no answer to “%(question)s”."),
            field=question.name, value=str(value)[:40], question=_words(question, language),
        )  # fmt: skip
    return value


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_date(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_id(value: Any) -> bool:
    try:
        uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _is_evidence(value: Any) -> bool:
    return isinstance(value, _LIST) and all(_is_id(one) for one in value)


_FITS: Mapping[QuestionKind, Callable[[Any], bool]] = {
    QuestionKind.MONEY: _is_count,
    QuestionKind.COUNT: _is_count,
    QuestionKind.TEXT: _is_text,
    QuestionKind.DATE: _is_date,
    QuestionKind.YES_NO: lambda value: isinstance(value, bool),
    QuestionKind.STUDENT: _is_id,
    QuestionKind.EVIDENCE: _is_evidence,
}
