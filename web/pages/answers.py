"""A programme's questions as a form, and what was posted as answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Programme, Question, QuestionKind

from core.errors import InvalidError, _
from core.money import format_yuan, parse_yuan
from web.translation import pick

ASKED, SEEN, SEPARATOR = "asked", "papers_seen", ","


@dataclass(frozen=True)
class Posted:
    """What came from the form: the answers, the amount asked for in fen, whom it is for, and the
    papers that are there without their files."""

    answers: dict[str, Any]
    asked: int
    member_id: uuid.UUID | None
    seen: list[str]


def read_posted(programme: Programme, form: Any) -> Posted:
    """Return the answers of a form; InvalidError for an amount or a number that is none."""
    answers = {
        question.name: _read(question, form)
        for question in programme.questions
        if question.name != ASKED and not question.kind.names_person
    }
    person = next((one for one in programme.questions if one.kind.names_person), None)
    member = form.get(person.name, "") if person else ""
    asked = parse_yuan(form.get(ASKED, "") or "0", field=ASKED)
    member_id = uuid.UUID(member) if member else None
    return Posted(answers, asked, member_id, form.getlist(SEEN))


def show_answers(programme: Programme, answers: Mapping[str, Any], asked: int) -> dict[str, str]:
    """Return the form's texts for stored answers."""
    texts = {
        question.name: _text(question, answers.get(question.name))
        for question in programme.questions
    }
    return {**texts, ASKED: format_yuan(asked).replace(",", "")}


def show_kept(
    form: Mapping[str, Any], answers: Mapping[str, Any], hidden: Sequence[QuestionKind]
) -> list[tuple[str, str]]:
    """Return what was answered with the questions an application keeps, its amount aside."""
    return [
        (pick(one["text"]), pick(one["answer"]) if "answer" in one else _shown(one, answers[name]))
        for name, one in form.items()
        if name != ASKED and name in answers and one["kind"] not in hidden
    ]


def _read(question: Question, form: Any) -> Any:
    if question.kind is QuestionKind.EVIDENCE:
        return form.getlist(question.name)
    text = form.get(question.name, "").strip()
    if not text:
        return None
    if question.kind is QuestionKind.MONEY:
        return parse_yuan(text, field=question.name)
    if question.kind is QuestionKind.COUNT:
        return _count(question.name, text)
    return text == "yes" if question.kind is QuestionKind.YES_NO else text


def _count(name: str, text: str) -> int:
    if not text.isdecimal():
        raise InvalidError(
            _("“%(value)s” is no whole number."), remedy=_("Write a number such as 3."),
            field=name, value=text,
        )  # fmt: skip
    return int(text)


def _shown(kept: Mapping[str, Any], value: Any) -> str:
    return _written(QuestionKind(kept["kind"]), value)


def _text(question: Question, value: Any) -> str:
    return "" if value is None else _written(question.kind, value)


def _written(kind: QuestionKind, value: Any) -> str:
    if kind is QuestionKind.MONEY:
        return format_yuan(value).replace(",", "")
    if kind is QuestionKind.EVIDENCE:
        return SEPARATOR.join(value)
    if kind is QuestionKind.YES_NO:
        return "yes" if value else "no"
    return str(value)
