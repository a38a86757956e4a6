"""Answers to the questions of a programme's form: checked, and turned into facts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from bangfu_sdk import Programme, Question, QuestionKind

from core.applications.questions import ASKED, missing_answers
from core.applications.schema import (
    MEMBER,
    MISSING,
    UNKNOWN,
    Breach,
    find_breaches,
    has_own_place,
    write_schema,
)
from core.errors import InvalidError, _
from core.item_limit import ITEM_FACTS

SHOWN = 40


def read_answers(
    programme: Programme,
    answers: Mapping[str, Any],
    asked: int,
    member_id: uuid.UUID | None,
    language: str = "zh",
) -> dict[str, Any]:
    """Return the answers JSON-ready, with the amount asked for and the student in their places.

    Money is fen, a date ISO text, evidence a list of ids. InvalidError names the question that
    is not in the form or answered with something else, as the programme's schema tells.
    """
    given = {name: value for name, value in answers.items() if value not in (None, "", [])}
    own = [one.name for one in programme.questions if has_own_place(one)]
    person = find_person_question(programme)
    member = str(member_id) if member_id else given.get(person.name) if person else None
    told = {name: value for name, value in given.items() if name not in own}
    faults = find_faults(programme, told, asked, member, {}, language, complete=False)
    if faults:
        raise faults[0]
    if ASKED in own:
        told[ASKED] = asked
    if person is not None and member is not None:
        told[person.name] = member
    return told


def find_faults(
    programme: Programme,
    answers: Mapping[str, Any],
    asked: int,
    member: Any,
    figures: Mapping[str, int],
    language: str,
    *,
    complete: bool,
) -> list[InvalidError]:
    """Return all that is wrong with answers by the programme's schema, each with its question.

    What is missing counts only where the application is to be `complete`.
    """
    schema = write_schema(programme, figures, language)
    sent = {ASKED: asked, "answers": answers} | ({MEMBER: member} if member is not None else {})
    return [
        _explain(programme, one, language) for one in find_breaches(schema, sent, complete=complete)
    ]


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
    for question in missing_answers(programme, answers, figures):
        if not (papers_later and question.kind is QuestionKind.EVIDENCE):
            raise _not_answered(question, language)


def answered_facts(programme: Programme, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return those answers that are facts the rule judges with; never what the system finds itself:
    the category, and the aid of the year."""
    used = {fact.name for fact in programme.facts} - {fact.name for fact in ITEM_FACTS}
    return {name: value for name, value in answers.items() if name in used}


def find_person_question(programme: Programme) -> Question | None:
    """Return the question that asks for whom an application is, None where none does."""
    return next((one for one in programme.questions if one.kind.names_person), None)


def _explain(programme: Programme, breach: Breach, language: str) -> InvalidError:
    if breach.how == UNKNOWN:
        return InvalidError(
            _("The form has no question “%(name)s”."), field=breach.field, name=breach.field
        )
    person = find_person_question(programme)
    name = person.name if breach.field == MEMBER and person else breach.field
    question = next((one for one in programme.questions if one.name == name), None)
    if breach.how == MISSING and question is not None:
        return _not_answered(question, language)
    return InvalidError(
        _("“%(value)s” is no answer to “%(question)s”."), field=name,
        value=str(breach.value)[:SHOWN], question=_words(question, language) if question else name,
    )  # fmt: skip


def _not_answered(question: Question, language: str) -> InvalidError:
    words = _words(question, language)
    if question.kind is QuestionKind.EVIDENCE:
        return InvalidError(
            _("The paper “%(question)s” is not attached."),
            remedy=_("Attach its file to the application; until then it stays a draft."),
            field=question.name, question=words,
        )  # fmt: skip
    return InvalidError(_("“%(question)s” is not answered."), field=question.name, question=words)


def _words(question: Question, language: str) -> str:
    return question.text.zh if language.startswith("zh") else question.text.en
