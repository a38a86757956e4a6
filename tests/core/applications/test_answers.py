"""Answers to a form: of the right kind, to questions that are asked, as facts where they are."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import pytest
from bangfu_sdk import (
    FACTS,
    Assessment,
    Condition,
    Fact,
    Facts,
    Figures,
    Kind,
    Option,
    Programme,
    Question,
    QuestionKind,
    Text,
    Trace,
)

from core.applications.answers import answered_facts, read_answers, require_answers
from core.errors import InvalidError

SOME_ID = str(uuid.uuid4())


def ask(name: str, kind: QuestionKind, **values: Any) -> Question:
    return Question(name, kind, Text(f"问{name}", f"ask {name}"), **values)


class Form(Programme):
    """A programme with a question of every kind."""

    name = "form"
    version = "1.0.0"
    api_version = "1.0"
    title = Text("表", "form")
    kind = Kind.ONE_OFF
    parameters = ()
    facts: ClassVar[tuple[Fact, ...]] = (FACTS["self_paid"],)
    questions: ClassVar[tuple[Question, ...]] = (
        ask("asked", QuestionKind.MONEY),
        ask("self_paid", QuestionKind.MONEY),
        ask("children", QuestionKind.COUNT),
        ask("story", QuestionKind.TEXT),
        ask("day", QuestionKind.DATE),
        ask("insured", QuestionKind.YES_NO),
        ask("cause", QuestionKind.CHOICE, choices=(
            Option("illness", Text("疾病", "illness")), Option("other", Text("其他", "other")))),
        ask("which", QuestionKind.TEXT, condition=Condition("cause", "other")),
        ask("student", QuestionKind.STUDENT, required=False),
        ask("papers", QuestionKind.EVIDENCE, required=False, required_by="proof"),
    )  # fmt: skip

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        """Assess nothing: the form alone is looked at."""
        raise NotImplementedError


FULL = {
    "self_paid": 120000, "children": 2, "story": "…", "day": "2023-03-01", "insured": False,
    "cause": "illness", "papers": [SOME_ID],
}  # fmt: skip


def test_answers_of_every_kind_are_taken_as_they_are() -> None:
    told = read_answers(Form(), FULL, 500, None)
    assert told == {**FULL, "asked": 500}
    require_answers(Form(), told, "zh", {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("self_paid", -1),
        ("self_paid", "100"),
        ("self_paid", 1.5),
        ("children", True),
        ("story", ["x"]),
        ("day", "2023-02-30"),
        ("day", 20230301),
        ("insured", "no"),
        ("cause", "luck"),
        ("papers", "x"),
        ("papers", ["x"]),
        ("papers", [5]),
        ("student", "nobody"),
    ],
)
def test_another_kind_of_answer_names_its_question(name: str, value: Any) -> None:
    with pytest.raises(InvalidError, match=f"ask {name}") as caught:
        read_answers(Form(), {**FULL, name: value}, 500, None, "en")
    assert caught.value.field == name


def test_empty_answers_are_none() -> None:
    told = read_answers(Form(), {"story": "", "day": None, "papers": []}, 500, None)
    assert told == {"asked": 500}


@pytest.mark.parametrize("name", ["self_paid", "children", "story", "day", "insured", "cause"])
def test_a_required_answer_is_required(name: str) -> None:
    told = {key: value for key, value in {**FULL, "asked": 1}.items() if key != name}
    with pytest.raises(InvalidError, match=f"问{name}") as caught:
        require_answers(Form(), told, "zh", {})
    assert caught.value.field == name


def test_a_question_is_required_only_where_it_is_asked() -> None:
    require_answers(Form(), {**FULL, "asked": 1}, "zh", {})
    with pytest.raises(InvalidError) as caught:
        require_answers(Form(), {**FULL, "asked": 1, "cause": "other"}, "zh", {})
    assert caught.value.field == "which"


def test_a_figure_of_the_region_makes_an_answer_required() -> None:
    told = {**FULL, "asked": 1}
    without = {name: value for name, value in told.items() if name != "papers"}
    require_answers(Form(), told, "zh", {"proof": 1})
    require_answers(Form(), without, "zh", {"proof": 0})
    with pytest.raises(InvalidError) as caught:
        require_answers(Form(), without, "zh", {"proof": 1})
    assert caught.value.field == "papers"


def test_the_student_is_the_member_named() -> None:
    member = uuid.uuid4()
    assert read_answers(Form(), {}, 500, member)["student"] == str(member)


def test_answers_that_are_facts_are_judged_with() -> None:
    assert answered_facts(Form(), {**FULL, "asked": 1}) == {"self_paid": 120000}
