"""The JSON Schema of an application to a programme, written from its questions.

What is sent is validated against the very document that programs are handed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import Programme, Question, QuestionKind, Text
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from core.applications.questions import ASKED, expected, is_required, list_papers, only_for
from core.households.workbook.amounts import LARGEST_QUANTITY
from core.households.workbook.words import LONGEST_STORY
from core.money import MAXIMUM_FEN

DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNKNOWN, MISSING, WRONG = "unknown", "missing", "wrong"
MEMBER = "member_id"


@dataclass(frozen=True)
class Breach:
    """Where what was sent breaks the schema, and how: unknown, missing or wrong. `field` is the
    name of a question, `asked` or `member_id`."""

    field: str
    how: str
    value: Any = None


def write_schema(programme: Programme, figures: Mapping[str, int], language: str) -> dict[str, Any]:
    """Return the schema of what is sent for an application: `asked`, `member_id`, `answers`.

    `figures` are those in force: some questions must be answered by a figure of the region. Titles
    and descriptions are in the language asked for. The papers stand under `x-evidence`.
    """
    person = next((one for one in programme.questions if one.kind.names_person), None)
    asked = next((one for one in programme.questions if one.name == ASKED), None)
    needed = [ASKED, *([MEMBER] if person and is_required(person, figures) else []), "answers"]
    return {
        "$schema": DIALECT,
        "title": _pick(programme.title, language),
        "type": "object",
        "properties": {
            ASKED: {**_tell(asked, language), **_MONEY, "maximum": MAXIMUM_FEN if asked else 0},
            MEMBER: {**_tell(person, language), **_ID},
            "answers": _write_answers(programme, figures, language),
        },
        "required": needed,
        "x-evidence": _write_papers(programme, figures, language),
    }


def find_breaches(
    schema: Mapping[str, Any], sent: Mapping[str, Any], *, complete: bool
) -> list[Breach]:
    """Return every breach of a schema in the order of its questions; what is missing counts only
    where the application is to be `complete`."""
    found = {
        (one.field, one.how): one
        for error in _Validator(schema, format_checker=FORMATS).iter_errors(sent)
        for one in _read(error)
        if complete or one.how != MISSING
    }
    order = [ASKED, MEMBER, *schema["properties"]["answers"]["properties"]]
    places = {name: place for place, name in enumerate(order)}
    return sorted(found.values(), key=lambda one: (places.get(one.field, -1), one.field))


def _write_answers(
    programme: Programme, figures: Mapping[str, int], language: str
) -> dict[str, Any]:
    asked = [one for one in programme.questions if not has_own_place(one)]
    always = [one.name for one in asked if is_required(one, figures) and one.condition is None]
    rules = [
        _write_condition(programme, one)
        for one in asked
        if is_required(one, figures) and one.condition is not None
    ]
    conditions = only_for(programme)
    return {
        "type": "object",
        "properties": {
            one.name: {**_tell(one, language, conditions.get(one.name)), **_shape(one, language)}
            for one in asked
        },
        "required": always,
        **({"allOf": rules} if rules else {}),
        "additionalProperties": False,
    }


def has_own_place(question: Question) -> bool:
    """Return whether an answer is sent beside the others: the amount, and whom it is for."""
    return question.name == ASKED or question.kind.names_person


def _write_condition(programme: Programme, question: Question) -> dict[str, Any]:
    condition = question.condition
    assert condition is not None  # noqa: S101
    answer = {"const": expected(programme, condition)}
    return {
        "if": {
            "properties": {condition.question: answer}, "required": [condition.question]
        },
        "then": {"required": [question.name]},
    }  # fmt: skip


def _shape(question: Question, language: str) -> dict[str, Any]:
    if question.kind is QuestionKind.CHOICE:
        return {
            "oneOf": [
                {"const": option.code, "title": _pick(option.text, language)}
                for option in question.choices
            ]
        }
    return _SHAPES[question.kind]


def _write_papers(
    programme: Programme, figures: Mapping[str, int], language: str
) -> list[dict[str, Any]]:
    return [
        {
            "name": paper.name,
            "title": _pick(paper.text, language),
            "description": _pick(paper.help, language) if paper.help else "",
            "required": paper.needed,
            "only_for": _pick(paper.only_for, language) if paper.only_for else None,
        }
        for paper in list_papers(programme, figures)
    ]


def _tell(
    question: Question | None, language: str, condition: Text | None = None
) -> dict[str, str]:
    if question is None:
        return {}
    only = Text(f"仅限：{condition.zh}", f"Only for: {condition.en}") if condition else None
    told = [_pick(text, language) for text in (only, question.help) if text is not None]
    described = {"description": "; ".join(told)} if told else {}
    return {"title": _pick(question.text, language), **described}


def _pick(text: Text, language: str) -> str:
    return text.zh if language.startswith("zh") else text.en


def _find(programme: Programme, kind: QuestionKind) -> Question | None:
    return next((one for one in programme.questions if one.kind is kind), None)


def _read(error: ValidationError) -> Iterator[Breach]:
    path = list(error.absolute_path)
    inside = bool(path) and path[0] == "answers"
    said: Any = error.validator_value
    instance: Any = error.instance
    rule: Any = error.schema
    if error.validator == "required":
        yield from (Breach(name, MISSING) for name in said if name not in instance)
    elif error.validator == "additionalProperties":
        yield from (Breach(name, UNKNOWN) for name in instance if name not in rule["properties"])
    else:
        name = path[1] if inside and len(path) > 1 else path[0] if path else "answers"
        yield Breach(str(name), WRONG, instance)


def _is_whole(_checker: object, value: Any) -> bool:
    """A number with a point is no whole number here, whatever follows the point."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator: type[Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole),
)
FORMATS = FormatChecker(("date", "uuid"))
_MONEY = {"type": "integer", "minimum": 0, "maximum": MAXIMUM_FEN, "x-unit": "fen"}
_ID = {"type": "string", "format": "uuid"}
_SHAPES: Mapping[QuestionKind, dict[str, Any]] = {
    QuestionKind.MONEY: _MONEY,
    QuestionKind.COUNT: {"type": "integer", "minimum": 0, "maximum": LARGEST_QUANTITY},
    QuestionKind.TEXT: {"type": "string", "maxLength": LONGEST_STORY},
    QuestionKind.DATE: {
        "type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"
    },
    QuestionKind.YES_NO: {"type": "boolean"},
    QuestionKind.STUDENT: _ID,
    QuestionKind.EVIDENCE: {
        "type": "array", "items": _ID, "minItems": 1, "x-evidence": True,
    },
}  # fmt: skip
