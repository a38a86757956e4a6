"""The answered questions of an application, kept with it so that they are read without a plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu_sdk import Programme, QuestionKind


def keep_form(programme: Programme, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return by name, for every question that is answered, its kind and texts, JSON-ready; of a
    choice what was chosen as well."""
    return {
        question.name: {
            "kind": question.kind.value, "text": question.text.as_json(),
            **_chosen(question.choices, answers[question.name], question.kind),
        }
        for question in programme.questions
        if question.name in answers
    }  # fmt: skip


def carry_answers(
    kept: Mapping[str, Any], answers: Mapping[str, Any], programme: Programme
) -> dict[str, Any]:
    """Return the answers that fit a programme's own questions: of the same name and kind, and of a
    choice what it offers too."""
    return {
        question.name: answers[question.name]
        for question in programme.questions
        if question.name in answers
        and kept.get(question.name, {}).get("kind") == question.kind.value
        and _fits(question.kind, question.choices, answers[question.name])
    }


def _chosen(choices: Any, answer: Any, kind: QuestionKind) -> dict[str, Any]:
    if kind is not QuestionKind.CHOICE:
        return {}
    return {"answer": next(one.text.as_json() for one in choices if one.code == answer)}


def _fits(kind: QuestionKind, choices: Any, answer: Any) -> bool:
    return kind is not QuestionKind.CHOICE or answer in {one.code for one in choices}
